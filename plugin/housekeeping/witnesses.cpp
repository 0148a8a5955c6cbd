// Who is asked before anything is called left over.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/witnesses.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "component/component_log.h"
#include "component/component_name.h"
#include "io/time.h"

namespace dm::housekeeping {

using cluster::application_listing;
using context::session;

namespace {

// By this node's clock against the ResourceManager's: a clock that is wrong by minutes changes
// nothing, since a listing counts together with a second look at each application.
constexpr std::int64_t settled_after_ms = 600'000;

result<void> settled(std::int64_t started_on, const std::string& address) {
  const std::int64_t age = io::now().time_since_epoch().count() - started_on;
  if (age >= settled_after_ms) return {};
  return fail(
      status_code::unavailable,
      fmt::format("the ResourceManager {} has just started, at {}: what it does not list may be "
                  "an application that it has not recovered yet",
                  address, io::to_rfc3339(io::from_epoch_ms(started_on))),
      "inspect again some minutes later");
}

}  // namespace

std::optional<application_life> life_in(const application_listing& listing,
                                        const std::string& application_id) {
  for (const cluster::yarn_application& one : listing.applications) {
    if (one.id != application_id) continue;
    return one.terminal() ? application_life::ended : application_life::lives;
  }
  return std::nullopt;
}

witnesses::witnesses(session& session, const known_components& components)
    : session_(session), components_(components) {}

const result<application_listing>& witnesses::applications_of(const io::operation& op,
                                                              const std::string& user) {
  const auto known = applications_.find(user);
  if (known != applications_.end()) return known->second;
  return applications_.emplace(user, session_.yarn_for(user).find_of_user(op, user)).first->second;
}

const result<application_listing>& witnesses::fleet(const io::operation& op,
                                                    const std::string& name_space) {
  if (fleet_) return *fleet_;
  std::set<std::string> users = components_.users;
  if (users.empty()) users.insert(reader_of(components_));
  application_listing all;
  std::set<std::string> seen;
  for (const std::string& user : users) {
    auto listing = session_.yarn_for(user).find_confirmed(op, component::fleet_tag(name_space));
    if (!listing) return fleet_.emplace(fail(std::move(listing.error())));
    all.address = listing->address;
    // The youngest of them, should it have changed in between.
    all.started_on = std::max(all.started_on, listing->started_on);
    for (cluster::yarn_application& one : listing->applications) {
      if (seen.insert(one.id).second) all.applications.push_back(std::move(one));
    }
  }
  return fleet_.emplace(std::move(all));
}

result<void> witnesses::absence_counts(const application_listing& listing) {
  return settled(listing.started_on, listing.address);
}

result<application_life> witnesses::life_now(const io::operation& op, const std::string& user,
                                             const std::string& application_id) {
  auto answer = session_.yarn_for(user).find_application(op, application_id);
  if (!answer) return fail(std::move(answer.error()));
  if (answer->application)
    return answer->application->terminal() ? application_life::ended : application_life::lives;
  if (auto counts = settled(answer->started_on, answer->address); !counts)
    return fail(std::move(counts.error()));
  return application_life::forgotten;
}

const result<std::vector<supervisor::process_information>>& witnesses::processes(
    const io::operation& op) {
  if (!processes_) processes_.emplace(session_.supervisor().all_processes(op));
  return *processes_;
}

bool witnesses::runs(const std::vector<supervisor::process_information>& processes,
                     const std::string& program) {
  return std::any_of(processes.begin(), processes.end(),
                     [&](const auto& one) { return one.name == program && one.alive(); });
}

const result<component::log_snapshot>& witnesses::log_of(const io::operation& op,
                                                         const known_component& component) {
  const auto known = logs_.find(component.data.id);
  if (known != logs_.end()) return known->second;
  cluster::hdfs hdfs = session_.hdfs_for(component.data.user);
  component::component_log log(
      hdfs, component::hdfs_directory(component.data.state_root, component.name()));
  auto seen = log.read_newest(op);
  // An end that does not know the job: the application's fact may.
  if (const auto* newest = seen ? seen->newest_incarnation() : nullptr; newest != nullptr) {
    const std::uint64_t epoch = newest->number;
    const auto end = seen->ends.find(epoch);
    if (end != seen->ends.end() && end->second.job_id.empty() &&
        !seen->applications.contains(epoch)) {
      auto fact = log.application_of(op, epoch);
      if (!fact) {
        seen = fail(std::move(fact.error()));
      } else if (*fact) {
        seen->applications.emplace(epoch, std::move(**fact));
      }
    }
  }
  return logs_.emplace(component.data.id, std::move(seen)).first->second;
}

}  // namespace dm::housekeeping
