// The sources verb: which logs a component has.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "context/session.h"
#include "input/component_data.h"
#include "logs/log_source.h"

namespace dm::logs {

struct sources_request {
  input::component_data data;
  std::int64_t incarnations = 3;  // 1 ... 20
};

struct sources_reply {
  // Of the node first, then by incarnation, the newest first.
  std::vector<log_source> sources;
  std::vector<std::string> missing;  // what could not be looked at, so that there may be more
  std::optional<error> failure;
};

// Works on every node (D-9): of another node's files it says where they are. A service that does
// not answer makes sources unavailable, and is no failure.
sources_reply sources(context::session& session, const io::operation& op,
                      const sources_request& request);

}  // namespace dm::logs
