// Which log is read: of those that an application's components have, the one that people mean.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/output.h"

#include <string>
#include <vector>

namespace dmctl {

struct log_source {
  std::string component;
  std::string id;
  std::string kind;
  std::string state;
  bool main = false;  // jobmanager.log of a JobManager …, not what lies beside it
};

/// `told`: the answer of …/logs. `wanted`: an id, a kind (jobmanager, taskmanager, client, guard,
/// diagnostics, history), or "": the newest JobManager's, else the first that there is, living ones
/// first; of a container its own log. Throws problem: not_found, with what there is; unreachable,
/// where components could not be asked.
log_source choose_source(const json::value& told, const std::string& wanted);

void show_sources(const json::value& told, output& out);

}  // namespace dmctl
