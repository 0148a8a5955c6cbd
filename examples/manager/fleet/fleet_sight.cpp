// What is seen of components before anything is done to them.
// SPDX-License-Identifier: Apache-2.0
#include "fleet/fleet_sight.h"

#include "application/application_tools.h"
#include "base/clock.h"
#include "fleet/fleet_report.h"
#include "registry/fleet_facts.h"

#include <map>
#include <string>
#include <utility>

namespace manager {
namespace {

json::value now_of(const observation& seen, json::allocator& memory) {
  json::value now(rapidjson::kObjectType);
  json::set(now, "state", "UNKNOWN", memory);
  json::set(now, "confidence", "unknown", memory);
  if (!seen.status) return now;
  copy_facts(*seen.status, {"state", "confidence", "desired", "application_id", "job_id", "queue"},
             now, memory);
  if (!seen.problem.empty()) json::set(now, "confidence", "stale", memory);
  return now;
}

void tell_one(fleet_member& row, const observation& seen, bool saves,
              std::optional<std::int64_t> savepoint_at) {
  change_facts(row, [&](json::document& facts, json::allocator& memory) {
    json::value now = now_of(seen, memory);
    const std::string_view state = json::text_of(now, "state");
    const bool comes_up = state == "STARTING" || state == "RESTARTING";
    if (saves && is_waiting(row) && (comes_up || state == "RUNNING"))
      json::set(facts, "savable", !comes_up, memory);
    json::set(facts, "now", std::move(now), memory);
    if (savepoint_at) json::set(facts, "savepoint_at", to_rfc3339(*savepoint_at), memory);
  });
}

}  // namespace

void tell_sight(const fleet_sight& sight, bool saves, std::vector<fleet_member>& rows) {
  std::map<std::string, component_record> known;
  for (component_record& one : sight.memory.transact(
           [&](registry_view& view) { return view.applications.components_of_all(); })) {
    if (one.data) known[one.application + "/" + shown(one)] = std::move(one);
  }
  std::vector<fleet_member*> asked;
  std::vector<component_record> records;
  for (fleet_member& row : rows) {
    const auto found = known.find(row.application + "/" + row.type + "/" + row.name);
    if (found == known.end()) continue;
    asked.push_back(&row);
    records.push_back(found->second);
  }
  const auto seen = sight.seen.observe(records, false);
  const auto savepoints = sight.figures.newest_savepoints();
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const auto newest = savepoints.find(metrics::component_figures::key_of(records[i]));
    tell_one(*asked[i], seen[i], saves,
             newest == savepoints.end() ? std::nullopt : std::optional(newest->second));
  }
}

}  // namespace manager
