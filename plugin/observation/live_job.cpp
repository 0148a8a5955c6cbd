// The job of a component that lives now.
// SPDX-License-Identifier: Apache-2.0
#include "observation/live_job.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "component/observation.h"

namespace dm::observation {

using context::session;
using input::component_data;

namespace {

using component::applications_by_epoch;
using component::log_snapshot;

const component::application_fact* fact_of(const log_snapshot& log, std::uint64_t epoch) {
  const auto found = log.applications.find(epoch);
  return found == log.applications.end() ? nullptr : &found->second;
}

// Asks the JobManager for its job; what it does not answer stands in `silence`.
result<void> ask_job_manager(session& session, const io::operation& op, const log_snapshot& log,
                             live_job& live) {
  auto response = session.http().perform(op, flink::jobs_overview_request(live.job_manager));
  auto jobs = response ? flink::read_jobs_overview(*response, live.job_manager)
                       : result<std::vector<flink::job_overview>>(fail(response.error()));
  if (!jobs) {
    if (jobs.error().code == status_code::cancelled ||
        jobs.error().code == status_code::deadline_exceeded) {
      return fail(std::move(jobs.error()));
    }
    live.silence = jobs.error().message;
    return {};
  }
  const component::application_fact* fact = fact_of(log, live.epoch);
  const bool same = fact != nullptr && fact->application_id == live.application_id;
  const flink::job_overview* job = chosen_job(*jobs, same ? fact->job_id : std::string());
  if (job == nullptr) return {};
  live.job_id = job->id;
  live.job_state = job->state;
  live.tasks_total = job->tasks_total;
  live.tasks_running = job->tasks_running;
  live.ended = job->terminal();
  live.all_tasks_running = job->all_tasks_running();
  for (const flink::job_overview& other : *jobs) {
    if (other.id != job->id && !other.terminal()) live.other_jobs.push_back(other.id);
  }
  return {};
}

// An application that YARN denies although its JobManager answers: a ResourceManager that has just
// started may not know it yet.
result<std::optional<live_job>> find_denied(session& session, const io::operation& op,
                                            const log_snapshot& log,
                                            const applications_by_epoch& groups) {
  const component::log_record* incarnation = log.newest_incarnation();
  if (incarnation == nullptr || log.ends.contains(incarnation->number) ||
      groups.contains(incarnation->number)) {
    return std::optional<live_job>();
  }
  const component::application_fact* fact = fact_of(log, incarnation->number);
  if (fact == nullptr || fact->job_manager.empty()) return std::optional<live_job>();
  live_job live;
  live.epoch = incarnation->number;
  live.application_id = fact->application_id;
  live.job_manager = fact->job_manager;
  if (auto asked = ask_job_manager(session, op, log, live); !asked) return fail(asked.error());
  // A silent one is no evidence against the ResourceManager, nor is one of another component that
  // took the port over.
  if (live.job_id != fact->job_id || live.job_id.empty() || live.ended)
    return std::optional<live_job>();
  return live;
}

}  // namespace

const flink::job_overview* chosen_job(const std::vector<flink::job_overview>& jobs,
                                      const std::string& known_id) {
  const auto rank = [&](const flink::job_overview& job) {
    return std::tuple(!job.terminal(), job.id == known_id, job.start_ms);
  };
  const auto chosen = std::max_element(
      jobs.begin(), jobs.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  return chosen == jobs.end() ? nullptr : &*chosen;
}

std::string live_job::described() const {
  if (job_manager.empty()) {
    return fmt::format("its application {} is {} and has no JobManager yet", application_id,
                       application_state);
  }
  if (!silence.empty()) {
    return fmt::format("the JobManager {} of its application {} does not answer ({})", job_manager,
                       application_id, silence);
  }
  if (job_id.empty())
    return fmt::format("the JobManager {} of {} has no job yet", job_manager, application_id);
  if (job_state != "RUNNING") return fmt::format("its job {} is {}", job_id, job_state);
  return fmt::format("{} of {} tasks of its job {} run", tasks_running, tasks_total, job_id);
}

result<std::optional<live_job>> find_live_job(session& session, const io::operation& op,
                                              const component_data& data, const log_snapshot& log) {
  cluster::resource_manager yarn = session.yarn_for(data.user);
  const std::string tag = component::component_tag(data.id);
  // Presence is proof, and costs one request; only absence must be confirmed.
  auto listing = yarn.find(op, tag);
  if (!listing) return fail(std::move(listing.error()));
  applications_by_epoch groups =
      component::group_by_epoch(listing->applications, data.id, data.user);
  const auto none_lives = [&] {
    return std::all_of(groups.begin(), groups.end(), [&](const auto& group) {
      return component::live_of(groups, group.first).empty();
    });
  };
  if (none_lives()) {
    auto confirmed = yarn.find_confirmed(op, tag);
    if (!confirmed) return fail(std::move(confirmed.error()));
    groups = component::group_by_epoch(confirmed->applications, data.id, data.user);
    if (none_lives()) return find_denied(session, op, log, groups);
  }
  live_job live;
  live.epoch = component::newest_live_epoch(groups);
  const cluster::yarn_application& application = *component::live_of(groups, live.epoch).front();
  live.application_id = application.id;
  live.application_state = application.state;
  live.job_manager = component::job_manager_of(application);
  // YARN forgets the address for a while after a failover (D-33), and may hide it.
  if (live.job_manager.empty())
    live.job_manager = component::last_known_job_manager(log, live.application_id);
  if (live.job_manager.empty()) return live;
  if (auto asked = ask_job_manager(session, op, log, live); !asked) return fail(asked.error());
  return live;
}

result<void> check_all_tasks_running(const live_job& job, const component_data& data,
                                     std::string_view verb) {
  if (!job.other_jobs.empty()) {
    return fail(
        status_code::failed_precondition,
        fmt::format("{} of {}: its application {} runs {} jobs, {} and {}; a savepoint is of one "
                    "job, and what the others have done would be lost. Nothing was done, it goes "
                    "on as it was",
                    verb, data.name.text(), job.application_id, job.other_jobs.size() + 1,
                    job.job_id, fmt::join(job.other_jobs, ", ")),
        "let the program execute one job, or save each by Flink's own REST interface");
  }
  if (job.all_tasks_running) return {};
  if (!job.silence.empty()) {
    return fail(status_code::unavailable,
                fmt::format("{} of {}: {}; nothing was done, it goes on as it was", verb,
                            data.name.text(), job.described()),
                "look at its status and try again");
  }
  return fail(status_code::failed_precondition,
              fmt::format("{} of {}: {}; a savepoint needs every task running. Nothing was done, "
                          "it goes on as it was",
                          verb, data.name.text(), job.described()),
              "try again once its status is RUNNING");
}

}  // namespace dm::observation
