// The stop verb: saves the state, then ends the job and its guard. Blocking, idempotent; converges
// when it is repeated after having been killed at any instruction (INV-5).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "context/session.h"
#include "flink/savepoint_rest.h"
#include "input/component_data.h"
#include "state/restore_point.h"

namespace dm::lifecycle {

struct stop_request {
  input::component_data data;
  std::string user;
  bool wait = true;
  // Unset: streaming with state optional or required: true; else false.
  std::optional<bool> savepoint;
  std::string operation;  // of the savepoint; empty: one is made up, and a repeated stop finds it
  flink::savepoint_format format = flink::savepoint_format::canonical;
  bool drain = false;  // with a savepoint only: lets timers fire and windows close first
  bool kill = false;   // through YARN, without a savepoint
};
struct stop_reply {
  bool changed = false;
  std::string state;
  std::string desired =
      "STOPPED";  // "RUNNING" beside a failure: the savepoint failed, the job runs
  std::optional<state::restore_point>
      savepoint;  // that this stop, or the one it repeats, has taken
  std::string information;
  std::optional<error> failure;
};
stop_reply stop(context::session& session, const io::operation& op, const stop_request& request);

// Records `stop` with this cause, takes the savepoint that the request asks for, ends every live
// application of the component, then its guard. Converges when it is repeated: a stop whose
// savepoint is under way is carried on. A failure says what still lives. A failed savepoint takes
// the stop back: the job runs on and is wanted (`desired`).
//
// Before anything is recorded FAILED_PRECONDITION: a savepoint is wanted, but not every task runs.
// UNAVAILABLE: the JobManager is silent.
stop_reply end_component(context::session& session, const io::operation& op,
                         const stop_request& request, std::string_view cause);

}  // namespace dm::lifecycle
