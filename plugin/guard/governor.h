// The governor: whether an incarnation that ended is to be followed by another one, and when.
// A pure function of the component's log, so that a kill -9 of the guard cannot reset the budget.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "component/component_log.h"
#include "component/guard_spec.h"
#include "guard/endurance.h"

namespace dm::guard {

struct verdict {
  component::decision decision = component::decision::none;
  // Decision restart, or give_up where the component is tried again later.
  io::wall_time restart_at{};
  std::string reason;   // one sentence for the log
  std::string waiting;  // "waiting for the cluster" …, when it is nothing that the program did
};

// Judges `end`, the end of incarnation `end.epoch`, which is not in the log yet.
// now: by this node's clock, which is also the one that a restart's moment is told by.
// jitter: 0 … 1, spreads the delay by ± 20 % so that many components do not come back at the same
// moment.
//
// Only ends since the newest run intent count (since the first of those that it continues), and of
// these the unbroken row of failures that came within restart_window_ms of their start: a job that
// fails once a day is always restarted. What is the cluster's or the node's failure uses up nothing
// of the program's budget: it is waited out, with pauses of its own, without end.
verdict judge(const component::guard_spec& spec, const component::log_snapshot& log,
              const component::end_fact& end, io::wall_time now, double jitter);

// How long to wait from `now` until `due`, which may have been written by a clock that was wrong:
// never longer than `longest` and a fifth.
io::milliseconds wait_until(io::wall_time due, io::wall_time now, io::milliseconds longest);

}  // namespace dm::guard
