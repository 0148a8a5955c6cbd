// From what the sources said to a state.
// SPDX-License-Identifier: Apache-2.0
#include "observation/evaluation.h"

#include <algorithm>

#include <fmt/format.h>

#include "component/component_name.h"
#include "observation/status_report.h"

namespace dm::observation {

using input::component_data;

using component::decision;
using component::end_fact;
using component::log_record;
using component::outcome;

namespace {

// A job whose newest restart is at most this long ago, and not its first, is RESTARTING even at a
// moment at which all its tasks run: with checkpoints on, Flink restarts a failing job for ever.
constexpr std::chrono::seconds flapping_window{120};
constexpr std::int64_t flapping_restarts = 2;

bool guard_at_work(const observed_facts& facts) {
  return facts.supervisor_answered && facts.process && facts.process->alive();
}

void set(component_status& status, component_state state, std::string reason) {
  status.state = state;
  status.reason = std::move(reason);
}

std::string restart_text(const restart_report& report) {
  return fmt::format("restarted {} time{} by Flink, last at {}: {}", report.count,
                     report.count == 1 ? "" : "s", io::to_rfc3339(report.since_at),
                     report.exception);
}

bool flapping(const component_status& status, const observed_facts& facts) {
  return status.restarts && status.restarts->count >= flapping_restarts &&
         facts.now - status.restarts->since_at < flapping_window;
}

// The state of a live application from its JobManager's word.
void evaluate_job(component_status& status, const observed_facts& facts, bool stop_wanted) {
  const flink::job_overview& job = *facts.job;
  status.job_id = job.id;
  status.since = io::from_epoch_ms(job.last_modified_ms > 0 ? job.last_modified_ms : job.start_ms);
  prove(status, facts, "jobmanager " + facts.job_manager,
        fmt::format("job {} is {}, {} of {} tasks running", job.id, job.state, job.tasks_running,
                    job.tasks_total));
  report_restarts(status, facts);
  if (job.state == "CANCELLING")
    return set(status, component_state::stopping, "the job is being cancelled");
  if (job.terminal()) {
    return set(status, component_state::stopping,
               fmt::format("the job is {}; its YARN application is ending", job.state));
  }
  if (stop_wanted) {
    return set(status, component_state::stopping,
               fmt::format("stop was asked for; the job is still {}", job.state));
  }
  if (job.state == "FAILING" || job.state == "RESTARTING") {
    return set(
        status, component_state::restarting,
        status.restarts ? restart_text(*status.restarts) : fmt::format("Flink says {}", job.state));
  }
  if (job.all_tasks_running()) {
    if (flapping(status, facts))
      return set(status, component_state::restarting, restart_text(*status.restarts));
    return set(status, component_state::running,
               status.restarts ? restart_text(*status.restarts) : "");
  }
  if (status.restarts && status.restarts->count > 0) {
    return set(status, component_state::restarting, restart_text(*status.restarts));
  }
  set(status, component_state::starting,
      fmt::format("the job is {}, {} of {} tasks running: waiting for TaskManagers", job.state,
                  job.tasks_running, job.tasks_total));
}

void evaluate_live(component_status& status, const observed_facts& facts,
                   const cluster::yarn_application& application) {
  status.confidence = confidence::confirmed;
  const bool stop_wanted = facts.log && !facts.log->wanted();
  const bool recently =
      io::from_epoch_ms(application.started_ms) + std::chrono::minutes(1) > facts.now;
  status.since = io::from_epoch_ms(application.started_ms);
  if (facts.job) return evaluate_job(status, facts, stop_wanted);
  if (!facts.job_manager_error.empty() && !recently) {
    status.confidence = confidence::stale;
    return set(status, stop_wanted ? component_state::stopping : component_state::running,
               fmt::format("YARN says {}; the JobManager {} does not answer: {}", application.state,
                           facts.job_manager, facts.job_manager_error));
  }
  if (stop_wanted)
    return set(status, component_state::stopping, "stop was asked for; the application is ending");
  if (application.state == "RUNNING") {
    return set(status, component_state::starting,
               "the JobManager is up; its job does not show yet");
  }
  std::string reason =
      fmt::format("YARN says {} in queue {}", application.state, application.queue);
  if (!application.diagnostics.empty()) reason += ": " + first_line(application.diagnostics);
  set(status, component_state::starting, std::move(reason));
}

void evaluate_end(component_status& status, const observed_facts& facts, const end_fact& end) {
  status.job_id = end.job_id;
  if (status.application_id.empty()) status.application_id = end.application_id;
  status.since = end.ended_at;
  switch (end.decision) {
    case decision::restart:
      return set(
          status, component_state::backoff,
          fmt::format("{}; next attempt {}", end.cause,
                      end.restart_at > facts.now ? "at " + io::to_rfc3339(end.restart_at) : "now"));
    case decision::give_up:
      return set(status, component_state::failed, end.cause);
    case decision::none:
      break;
  }
  switch (end.outcome) {
    case outcome::completed:
      return set(status, component_state::completed, "");
    case outcome::stopped:
      return set(status, component_state::stopped, "");
    case outcome::killed:
      return set(status, component_state::stopped, "ended from outside: " + end.cause);
    case outcome::failed:
    case outcome::unknown:
      return set(status, component_state::failed, end.cause);
  }
}

// Wanted, nothing lives, and the current incarnation has no end in the log yet.
void evaluate_open_incarnation(component_status& status, const observed_facts& facts,
                               std::uint64_t epoch) {
  const auto ended = facts.applications.find(epoch);
  if (ended == facts.applications.end()) {
    if (guard_at_work(facts)) {
      return set(status, component_state::starting, "the flink client is submitting the job");
    }
    return set(status, component_state::unknown,
               "the last submission left no trace in YARN and no guard is at work to look into it");
  }
  const cluster::yarn_application& application = ended->second.back();
  status.since = io::from_epoch_ms(application.finished_ms);
  switch (component::outcome_of(application)) {
    case outcome::completed:
      return set(status, component_state::completed, "");
    case outcome::killed:
      // The guard may have killed it itself, and is about to say why.
      if (guard_at_work(facts)) break;
      return set(status, component_state::stopped,
                 "ended from outside: " + first_line(application.diagnostics));
    default:
      break;
  }
  set(status, component_state::backoff,
      fmt::format("the application ended {} {}; the guard looks into the cause. {}",
                  application.state, application.final_status,
                  first_line(application.diagnostics)));
}

void evaluate_wanted(component_status& status, const observed_facts& facts) {
  const component::log_snapshot& log = *facts.log;
  const log_record* incarnation = log.current_incarnation();
  const bool ended = incarnation != nullptr && log.ends.contains(incarnation->number);
  if (ended) {
    evaluate_end(status, facts, log.ends.at(incarnation->number));
    if (status.state != component_state::backoff || guard_at_work(facts)) return;
  } else if (guard_at_work(facts) || incarnation != nullptr) {
    if (incarnation != nullptr) {
      evaluate_open_incarnation(status, facts, incarnation->number);
    } else {
      set(status, component_state::starting, "the guard is about to submit the job");
    }
    if (guard_at_work(facts) || status.state == component_state::completed) return;
  } else {
    set(status, component_state::unknown,
        "wanted, but nothing was submitted and no guard is at work");
  }
  // Wanted, but there is nobody who would bring it up: say who is missing, and why.
  if (!facts.damage.empty()) return set(status, component_state::failed, facts.damage);
  if (!facts.supervisor_answered) {
    if (!facts.supervisor_error.empty())
      status.reason += "; supervisord does not answer: " + facts.supervisor_error;
    return;
  }
  if (!facts.process) {
    status.reason += "; supervisord does not know the program";
  } else if (facts.process->state == "EXITED" || facts.process->state == "FATAL") {
    set(status, component_state::failed,
        fmt::format("the guard ended with exit code {} ({}{}); its log is {}",
                    facts.process->exit_status, facts.process->state,
                    facts.process->spawn_error.empty() ? "" : ", " + facts.process->spawn_error,
                    status.guard_log));
  } else {
    status.reason += fmt::format("; the program is {} in supervisord", facts.process->state);
  }
}

void evaluate_unwanted(component_status& status, const observed_facts& facts) {
  const component::log_snapshot& log = *facts.log;
  const log_record* intent = log.newest_intent();
  // What was before a destroy is a former life.
  if (intent == nullptr || intent->stop_cause == component::destroyed)
    return set(status, component_state::created, "");
  status.since = intent->written_at;
  const log_record* incarnation = log.newest_incarnation();
  const auto end = incarnation == nullptr ? log.ends.end() : log.ends.find(incarnation->number);
  const bool start_failed = intent->stop_cause == "start-failed";
  const bool recorded = end != log.ends.end();
  if (start_failed && (!recorded || end->second.cause.empty())) {
    return set(status, component_state::failed,
               "its start failed, and the guard was ended before it had recorded why");
  }
  if (!recorded) return set(status, component_state::stopped, "");
  status.job_id = end->second.job_id;
  const bool ended_by_itself = end->second.ended_at <= intent->written_at;
  if (start_failed || (ended_by_itself && end->second.decision == decision::give_up))
    return set(status, component_state::failed, end->second.cause);
  if (ended_by_itself && end->second.outcome == outcome::completed) {
    return set(status, component_state::completed, "");
  }
  set(status, component_state::stopped, "");
}

// YARN is silent: what was last known, and never more than that (INV-4).
void evaluate_blind(component_status& status, const observed_facts& facts) {
  const std::string silence = "the ResourceManager does not answer: " + facts.yarn_error;
  if (facts.job && !facts.job->terminal()) {
    evaluate_job(status, facts, facts.log && !facts.log->wanted());
    status.confidence = confidence::stale;
    status.reason += (status.reason.empty() ? "" : "; ") + silence;
    return;
  }
  if (!facts.log) {
    status.confidence = confidence::unknown;
    return set(status, component_state::unknown,
               silence + (facts.log_error.empty() ? "" : "; and HDFS: " + facts.log_error));
  }
  status.confidence = confidence::stale;
  const component::log_snapshot& log = *facts.log;
  const log_record* incarnation = log.newest_incarnation();
  if (incarnation != nullptr && !log.ends.contains(incarnation->number)) {
    const auto application = log.applications.find(incarnation->number);
    if (application != log.applications.end()) {
      status.application_id = application->second.application_id;
      status.job_id = application->second.job_id;
      status.since = application->second.seen_at;
      return set(status, log.wanted() ? component_state::running : component_state::stopping,
                 fmt::format("last known; {}", silence));
    }
    return set(status, component_state::starting, silence);
  }
  if (log.wanted()) {
    if (incarnation != nullptr && log.current_incarnation() != nullptr) {
      evaluate_end(status, facts, log.ends.at(incarnation->number));
    } else {
      set(status, component_state::starting, "nothing is submitted while YARN is away");
    }
  } else {
    evaluate_unwanted(status, facts);
  }
  status.reason += (status.reason.empty() ? "" : "; ") + silence;
}

}  // namespace

const cluster::yarn_application* chosen_application(const observed_facts& facts) {
  const auto live =
      component::live_of(facts.applications, component::newest_live_epoch(facts.applications));
  if (!live.empty()) return live.front();
  return facts.applications.empty() ? nullptr : &facts.applications.rbegin()->second.back();
}

bool absence_in_question(const observed_facts& facts) {
  const cluster::yarn_application* chosen = chosen_application(facts);
  return facts.yarn_answered && !facts.absence_confirmed &&
         (chosen == nullptr || chosen->terminal());
}

bool log_needed(const observed_facts& facts) {
  const cluster::yarn_application* chosen = chosen_application(facts);
  return chosen == nullptr || chosen->terminal() || !facts.yarn_answered || !guard_at_work(facts);
}

bool exceptions_needed(const observed_facts& facts) {
  if (!facts.job || facts.job->terminal()) return false;
  if (!facts.job->all_tasks_running()) return true;
  const auto changed = io::from_epoch_ms(facts.job->last_modified_ms);
  // Tasks need a while to come up at first; a change long after the start is a restart.
  return facts.now - changed < flapping_window &&
         facts.job->last_modified_ms - facts.job->start_ms > 30'000;
}

component_status evaluate(const component_data& data, const observed_facts& facts, bool detail) {
  component_status status;
  status.name = data.name;
  status.id = data.id;
  status.job_name = data.job_name;
  status.observed_at = facts.now;
  if (!data.directory.empty())
    status.guard_log = data.directory + "/logs/guard.log";  // empty: the original's record
  const cluster::yarn_application* application = chosen_application(facts);
  const bool live = application != nullptr && !application->terminal();
  if (application != nullptr) report_application(status, facts, *application);
  report_sources(status, facts);
  if (facts.log) {
    if (facts.log->newest_intent() != nullptr)
      status.desired = facts.log->wanted() ? "RUNNING" : "STOPPED";
  } else if (guard_at_work(facts)) {
    status.desired = "RUNNING";  // a guard without a run intent ends at once
  }

  if (!facts.yarn_answered) {
    evaluate_blind(status, facts);
  } else if (live) {
    evaluate_live(status, facts, *application);
  } else if (!facts.log) {
    status.confidence = confidence::unknown;
    set(status, component_state::unknown,
        "nothing lives in YARN, and the component's log cannot be read: " + facts.log_error);
  } else {
    status.confidence = facts.absence_confirmed ? confidence::confirmed : confidence::stale;
    if (facts.log->wanted()) {
      evaluate_wanted(status, facts);
    } else {
      evaluate_unwanted(status, facts);
    }
  }
  const std::vector<const cluster::yarn_application*> others =
      live ? component::live_except(facts.applications,
                                    component::newest_live_epoch(facts.applications))
           : std::vector<const cluster::yarn_application*>{};
  for (const cluster::yarn_application* other : others) {
    status.reason += fmt::format("{}{} of an older epoch is still live; the guard kills it",
                                 status.reason.empty() ? "" : "; ", other->id);
  }
  if (!facts.damage.empty() && status.state != component_state::failed) {
    status.reason += (status.reason.empty() ? "" : "; ") + facts.damage;
  }
  if (const std::uint64_t epoch = facts.log && facts.log->newest_incarnation() != nullptr
                                      ? facts.log->newest_incarnation()->number
                                      : component::newest_live_epoch(facts.applications);
      epoch != 0) {
    if (!data.directory.empty())
      status.client_log = fmt::format("{}/logs/client-{}.log", data.directory, epoch);
  }
  if (detail) {
    status.vertices = facts.vertices;
    report_incarnations(status, facts);
  }
  const bool killed = status.state == component_state::stopped &&
                      status.yarn_final_status == "KILLED" && facts.log && facts.log->wanted();
  status.summary = summary_word(status.state, status.yarn_state, killed);
  return status;
}

}  // namespace dm::observation
