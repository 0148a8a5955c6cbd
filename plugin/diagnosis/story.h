// What led to a component's present state, told from its log: who wanted what, what was submitted
// from where, how it ended and why, what the guard made of that.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "component/guard_spec.h"
#include "component/log_snapshot.h"
#include "observation/component_status.h"

namespace dm::diagnosis {

// What the guard's budget is, where it could be read: on the component's own node.
struct restart_budget {
  int attempts = 0;
  std::int64_t window_ms = 0;
};

// The present state first; then what led to it since the newest start, in the order of time, each
// fact once. A pure function: values in, sentences out, and nowhere else are they made.
std::vector<std::string> story_of(const component::log_snapshot& log,
                                  const observation::component_status& status,
                                  const std::optional<restart_budget>& budget);

// Where the log could not be read: the state alone.
std::string state_sentence(const observation::component_status& status);

}  // namespace dm::diagnosis
