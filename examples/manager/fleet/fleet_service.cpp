// Operations on the fleet.
// SPDX-License-Identifier: Apache-2.0
#include "fleet/fleet_service.h"

#include "base/clock.h"
#include "base/names.h"
#include "fleet/fleet_report.h"
#include "fleet/fleet_run.h"
#include "operation/operation_document.h"
#include "operation/operation_id.h"
#include "registry/fleet_facts.h"
#include "registry/list_statement.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace manager {
namespace {

constexpr const char* noun = "fleet";
// Whatever their age, so many stay.
constexpr std::int64_t always_kept = 100;

void in_order(std::vector<fleet_member>& rows) {
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& one, const auto& other) { return one.rank < other.rank; });
  std::int64_t position = 0;
  for (fleet_member& row : rows) row.position = position++;
}

// What is kept of a request: not what only this one answer depends on, but what it was warned of.
json::document kept_of(const json::value& wish, const std::vector<problem>& warnings) {
  json::document kept = json::make_object();
  for (const auto& member : wish.GetObject()) {
    if (member.name == "id" || member.name == "dry_run") continue;
    json::set(kept, json::view(member.name), json::copy(member.value, kept.GetAllocator()),
              kept.GetAllocator());
  }
  if (!warnings.empty()) {
    json::set(kept, "warnings", warnings_document(warnings, kept.GetAllocator()),
              kept.GetAllocator());
  }
  return kept;
}

// Throws failure. An id that a client has chosen may be that of any operation: what is known of
// that one is not to be overwritten.
void check_new(registry_view& view, const std::string& id) {
  const auto ended = view.history.find(id);
  const auto other = ended ? std::optional(ended->operation) : view.operations.find(id);
  if (!other) return;
  throw failure(failure_kind::conflicting_state,
                fmt::format("{} is the id of another operation already ({} of {} {}, for {}, at "
                            "{}); take another one",
                            id, other->verb, other->noun, other->name, other->user,
                            to_rfc3339(other->accepted_at)));
}

}  // namespace

fleet_service::fleet_service(const application_tools& tools, const authorizer& rules,
                             operation_runner& runner, application_service& applications,
                             const fleet_sight& sight, std::mutex& admission)
    : tools_(tools),
      authorizer_(rules),
      runner_(runner),
      applications_(applications),
      sight_(sight),
      choice_(tools_, rules, runner, sight_),
      admission_(admission) {}

std::optional<fleet_service::accepted> fleet_service::known(const std::string& verb,
                                                            const json::value& wish,
                                                            const caller& who) {
  if (json::flag_of(wish, "dry_run", false)) return std::nullopt;
  const std::string form = same_request(verb, wish);
  const std::string id(json::text_of(wish, "id"));
  const auto same = [&](const fleet_operation& one) {
    return one.verb == verb && one.user == who.user &&
           same_request(verb, json::parse_or_throw(one.request, "the registry's request")) == form;
  };
  const auto [named, under_way] = tools_.memory.transact([&](registry_view& view) {
    const auto now = view.operations.find_of(noun, tools_.settings.name_space);
    return std::pair(id.empty() ? std::nullopt : view.fleets.find(id),
                     now ? view.fleets.find(now->id) : std::nullopt);
  });
  if (named) {
    if (same(*named)) return accepted{id, report(id)};
    throw failure(failure_kind::conflicting_state,
                  fmt::format("{} is the id of another operation on the fleet already ({} for {}, "
                              "at {}); take another one",
                              id, named->verb, named->user, to_rfc3339(named->accepted_at)));
  }
  if (!under_way) return std::nullopt;
  if (id.empty() && same(*under_way)) return accepted{under_way->id, report(under_way->id)};
  throw failure(failure_kind::conflicting_state,
                fmt::format("a {} of the fleet is under way, for {} since {} (operation {}); wait "
                            "for its end, or cancel it",
                            under_way->verb, under_way->user, to_rfc3339(under_way->accepted_at),
                            under_way->id));
}

fleet_service::accepted fleet_service::accept(const std::string& verb, const json::value& wish,
                                              const caller& who, fleet_choice::choice chosen) {
  std::vector<fleet_member>& rows = chosen.rows;
  in_order(rows);
  fleet_operation one;
  one.id = json::optional_text_of(wish, "id").value_or(make_operation_id());
  one.verb = verb;
  one.user = who.user;
  one.origin = json::text_of(wish, "from");
  one.request = json::to_text(kept_of(wish, chosen.warnings));
  one.accepted_at = now_ms();
  const auto forbidden = std::find_if(rows.begin(), rows.end(), [](const auto& row) {
    return row.outcome == fleet_outcome::forbidden;
  });
  if (forbidden != rows.end() && std::none_of(rows.begin(), rows.end(), is_waiting)) {
    // In its own words.
    authorizer_.check_owner(who, forbidden->user, "application:" + verb);
  }
  if (json::flag_of(wish, "dry_run", false)) return look(std::move(one), wish, std::move(chosen));
  runner_.set_aside().check(noun, tools_.settings.name_space);
  const std::lock_guard lock(admission_);
  if (auto earlier = known(verb, wish, who)) return std::move(*earlier);
  operation_record operation;
  operation.id = one.id;
  operation.noun = noun;
  operation.name = tools_.settings.name_space;
  operation.verb = verb;
  operation.user = who.user;
  operation.state_before = fleet_run::idle;
  operation.request = one.request;
  operation.accepted_at = one.accepted_at;
  for (fleet_member& row : rows) row.operation = one.id;
  const std::int64_t oldest =
      one.accepted_at -
      std::chrono::duration_cast<std::chrono::milliseconds>(tools_.settings.history_age).count();
  runner_.accept(operation, verb == "stop" ? "STOPPING" : "STARTING", [&](registry_view& view) {
    check_new(view, one.id);
    view.fleets.prune(always_kept, oldest);
    view.fleets.add(one, rows);
  });
  return {one.id, report(one.id)};
}

fleet_service::accepted fleet_service::look(fleet_operation one, const json::value& wish,
                                            fleet_choice::choice chosen) {
  const auto under_way = tools_.memory.transact([&](registry_view& view) {
    return view.operations.find_of(noun, tools_.settings.name_space);
  });
  if (under_way) {
    chosen.warnings.push_back(
        {"$", "", "",
         fmt::format("a {} of the fleet is under way (operation {}): this one would be refused "
                     "until it has ended",
                     under_way->verb, under_way->id)});
  }
  const bool saves = one.verb == "stop" && json::flag_of(wish, "savepoint", true);
  tell_sight(sight_, saves, chosen.rows);
  one.id.clear();
  one.request = json::to_text(kept_of(wish, chosen.warnings));
  json::document status = json::make_object();
  json::set(status, "status", "DRY_RUN", status.GetAllocator());
  return {"", fleet_document(one, status, chosen.rows, true)};
}

fleet_service::accepted fleet_service::stop(const json::value& wish, const caller& who) {
  if (auto earlier = known("stop", wish, who)) return std::move(*earlier);
  return accept("stop", wish, who, choice_.to_stop(wish, who));
}

fleet_service::accepted fleet_service::start(const json::value& wish, const caller& who) {
  if (auto earlier = known("start", wish, who)) return std::move(*earlier);
  return accept("start", wish, who, choice_.to_start(wish, who));
}

std::vector<fleet_member> fleet_service::rows_of(const std::string& id) {
  return tools_.memory.transact([&](registry_view& view) { return view.fleets.members(id); });
}

json::document fleet_service::status_of(const fleet_operation& one) {
  if (const auto live = runner_.board().view(one.id)) return to_document(*live);
  if (const auto left = runner_.set_aside().find(one.id)) return to_document(*left);
  return tools_.memory.transact([&](registry_view& view) {
    if (const auto ended = view.history.find(one.id)) return to_document(*ended);
    if (const auto pending = view.operations.find(one.id)) return to_document(*pending);
    // Its end is older than what is kept of operations.
    json::document forgotten = json::make_object();
    json::set(forgotten, "status", "ENDED", forgotten.GetAllocator());
    return forgotten;
  });
}

json::document fleet_service::report(const std::string& id) {
  const auto one =
      tools_.memory.transact([&](registry_view& view) { return view.fleets.find(id); });
  if (!one) {
    throw failure(failure_kind::not_found,
                  fmt::format("there is no operation {} on the fleet, or it is forgotten by now: "
                              "GET /fleet/operations lists those that are known",
                              printable(id)));
  }
  const json::document status = status_of(*one);
  return fleet_document(*one, status, rows_of(id), true);
}

json::document fleet_service::list(const std::optional<fleet_place>& after, std::int64_t limit) {
  const auto found = tools_.memory.transact(
      [&](registry_view& view) { return view.fleets.list(after, limit + 1); });
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  json::value operations(rapidjson::kArrayType);
  const bool more = std::cmp_greater(found.size(), limit);
  for (std::size_t i = 0; i < found.size() && std::cmp_less(i, limit); ++i) {
    const json::document status = status_of(found[i]);
    const json::document one = fleet_document(found[i], status, rows_of(found[i].id), false);
    operations.PushBack(json::copy(one, memory), memory);
  }
  json::set(body, "operations", std::move(operations), memory);
  json::set(body, "more", more, memory);
  if (more) {
    const fleet_operation& last = found[static_cast<std::size_t>(limit) - 1];
    json::set(body, "next", fmt::format("{}-{}", last.accepted_at, last.id), memory);
  }
  return body;
}

operation_outcome fleet_service::run(const operation_record& operation,
                                     operation_context& context) {
  return fleet_run(tools_, runner_, applications_, operation, context).to_its_end();
}

std::string fleet_service::obstacle(const operation_record& operation) {
  if (operation.verb == "stop" || operation.verb == "start") return {};
  return fmt::format("this version does not know how to {} the fleet", printable(operation.verb));
}

// Operations of applications that it has begun go on by themselves, and write what comes of them.
operation_outcome fleet_service::failed(const operation_record& operation, const failure& why) {
  auto rows = rows_of(operation.id);
  const bool cancelled = why.kind() == failure_kind::cancelled;
  std::erase_if(rows, [](const fleet_member& row) { return !is_waiting(row); });
  for (fleet_member& row : rows) {
    settle(row, cancelled ? fleet_outcome::cancelled : fleet_outcome::failed,
           cancelled ? std::string() : fmt::format("nothing was done: {}", why.what()));
  }
  return as_failed({fleet_run::idle,
                    why.what(),
                    [rows](registry_view& view) {
                      for (const fleet_member& row : rows) view.fleets.put(row);
                    },
                    {}});
}

}  // namespace manager
