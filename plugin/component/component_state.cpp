// The words of a component's states.
// SPDX-License-Identifier: Apache-2.0
#include "component/component_state.h"

#include <array>

namespace dm::component {

std::string_view to_string(component_state state) {
  static constexpr std::array<std::string_view, 11> names{
      "CREATED",   "STARTING", "RUNNING", "RESTARTING", "STOPPING", "STOPPED",
      "COMPLETED", "FAILED",   "BACKOFF", "SCHEDULED",  "UNKNOWN"};
  return names.at(static_cast<std::size_t>(state));
}

}  // namespace dm::component
