// The stop verb: records that the component is not wanted, ends its job, then its guard.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "component/component_log.h"
#include "component/observation.h"
#include "flink/job_manager.h"
#include "lifecycle/component_files.h"
#include "lifecycle/program.h"
#include "lifecycle/stop.h"

namespace dm::lifecycle {

namespace {

constexpr io::milliseconds first_poll{200};
constexpr io::milliseconds longest_poll{2000};

using component::log_snapshot;

class ending {
 public:
  ending(session& session, const io::operation& op, const stop_request& request,
         std::string_view cause)
      : session_(session),
        op_(op),
        request_(request),
        cause_(cause),
        hdfs_(session.hdfs_for(request.data.user)),
        log_(hdfs_, component::hdfs_directory(request.data.state_root, request.data.name)),
        yarn_(session.yarn_for(request.data.user)),
        tag_(component::component_tag(request.data.id)) {}

  result<void> run(stop_reply& reply) {
    if (local()) {
      if (auto ours = check_places(session_.settings(), request_.data); !ours)
        return fail(ours.error());
    }
    auto recorded = unwant();
    if (!recorded) return fail(recorded.error());
    reply.changed = *recorded;
    if (local() && request_.data.program_file.empty() == false) {
      // A program file that is gone cannot start anything either.
      if (auto set = set_autostart(request_.data, false);
          !set && set.error().code != status_code::failed_precondition) {
        return fail(set.error());
      }
    }
    if (!request_.wait) {
      auto ended = end_live();
      if (!ended) return fail(ended.error());
      reply.state = *ended ? "STOPPED" : "STOPPING";
      return {};
    }
    if (auto gone = until_nothing_lives(reply); !gone) return fail(gone.error());
    if (auto guard = end_guard(); !guard) return fail(guard.error());
    // A client that the guard's end interrupted may have submitted at the last moment.
    if (auto gone = until_nothing_lives(reply); !gone) return fail(gone.error());
    if (auto written = record_end(reply); !written) return fail(written.error());
    remove_staging(session_, op_, request_.data, snapshot_);
    return {};
  }

 private:
  bool local() const { return request_.data.node == session_.settings().node; }

  // Appends `stop` unless it is there already. true: appended.
  result<bool> unwant() {
    for (;;) {
      auto seen = log_.read(op_);
      if (!seen)
        return fail_while(fmt::format("stopping {}", request_.data.name.text()), seen.error());
      snapshot_ = std::move(*seen);
      if (!snapshot_.wanted()) return false;
      component::log_record stop;
      stop.kind = component::record_kind::stop;
      stop.node = session_.settings().node;
      stop.user = request_.user;
      stop.stop_cause = cause_;
      auto claimed = log_.claim(op_, stop, snapshot_.newest_number());
      if (!claimed) return fail(claimed.error());
      if (*claimed) return true;
    }
  }

  // Asks every live application of the component to end. true: none lives, by an answer that
  // counts.
  result<bool> end_live() {
    auto listing = yarn_.find_confirmed(op_, tag_);
    if (!listing) return fail(listing.error());
    const auto groups = component::group_by_epoch(listing->applications, request_.data.id);
    auto denied = end_denied(groups);
    if (!denied) return fail(denied.error());
    bool lives = *denied;
    for (const auto& [epoch, applications] : groups) {
      for (const cluster::yarn_application& application : applications) {
        if (application.terminal()) continue;
        lives = true;
        if (auto asked = end_application(epoch, application); !asked) return fail(asked.error());
      }
    }
    return !lives;
  }

  // An application that YARN denies although its JobManager answers: a ResourceManager that has
  // just started may not know it yet. true: there is one, and its job was asked to end.
  result<bool> end_denied(const component::applications_by_epoch& groups) {
    const component::log_record* incarnation = snapshot_.newest_incarnation();
    if (incarnation == nullptr || snapshot_.ends.contains(incarnation->number) ||
        groups.contains(incarnation->number)) {
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
    live_ = fmt::format("YARN does not know {}, but its JobManager answers",
                        fact->second.application_id);
    if (auto asked = cancel_jobs(job_manager); !asked) return fail(asked.error());
    return true;
  }

  result<void> end_application(std::uint64_t epoch, const cluster::yarn_application& application) {
    live_ = fmt::format("{} is {}", application.id, application.state);
    std::string job_manager = component::job_manager_of(application);
    if (job_manager.empty()) {
      const auto fact = snapshot_.applications.find(epoch);
      if (fact != snapshot_.applications.end()) job_manager = fact->second.job_manager;
    }
    // An application that never had a JobManager has nothing to lose; one whose address YARN has
    // forgotten for a while after a failover has (D-33).
    if (request_.kill || job_manager.empty()) return yarn_.kill(op_, application.id);
    return cancel_jobs(job_manager);
  }

  result<void> cancel_jobs(const std::string& job_manager) {
    auto response = session_.http().perform(op_, flink::jobs_overview_request(job_manager));
    if (!response) return silent(job_manager, response.error());
    auto jobs = flink::read_jobs_overview(*response, job_manager);
    if (!jobs) return silent(job_manager, jobs.error());
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

  // A JobManager that does not answer now may in a moment, or its application has just ended.
  result<void> silent(const std::string& job_manager, const error& problem) {
    if (op_.cancelled()) return fail(problem);
    live_ += fmt::format(", its JobManager {} does not answer ({})", job_manager, problem.message);
    return {};
  }

  result<void> until_nothing_lives(stop_reply& reply) {
    io::milliseconds interval = first_poll;
    for (;;) {
      auto ended = end_live();
      if (ended && *ended) return {};
      if (!ended && ended.error().code != status_code::unavailable) return fail(ended.error());
      const std::string state = ended ? live_ : ended.error().message;
      op_.progress("stop", state);
      auto slept = session_.http().sleep(op_, interval);
      if (!slept) {
        reply.state = "STOPPING";
        error e = slept.error();
        if (!ended) e.code = status_code::unavailable;
        e.message = fmt::format("stop of {} is recorded, but its end was not seen: {}",
                                request_.data.name.text(), state);
        e.hint =
            "stop again to go on waiting; with \"kill\": true the application is killed through "
            "YARN";
        return fail(std::move(e));
      }
      interval = std::min(interval * 3 / 2, longest_poll);
    }
  }

  // The guard has nothing left to do, or is about to find that out; its program must not be RUNNING
  // in supervisord.
  result<void> end_guard() {
    if (!local()) return {};
    auto stopped = session_.supervisor().stop(op_, request_.data.program);
    if (!stopped) {
      return fail_while(fmt::format("the job of {} has ended; stopping its program in supervisord",
                                    request_.data.name.text()),
                        stopped.error());
    }
    if (auto applied = session_.supervisor().apply(op_, request_.data.program);
        !applied && applied.error().code != status_code::failed_precondition) {
      return fail(applied.error());
    }
    return {};
  }

  // The guard writes the end when it sees it; where it was not there to see, this does.
  result<void> record_end(stop_reply& reply) {
    auto seen = log_.read(op_);
    if (!seen) return fail(seen.error());
    snapshot_ = std::move(*seen);
    reply.state = "STOPPED";
    const component::log_record* incarnation = snapshot_.newest_incarnation();
    if (incarnation == nullptr) return {};
    const auto end = snapshot_.ends.find(incarnation->number);
    if (end != snapshot_.ends.end()) {
      if (end->second.outcome == component::outcome::completed) reply.state = "COMPLETED";
      return {};
    }
    component::end_fact fact;
    fact.epoch = incarnation->number;
    fact.outcome = component::outcome::stopped;
    fact.ended_at = io::now();
    if (const auto application = snapshot_.applications.find(incarnation->number);
        application != snapshot_.applications.end()) {
      fact.application_id = application->second.application_id;
      fact.job_id = application->second.job_id;
    }
    return log_.write_end(op_, fact);
  }

  session& session_;
  const io::operation& op_;
  const stop_request& request_;
  std::string cause_;
  cluster::hdfs hdfs_;
  component::component_log log_;
  cluster::resource_manager yarn_;
  std::string tag_;
  log_snapshot snapshot_;
  std::string live_;  // what was seen alive last, for people
};

}  // namespace

stop_reply end_component(session& session, const io::operation& op, const stop_request& request,
                         std::string_view cause) {
  stop_reply reply;
  if (auto ended = ending(session, op, request, cause).run(reply); !ended) {
    reply.failure = ended.error();
    if (reply.state.empty()) reply.state = "UNKNOWN";
  }
  return reply;
}

stop_reply stop(session& session, const io::operation& op, const stop_request& request) {
  if (request.savepoint || request.drain) {
    stop_reply reply;
    reply.state = "UNKNOWN";
    reply.failure =
        fail(status_code::unimplemented,
             fmt::format(
                 "stop of {} with a savepoint: this version does not take savepoints; nothing "
                 "was done, the job runs on",
                 request.data.name.text()),
             "stop with \"savepoint\": false, \"drain\": false cancels the job and loses its state")
            .value();
    return reply;
  }
  return end_component(session, op, request, "stop");
}

}  // namespace dm::lifecycle
