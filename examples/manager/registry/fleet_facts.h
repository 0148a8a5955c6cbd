// What is told of a component of an operation on the fleet, besides its outcome: a JSON object.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "registry/fleet_store.h"

#include <string_view>

namespace manager {

inline json::document facts_of(const fleet_member& one) {
  return json::parse_or_throw(one.facts, "the registry's facts");
}

/// `change(facts, memory)` edits them.
template <typename Change>
void change_facts(fleet_member& one, Change change) {
  json::document facts = facts_of(one);
  change(facts, facts.GetAllocator());
  one.facts = json::to_text(facts);
}

/// Copies the members that `from` has.
inline void copy_facts(const json::value& from, std::initializer_list<std::string_view> names,
                       json::value& into, json::allocator& memory) {
  for (const std::string_view name : names) {
    const json::value* found = json::find(from, name);
    if (found != nullptr) json::set(into, name, json::copy(*found, memory), memory);
  }
}

}  // namespace manager
