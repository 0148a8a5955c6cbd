// The verdict on a component whose application lives.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "observation/guard_presence.h"
#include "observation/restarts.h"
#include "observation/verdict.h"

namespace dm::observation {

namespace {

// A job that has ended takes its application with it within seconds.
constexpr std::chrono::minutes time_to_leave{1};
// So long a JobManager that does not answer may still be coming up.
constexpr std::int64_t time_to_come_up_ms = 60'000;

std::string pending_stop(const observed_facts& facts, const std::string& what_lives) {
  const component::log_record& stop = *facts.log->newest_intent();
  return fmt::format(
      "a stop was asked for at {} and is not over: {}. Unless one is under way, stop again to go "
      "on with it",
      io::to_rfc3339(stop.written_at), what_lives);
}

// Its job has ended, and its application lives.
verdict of_ended_job(const input::component_data& data, const observed_facts& facts) {
  const flink::job_overview& job = *facts.job;
  const bool long_ago =
      job.now_ms > 0 && job.end_ms > 0 &&
      io::from_epoch_ms(job.now_ms) - io::from_epoch_ms(job.end_ms) >= time_to_leave;
  if (!long_ago) {
    return {component_state::stopping,
            fmt::format("the job is {}; its YARN application is ending", job.state),
            rule::job_has_just_ended};
  }
  const guard_presence guard = presence_of_guard(facts);
  const bool watched = guard != guard_presence::missing;
  verdict found(component_state::stopped,
                fmt::format("the job is {}, and its application is still there", job.state),
                rule::job_ended_application_stays);
  found.reason.add(watched ? "the guard ends it" : "stop ends it");
  if (stop_asked_for(facts)) return found;
  if (job.state == "FINISHED") {
    // The client of an attached run may execute again.
    const bool goes_on = watched && data.submission == flink::submission_mode::attached;
    found.state = goes_on ? component_state::running : component_state::completed;
  }
  if (job.state == "FAILED")
    found.state = watched ? component_state::backoff : component_state::failed;
  if (guard == guard_presence::not_known) found.confidence = confidence::stale;
  found.reason.add(described_guard(data, facts));
  return found;
}

// Its job has not ended.
verdict of_live_job(const observed_facts& facts) {
  const flink::job_overview& job = *facts.job;
  if (job.state == "CANCELLING") {
    return {component_state::stopping, "the job is being cancelled", rule::job_is_cancelled};
  }
  if (stop_asked_for(facts)) {
    return {component_state::stopping, pending_stop(facts, fmt::format("the job is {}", job.state)),
            rule::stop_is_pending};
  }
  const auto restarts = restarts_of(facts);
  const std::string restarted = restarts ? described(*restarts) : std::string();
  if (job.state == "FAILING" || job.state == "RESTARTING") {
    if (restarts) return {component_state::restarting, restarted, rule::flink_restarts_it};
    const std::string exception = newest_exception(facts);
    return {component_state::restarting,
            fmt::format("the job is {}{}{}", job.state, exception.empty() ? "" : ": ", exception),
            rule::flink_restarts_it};
  }
  if (job.all_tasks_running()) {
    if (restarts_again_and_again(facts))
      return {component_state::restarting, restarted, rule::flink_restarts_it};
    return {component_state::running, restarted, rule::all_tasks_run};
  }
  if (restarts) return {component_state::restarting, restarted, rule::flink_restarts_it};
  return {component_state::starting,
          fmt::format("the job is {}, {} of {} tasks running: waiting for TaskManagers", job.state,
                      job.tasks_running, job.tasks_total),
          rule::tasks_are_missing};
}

// Whether its job has been seen, so that it is more than about to start.
bool job_was_seen(const observed_facts& facts, const cluster::yarn_application& application) {
  const component::application_fact* fact = fact_of(facts, application);
  if (fact != nullptr && !fact->job_id.empty()) return true;
  return facts.remembered && facts.remembered->application_id == application.id &&
         !facts.remembered->job_id.empty();
}

// YARN's word alone.
verdict of_silent_job_manager(const observed_facts& facts,
                              const cluster::yarn_application& application,
                              const std::string& silence) {
  const bool came_up =
      job_was_seen(facts, application) ||
      (application.state == "RUNNING" && application.elapsed_ms >= time_to_come_up_ms);
  verdict found(component_state::starting,
                fmt::format("YARN says {}; {}", application.state, silence),
                rule::job_manager_is_silent);
  if (came_up) found.state = component_state::running;
  if (stop_asked_for(facts)) {
    found.state = component_state::stopping;
    found.also(rule::stop_is_pending);
    found.reason.add(pending_stop(facts, "the application " + application.id + " lives"));
  }
  found.confidence = confidence::stale;
  return found;
}

verdict of_application(const observed_facts& facts, const cluster::yarn_application& application) {
  if (!facts.job_manager_error.empty()) {
    return of_silent_job_manager(facts, application,
                                 fmt::format("its JobManager {} does not answer: {}",
                                             facts.job_manager, facts.job_manager_error));
  }
  if (application.restricted_view && facts.job_manager.empty() && application.state == "RUNNING") {
    return of_silent_job_manager(facts, application,
                                 "an access list of YARN hides the address of its JobManager");
  }
  if (stop_asked_for(facts)) {
    return {component_state::stopping,
            pending_stop(
                facts, fmt::format("the application {} is {}", application.id, application.state)),
            rule::stop_is_pending};
  }
  if (application.state == "RUNNING") {
    return {component_state::starting,
            facts.job_manager.empty() ? "the address of its JobManager is not known yet"
                                      : "the JobManager is up; its job does not show yet",
            rule::application_has_no_job_yet};
  }
  std::string reason =
      fmt::format("YARN says {} in queue {}", application.state, application.queue);
  if (!application.diagnostics.empty()) reason += ": " + first_line(application.diagnostics);
  return {component_state::starting, std::move(reason), rule::application_waits};
}

}  // namespace

verdict of_job(const input::component_data& data, const observed_facts& facts) {
  const flink::job_overview& job = *facts.job;
  verdict found = job.terminal() ? of_ended_job(data, facts) : of_live_job(facts);
  found.job_id = job.id;
  found.since = io::from_epoch_ms(job.last_modified_ms > 0 ? job.last_modified_ms : job.start_ms);
  if (!facts.exceptions_error.empty()) {
    found.confidence = confidence::stale;
    found.also(rule::restarts_not_known);
    found.reason.add(
        fmt::format("whether Flink restarts it again and again is not known, since {} did not say: "
                    "{}",
                    facts.job_manager, facts.exceptions_error));
  }
  return found;
}

verdict of_live_application(const input::component_data& data, const observed_facts& facts,
                            const cluster::yarn_application& application) {
  verdict found = facts.job ? of_job(data, facts) : of_application(facts, application);
  if (!facts.job && application.started_ms > 0)
    found.since = io::from_epoch_ms(application.started_ms);
  const bool ended = facts.job && facts.job->terminal();
  if (ended || stop_asked_for(facts)) return found;
  const guard_presence guard = presence_of_guard(facts);
  if (guard != guard_presence::not_known) found.watched = guard == guard_presence::at_work;
  if (guard == guard_presence::missing) {
    found.also(rule::nobody_watches);
    found.reason.add(
        fmt::format("nobody watches it and would restart it: {}; start brings its "
                    "guard back",
                    described_guard(data, facts)));
  }
  return found;
}

}  // namespace dm::observation
