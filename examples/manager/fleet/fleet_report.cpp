// What clients read of an operation on the fleet.
// SPDX-License-Identifier: Apache-2.0
#include "fleet/fleet_report.h"

#include "application/refusal_advice.h"
#include "base/clock.h"
#include "registry/fleet_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace manager {
namespace {

// All there are, the better ones first, with the words for people.
constexpr std::array<std::pair<std::string_view, std::string_view>, 16> outcomes = {{
    {fleet_outcome::saved, "saved"},
    {fleet_outcome::started, "started"},
    {fleet_outcome::stopped, "stopped without a savepoint"},
    {fleet_outcome::completed, "completed"},
    {fleet_outcome::awaited, "awaited"},
    {fleet_outcome::stopping, "stopping"},
    {fleet_outcome::starting, "starting"},
    {fleet_outcome::waiting, "waiting"},
    {fleet_outcome::not_saved, "not saved and running on"},
    {fleet_outcome::failed, "failed"},
    {fleet_outcome::untold, "could not be told"},
    {fleet_outcome::left_alone, "left alone"},
    {fleet_outcome::gone, "gone"},
    {fleet_outcome::forbidden, "forbidden"},
    {fleet_outcome::cancelled, "cancelled"},
    {fleet_outcome::not_running, "not running"},
}};

std::int64_t number_of(const std::vector<fleet_member>& rows, std::string_view outcome) {
  return std::count_if(rows.begin(), rows.end(),
                       [&](const fleet_member& one) { return one.outcome == outcome; });
}

// Nobody goes on with it: the operator does, with the options that the fleet has.
std::string advice_for(const std::string& verb, const fleet_member& one, const json::value& facts) {
  constexpr std::array<std::string_view, 3> open = {fleet_outcome::not_saved, fleet_outcome::failed,
                                                    fleet_outcome::untold};
  if (std::find(open.begin(), open.end(), one.outcome) == open.end()) return {};
  std::string advice =
      advice_on(json::text_of(facts, "reason_code"), advice_front::fleet, one.application);
  if (!advice.empty()) return advice;
  if (one.outcome == fleet_outcome::not_saved) {
    return advice_on(refusal::tasks_not_running, advice_front::fleet, one.application);
  }
  if (one.outcome != fleet_outcome::untold) return {};
  return fmt::format("Look at it (GET /applications/{}/status) before it is {} again",
                     one.application, verb == "stop" ? "stopped" : "started");
}

}  // namespace

json::value fleet_member_document(const std::string& verb, const fleet_member& one,
                                  json::allocator& memory) {
  json::value body(rapidjson::kObjectType);
  json::set(body, "application", one.application, memory);
  json::set(body, "type", one.type, memory);
  json::set(body, "component", one.name, memory);
  json::set(body, "user", one.user, memory);
  json::set(body, "outcome", one.outcome, memory);
  if (!one.child.empty()) json::set(body, "operation", one.child, memory);
  const json::document facts = facts_of(one);
  for (const auto& fact : facts.GetObject()) {
    if (fact.name == "begun" || fact.name == "digest" || fact.name == "reopened") continue;
    json::set(body, json::view(fact.name), json::copy(fact.value, memory), memory);
  }
  const std::string advice = advice_for(verb, one, facts);
  if (!advice.empty()) json::set(body, "advice", advice, memory);
  return body;
}

json::value fleet_counts(const std::vector<fleet_member>& rows, json::allocator& memory) {
  json::value counts(rapidjson::kObjectType);
  for (const auto& [outcome, words] : outcomes) {
    const std::int64_t number = number_of(rows, outcome);
    if (number != 0) json::set(counts, outcome, number, memory);
  }
  return counts;
}

std::string fleet_summary(const std::vector<fleet_member>& rows) {
  std::string text;
  for (const auto& [outcome, words] : outcomes) {
    const std::int64_t number = number_of(rows, outcome);
    if (number == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", number, words);
  }
  return text;
}

json::document fleet_document(const fleet_operation& one, const json::value& status,
                              const std::vector<fleet_member>& rows, bool whole) {
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  json::set(body, "id", one.id, memory);
  json::set(body, "verb", one.verb, memory);
  json::set(body, "user", one.user, memory);
  if (!one.origin.empty()) json::set(body, "from", one.origin, memory);
  json::set(body, "accepted_at", to_rfc3339(one.accepted_at), memory);
  copy_facts(status, {"status", "started_at", "ended_at", "cancelled_by"}, body, memory);
  json::document request = json::parse_or_throw(one.request, "the registry's request");
  if (const json::value* warnings = json::find(request, "warnings")) {
    json::set(body, "warnings", json::copy(*warnings, memory), memory);
    request.RemoveMember("warnings");
  }
  json::set(body, "request", json::copy(request, memory), memory);
  json::set(body, "summary", fleet_summary(rows), memory);
  json::set(body, "counts", fleet_counts(rows, memory), memory);
  if (!whole) return body;
  json::value components(rapidjson::kArrayType);
  for (const fleet_member& row : rows) {
    components.PushBack(fleet_member_document(one.verb, row, memory), memory);
  }
  json::set(body, "components", std::move(components), memory);
  return body;
}

bool is_under_way(const fleet_member& one) {
  return one.outcome == fleet_outcome::stopping || one.outcome == fleet_outcome::starting;
}

bool is_amiss(const fleet_member& one) {
  constexpr std::array<std::string_view, 5> fine = {
      fleet_outcome::saved, fleet_outcome::stopped, fleet_outcome::completed,
      fleet_outcome::started, fleet_outcome::not_running};
  return std::find(fine.begin(), fine.end(), one.outcome) == fine.end() &&
         one.outcome != fleet_outcome::awaited;
}

}  // namespace manager
