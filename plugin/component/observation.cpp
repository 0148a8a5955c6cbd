// The YARN applications of one component, sorted by epoch.
// SPDX-License-Identifier: Apache-2.0
#include "component/observation.h"

#include "component/component_name.h"

namespace dm::component {

applications_by_epoch group_by_epoch(const std::vector<cluster::yarn_application>& applications,
                                     const std::string& id) {
  applications_by_epoch groups;
  for (const cluster::yarn_application& application : applications) {
    if (!application.has_tag(component_tag(id))) continue;  // several tags in a query are an OR
    groups[epoch_of(application.tags, id).value_or(0)].push_back(application);
  }
  return groups;
}

bool belongs_to(const cluster::yarn_application& application, const std::string& user) {
  return user.empty() || application.user.empty() || application.user == user;
}

applications_by_epoch group_by_epoch(std::vector<cluster::yarn_application> applications,
                                     const std::string& id, const std::string& user) {
  std::erase_if(applications, [&](const auto& one) { return !belongs_to(one, user); });
  return group_by_epoch(applications, id);
}

std::vector<const cluster::yarn_application*> live_of(const applications_by_epoch& groups,
                                                      std::uint64_t epoch) {
  std::vector<const cluster::yarn_application*> live;
  if (const auto found = groups.find(epoch); found != groups.end()) {
    for (const cluster::yarn_application& application : found->second) {
      if (!application.terminal()) live.push_back(&application);
    }
  }
  return live;
}

std::uint64_t newest_live_epoch(const applications_by_epoch& groups) {
  for (auto it = groups.rbegin(); it != groups.rend(); ++it) {
    if (!live_of(groups, it->first).empty()) return it->first;
  }
  return 0;
}

std::vector<const cluster::yarn_application*> live_except(const applications_by_epoch& groups,
                                                          std::uint64_t epoch) {
  std::vector<const cluster::yarn_application*> live;
  for (const auto& [other, applications] : groups) {
    if (other == epoch) continue;
    const auto of_epoch = live_of(groups, other);
    live.insert(live.end(), of_epoch.begin(), of_epoch.end());
  }
  return live;
}

outcome outcome_of(const cluster::yarn_application& application) {
  if (application.state == "KILLED" || application.final_status == "KILLED") return outcome::killed;
  if (application.state == "FAILED" || application.final_status == "FAILED") return outcome::failed;
  if (application.final_status == "SUCCEEDED") return outcome::completed;
  return outcome::unknown;
}

std::string job_manager_of(const cluster::yarn_application& application) {
  // Flink registers the JobManager's REST port as the AM's RPC port (Flink >= 1.5).
  if (application.terminal() || application.am_rpc_address.empty()) return {};
  if (application.am_rpc_address.ends_with(":-1") || application.am_rpc_address.starts_with("N/A"))
    return {};
  return "http://" + application.am_rpc_address;
}

checkpoint_fact checkpoints_of(std::uint64_t epoch, const std::string& job_id,
                               const flink::job_checkpoints& said) {
  checkpoint_fact fact;
  fact.epoch = epoch;
  fact.job_id = job_id;
  fact.completed_count = said.completed_count;
  if (said.latest_completed) {
    fact.checkpoint_id = said.latest_completed->id;
    // "<checkpoint-not-externally-addressable>" is what one in memory has.
    if (!said.latest_completed->external_path.starts_with('<'))
      fact.external_path = said.latest_completed->external_path;
  }
  fact.seen_at = io::now();
  return fact;
}

std::string last_known_job_manager(const log_snapshot& log, const std::string& application_id) {
  if (application_id.empty()) {
    const log_record* incarnation = log.newest_incarnation();
    if (incarnation == nullptr || log.ends.contains(incarnation->number)) return {};
    const auto fact = log.applications.find(incarnation->number);
    return fact == log.applications.end() ? std::string() : fact->second.job_manager;
  }
  for (const auto& [epoch, fact] : log.applications) {
    if (fact.application_id == application_id) return fact.job_manager;
  }
  return {};
}

const application_fact* denied_application(const log_snapshot& log,
                                           const applications_by_epoch& groups) {
  const log_record* incarnation = log.newest_incarnation();
  if (incarnation == nullptr || log.ends.contains(incarnation->number) ||
      groups.contains(incarnation->number)) {
    return nullptr;
  }
  const auto fact = log.applications.find(incarnation->number);
  return fact == log.applications.end() ? nullptr : &fact->second;
}

}  // namespace dm::component
