// Operations on the fleet.
// SPDX-License-Identifier: Apache-2.0
#include "fleet/fleet_service.h"

#include "application/application_admission.h"
#include "application/component_answer.h"
#include "application/seen_components.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/names.h"
#include "fleet/fleet_report.h"
#include "operation/operation_document.h"
#include "operation/operation_id.h"
#include "registry/fleet_facts.h"
#include "registry/list_statement.h"
#include "registry/patient_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace manager {
namespace {

constexpr const char* noun = "fleet";
constexpr const char* idle = "IDLE";
constexpr std::chrono::milliseconds between_looks{200};
constexpr std::chrono::milliseconds between_statuses{2'000};
// Whatever their age, so many stay.
constexpr std::int64_t always_kept = 100;

std::string shown(const fleet_member& one) {
  return fmt::format("{}/{}", one.application, one.name);
}

void settle(fleet_member& row, const char* outcome, const std::string& information,
            std::string_view code = {}) {
  row.outcome = outcome;
  change_facts(row, [&](json::document& facts, json::allocator& memory) {
    facts.RemoveMember("waits_for");
    json::set(facts, "ended_at", to_rfc3339(now_ms()), memory);
    if (!information.empty()) json::set(facts, "information", information, memory);
    if (!code.empty()) json::set(facts, "code", code, memory);
  });
}

// The queue that it was in when it was stopped.
std::string queue_of(const fleet_member& row) {
  const json::document facts = facts_of(row);
  const json::value* before = json::find(facts, "before");
  return before == nullptr ? std::string() : std::string(json::text_of(*before, "queue"));
}

// Whether more room in its queue may be what it waits for. What is not known proves nothing, so it
// may; a job that its own exceptions restart has had its room.
bool may_wait_for_room(const json::value& status) {
  constexpr std::array<std::string_view, 9> others = {"CREATED",  "RUNNING",   "RESTARTING",
                                                      "STOPPING", "STOPPED",   "BACKOFF",
                                                      "FAILED",   "COMPLETED", "SCHEDULED"};
  const std::string_view state = json::text_of(status, "state");
  return std::find(others.begin(), others.end(), state) == others.end();
}

// Of a stop this one has ended: what a start may be of.
bool is_stopped(const fleet_member& row) {
  return row.outcome == fleet_outcome::saved || row.outcome == fleet_outcome::stopped;
}

void in_order(std::vector<fleet_member>& rows) {
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& one, const auto& other) { return one.rank < other.rank; });
  std::int64_t position = 0;
  for (fleet_member& row : rows) row.position = position++;
}

// What is kept of a request: not what only this one answer depends on.
json::document kept_of(const json::value& wish) {
  json::document kept = json::make_object();
  for (const auto& member : wish.GetObject()) {
    if (member.name == "id" || member.name == "dry_run") continue;
    json::set(kept, json::view(member.name), json::copy(member.value, kept.GetAllocator()),
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

struct fleet_service::progress_of_run {
  std::map<std::string, clock::time_point> begun;  // by operation of an application
  std::set<std::int64_t> need_no_room;             // positions, as last seen
  clock::time_point looked{};
  std::string phase;
};

fleet_service::fleet_service(const application_tools& tools, const authorizer& rules,
                             operation_runner& runner, application_service& applications,
                             observations& seen, std::mutex& admission)
    : tools_(tools),
      authorizer_(rules),
      runner_(runner),
      applications_(applications),
      seen_(seen),
      admission_(admission) {}

bool fleet_service::may(const caller& who, const std::string& owner,
                        std::string_view action) const {
  try {
    authorizer_.check_owner(who, owner, action);
    return true;
  } catch (const failure& why) {
    if (why.kind() != failure_kind::forbidden) throw;
    return false;
  }
}

std::vector<fleet_member> fleet_service::chosen_to_stop(const json::value& wish,
                                                        const caller& who) {
  const fleet_request request(wish);
  std::vector<application_record> applications;
  std::vector<component_record> components;
  tools_.memory.transact([&](registry_view& view) {
    applications = view.applications.list({}, "", no_limit);
    components = view.applications.components_of_all();
  });
  std::map<std::string, const application_record*> by_name;
  for (const application_record& one : applications) by_name[one.name] = &one;
  std::vector<component_record> fitting;
  for (component_record& one : components) {
    const auto application = by_name.find(one.application);
    if (application == by_name.end() || !one.data) continue;
    if (request.chooses(*application->second, one)) fitting.push_back(std::move(one));
  }
  std::vector<observation> seen;
  if (request.chooses_by_queue()) seen = seen_.observe(fitting, false);
  std::vector<fleet_member> rows;
  for (std::size_t i = 0; i < fitting.size(); ++i) {
    const component_record& one = fitting[i];
    const application_record& application = *by_name.at(one.application);
    fleet_member row;
    row.application = one.application;
    row.type = one.type;
    row.name = one.name;
    row.user = application.user;
    row.rank = request.rank(one.application, one.name);
    // One that is being started is wanted, though that is not written yet.
    const bool settled = application.state == application_state::created ||
                         application.state == application_state::started;
    if (settled && one.desired != "RUNNING") {
      settle(row, fleet_outcome::not_running, "");
    } else if (!may(who, application.user, "application:stop")) {
      settle(row, fleet_outcome::forbidden,
             fmt::format("{} may not stop what belongs to {}", who.user, application.user));
    }
    if (request.chooses_by_queue()) {
      const std::string_view queue =
          seen[i].status ? json::text_of(*seen[i].status, "queue") : std::string_view();
      if (!queue.empty() && !request.chooses_queue(queue)) continue;
      if (queue.empty() && is_waiting(row)) {
        settle(row, fleet_outcome::failed, "in which queue it is could not be told: not stopped");
      } else if (queue.empty()) {
        continue;
      }
    }
    rows.push_back(std::move(row));
  }
  if (rows.empty()) {
    throw failure(failure_kind::not_found,
                  "no component is as the request says; GET /applications lists applications");
  }
  return rows;
}

std::vector<fleet_member> fleet_service::chosen_to_start(const json::value& wish,
                                                         const caller& who) {
  const fleet_request request(wish);
  const std::string origin(json::text_of(wish, "from"));
  const auto [stop, rows, goes_on] = tools_.memory.transact([&](registry_view& view) {
    return std::tuple(view.fleets.find(origin), view.fleets.members(origin),
                      view.operations.find(origin).has_value());
  });
  if (!stop || stop->verb != "stop") {
    throw failure(failure_kind::not_found,
                  fmt::format("there is no stop of the fleet {}: GET /fleet/operations lists them",
                              printable(origin)));
  }
  if (goes_on || runner_.board().view(origin)) {
    throw failure(failure_kind::conflicting_state,
                  fmt::format("the stop {} is under way; wait for its end, or cancel it", origin));
  }
  const bool ordered = json::find(wish, "order") != nullptr;
  std::vector<fleet_member> chosen;
  for (const fleet_member& was : rows) {
    if (!is_stopped(was)) continue;
    fleet_member row;
    row.application = was.application;
    row.type = was.type;
    row.name = was.name;
    row.user = was.user;
    row.rank = ordered ? request.rank(was.application, was.name) : was.rank;
    const json::document facts = facts_of(was);
    change_facts(row, [&](json::document& into, json::allocator& memory) {
      copy_facts(facts, {"before", "savepoint", "point", "point_untold", "package", "digest"}, into,
                 memory);
    });
    if (!may(who, was.user, "application:start")) {
      settle(row, fleet_outcome::forbidden,
             fmt::format("{} may not start what belongs to {}", who.user, was.user));
    }
    chosen.push_back(std::move(row));
  }
  if (chosen.empty()) {
    throw failure(
        failure_kind::conflicting_state,
        fmt::format("the stop {} has stopped nothing: there is nothing to start", origin));
  }
  return chosen;
}

std::optional<fleet_service::accepted> fleet_service::known(const std::string& verb,
                                                            const json::value& wish,
                                                            const caller& who) {
  const std::string text = json::to_text(kept_of(wish));
  const std::string id(json::text_of(wish, "id"));
  const auto same = [&](const fleet_operation& one) {
    return one.verb == verb && one.request == text && one.user == who.user;
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
                                              const caller& who, std::vector<fleet_member> rows) {
  in_order(rows);
  fleet_operation one;
  one.id = json::optional_text_of(wish, "id").value_or(make_operation_id());
  one.verb = verb;
  one.user = who.user;
  one.origin = json::text_of(wish, "from");
  one.request = json::to_text(kept_of(wish));
  one.accepted_at = now_ms();
  const auto forbidden = std::find_if(rows.begin(), rows.end(), [](const auto& row) {
    return row.outcome == fleet_outcome::forbidden;
  });
  if (forbidden != rows.end() && std::none_of(rows.begin(), rows.end(), is_waiting)) {
    // In its own words.
    authorizer_.check_owner(who, forbidden->user, "application:" + verb);
  }
  if (json::flag_of(wish, "dry_run", false)) {
    json::document status = json::make_object();
    json::set(status, "status", "DRY_RUN", status.GetAllocator());
    one.id.clear();
    return {"", fleet_document(one, status, rows, true)};
  }
  runner_.set_aside().check(noun, tools_.settings.name_space);
  const std::lock_guard lock(admission_);
  if (auto earlier = known(verb, wish, who)) return std::move(*earlier);
  operation_record operation;
  operation.id = one.id;
  operation.noun = noun;
  operation.name = tools_.settings.name_space;
  operation.verb = verb;
  operation.user = who.user;
  operation.state_before = idle;
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

fleet_service::accepted fleet_service::stop(const json::value& wish, const caller& who) {
  if (auto earlier = known("stop", wish, who)) return std::move(*earlier);
  return accept("stop", wish, who, chosen_to_stop(wish, who));
}

fleet_service::accepted fleet_service::start(const json::value& wish, const caller& who) {
  if (auto earlier = known("start", wish, who)) return std::move(*earlier);
  return accept("start", wish, who, chosen_to_start(wish, who));
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

void fleet_service::put(const fleet_member& row) {
  tools_.memory.transact([&](registry_view& view) { view.fleets.put(row); });
}

// Whose operation has ended without a word of them: another one has taken its place, or it is left
// alone.
void fleet_service::settle_lost(std::vector<fleet_member>& rows) {
  for (fleet_member& row : rows) {
    if (!is_under_way(row) || runner_.board().find(row.child)) continue;
    std::string why;
    if (const auto left = runner_.set_aside().find(row.child)) {
      why = left->explanation();
    } else {
      // It may have ended since it was looked for, or just be taken up again.
      const auto [now, pending, ended] = tools_.memory.transact([&](registry_view& view) {
        return std::tuple(view.fleets.members(row.operation),
                          view.operations.find(row.child).has_value(),
                          view.history.find(row.child));
      });
      row = now.at(static_cast<std::size_t>(row.position));
      if (!is_under_way(row) || pending) continue;
      why = ended ? fmt::format("{}: {}", ended->outcome, ended->information)
                  : std::string("its operation is not known any more");
    }
    settle(row, fleet_outcome::untold,
           fmt::format("operation {} of {} has not told what became of it: {}", row.child,
                       row.application, why));
    put(row);
  }
}

bool fleet_service::is_slow(const fleet_request& wish, const fleet_member& row,
                            progress_of_run& state) {
  if (!is_under_way(row)) return false;
  const auto now = clock::now();
  const auto begun = state.begun.try_emplace(row.child, now).first->second;
  return now - begun >= std::chrono::seconds(wish.patience_s());
}

// Those that have not come up in time: they may have by now, or fail for reasons of their own, and
// so make room for the next one.
void fleet_service::look_at_late(const fleet_request& wish, std::vector<fleet_member>& rows,
                                 progress_of_run& state, operation_context& context) {
  std::vector<component_record> records;
  std::vector<fleet_member*> asked;
  for (fleet_member& row : rows) {
    if (row.outcome != fleet_outcome::awaited && !is_slow(wish, row, state)) continue;
    for (component_record& record : components_of(tools_.memory, row.application)) {
      if (record.type != row.type || record.name != row.name) continue;
      records.push_back(std::move(record));
      asked.push_back(&row);
    }
  }
  if (asked.empty()) return;
  const auto seen = see_now(tools_, records, true, &context.shutdown);
  context.shutdown.check();
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const std::string_view now = json::text_of(seen[i], "state");
    if (may_wait_for_room(seen[i])) {
      state.need_no_room.erase(asked[i]->position);
    } else {
      state.need_no_room.insert(asked[i]->position);
    }
    // What has become of it is for its own operation to say, as long as that lasts.
    if (asked[i]->outcome != fleet_outcome::awaited) continue;
    const bool unwanted = json::text_of(seen[i], "desired") == "STOPPED";
    if (now == "RUNNING" || now == "COMPLETED") {
      change_facts(*asked[i], [&](json::document& facts, json::allocator& memory) {
        const json::value* runs = json::find(seen[i], "incarnations");
        if (runs == nullptr || !runs->IsArray() || runs->Empty()) return;
        const std::string_view from = json::text_of((*runs)[0], "restore_point");
        const json::value* point = json::find(facts, "point");
        const bool named = point != nullptr && point->IsObject();
        json::set(facts, "started_from",
                  from.empty() ? std::optional<std::string>() : std::optional<std::string>(from),
                  memory);
        json::set(facts, "exact", from == (named ? json::text_of(*point, "path") : ""), memory);
      });
      settle(*asked[i], fleet_outcome::started, "");
    } else if (unwanted || now == "FAILED") {
      settle(*asked[i], fleet_outcome::failed, std::string(json::text_of(seen[i], "reason")));
    } else {
      continue;
    }
    change_facts(*asked[i], [&](json::document& facts, json::allocator& memory) {
      json::value& after = json::object_under(facts, "after", memory);
      copy_facts(seen[i], {"state", "desired"}, after, memory);
    });
    put(*asked[i]);
  }
}

bool fleet_service::begin_part(const operation_record& operation, std::vector<fleet_member*> part) {
  application_service::fleet_part asked{
      operation.id, operation.verb, operation.user, part.front()->application, {}};
  for (const fleet_member* row : part) {
    fleet_member begun = *row;
    change_facts(begun, [&](json::document& facts, json::allocator& memory) {
      facts.RemoveMember("waits_for");
      json::set(facts, "began_at", to_rfc3339(now_ms()), memory);
    });
    asked.components.push_back(std::move(begun));
  }
  const auto refuse = [&](const char* outcome, const failure& why) {
    const bool silent = why.kind() == failure_kind::failed_connection;
    for (fleet_member* row : part) {
      settle(*row, outcome, why.what(), silent ? status_name(DM_STATUS_UNAVAILABLE) : "");
      put(*row);
    }
    return true;
  };
  try {
    const std::string child = applications_.accept_part(asked);
    if (child.empty()) return false;
    for (fleet_member* row : part) {
      row->child = child;
      row->outcome = operation.verb == "stop" ? fleet_outcome::stopping : fleet_outcome::starting;
    }
    return true;
  } catch (const database_error& problem) {
    if (!problem.passes()) throw;
    log::error("event=cannot_record operation={} information={}", operation.id, problem.what());
    return false;
  } catch (const failure& why) {
    // Somebody was faster.
    if (why.state()) return false;
    if (why.kind() == failure_kind::not_found) return refuse(fleet_outcome::gone, why);
    if (why.kind() == failure_kind::conflicting_state)
      return refuse(fleet_outcome::left_alone, why);
    return refuse(fleet_outcome::failed, why);
  }
}

void fleet_service::begin_parts(const operation_record& operation, const fleet_request& wish,
                                std::vector<fleet_member>& rows, progress_of_run& state) {
  std::set<std::string> busy;               // applications
  std::map<std::string, std::string> held;  // queue -> by which component
  auto room = wish.parallel();
  for (const fleet_member& row : rows) {
    if (is_under_way(row)) {
      --room;
      busy.insert(row.application);
    }
    const bool late = row.outcome == fleet_outcome::awaited || is_slow(wish, row, state);
    if (late && !state.need_no_room.contains(row.position)) {
      held.emplace(queue_of(row), shown(row));
    }
  }
  const auto waits_for = [&](fleet_member& row, const std::string& what) {
    const json::document facts = facts_of(row);
    if (json::text_of(facts, "waits_for") == what) return;
    change_facts(row, [&](json::document& changed, json::allocator& memory) {
      json::set(changed, "waits_for", what, memory);
    });
    put(row);
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!is_waiting(rows[i])) continue;
    if (operation.verb == "start") {
      const std::string queue = queue_of(rows[i]);
      if (const auto by = held.find(queue); by != held.end()) {
        waits_for(rows[i], fmt::format("room in queue {}: {} is still to come up there",
                                       queue.empty() ? "(not known)" : queue, by->second));
        continue;
      }
    }
    if (room <= 0 || busy.contains(rows[i].application)) continue;
    std::vector<fleet_member*> part;
    for (std::size_t j = i; j < rows.size() && std::cmp_less(part.size(), room); ++j) {
      const bool fits = is_waiting(rows[j]) && rows[j].application == rows[i].application &&
                        rows[j].rank == rows[i].rank &&
                        (operation.verb == "stop" || !held.contains(queue_of(rows[j])));
      if (fits) part.push_back(&rows[j]);
    }
    busy.insert(rows[i].application);
    if (begin_part(operation, part)) {
      if (is_under_way(*part.front())) room -= static_cast<std::int64_t>(part.size());
      continue;
    }
    for (fleet_member* row : part) {
      waits_for(*row, "the end of another operation of " + row->application);
    }
  }
}

operation_outcome fleet_service::run(const operation_record& operation,
                                     operation_context& context) {
  const json::document request = json::parse_or_throw(operation.request, "the journal's request");
  const fleet_request wish(request);
  progress_of_run state;
  for (;;) {
    context.shutdown.check();
    auto rows = rows_of(operation.id);
    settle_lost(rows);
    if (context.cancel.requested()) {
      context.shutdown.check();
      for (fleet_member& row : rows) {
        if (!is_waiting(row)) continue;
        settle(row, fleet_outcome::cancelled, "");
        put(row);
      }
    } else {
      const bool held = std::any_of(rows.begin(), rows.end(), is_waiting);
      const bool starts = operation.verb == "start";
      if (held && starts && clock::now() - state.looked >= between_statuses) {
        look_at_late(wish, rows, state, context);
        state.looked = clock::now();
      }
      begin_parts(operation, wish, rows, state);
    }
    const std::string phase = fleet_summary(rows);
    if (context.phase && phase != state.phase) context.phase(phase, "");
    state.phase = phase;
    const bool goes_on = std::any_of(rows.begin(), rows.end(), [](const auto& row) {
      return is_waiting(row) || is_under_way(row);
    });
    if (!goes_on) return conclude(operation, rows);
    context.shutdown.pause(between_looks);
  }
}

operation_outcome fleet_service::conclude(const operation_record&,
                                          const std::vector<fleet_member>& rows) {
  operation_outcome outcome{idle, fleet_summary(rows), [](registry_view&) {}, {}};
  if (std::any_of(rows.begin(), rows.end(), is_amiss)) return as_failed(std::move(outcome));
  const bool awaited = std::any_of(rows.begin(), rows.end(), [](const auto& row) {
    return row.outcome == fleet_outcome::awaited;
  });
  if (awaited) outcome.end = operation_end::awaited;
  return outcome;
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
  return as_failed({idle,
                    why.what(),
                    [rows](registry_view& view) {
                      for (const fleet_member& row : rows) view.fleets.put(row);
                    },
                    {}});
}

}  // namespace manager
