// The trigger verb: takes a savepoint of a running job. Works on every node (D-9).
// Blocking, idempotent; converges when it is repeated after having been killed at any
// instruction (INV-5).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "context/session.h"
#include "flink/savepoint_rest.h"
#include "input/component_data.h"
#include "state/restore_point.h"

namespace dm::lifecycle {

struct trigger_request {
  input::component_data data;
  std::string user;
  std::string operation;  // empty: one is made up
  flink::savepoint_format format = flink::savepoint_format::canonical;
  std::string directory;  // HDFS path; empty: the operation's own in the component's directory
  bool wait = true;
};
struct trigger_reply {
  bool changed = false;  // this call sent the request to Flink
  std::string operation;
  std::optional<state::restore_point> savepoint;  // state in_progress, completed or failed
  std::vector<std::string> retired;               // ids that the retention rule has deleted
  std::optional<error> failure;
};
// Record first, then the request; the same operation again asks and never triggers twice (D-14).
// FAILED_PRECONDITION: no job, not all tasks running, Flink's cause. DEADLINE_EXCEEDED: it goes on,
// ask again with the same operation. A passed deadline or a cancellation leaves it running.
trigger_reply trigger(context::session& session, const io::operation& op,
                      const trigger_request& request);

}  // namespace dm::lifecycle
