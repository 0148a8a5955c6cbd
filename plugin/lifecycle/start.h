// The start verb. Blocking, idempotent; converges when it is repeated after having been killed at
// any instruction (INV-5).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "context/session.h"
#include "input/component_data.h"

namespace dm::lifecycle {

struct start_request {
  input::component_data data;
  std::string user;  // who asks
  bool wait = true;
  bool accept_state_loss = false;
  bool keep_wanted = false;  // what the queue policy refuses stays wanted
};
// What a start, or a resume, chose to start from.
struct chosen_restore_point {
  std::string id;  // empty: without state
  std::string path;
  std::string why;  // one sentence
};
struct start_reply {
  bool changed = false;
  std::string state;    // empty: not known
  std::string desired;  // "RUNNING": it is wanted and comes up when it can (INV-4); "STOPPED";
                        // empty: whether it is wanted could not be established
  std::string application_id;
  std::string job_id;
  std::string tracking_url;
  std::string information;
  std::optional<chosen_restore_point> restore_point;  // once it is known
  std::optional<error> failure;
};
start_reply start(context::session& session, const io::operation& op, const start_request& request);

}  // namespace dm::lifecycle
