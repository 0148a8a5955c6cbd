// What is told of a request on the fleet that is right and may still not be what was meant.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "base/json.h"
#include "fleet/fleet_request.h"

#include <string>
#include <string_view>
#include <vector>

namespace manager {

/// What patterns are compared with.
struct chosen_component {
  application_record application;
  component_record component;
  std::string queue;  // as its status tells; empty: not known
};

/// Patterns of `members`, each of a filter or "order", that none of the components fits, by their
/// JSON paths; and paths of queues that YARN names by their last part. At most most_problems.
std::vector<problem> told_of_patterns(const json::value& wish,
                                      const std::vector<std::string_view>& members,
                                      const std::vector<chosen_component>& components);

/// [{"path", "message"}]
json::value warnings_document(const std::vector<problem>& warnings, json::allocator& memory);

}  // namespace manager
