// The stop verb: saves the state, then ends the job and its guard. Blocking, idempotent; converges
// when it is repeated after having been killed at any instruction (INV-5).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "context/component_view.h"
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
// How far a stop has come: what a verb that goes on from it decides by (INV-11).
enum class stop_progress {
  refused,     // nothing was recorded; everything goes on as it was
  unsaveable,  // the same: its savepoint cannot be asked for, since not every task runs
  taken_back,  // its savepoint has failed, or could not end the job, which is wanted again
  recorded,    // not wanted any more; its savepoint or its end is still to come
  ended,       // nothing of it lives
  unrecorded,  // nothing of it lives, but HDFS had no room for the record of it
};

struct stop_reply {
  bool changed = false;
  stop_progress progress = stop_progress::refused;
  std::string state;    // empty: not known
  std::string desired;  // "RUNNING", "STOPPED", as the log says; empty: it could not be read
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
// An earlier stop does not take away what this one asks for: a job that lives on after a stop that
// wanted no savepoint is saved now.
//
// Before anything is recorded FAILED_PRECONDITION: a savepoint is wanted, but not every task runs.
// UNAVAILABLE: the JobManager is silent.
//
// view: of the component that the request names.
stop_reply end_component(context::component_view& view, const io::operation& op,
                         const stop_request& request, std::string_view cause);

}  // namespace dm::lifecycle
