// Ending what lives of a component.
// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/ending.h"

#include <algorithm>

#include <fmt/format.h>

#include "component/end_rule.h"
#include "flink/job_manager.h"
#include "observation/live_job.h"

namespace dm::lifecycle {

using context::component_view;

namespace {

constexpr io::milliseconds first_poll{100};
constexpr io::milliseconds longest_poll{2000};
// What a client has handed to a ResourceManager is in its listing within this time.
constexpr io::milliseconds submission_shows{2000};
// Of a directory that is of no use any more: best effort.
constexpr io::milliseconds staging_limit{5000};
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

ending::ending(component_view& view, const io::operation& op, end_order order)
    : view_(view),
      op_(op),
      order_(std::move(order)),
      tag_(component::component_tag(view.data().id)) {}

result<void> ending::read_log() {
  auto seen = view_.log().read_newest(op_);
  if (!seen) return fail(std::move(seen.error()));
  snapshot_ = std::move(*seen);
  return {};
}

result<bool> ending::end_live() {
  auto listing = view_.yarn().find_confirmed(op_, tag_);
  if (!listing) return fail(listing.error());
  if (auto read = read_log(); !read) return fail(std::move(read.error()));
  applications_ = component::group_by_epoch(listing->applications, view_.data().id);
  auto denied = end_denied();
  if (!denied) return fail(std::move(denied.error()));
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

// true: there is one that YARN does not know (yet), and its job was asked to end.
result<bool> ending::end_denied() {
  auto denied = observation::find_denied_job(view_, op_, snapshot_, applications_);
  if (!denied) return fail(std::move(denied.error()));
  if (!*denied) return false;
  live_application_ = (*denied)->application_id;
  live_job_.clear();
  live_ = fmt::format("YARN does not know {}, but its JobManager answers", live_application_);
  if (auto asked = cancel_jobs((*denied)->application_id, (*denied)->job_manager); !asked)
    return fail(std::move(asked.error()));
  return true;
}

result<void> ending::end_application(std::uint64_t epoch,
                                     const cluster::yarn_application& application) {
  live_application_ = application.id;
  live_job_.clear();
  live_ = fmt::format("{} is {}", application.id, application.state);
  if (order_.kill) return view_.yarn().kill(op_, application.id);
  auto job_manager = observation::job_manager_of(view_, op_, snapshot_, epoch, application);
  if (!job_manager) return fail(std::move(job_manager.error()));
  // One that never had a JobManager has nothing to lose.
  if (job_manager->empty()) return view_.yarn().kill(op_, application.id);
  return cancel_jobs(application.id, *job_manager);
}

result<void> ending::cancel_jobs(const std::string& application_id,
                                 const std::string& job_manager) {
  if (order_.savepoint && order_.savepoint->application_id == application_id)
    return release(application_id, job_manager);
  auto response = view_.http().perform(op_, flink::jobs_overview_request(job_manager));
  if (!response) return silent(job_manager, response.error());
  auto jobs = flink::read_jobs_overview(*response, job_manager);
  if (!jobs) return silent(job_manager, jobs.error());
  if (outlives_its_jobs(*jobs)) return view_.yarn().kill(op_, application_id);
  for (const flink::job_overview& job : *jobs) {
    if (job.terminal()) continue;
    live_job_ = job.id;
    if (job.state == "CANCELLING") continue;
    auto answer = view_.http().perform(op_, flink::cancel_request(job_manager, job.id));
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
  live_job_ = order_.savepoint->job_id;
  live_ += ", its job was stopped with a savepoint";
  const auto now = std::chrono::steady_clock::now();
  if (!ended_since_) ended_since_ = now;
  if (now - *ended_since_ >= time_to_leave) return view_.yarn().kill(op_, application_id);
  const std::string trigger_id = flink::trigger_id_of(view_.data().id, order_.savepoint->operation);
  auto asked = view_.http().perform(
      op_, flink::savepoint_status_request(job_manager, order_.savepoint->job_id, trigger_id));
  return asked ? result<void>() : silent(job_manager, asked.error());
}

// A JobManager that does not answer now may in a moment, or its application has just ended.
result<void> ending::silent(const std::string& job_manager, const error& problem) {
  if (op_.cancelled()) return fail(problem);
  live_ += fmt::format(", its JobManager {} does not answer ({})", job_manager, problem.message);
  return {};
}

io::progress_facts ending::told() const {
  io::progress_facts facts;
  facts.application_id = live_application_;
  facts.job_id = live_job_;
  if (order_.savepoint) facts.operation = order_.savepoint->operation;
  return facts;
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
    if (!out_of_time) op_.progress("stop", state, told());
    auto slept =
        out_of_time ? result<void>(fail(ended.error())) : view_.http().sleep(op_, interval);
    if (!slept) {
      error e = interrupted(std::move(slept.error()), trouble);
      e.message = fmt::format("stop of {} is recorded, but its end was not seen{}{}",
                              view_.data().name.text(), state.empty() ? "" : ": ", state);
      e.hint = "stop again to go on waiting; a kill ends its application through YARN";
      e.why = reason_code::end_not_seen;
      return fail(std::move(e));
    }
    interval = std::min(interval * 3 / 2, longest_poll);
  }
}

// The guard has nothing left to do, or is about to find that out.
result<void> ending::end_guard() {
  if (!view_.local()) return {};
  auto stopped = view_.session().supervisor().stop(op_, view_.data().program);
  if (!stopped) {
    return fail_while(fmt::format("the job of {} has ended; stopping its program in supervisord",
                                  view_.data().name.text()),
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
  return view_.http().sleep(op_, submission_shows);
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
  // Prepared by the guard, and perhaps never sent: what would still come of it could not start.
  if (incarnation->direct && !applications_.contains(incarnation->number)) {
    (void)view_.hdfs().remove(op_.limited_to(staging_limit), incarnation->direct->staging, true);
  }
  component::end_fact fact;
  fact.epoch = incarnation->number;
  // What was recorded since tells whether a stop has ended it.
  auto since = view_.log().read_after(op_, fact.epoch);
  if (!since) return fail(std::move(since.error()));
  fact.ended_at = io::now();
  auto by_yarn = component::outcome::killed;  // also of what YARN does not know any more
  if (const auto found = applications_.find(fact.epoch);
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
  fact.outcome = component::judged_end(*since, fact.epoch, by_yarn);
  // The only stop is one whose record HDFS had no room for.
  if (fact.outcome == component::outcome::killed || fact.outcome == component::outcome::unknown)
    fact.outcome = component::outcome::stopped;
  if (const auto application = snapshot_.applications.find(fact.epoch);
      application != snapshot_.applications.end()) {
    fact.application_id = application->second.application_id;
    fact.job_id = application->second.job_id;
  }
  // An attached run is over with its client, and its guard would have recorded that: what has
  // completed is one application of a program that this stop has ended.
  if (view_.data().submission == flink::submission_mode::attached &&
      fact.outcome == component::outcome::completed)
    fact.outcome = component::outcome::stopped;
  if (auto written = view_.log().write_end(op_, fact); !written)
    return fail(std::move(written.error()));
  return std::string(fact.outcome == component::outcome::completed ? "COMPLETED" : "STOPPED");
}

}  // namespace dm::lifecycle
