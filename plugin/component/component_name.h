// Who a component is: its three names, the id that is made of them, and every name derived from the
// two. Names never identify anything outside this node; look-ups go by tag and by application id.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/error.h"

namespace dm::component {

struct component_name {
  std::string
      name_space;  // [a-z0-9_-]{1,63}: YARN lower-cases tags, so it must be lower case to be unique
  std::string application;  // [A-Za-z0-9_-]{1,100}
  std::string component;    // [A-Za-z0-9_-]{1,100}

  bool operator==(const component_name&) const = default;
  std::string text() const;  // "namespace/application/component", for messages
};

// Everything that is wrong with the three names, with paths "$.namespace" and so on. Empty:
// nothing.
std::vector<problem> check_name(const component_name& name);

// The first 16 hex digits of SHA-256 over the three names joined by NUL.
std::string component_id(const component_name& name);

// YARN tags, lower case, within YARN's limits of 100 ASCII characters.
std::string fleet_tag(std::string_view name_space);               // dm-fleet-<namespace>
std::string component_tag(std::string_view id);                   // dm-component-<id>
std::string epoch_tag(std::string_view id, std::uint64_t epoch);  // dm-epoch-<id>-<n>
std::optional<std::uint64_t> epoch_of(const std::vector<std::string>& tags, std::string_view id);

// supervisord's program: flink.<namespace>.<application>.<component>. The dot is in no name, so no
// two collide (E17).
std::string program_name(const component_name& name);

// <state_root>/<namespace>/<application>/<component> on HDFS.
std::string hdfs_directory(std::string_view state_root, const component_name& name);
// <install_root>/<namespace>/<application>/<component> on this node.
std::string local_directory(std::string_view install_root, const component_name& name);

}  // namespace dm::component
