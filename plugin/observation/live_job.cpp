// The job of a component that lives now.
// SPDX-License-Identifier: Apache-2.0
#include "observation/live_job.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "component/observation.h"

namespace dm::observation {

using context::component_view;
using input::component_data;

namespace {

using component::applications_by_epoch;
using component::log_snapshot;

// What the log has recorded of that application of the epoch; nullopt: nothing.
result<std::optional<component::application_fact>> fact_of(component_view& view,
                                                           const io::operation& op,
                                                           const log_snapshot& log,
                                                           std::uint64_t epoch,
                                                           const std::string& application_id) {
  std::optional<component::application_fact> fact;
  if (const auto known = log.applications.find(epoch); known != log.applications.end()) {
    fact = known->second;
  } else {
    auto read = view.log().application_of(op, epoch);
    if (!read) return fail(std::move(read.error()));
    fact = std::move(*read);
  }
  if (fact && fact->application_id != application_id) fact.reset();
  return fact;
}

// Asks the JobManager for its job; what it does not answer stands in `silence`.
result<void> ask_job_manager(component_view& view, const io::operation& op, const log_snapshot& log,
                             live_job& live) {
  auto response = view.http().perform(op, flink::jobs_overview_request(live.job_manager));
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
  auto fact = fact_of(view, op, log, live.epoch, live.application_id);
  if (!fact) return fail(std::move(fact.error()));
  const flink::job_overview* job = chosen_job(*jobs, *fact ? (*fact)->job_id : std::string());
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

result<std::string> job_manager_of(component_view& view, const io::operation& op,
                                   const log_snapshot& log, std::uint64_t epoch,
                                   const cluster::yarn_application& application) {
  std::string told = component::job_manager_of(application);
  if (!told.empty()) return told;
  auto fact = fact_of(view, op, log, epoch, application.id);
  if (!fact) return fail(std::move(fact.error()));
  return *fact ? (*fact)->job_manager : std::string();
}

result<std::optional<live_job>> find_denied_job(component_view& view, const io::operation& op,
                                                const log_snapshot& log,
                                                const applications_by_epoch& groups) {
  using nothing = std::optional<live_job>;
  const component::application_fact* denied = component::denied_application(log, groups);
  if (denied == nullptr || denied->job_manager.empty()) return nothing();
  live_job live;
  live.epoch = denied->epoch;
  live.application_id = denied->application_id;
  live.job_manager = denied->job_manager;
  if (auto asked = ask_job_manager(view, op, log, live); !asked) return fail(asked.error());
  // Another component's JobManager may have taken the port over.
  if (live.job_id != denied->job_id || live.job_id.empty() || live.ended) return nothing();
  return live;
}

result<std::optional<live_job>> find_live_job(component_view& view, const io::operation& op,
                                              const log_snapshot& log) {
  const component_data& data = view.data();
  const std::string tag = component::component_tag(data.id);
  // Presence is proof, and costs one request; only absence must be confirmed.
  auto listing = view.yarn().find(op, tag);
  if (!listing) return fail(std::move(listing.error()));
  applications_by_epoch groups =
      component::group_by_epoch(listing->applications, data.id, data.user);
  const auto none_lives = [&] {
    return std::all_of(groups.begin(), groups.end(), [&](const auto& group) {
      return component::live_of(groups, group.first).empty();
    });
  };
  if (none_lives()) {
    auto confirmed = view.yarn().find_confirmed(op, tag);
    if (!confirmed) return fail(std::move(confirmed.error()));
    groups = component::group_by_epoch(confirmed->applications, data.id, data.user);
    if (none_lives()) return find_denied_job(view, op, log, groups);
  }
  live_job live;
  live.epoch = component::newest_live_epoch(groups);
  const cluster::yarn_application& application = *component::live_of(groups, live.epoch).front();
  live.application_id = application.id;
  live.application_state = application.state;
  auto address = job_manager_of(view, op, log, live.epoch, application);
  if (!address) return fail(std::move(address.error()));
  live.job_manager = std::move(*address);
  if (live.job_manager.empty()) return live;
  if (auto asked = ask_job_manager(view, op, log, live); !asked) return fail(asked.error());
  return live;
}

result<void> check_all_tasks_running(const live_job& job, const component_data& data,
                                     std::string_view verb) {
  if (!job.other_jobs.empty()) {
    return fail(
        status_code::failed_precondition, reason_code::several_jobs,
        fmt::format("{} of {}: its application {} runs {} jobs, {} and {}; a savepoint is of one "
                    "job, and what the others have done would be lost. Nothing was done, it goes "
                    "on as it was",
                    verb, data.name.text(), job.application_id, job.other_jobs.size() + 1,
                    job.job_id, fmt::join(job.other_jobs, ", ")),
        "let the program execute one job, or save each by Flink's own REST interface");
  }
  if (job.all_tasks_running) return {};
  if (!job.silence.empty()) {
    return fail(status_code::unavailable, reason_code::job_manager_silent,
                fmt::format("{} of {}: {}; nothing was done, it goes on as it was", verb,
                            data.name.text(), job.described()),
                "look at its status and try again");
  }
  return fail(status_code::failed_precondition, reason_code::tasks_not_running,
              fmt::format("{} of {}: {}; a savepoint needs every task running. Nothing was done, "
                          "it goes on as it was",
                          verb, data.name.text(), job.described()),
              "try again once its status is RUNNING");
}

}  // namespace dm::observation
