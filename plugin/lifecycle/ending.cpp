// Ending what lives of a component.
// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/ending.h"

#include <algorithm>

#include <fmt/format.h>

#include "component/end_rule.h"
#include "flink/job_manager.h"

namespace dm::lifecycle {

using context::session;

namespace {

constexpr io::milliseconds first_poll{100};
constexpr io::milliseconds longest_poll{2000};
// What a client has handed to a ResourceManager is in its listing within this time.
constexpr io::milliseconds submission_shows{2000};
// A cluster whose job has ended leaves within 0.2 s once its result was read.
constexpr std::chrono::milliseconds time_to_leave{3000};

// The end of a wait, with what was waited for as its cause: the caller's deadline and cancellation
// keep their codes (DM-19, DM-20).
error interrupted(error by, const std::optional<error>& trouble) {
  if (!trouble) return by;
  by.causes.push_back({"while waiting", trouble->message});
  by.causes.insert(by.causes.end(), trouble->causes.begin(), trouble->causes.end());
  return by;
}

}  // namespace

ending::ending(session& session, const io::operation& op, end_order order)
    : session_(session),
      op_(op),
      order_(std::move(order)),
      hdfs_(session.hdfs_for(order_.data.user)),
      log_(hdfs_, component::hdfs_directory(order_.data.state_root, order_.data.name)),
      yarn_(session.yarn_for(order_.data.user)),
      tag_(component::component_tag(order_.data.id)) {}

result<void> ending::read_log() {
  auto seen = log_.read(op_);
  if (!seen) return fail(std::move(seen.error()));
  snapshot_ = std::move(*seen);
  return {};
}

result<bool> ending::end_live() {
  auto listing = yarn_.find_confirmed(op_, tag_);
  if (!listing) return fail(listing.error());
  if (auto read = read_log(); !read) return fail(std::move(read.error()));
  applications_ = component::group_by_epoch(listing->applications, order_.data.id);
  auto denied = end_denied();
  if (!denied) return fail(denied.error());
  bool lives = *denied;
  for (const auto& [epoch, applications] : applications_) {
    for (const cluster::yarn_application& application : applications) {
      if (application.terminal()) continue;
      lives = true;
      if (auto asked = end_application(epoch, application); !asked) return fail(asked.error());
    }
  }
  return !lives;
}

// An application that YARN denies although its JobManager answers: a ResourceManager that has just
// started may not know it yet. true: there is one, and its job was asked to end.
result<bool> ending::end_denied() {
  const component::log_record* incarnation = snapshot_.newest_incarnation();
  if (incarnation == nullptr || snapshot_.ends.contains(incarnation->number) ||
      applications_.contains(incarnation->number)) {
    return false;
  }
  const auto fact = snapshot_.applications.find(incarnation->number);
  if (fact == snapshot_.applications.end() || fact->second.job_manager.empty()) return false;
  const std::string& job_manager = fact->second.job_manager;
  auto response = session_.http().perform(op_, flink::jobs_overview_request(job_manager));
  auto jobs = response ? flink::read_jobs_overview(*response, job_manager)
                       : result<std::vector<flink::job_overview>>(fail(response.error()));
  if (!jobs) return false;  // silent: no evidence against the ResourceManager
  const bool lives = std::any_of(jobs->begin(), jobs->end(), [&](const flink::job_overview& job) {
    return job.id == fact->second.job_id && !job.terminal();
  });
  if (!lives) return false;
  live_ =
      fmt::format("YARN does not know {}, but its JobManager answers", fact->second.application_id);
  if (auto asked = cancel_jobs(fact->second.application_id, job_manager); !asked)
    return fail(asked.error());
  return true;
}

result<void> ending::end_application(std::uint64_t epoch,
                                     const cluster::yarn_application& application) {
  live_ = fmt::format("{} is {}", application.id, application.state);
  std::string job_manager = component::job_manager_of(application);
  if (job_manager.empty()) {
    const auto fact = snapshot_.applications.find(epoch);
    if (fact != snapshot_.applications.end()) job_manager = fact->second.job_manager;
  }
  // An application that never had a JobManager has nothing to lose; one whose address YARN has
  // forgotten for a while after a failover has (D-33).
  if (order_.kill || job_manager.empty()) return yarn_.kill(op_, application.id);
  return cancel_jobs(application.id, job_manager);
}

result<void> ending::cancel_jobs(const std::string& application_id,
                                 const std::string& job_manager) {
  if (order_.savepoint && order_.savepoint->application_id == application_id)
    return release(application_id, job_manager);
  auto response = session_.http().perform(op_, flink::jobs_overview_request(job_manager));
  if (!response) return silent(job_manager, response.error());
  auto jobs = flink::read_jobs_overview(*response, job_manager);
  if (!jobs) return silent(job_manager, jobs.error());
  if (outlives_its_jobs(*jobs)) return yarn_.kill(op_, application_id);
  for (const flink::job_overview& job : *jobs) {
    if (job.terminal() || job.state == "CANCELLING") continue;
    auto answer = session_.http().perform(op_, flink::cancel_request(job_manager, job.id));
    if (!answer) return silent(job_manager, answer.error());
    auto cancelled = flink::read_cancel(*answer, job_manager);
    if (!cancelled) return silent(job_manager, cancelled.error());
    live_ += fmt::format(", its job {} is being cancelled", job.id);
  }
  return {};
}

// A cluster that is not told to leave with its job (execution.shutdown-on-application-finish) would
// stay for ever.
bool ending::outlives_its_jobs(const std::vector<flink::job_overview>& jobs) {
  const bool all = !jobs.empty() && std::all_of(jobs.begin(), jobs.end(),
                                                [](const auto& job) { return job.terminal(); });
  if (!all) {
    all_ended_since_.reset();
    return false;
  }
  live_ += ", its jobs have ended";
  // A job that this stop cancels is CANCELED.
  job_finished_ = std::all_of(jobs.begin(), jobs.end(),
                              [](const auto& job) { return job.state == "FINISHED"; });
  const auto now = std::chrono::steady_clock::now();
  if (!all_ended_since_) all_ended_since_ = now;
  return now - *all_ended_since_ >= order_.time_to_leave;
}

// The savepoint is recorded, so whatever the result says now is of no interest: asking for it lets
// the JobManager go. Before Flink 1.15 its id is lost with the call that sent the request.
result<void> ending::release(const std::string& application_id, const std::string& job_manager) {
  live_ += ", its job was stopped with a savepoint";
  const auto now = std::chrono::steady_clock::now();
  if (!ended_since_) ended_since_ = now;
  if (now - *ended_since_ >= time_to_leave) return yarn_.kill(op_, application_id);
  const std::string trigger_id = flink::trigger_id_of(order_.data.id, order_.savepoint->operation);
  auto asked = session_.http().perform(
      op_, flink::savepoint_status_request(job_manager, order_.savepoint->job_id, trigger_id));
  return asked ? result<void>() : silent(job_manager, asked.error());
}

// A JobManager that does not answer now may in a moment, or its application has just ended.
result<void> ending::silent(const std::string& job_manager, const error& problem) {
  if (op_.cancelled()) return fail(problem);
  live_ += fmt::format(", its JobManager {} does not answer ({})", job_manager, problem.message);
  return {};
}

result<void> ending::until_nothing_lives() {
  io::milliseconds interval = first_poll;
  std::optional<error> trouble;
  for (;;) {
    auto ended = end_live();
    if (ended && *ended) return {};
    const bool out_of_time = !ended && (ended.error().code == status_code::deadline_exceeded ||
                                        ended.error().code == status_code::cancelled);
    if (!ended && !out_of_time && ended.error().code != status_code::unavailable)
      return fail(ended.error());
    if (!out_of_time) trouble = ended ? std::nullopt : std::optional<error>(ended.error());
    const std::string state = trouble ? trouble->message : live_;
    if (!out_of_time) op_.progress("stop", state);
    auto slept =
        out_of_time ? result<void>(fail(ended.error())) : session_.http().sleep(op_, interval);
    if (!slept) {
      error e = interrupted(std::move(slept.error()), trouble);
      e.message = fmt::format("stop of {} is recorded, but its end was not seen: {}",
                              order_.data.name.text(), state);
      e.hint =
          "stop again to go on waiting; with \"kill\": true the application is killed through "
          "YARN";
      return fail(std::move(e));
    }
    interval = std::min(interval * 3 / 2, longest_poll);
  }
}

// The guard has nothing left to do, or is about to find that out.
result<void> ending::end_guard() {
  if (order_.data.node != session_.settings().node) return {};
  auto stopped = session_.supervisor().stop(op_, order_.data.program);
  if (!stopped) {
    return fail_while(fmt::format("the job of {} has ended; stopping its program in supervisord",
                                  order_.data.name.text()),
                      stopped.error());
  }
  guard_ended_ = guard_ended_ || *stopped;
  return {};
}

result<void> ending::let_submissions_show() {
  const component::log_record* incarnation = snapshot_.newest_incarnation();
  const bool known = incarnation == nullptr || snapshot_.ends.contains(incarnation->number) ||
                     snapshot_.applications.contains(incarnation->number) ||
                     applications_.contains(incarnation->number);
  if (!guard_ended_ || known) return {};
  return session_.http().sleep(op_, submission_shows);
}

result<std::string> ending::record_end() {
  if (auto read = read_log(); !read) return fail(std::move(read.error()));
  const component::log_record* incarnation = snapshot_.newest_incarnation();
  if (incarnation == nullptr) return std::string("STOPPED");
  const auto end = snapshot_.ends.find(incarnation->number);
  if (end != snapshot_.ends.end()) {
    return std::string(end->second.outcome == component::outcome::completed ? "COMPLETED"
                                                                            : "STOPPED");
  }
  component::end_fact fact;
  fact.epoch = incarnation->number;
  fact.ended_at = io::now();
  auto by_yarn = component::outcome::killed;  // also of what YARN does not know any more
  if (const auto found = applications_.find(incarnation->number);
      found != applications_.end() && found->second.back().terminal()) {
    const cluster::yarn_application& application = found->second.back();
    by_yarn = component::outcome_of(application);
    if (application.finished_ms > 0) fact.ended_at = io::from_epoch_ms(application.finished_ms);
    if (by_yarn == component::outcome::failed) {
      fact.cause = first_line(application.diagnostics);
      fact.source = "YARN";
    }
  }
  if (job_finished_) by_yarn = component::outcome::completed;
  fact.outcome = component::judged_end(snapshot_, incarnation->number, by_yarn);
  // The only stop is one whose record HDFS had no room for.
  if (fact.outcome == component::outcome::killed || fact.outcome == component::outcome::unknown)
    fact.outcome = component::outcome::stopped;
  if (const auto application = snapshot_.applications.find(incarnation->number);
      application != snapshot_.applications.end()) {
    fact.application_id = application->second.application_id;
    fact.job_id = application->second.job_id;
  }
  if (auto written = log_.write_end(op_, fact); !written) return fail(std::move(written.error()));
  return std::string(fact.outcome == component::outcome::completed ? "COMPLETED" : "STOPPED");
}

}  // namespace dm::lifecycle
