// Which components an operation on the fleet is about.
// SPDX-License-Identifier: Apache-2.0
#include "fleet/fleet_choice.h"

#include "base/names.h"
#include "fleet/fleet_report.h"
#include "registry/fleet_facts.h"
#include "registry/list_statement.h"

#include <fmt/format.h>

#include <map>
#include <optional>
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

std::vector<fleet_member> fleet_choice::to_stop(const json::value& wish, const caller& who) {
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

std::vector<fleet_member> fleet_choice::to_start(const json::value& wish, const caller& who) {
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

}  // namespace manager
