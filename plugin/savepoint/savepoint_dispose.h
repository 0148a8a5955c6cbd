// The dispose verb: deletes one restore point. Works on every node (D-9). Blocking, idempotent;
// converges when it is repeated after having been killed at any instruction (INV-5).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "context/session.h"
#include "input/component_data.h"

namespace dm::savepoint {

struct dispose_request {
  input::component_data data;
  std::string user;
  std::string savepoint;  // id of a savepoint or retained checkpoint
  bool force = false;     // also the last good one of a component whose state is required
};
struct dispose_reply {
  bool changed = false;  // false: it was gone already
  std::string path;
  std::optional<error> failure;
};
dispose_reply dispose(context::session& session, const io::operation& op,
                      const dispose_request& request);

}  // namespace dm::savepoint
