// The destroy verb: ends a component and removes it from this node. Blocking, idempotent; converges
// when it is repeated after having been killed at any instruction (INV-5).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "context/session.h"
#include "input/component_data.h"

namespace dm::lifecycle {

struct destroy_request {
  input::component_data data;
  std::string user;
  bool dispose_savepoints = false;
  bool keep_logs = false;  // on the node, for the component that is created again
};
struct destroy_reply {
  bool changed = false;
  std::optional<error> failure;
};
destroy_reply destroy(context::session& session, const io::operation& op,
                      const destroy_request& request);

}  // namespace dm::lifecycle
