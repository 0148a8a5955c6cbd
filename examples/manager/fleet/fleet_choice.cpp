// Which components an operation on the fleet is about.
// SPDX-License-Identifier: Apache-2.0
#include "fleet/fleet_choice.h"

#include "application/seen_components.h"
#include "base/names.h"
#include "fleet/fleet_report.h"
#include "registry/fleet_facts.h"
#include "registry/list_statement.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

namespace manager {
namespace {

// Of a stop this one has ended: what a start may be of.
bool is_stopped(const fleet_member& row) {
  return row.outcome == fleet_outcome::saved || row.outcome == fleet_outcome::stopped;
}

}  // namespace

bool fleet_choice::may(const caller& who, const std::string& owner, std::string_view action) const {
  try {
    authorizer_.check_owner(who, owner, action);
    return true;
  } catch (const failure& why) {
    if (why.kind() != failure_kind::forbidden) throw;
    return false;
  }
}

fleet_choice::choice fleet_choice::to_stop(const json::value& wish, const caller& who) {
  const fleet_request request(wish);
  std::vector<chosen_component> all;
  std::vector<chosen_component> fitting;
  tools_.memory.transact([&](registry_view& view) {
    std::map<std::string, application_record> by_name;
    for (application_record& one : view.applications.list({}, "", no_limit))
      by_name[one.name] = std::move(one);
    for (component_record& one : view.applications.components_of_all()) {
      const auto application = by_name.find(one.application);
      if (application == by_name.end() || !one.data) continue;
      all.push_back({application->second, std::move(one), {}});
    }
  });
  std::copy_if(all.begin(), all.end(), std::back_inserter(fitting),
               [&](const auto& one) { return request.chooses(one.application, one.component); });
  std::vector<component_record> records;
  for (const chosen_component& one : fitting) records.push_back(one.component);
  const std::vector<observation> seen = sight_.seen.observe(records, false);
  choice made;
  std::vector<chosen_component> chosen;
  for (std::size_t i = 0; i < fitting.size(); ++i) {
    chosen_component& one = fitting[i];
    const application_record& application = one.application;
    fleet_member row;
    row.application = application.name;
    row.type = one.component.type;
    row.name = one.component.name;
    row.user = application.user;
    row.rank = request.rank(row.application, row.name);
    // One that is being started is wanted, though that is not written yet; and one that has come up
    // after all since its start was given up, though that never will be.
    const bool settled = application.state == application_state::created ||
                         application.state == application_state::started;
    const bool lives = seen[i].status && is_wanted_or_lives(*seen[i].status);
    if (settled && one.component.desired != "RUNNING" && !lives) {
      settle(row, fleet_outcome::not_running, "");
    } else if (!may(who, application.user, "application:stop")) {
      settle(row, fleet_outcome::forbidden,
             fmt::format("{} may not stop what belongs to {}", who.user, application.user));
    }
    if (seen[i].status) one.queue = json::text_of(*seen[i].status, "queue");
    if (request.chooses_by_queue()) {
      if (!one.queue.empty() && !request.chooses_queue(one.queue)) continue;
      if (one.queue.empty() && is_waiting(row)) {
        settle(row, fleet_outcome::failed, "in which queue it is could not be told: not stopped");
      } else if (one.queue.empty()) {
        continue;
      }
    }
    made.rows.push_back(std::move(row));
    chosen.push_back(std::move(one));
  }
  const std::vector<std::string_view> filters(std::begin(fleet_filters), std::end(fleet_filters));
  if (made.rows.empty()) {
    // Of which one fits no component at all; it may be all of them together that none fits. The
    // queues of others are not known.
    throw failure(
        failure_kind::not_found,
        "no component is as the request says; GET /applications lists applications",
        told_of_patterns(wish, {"application", "component", "type", "package", "user"}, all));
  }
  made.warnings = told_of_patterns(wish, filters, chosen);
  for (problem& one : told_of_patterns(wish, {"order"}, chosen))
    made.warnings.push_back(std::move(one));
  return made;
}

fleet_choice::choice fleet_choice::to_start(const json::value& wish, const caller& who) {
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
  choice made;
  const bool looks = json::flag_of(wish, "dry_run", false);
  const auto object = [&](const std::string& text) {
    if (!looks) throw failure(failure_kind::conflicting_state, text);
    made.warnings.push_back({"$.from", "", "", text});
  };
  if (goes_on || runner_.board().view(origin)) {
    object(fmt::format("the stop {} is under way; wait for its end, or cancel it", origin));
  }
  const bool ordered = json::find(wish, "order") != nullptr;
  std::vector<chosen_component> chosen;
  for (const fleet_member& was : rows) {
    if (was.outcome == fleet_outcome::untold && made.warnings.size() < most_problems) {
      made.warnings.push_back(
          {"$.from", "", "",
           fmt::format("{}/{} is left out: what became of it at that stop could not be told; look "
                       "at it (GET /applications/{}/status)",
                       was.application, was.name, was.application)});
    }
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
    chosen_component one;
    one.application.name = row.application;
    one.component.name = row.name;
    chosen.push_back(std::move(one));
    made.rows.push_back(std::move(row));
  }
  if (made.rows.empty())
    object(fmt::format("the stop {} has stopped nothing: there is nothing to start", origin));
  for (problem& one : told_of_patterns(wish, {"order"}, chosen))
    made.warnings.push_back(std::move(one));
  return made;
}

}  // namespace manager
