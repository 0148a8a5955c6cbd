// The governor: whether an incarnation that ended is to be followed by another one, and when.
// A pure function of the component's log, so that a kill -9 of the guard cannot reset the budget.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "component/component_log.h"
#include "component/guard_spec.h"

namespace dm::guard {

// Longest wait between two attempts.
inline constexpr io::milliseconds longest_delay{300'000};

struct verdict {
  component::decision decision = component::decision::none;
  io::wall_time restart_at{};  // decision restart
  std::string reason;          // one sentence for the log
};

// Judges `end`, the end of incarnation `end.epoch`, which is not in the log yet.
// jitter: 0 … 1, spreads the delay by ± 20 % so that many components do not come back at the same
// moment.
//
// Only ends since the newest run intent count (since the first of those that it continues), and of
// these the unbroken row of failures that came within restart_window_ms of their start: a job that
// fails once a day is always restarted.
verdict judge(const component::guard_spec& spec, const component::log_snapshot& log,
              const component::end_fact& end, double jitter);

}  // namespace dm::guard
