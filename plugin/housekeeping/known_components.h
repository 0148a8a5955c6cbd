// The components of a namespace, as the host, this node and HDFS know them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "context/session.h"
#include "housekeeping/requests.h"
#include "input/component_data.h"

namespace dm::housekeeping {

struct known_component {
  // The host's, else what create has placed; else as much as follows from the names and the owner.
  input::component_data data;
  bool recorded = false;     // the host knows it
  bool has_data = false;     // `data` is what create has returned
  bool on_node = false;      // it has a directory on this node
  bool on_hdfs = false;      // it has one below the state root
  std::string unreadable{};  // why the data on this node could not be read

  const component::component_name& name() const { return data.name; }
  bool of_node(const input::settings& settings) const { return data.node == settings.node; }
  // Its log on HDFS can be asked for. A record of the original Deployment Manager has none.
  bool keeps_log() const { return !data.state_root.empty() && !data.user.empty(); }
};

struct known_components {
  std::vector<known_component> all;  // sorted by name
  // Who of the components' users there are: as whom YARN and HDFS are asked.
  std::set<std::string> users;
  // Why components may be missing that only HDFS, or only this node, knows.
  std::optional<error> hdfs_failure;
  std::optional<error> node_failure;

  const known_component* find(const component::component_name& name) const;
  const known_component* by_id(std::string_view id) const;
};

// Never fails as a whole: what could not be asked is in the failures.
known_components find_components(context::session& session, const io::operation& op,
                                 const inspect_request& request);

// As whom the namespace's own directories are listed; everybody may.
std::string reader_of(const known_components& components);

}  // namespace dm::housekeeping
