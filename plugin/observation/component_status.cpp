// The words of a component's status.
// SPDX-License-Identifier: Apache-2.0
#include "observation/component_status.h"

#include <array>

namespace dm::observation {

std::string_view to_string(confidence value) {
  static constexpr std::array<std::string_view, 3> names{"confirmed", "stale", "unknown"};
  return names.at(static_cast<std::size_t>(value));
}

std::string summary_word(component_state state, const std::string& yarn_state,
                         bool killed_from_outside) {
  switch (state) {
    case component_state::created:
      return "CREATED";
    case component_state::starting:
      return yarn_state == "ACCEPTED" || yarn_state == "SUBMITTED" ? yarn_state : "STARTING";
    case component_state::running:
    case component_state::scheduled:
    case component_state::stopping:
      return "RUNNING";
    case component_state::restarting:
    case component_state::backoff:
      return "RUNNING_WITH_ERRORS";
    case component_state::stopped:
      // The aggregator makes the application STOPPED out of the component word SUSPENDED (E70).
      return killed_from_outside ? "KILLED" : "SUSPENDED";
    case component_state::completed:
      return "FINISHED_SUCCEEDED";
    case component_state::failed:
      return "FAILED";
    case component_state::unknown:
      break;
  }
  return "NOT_FOUND";
}

}  // namespace dm::observation
