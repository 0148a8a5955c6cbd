// The stop verb: records that the component is not wanted, saves its state, ends its job, then its
// guard.
// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/stop.h"

#include <fmt/format.h>

#include "lifecycle/ending.h"
#include "lifecycle/scheduling.h"
#include "lifecycle/staging.h"
#include "lifecycle/stop_savepoint.h"
#include "placement/component_files.h"
#include "savepoint/retention.h"

namespace dm::lifecycle {

using context::component_view;
using context::session;
using input::component_data;
using observation::check_all_tasks_running;
using observation::find_live_job;
using placement::check_places;
using savepoint::check_keeps_log;
using savepoint::check_order;
using savepoint::retire;

namespace {

using component::log_snapshot;
using component::record_kind;

result<void> check_request(const stop_request& request) {
  const bool without = request.savepoint && !*request.savepoint;
  const bool with = request.savepoint && *request.savepoint;
  std::string_view contradiction;
  if (request.drain && without) contradiction = "\"drain\": true and \"savepoint\": false";
  if (request.drain && request.kill) contradiction = "\"drain\": true and \"kill\": true";
  if (with && request.kill) contradiction = "\"savepoint\": true and \"kill\": true";
  if (!request.operation.empty() && (without || request.kill))
    contradiction = "\"operation\" and a stop without a savepoint";
  if (!contradiction.empty()) {
    return fail(status_code::invalid_argument,
                fmt::format("stop of {}: {} contradict each other", request.data.name.text(),
                            contradiction),
                "leave one of them out");
  }
  return check_order(request.data, request.operation, request.format);
}

bool wants_savepoint(const stop_request& request) {
  if (request.kill) return false;
  if (request.drain || !request.operation.empty()) return true;
  const component_data& data = request.data;
  return request.savepoint.value_or(data.job_type == component::job_type::streaming &&
                                    data.state != component::state_policy::none);
}

// What a status would call it.
std::string state_of(const observation::live_job& live) {
  if (!live.silence.empty()) return {};
  if (live.job_state == "RESTARTING") return live.job_state;
  return live.all_tasks_running ? "RUNNING" : "STARTING";
}

// On its way out, or with nothing yet to save.
bool is_ending(const observation::live_job& live) {
  if (live.job_manager.empty()) return true;
  return live.job_state == "CANCELLING" || live.job_state == "FAILING";
}

class stopping {
 public:
  stopping(component_view& view, const io::operation& op, const stop_request& request,
           std::string_view cause, stop_reply& reply)
      : view_(view),
        op_(op),
        request_(request),
        data_(view.data()),
        cause_(cause),
        reply_(reply),
        savepoint_(view, op, request) {}

  result<void> run() {
    if (auto allowed = check_request(request_); !allowed) return allowed;
    if (auto kept = check_keeps_log(data_, "stop"); !kept) return kept;
    if (view_.local()) {
      if (auto ours = check_places(view_.settings(), data_); !ours) return ours;
    }
    if (auto recorded = unwant(); !recorded) return recorded;
    if (no_room_) {
      if (auto ended = end_unrecorded(); !ended) return ended;
    }
    reply_.progress = stop_progress::recorded;
    // Oozie kills its workflows with it, and begins no other. What lives is ended whatever it says.
    result<schedule::coordinators::endings> unscheduled;
    if (data_.schedule) unscheduled = end_schedule(view_, op_);
    if (unscheduled && unscheduled->lived) reply_.changed = true;
    bool to_the_end = true;
    if (!operation_.empty()) {
      auto goes_to_the_end = save();
      if (!goes_to_the_end) {
        reply_.state = "STOPPING";
        return fail(std::move(goes_to_the_end.error()));
      }
      to_the_end = *goes_to_the_end;
    }
    if (!to_the_end) return {};
    if (auto ended = end(); !ended) return ended;
    if (!unscheduled) return fail(not_unscheduled(data_, std::move(unscheduled.error())));
    // What one run came to is not the schedule's end.
    if (data_.schedule)
      reply_.state = unscheduled->had_come && !unscheduled->lived ? "COMPLETED" : "STOPPED";
    if (lost_) reply_.failure = savepoint_.lost();
    return {};
  }

 private:
  // Sees to it that the newest intent is a stop; operation_ is its savepoint's, where it is to have
  // one.
  result<void> unwant() {
    for (;;) {
      auto seen = view_.log().read_newest(op_);
      if (!seen) return fail_while(fmt::format("stopping {}", data_.name.text()), seen.error());
      const component::log_record* intent = seen->newest_intent();
      reply_.desired = seen->wanted() ? "RUNNING" : "STOPPED";
      const bool stopped = intent != nullptr && intent->kind == record_kind::stop;
      auto stands = stopped ? stands_already(*intent) : result<bool>(false);
      if (!stands) return fail(std::move(stands.error()));
      if (*stands) return {};
      component::log_record stop;
      stop.kind = record_kind::stop;
      stop.node = view_.settings().node;
      stop.user = request_.user;
      stop.stop_cause = cause_;
      if (abandoned_.empty()) {
        auto operation = prepare(*seen, stopped);
        if (!operation) return fail(std::move(operation.error()));
        // Was never started, or nothing lives that the stop that stands could still save.
        if (operation->empty() && (intent == nullptr || stopped)) return {};
        stop.savepoint_operation = std::move(*operation);
      }
      auto claimed = view_.log().claim(op_, stop, seen->newest_number());
      if (!claimed && !no_room_ && ends_without_record(claimed.error())) {
        no_room_ = true;
        return {};
      }
      if (!claimed) return fail(claimed.error());
      if (!*claimed) continue;
      reply_.changed = true;
      reply_.desired = "STOPPED";
      operation_ = stop.savepoint_operation;
      return {};
    }
  }

  // Whether the stop that is recorded is what is asked for. One that waits for its savepoint may be
  // told to go on without; one that has none does not take it away from who asks for one.
  result<bool> stands_already(const component::log_record& intent) {
    operation_ = intent.savepoint_operation;
    if (operation_.empty()) return !wants_savepoint(request_);
    auto requested = view_.ledger().requested(op_, operation_);
    if (!requested) return fail(std::move(requested.error()));
    if (!*requested) {  // disposed of since
      operation_.clear();
      return !wants_savepoint(request_);
    }
    if (wants_savepoint(request_) || (!request_.kill && !request_.savepoint)) return true;
    auto recorded = view_.ledger().recorded_result(op_, operation_);
    if (!recorded) return fail(std::move(recorded.error()));
    if (*recorded && (*recorded)->completed) return true;
    abandoned_ = std::exchange(operation_, {});
    return false;
  }

  // The operation of the savepoint to be taken; empty: none is. stopped: a stop is recorded.
  result<std::string> prepare(const log_snapshot& log, bool stopped) {
    if (!wants_savepoint(request_)) return std::string();
    auto live = find_live_job(view_, op_, log);
    if (!live) return fail_while(fmt::format("stopping {}", data_.name.text()), live.error());
    if (!*live || (*live)->ended) return std::string();
    if (stopped && is_ending(**live)) {
      reply_.information = fmt::format("no savepoint was taken: {} after the stop that is recorded",
                                       (*live)->described());
      return std::string();
    }
    reply_.state = stopped ? std::string("STOPPING") : state_of(**live);
    if (auto ready = check_all_tasks_running(**live, data_, "stop with a savepoint"); !ready) {
      if ((*live)->silence.empty() && (*live)->other_jobs.empty())
        reply_.progress = stop_progress::unsaveable;
      ready.error().hint +=
          "; a stop without a savepoint, or a kill, loses what came after its last checkpoint";
      return fail(std::move(ready.error()));
    }
    auto operation = savepoint_.prepare(log, **live, reply_);
    if (!operation && operation.error().code == status_code::permission_denied) {
      operation.error().code = status_code::failed_precondition;
      operation.error().why = reason_code::savepoint_not_recorded;
      operation.error().message = fmt::format(
          "stop of {}: its savepoint cannot be recorded, the "
          "job runs on: {}",
          data_.name.text(), operation.error().message);
      operation.error().hint = fmt::format("{}/savepoints on HDFS must be writable for {}",
                                           view_.directory(), data_.user);
    }
    return operation;
  }

  // What only ends a job must not wait for room on HDFS: the log was just read, so it is there.
  bool ends_without_record(const error& problem) const {
    return view_.local() && !wants_savepoint(request_) &&
           (problem.code == status_code::resource_exhausted ||
            problem.code == status_code::unavailable);
  }

  // The guard first: by the log it would bring back what is ended here. The record follows, if it
  // can by then.
  result<void> end_unrecorded() {
    ending ending(view_, op_, {request_.kill, std::nullopt});
    if (auto guard = ending.end_guard(); !guard) return guard;
    if (auto gone = ending.until_nothing_lives(); !gone) return gone;
    reply_.changed = true;
    reply_.state = "STOPPED";
    reply_.progress = stop_progress::unrecorded;
    auto recorded = unwant();
    if (recorded) return {};
    recorded.error().message = fmt::format(
        "{} has ended, but HDFS does not take the record that it is not wanted any "
        "more; it comes back when supervisord is started again. {}",
        data_.name.text(), recorded.error().message);
    recorded.error().hint =
        "make room (dispose of savepoints, raise the quota), then stop it again";
    return recorded;
  }

  // Carries the recorded stop's savepoint on. true: what lives is to be ended now.
  result<bool> save() {
    auto taken = savepoint_.take(operation_, reply_);
    if (!taken) return fail(std::move(taken.error()));
    const auto& progress = savepoint_.progress();
    switch (*taken) {
      case stop_savepoint::outcome::taken:
        reply_.information = fmt::format("savepoint {} at {}", operation_, progress->result->path);
        reply_.changed = reply_.changed || !progress->recorded_before;
        return true;
      case stop_savepoint::outcome::none:
        lost_ = progress && !progress->recorded_before;
        return true;
      case stop_savepoint::outcome::revived:
        reply_.progress = stop_progress::taken_back;
        return false;
      case stop_savepoint::outcome::going_on:
        break;
    }
    reply_.state = "STOPPING";
    reply_.information = fmt::format("savepoint {} is being taken", operation_);
    return false;
  }

  result<void> end() {
    end_order order{request_.kill, std::nullopt};
    const auto& progress = savepoint_.progress();
    const bool saved = progress && progress->result && progress->result->completed;
    if (saved) order.savepoint = progress->requested;
    ending ending(view_, op_, std::move(order));
    if (!request_.wait) {
      auto ended = ending.end_live();
      if (!ended) return fail(ended.error());
      reply_.state = *ended ? "STOPPED" : "STOPPING";
      if (*ended) reply_.progress = stop_progress::ended;
      return {};
    }
    reply_.state = "STOPPING";
    if (auto gone = ending.until_nothing_lives(); !gone) return gone;
    if (auto guard = ending.end_guard(); !guard) return guard;
    // A client that the guard's end interrupted may have submitted at the last moment.
    if (auto settled = ending.let_submissions_show(); !settled) return settled;
    if (auto gone = ending.until_nothing_lives(); !gone) return gone;
    auto state = ending.record_end();
    // The job has ended and is not wanted: that is recorded. How it ended is for people.
    if (!state && state.error().code != status_code::resource_exhausted) return fail(state.error());
    reply_.state = state ? std::move(*state) : std::string("STOPPED");
    reply_.progress = stop_progress::ended;
    remove_staging(view_, op_, ending.log().newest_application());
    if (!abandoned_.empty()) savepoint_.abandon(abandoned_);
    // A resume's own target may be one that the rule would delete.
    if (saved && !progress->recorded_before && cause_ != "resume")
      retire(view_, op_, std::nullopt, operation_);
    return {};
  }

  component_view& view_;
  const io::operation& op_;
  const stop_request& request_;
  const component_data& data_;
  std::string cause_;
  stop_reply& reply_;
  stop_savepoint savepoint_;
  std::string operation_;  // of the stop's savepoint; empty: it has none
  std::string abandoned_;  // of a stop that was told to go on without its savepoint
  bool no_room_ = false;   // HDFS did not take the record of this stop
  bool lost_ = false;      // this call has found out that the savepoint did not come to be
};

}  // namespace

stop_reply end_component(component_view& view, const io::operation& op, const stop_request& request,
                         std::string_view cause) {
  stop_reply reply;
  if (auto stopped = stopping(view, op, request, cause, reply).run(); !stopped) {
    reply.failure = stopped.error();
  }
  return reply;
}

stop_reply stop(session& session, const io::operation& op, const stop_request& request) {
  component_view view(session, request.data);
  return end_component(view, op, request, "stop");
}

}  // namespace dm::lifecycle
