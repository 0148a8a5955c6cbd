// The verbs pin and unpin. Works on every node (D-9). Blocking, idempotent; converges when it is
// repeated after having been killed at any instruction (INV-5).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "context/session.h"
#include "input/component_data.h"

namespace dm::savepoint {

struct pin_request {
  input::component_data data;
  std::string user;
  std::string savepoint;
  std::string reason;  // for people; pin only
};
struct pin_reply {
  bool changed = false;
  bool pinned = false;
  std::optional<error> failure;
};
pin_reply pin(context::session& session, const io::operation& op, const pin_request& request);
pin_reply unpin(context::session& session, const io::operation& op, const pin_request& request);

}  // namespace dm::savepoint
