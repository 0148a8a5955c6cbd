// The find verb: the data of components that this node has. Touches nothing.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "component/component_name.h"
#include "context/session.h"
#include "placement/placed_data.h"

namespace dm::lifecycle {

struct find_request {
  component::component_name name;  // application, or component, empty: all of them
};
struct find_reply {
  std::vector<placement::placed_component> components;
  std::optional<error> failure;
};
// NOT_FOUND: a component was named, and this node has none of that name.
find_reply find(context::session& session, const io::operation& op, const find_request& request);

}  // namespace dm::lifecycle
