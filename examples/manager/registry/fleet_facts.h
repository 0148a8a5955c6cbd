// What is told of a component of an operation on the fleet, besides its outcome: a JSON object.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/clock.h"
#include "base/json.h"
#include "registry/fleet_store.h"

#include <initializer_list>
#include <optional>
#include <string>
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

inline constexpr std::int64_t usual_stop_patience_s = 300;

/// For what a stop waits at most: for a start to come up, or another operation to end.
inline std::int64_t stop_patience_s(const json::value& wish) {
  const json::value* given = json::find(wish, "patience_s");
  return given != nullptr && given->IsInt64() ? given->GetInt64() : usual_stop_patience_s;
}

/// From now on it waits for `what`, unless it does so already.
inline void begin_to_await(fleet_member& one, std::string_view what) {
  change_facts(one, [&](json::document& facts, json::allocator& memory) {
    json::set(facts, "waits_for", what, memory);
    if (json::find(facts, "waits_since") == nullptr)
      json::set(facts, "waits_since", to_rfc3339(now_ms()), memory);
  });
}

inline bool awaits(const fleet_member& one) {
  return json::find(facts_of(one), "waits_since") != nullptr;
}

/// Whether it has waited as long as the stop `wish` allows.
inline bool has_waited(const fleet_member& one, const json::value& wish) {
  const auto since = from_rfc3339(json::text_of(facts_of(one), "waits_since"));
  return since && now_ms() >= *since + stop_patience_s(wish) * 1000;
}

/// What has become of it, now.
inline void settle(fleet_member& one, const char* outcome, const std::string& information,
                   std::string_view code = {}) {
  one.outcome = outcome;
  change_facts(one, [&](json::document& facts, json::allocator& memory) {
    facts.RemoveMember("waits_for");
    facts.RemoveMember("waits_since");
    json::set(facts, "ended_at", to_rfc3339(now_ms()), memory);
    if (!information.empty()) json::set(facts, "information", information, memory);
    if (!code.empty()) json::set(facts, "code", code, memory);
  });
}

/// What it has started from (empty: nothing), and whether that is the point that the stop has left.
inline void tell_start_point(json::document& facts, std::string_view from,
                             json::allocator& memory) {
  const json::value* point = json::find(facts, "point");
  const std::string_view meant =
      point != nullptr && point->IsObject() ? json::text_of(*point, "path") : "";
  const bool exact = from == meant;
  json::set(facts, "started_from",
            from.empty() ? std::optional<std::string>() : std::optional<std::string>(from), memory);
  json::set(facts, "exact", exact, memory);
}

}  // namespace manager
