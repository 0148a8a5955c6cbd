// A job that has ended while its application lives on: a JobManager keeps the result of a stop
// until it was read or 300 s are over, and one that was told not to leave with its job stays for
// ever.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "flink/container_failure.h"
#include "flink/exception_text.h"
#include "flink/job_checkpoints.h"
#include "flink/job_manager.h"
#include "flink/savepoint_rest.h"
#include "guard/guard.h"

namespace dm::guard {

using component::end_fact;
using component::outcome;

namespace {

// A JobManager that does not answer holds the following up for no longer.
constexpr io::milliseconds job_limit{5'000};

outcome outcome_of(const std::vector<flink::job_overview>& jobs) {
  const auto any = [&jobs](std::string_view state) {
    return std::any_of(jobs.begin(), jobs.end(),
                       [state](const flink::job_overview& job) { return job.state == state; });
  };
  if (any("FAILED")) return outcome::failed;
  return any("CANCELED") ? outcome::killed : outcome::completed;
}

}  // namespace

std::optional<std::vector<flink::job_overview>> guard::ask_for_jobs() {
  const io::operation op = op_.limited_to(job_limit);
  const auto response = http_.perform(op, flink::jobs_overview_request(fact_.job_manager));
  if (!response) return std::nullopt;
  auto jobs = flink::read_jobs_overview(*response, fact_.job_manager);
  // What answers at an address of long ago may be another job's.
  const bool own = jobs && (fact_.job_id.empty() ||
                            std::any_of(jobs->begin(), jobs->end(), [this](const auto& job) {
                              return job.id == fact_.job_id;
                            }));
  if (!own) return std::nullopt;
  return std::move(*jobs);
}

void guard::look_for_trouble(const cluster::yarn_application& application,
                             const std::vector<flink::job_overview>& jobs) {
  for (const flink::job_overview& job : jobs) {
    const bool meant = fact_.job_id.empty() ? !job.terminal() : job.id == fact_.job_id;
    if (meant) return black_box_.look(op_, fact_, application, job);
  }
}

void guard::look_at_jobs(const cluster::yarn_application& application) {
  const auto now = std::chrono::steady_clock::now();
  if (now < jobs_look_at_ || fact_.job_manager.empty()) return;
  jobs_look_at_ = now + pace_.job_look;
  if (const auto jobs = ask_for_jobs()) look_for_trouble(application, *jobs);
}

bool guard::outlives_jobs(const cluster::yarn_application& application) {
  const auto now = std::chrono::steady_clock::now();
  if (now < jobs_look_at_ || fact_.job_manager.empty()) return false;
  jobs_look_at_ = now + pace_.job_look;
  auto jobs = ask_for_jobs();
  if (!jobs) return false;
  look_for_trouble(application, *jobs);
  const bool over = !jobs->empty() && std::all_of(jobs->begin(), jobs->end(),
                                                  [](const auto& job) { return job.terminal(); });
  if (!over) {
    jobs_over_since_ = io::steady_time::max();
    note_checkpoints();
    return false;
  }
  ended_jobs_ = std::move(*jobs);
  if (jobs_over_since_ == io::steady_time::max()) {
    jobs_over_since_ = now;
    log_.info(fmt::format("its job is {}; its application has {:.0f} s to leave by itself",
                          ended_jobs_.front().state,
                          static_cast<double>(pace_.leaving_limit.count()) / 1000.0));
  }
  return now - jobs_over_since_ >= pace_.leaving_limit;
}

void guard::note_checkpoints() {
  if (fact_.job_id.empty()) return;
  const io::operation op = op_.limited_to(job_limit);
  const auto response =
      http_.perform(op, flink::checkpoints_request(fact_.job_manager, fact_.job_id));
  if (!response) return;
  const auto seen = flink::read_checkpoints(*response, fact_.job_manager);
  if (!seen) return;
  component::checkpoint_fact fact;
  fact.epoch = fact_.epoch;
  fact.job_id = fact_.job_id;
  fact.completed_count = seen->completed_count;
  if (seen->latest_completed) {
    fact.checkpoint_id = seen->latest_completed->id;
    fact.external_path = seen->latest_completed->external_path;
  }
  if (!fact.completed_any()) return;
  // Its own directory is listed when it matters; what lies elsewhere is known from here alone.
  const bool listed = seen->latest_completed &&
                      seen->latest_completed->path.starts_with(records_.directory() + "/");
  const bool known = checkpoints_.epoch == fact.epoch && checkpoints_.job_id == fact.job_id;
  if (known && (listed || checkpoints_.external_path == fact.external_path)) return;
  fact.seen_at = io::now();
  if (records_.write_checkpoints(op, fact)) checkpoints_ = fact;
}

bool guard::main_may_go_on() {
  if (!flink::main_in_cluster(spec_.submission)) return false;
  // There main() runs in the cluster, and the application ends with it: unless it was told not to,
  // it is still at work, and may execute again.
  const auto response = http_.perform(op_.limited_to(job_limit),
                                      flink::job_manager_config_request(fact_.job_manager));
  if (!response) return true;
  const auto value = flink::read_job_manager_config(*response, fact_.job_manager,
                                                    "execution.shutdown-on-application-finish");
  return !value || !*value || **value != "false";
}

result<bool> guard::end_lingering(std::uint64_t epoch,
                                  const cluster::yarn_application& application) {
  auto log = records_.read(op_);
  if (!log) return fail(log.error());
  if (!stop_asked_for_) {
    auto stop = restore_points_.record_finished_stop(op_, *log, epoch);
    if (!stop) return fail(stop.error());
    stop_asked_for_ = true;
    if (*stop) {
      log_.info(
          fmt::format("the savepoint {} that stopped the job is complete; its result was "
                      "never recorded, and is now",
                      (*stop)->operation));
      // Asked for once, the JobManager leaves.
      (void)http_.perform(
          op_.limited_to(job_limit),
          flink::savepoint_status_request(fact_.job_manager, (*stop)->job_id,
                                          flink::trigger_id_of(id_, (*stop)->operation)));
      jobs_over_since_ = std::chrono::steady_clock::now();
      return false;
    }
  }
  if (main_may_go_on()) return false;
  end_fact end;
  end.epoch = epoch;
  end.application_id = application.id;
  end.job_id = fact_.job_id.empty() ? ended_jobs_.front().id : fact_.job_id;
  end.outcome = outcome_of(ended_jobs_);
  end.ended_at = io::now();
  if (end.outcome == outcome::failed) {
    end.source = "JobManager";
    end.cause = "the job failed; no exception could be found";
    auto failure = flink::failure_class::unknown;
    const auto response = http_.perform(op_.limited_to(job_limit),
                                        flink::exceptions_request(fact_.job_manager, end.job_id));
    if (const auto found = response ? flink::read_exceptions(*response, fact_.job_manager)
                                    : result<flink::job_exceptions>(fail(response.error()));
        found && !found->root_exception.empty()) {
      end.cause = flink::failure_summary(found->root_exception);
      end.frame = flink::telling_frame(found->root_exception);
      failure = flink::classify_failure(found->root_exception);
    }
    end.failure_class = flink::to_string(failure);
  } else if (end.outcome == outcome::killed) {
    end.source = "JobManager";
    end.cause = "the job was cancelled";
  }
  if (auto told = tell_stop_apart(end, *log); !told) return fail(told.error());
  // On record before the kill: YARN will say KILLED of it.
  if (auto recorded = record_end(std::move(end), &application); !recorded)
    return fail(recorded.error());
  if (auto killed = kill_all({&application}, "whose job has ended"); !killed)
    return fail(killed.error());
  return true;
}

}  // namespace dm::guard
