// The ids of log sources. They name what is meant and never where it lies: the place comes from the
// component's own record, YARN and the component's log (INV-8).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "logs/log_source.h"

namespace dm::logs {

// "guard.log", "guard.log.1", "client-17.log", "flink-epoch-17-client-node1.log": files of the
// component's logs directory. "container_….jobmanager.log": a file of a container.
// "diagnostics-17", "history-17": texts about an epoch.
struct source_id {
  source_kind kind = source_kind::guard;
  std::uint64_t epoch = 0;   // client, diagnostics, history
  std::string container_id;  // jobmanager, taskmanager
  std::string file;          // all but diagnostics and history
};

// nullopt: there can be no such source.
std::optional<source_id> parse_source_id(std::string_view id);
std::string to_string(const source_id& id);

// What may stand in an id: 1 to 200 of A-Z a-z 0-9 . _ -.
bool may_be_source_id(std::string_view text);
// Whether a container's file is a log, and can be named: the script that starts a container and the
// list of its directory are none.
bool is_log_of_container(std::string_view file);

}  // namespace dm::logs
