// What is wrong with a map, or odd about it, beyond what one line shows.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "queue_policy/queue_map.h"

namespace dm::queue_policy {

// Whether this node has an account, or a group, of that name; nullopt: could not be looked up.
using known_name = std::function<std::optional<bool>(member_kind kind, const std::string& name)>;
std::optional<bool> known_on_this_node(member_kind kind, const std::string& name);

// All remarks, those of reading too, in the order of lines.
std::vector<map_remark> check(const queue_map& map, const known_name& known = known_on_this_node);

}  // namespace dm::queue_policy
