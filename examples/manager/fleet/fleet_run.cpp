// An operation on the fleet while it is under way.
// SPDX-License-Identifier: Apache-2.0
#include "fleet/fleet_run.h"

#include "application/application_admission.h"
#include "application/component_answer.h"
#include "application/seen_components.h"
#include "base/clock.h"
#include "base/log.h"
#include "fleet/fleet_report.h"
#include "registry/fleet_facts.h"
#include "registry/patient_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace manager {
namespace {

constexpr std::chrono::milliseconds between_looks{200};
constexpr std::chrono::milliseconds between_statuses{2'000};

std::string shown(const fleet_member& one) {
  return fmt::format("{}/{}", one.application, one.name);
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

// What was begun and had not come up, so that it could not be saved.
bool is_put_off(const fleet_member& row) { return is_waiting(row) && !row.child.empty(); }

// Of a job whose tasks do not run yet, and may in a moment; what is not known may, too.
bool may_come_up(const json::value& status) {
  const std::string_view state = json::text_of(status, "state");
  return state.empty() || state == "UNKNOWN" || state == "STARTING" || state == "RESTARTING" ||
         json::text_of(status, "confidence") == "unknown";
}

}  // namespace

fleet_run::fleet_run(const application_tools& tools, operation_runner& runner,
                     application_service& applications, const operation_record& operation,
                     operation_context& context)
    : tools_(tools),
      runner_(runner),
      applications_(applications),
      operation_(operation),
      context_(context),
      request_(json::parse_or_throw(operation.request, "the journal's request")),
      wish_(request_) {}

void fleet_run::put(const fleet_member& row) {
  tools_.memory.transact([&](registry_view& view) { view.fleets.put(row); });
}

// Whose operation has ended without a word of them: another one has taken its place, or it is left
// alone.
void fleet_run::settle_lost(std::vector<fleet_member>& rows) {
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

bool fleet_run::is_slow(const fleet_member& row) {
  if (!is_under_way(row)) return false;
  const auto now = clock::now();
  const auto begun = begun_.try_emplace(row.child, now).first->second;
  return now - begun >= std::chrono::seconds(wish_.patience_s());
}

// Those that have not come up in time: they may have by now, or fail for reasons of their own, and
// so make room for the next one.
void fleet_run::look_at_late(std::vector<fleet_member>& rows) {
  std::vector<component_record> records;
  std::vector<fleet_member*> asked;
  for (fleet_member& row : rows) {
    if (row.outcome != fleet_outcome::awaited && !is_slow(row)) continue;
    for (component_record& record : components_of(tools_.memory, row.application)) {
      if (record.type != row.type || record.name != row.name) continue;
      records.push_back(std::move(record));
      asked.push_back(&row);
    }
  }
  if (asked.empty()) return;
  const auto seen = see_now(tools_, records, true, &context_.shutdown);
  context_.shutdown.check();
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const std::string_view now = json::text_of(seen[i], "state");
    if (may_wait_for_room(seen[i])) {
      need_no_room_.erase(asked[i]->position);
    } else {
      need_no_room_.insert(asked[i]->position);
    }
    // What has become of it is for its own operation to say, as long as that lasts.
    if (asked[i]->outcome != fleet_outcome::awaited) continue;
    const bool unwanted = json::text_of(seen[i], "desired") == "STOPPED";
    if (now == "RUNNING" || now == "COMPLETED") {
      change_facts(*asked[i], [&](json::document& facts, json::allocator& memory) {
        const json::value* runs = json::find(seen[i], "incarnations");
        if (runs == nullptr || !runs->IsArray() || runs->Empty()) return;
        const std::string_view from = json::text_of((*runs)[0], "restore_point");
        tell_start_point(facts, from, memory);
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

// Each is asked once more when its time is up, whatever is seen of it.
void fleet_run::look_at_put_off(std::vector<fleet_member>& rows) {
  std::vector<component_record> records;
  std::vector<const fleet_member*> asked;
  for (const fleet_member& row : rows) {
    if (!is_put_off(row) || come_up_.contains(row.position)) continue;
    const auto components = components_of(tools_.memory, row.application);
    const auto record = std::find_if(components.begin(), components.end(), [&](const auto& one) {
      return one.type == row.type && one.name == row.name;
    });
    if (record == components.end() || has_waited(row, request_)) {
      come_up_.insert(row.position);
      continue;
    }
    records.push_back(*record);
    asked.push_back(&row);
  }
  if (asked.empty()) return;
  const auto seen = see_now(tools_, records, false, &context_.shutdown);
  context_.shutdown.check();
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (!may_come_up(seen[i])) come_up_.insert(asked[i]->position);
  }
}

// What did not run when it was chosen, and somebody has started since, is stopped too; once, so
// that a fleet that others start all the time has an end.
bool fleet_run::reopen_started(std::vector<fleet_member>& rows) {
  std::vector<component_record> records;
  std::vector<fleet_member*> asked;
  for (fleet_member& row : rows) {
    if (row.outcome != fleet_outcome::not_running) continue;
    if (json::flag_of(facts_of(row), "reopened", false)) continue;
    for (component_record& record : components_of(tools_.memory, row.application)) {
      if (record.type != row.type || record.name != row.name) continue;
      records.push_back(std::move(record));
      asked.push_back(&row);
    }
  }
  if (asked.empty()) return false;
  const auto seen = see_now(tools_, records, false, &context_.shutdown);
  context_.shutdown.check();
  bool reopened = false;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const auto application = find_application(tools_.memory, records[i].application);
    const bool begun = application.state == application_state::starting;
    if (!begun && records[i].desired != "RUNNING" && !is_wanted_or_lives(seen[i])) continue;
    asked[i]->outcome = fleet_outcome::waiting;
    change_facts(*asked[i], [&](json::document& facts, json::allocator& memory) {
      for (const char* name : {"ended_at", "before", "information"}) facts.RemoveMember(name);
      json::set(facts, "reopened", true, memory);
    });
    put(*asked[i]);
    reopened = true;
  }
  return reopened;
}

// Another operation of its application, which a stop waits for no longer than for a start.
void fleet_run::await_other(fleet_member& row) {
  const std::string what = "the end of another operation of " + row.application;
  if (operation_.verb != "stop") return waits_for(row, what);
  if (has_waited(row, request_)) {
    const auto under_way = runner_.board().view_of_object("application", row.application);
    settle(row, fleet_outcome::failed,
           fmt::format("another operation of {} has not ended in {} s{}: nothing was done",
                       row.application, stop_patience_s(request_),
                       under_way ? fmt::format(" ({} {})", under_way->operation.verb,
                                               under_way->operation.id)
                                 : std::string()));
    put(row);
    return;
  }
  const std::string before = row.facts;
  begin_to_await(row, what);
  if (row.facts != before) put(row);
}

void fleet_run::waits_for(fleet_member& row, const std::string& what) {
  const json::document facts = facts_of(row);
  if (json::text_of(facts, "waits_for") == what) return;
  change_facts(row, [&](json::document& changed, json::allocator& memory) {
    json::set(changed, "waits_for", what, memory);
  });
  put(row);
}

bool fleet_run::begin_part(const std::vector<fleet_member*>& part) {
  application_service::fleet_part asked{
      operation_.id, operation_.verb, operation_.user, part.front()->application, {}};
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
      come_up_.erase(row->position);
      row->outcome = operation_.verb == "stop" ? fleet_outcome::stopping : fleet_outcome::starting;
    }
    return true;
  } catch (const database_error& problem) {
    if (!problem.passes()) throw;
    log::error("event=cannot_record operation={} information={}", operation_.id, problem.what());
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

bool fleet_run::may_begin(const fleet_member& row,
                          const std::map<std::string, std::string>& held) const {
  if (!is_waiting(row)) return false;
  if (operation_.verb == "start") return !held.contains(queue_of(row));
  return !is_put_off(row) || come_up_.contains(row.position);
}

void fleet_run::begin_parts(std::vector<fleet_member>& rows) {
  std::set<std::string> busy;               // applications
  std::map<std::string, std::string> held;  // queue -> by which component
  auto room = wish_.parallel();
  for (const fleet_member& row : rows) {
    if (is_under_way(row)) {
      --room;
      busy.insert(row.application);
    }
    const bool late = row.outcome == fleet_outcome::awaited || is_slow(row);
    if (late && !need_no_room_.contains(row.position)) {
      held.emplace(queue_of(row), shown(row));
    }
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!is_waiting(rows[i])) continue;
    if (operation_.verb == "start") {
      const std::string queue = queue_of(rows[i]);
      if (const auto by = held.find(queue); by != held.end()) {
        waits_for(rows[i], fmt::format("room in queue {}: {} is still to come up there",
                                       queue.empty() ? "(not known)" : queue, by->second));
        continue;
      }
    }
    if (room <= 0 || busy.contains(rows[i].application) || !may_begin(rows[i], held)) continue;
    std::vector<fleet_member*> part;
    for (std::size_t j = i; j < rows.size() && std::cmp_less(part.size(), room); ++j) {
      const bool fits = rows[j].application == rows[i].application &&
                        rows[j].rank == rows[i].rank && may_begin(rows[j], held);
      if (fits) part.push_back(&rows[j]);
    }
    busy.insert(rows[i].application);
    if (begin_part(part)) {
      if (is_under_way(*part.front())) room -= static_cast<std::int64_t>(part.size());
      continue;
    }
    for (fleet_member* row : part) await_other(*row);
  }
}

operation_outcome fleet_run::to_its_end() {
  for (;;) {
    context_.shutdown.check();
    auto rows = tools_.memory.transact(
        [&](registry_view& view) { return view.fleets.members(operation_.id); });
    settle_lost(rows);
    if (context_.cancel.requested()) {
      context_.shutdown.check();
      for (fleet_member& row : rows) {
        if (!is_waiting(row)) continue;
        settle(row, fleet_outcome::cancelled, "");
        put(row);
      }
    } else {
      const bool held = std::any_of(rows.begin(), rows.end(), is_waiting);
      if (held && clock::now() - looked_ >= between_statuses) {
        if (operation_.verb == "start") {
          look_at_late(rows);
        } else {
          look_at_put_off(rows);
        }
        looked_ = clock::now();
      }
      begin_parts(rows);
    }
    const std::string phase = fleet_summary(rows);
    if (context_.phase && phase != phase_) context_.phase(phase, "");
    phase_ = phase;
    const bool goes_on = std::any_of(rows.begin(), rows.end(), [](const auto& row) {
      return is_waiting(row) || is_under_way(row);
    });
    if (!goes_on) {
      const bool again = operation_.verb == "stop" && !context_.cancel.requested();
      if (!again || !reopen_started(rows)) return conclude(rows);
    }
    context_.shutdown.pause(between_looks);
  }
}

operation_outcome fleet_run::conclude(const std::vector<fleet_member>& rows) {
  operation_outcome outcome{idle, fleet_summary(rows), [](registry_view&) {}, {}};
  if (std::any_of(rows.begin(), rows.end(), is_amiss)) return as_failed(std::move(outcome));
  const bool awaited = std::any_of(rows.begin(), rows.end(), [](const auto& row) {
    return row.outcome == fleet_outcome::awaited;
  });
  if (awaited) outcome.end = operation_end::awaited;
  return outcome;
}

}  // namespace manager
