// The savepoint of a stop.
// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/stop_savepoint.h"

#include <algorithm>

#include <fmt/format.h>

#include "lifecycle/guard_program.h"
#include "savepoint/savepoint_conclusion.h"
#include "state/lineage.h"

namespace dm::lifecycle {

using context::component_view;
using observation::find_live_job;
using observation::live_job;
using savepoint::as_restore_point;
using savepoint::carry_on_savepoint;
using savepoint::read_points;
using savepoint::savepoint_conclusion;
using savepoint::savepoint_progress;
using savepoint::supposing_start;

namespace {

constexpr io::milliseconds look_again{500};
constexpr std::string_view what_to_do =
    "correct the cause and stop again; a stop without a savepoint, or a kill, loses what came "
    "after "
    "its last checkpoint";

// A stop's request for a job that has gone, whose caller did not live to record the stop. Flink is
// asked only for what a recorded stop names, so nobody was asked for this one: it may be made anew
// for the job that lives now (INV-5).
result<bool> is_orphan(component_view& view, const io::operation& op,
                       const state::requested_record& stands,
                       const state::requested_record& order) {
  if (stands.kind != order.kind || stands.job_id == order.job_id) return false;
  auto log = view.log().read(op);
  if (!log) return fail(std::move(log.error()));
  return std::none_of(log->records.begin(), log->records.end(), [&](const auto& entry) {
    return entry.second.savepoint_operation == stands.operation;
  });
}

}  // namespace

stop_savepoint::stop_savepoint(component_view& view, const io::operation& op,
                               const stop_request& request)
    : view_(view), op_(op), request_(request), data_(view.data()), ledger_(view.ledger()) {}

result<std::string> stop_savepoint::prepare(const component::log_snapshot& log,
                                            const live_job& live, stop_reply& reply) {
  state::requested_record order;
  order.operation = request_.operation.empty()
                        ? fmt::format("stop-{}-{}", log.newest_number(), live.job_id.substr(0, 8))
                        : request_.operation;
  order.kind = state::operation_kind::stop;
  order.epoch = live.epoch;
  order.application_id = live.application_id;
  order.job_id = live.job_id;
  order.directory = ledger_.operation_directory(order.operation);
  order.format = request_.format;
  order.drain = request_.drain;
  order.user = request_.user;
  order.node = view_.settings().node;
  order.requested_at = io::now();
  if (auto made = ledger_.prepare(op_); !made) return fail(std::move(made.error()));
  auto stands = ledger_.write_requested(op_, order);
  if (!stands) return fail(std::move(stands.error()));
  auto orphan = is_orphan(view_, op_, *stands, order);
  if (!orphan) return fail(std::move(orphan.error()));
  if (*orphan) {
    if (auto gone = ledger_.withdraw_request(op_, order.operation); !gone)
      return fail(std::move(gone.error()));
    stands = ledger_.write_requested(op_, order);
    if (!stands) return fail(std::move(stands.error()));
  }
  auto recorded = ledger_.recorded_result(op_, order.operation);
  if (!recorded) return fail(std::move(recorded.error()));
  live_ = live;
  if (stands->kind == order.kind && stands->job_id == order.job_id && !*recorded)
    return order.operation;
  savepoint_progress before;
  before.requested = std::move(*stands);
  before.result = std::move(*recorded);
  reply.savepoint = as_restore_point(before);
  const std::string what = before.result && !before.result->completed
                               ? "failed: " + before.result->failure
                               : "belongs to job " + before.requested.job_id;
  return fail(
      status_code::failed_precondition,
      fmt::format("stop of {}: operation {} was used already, for a {} that {}; nothing was "
                  "done, the job runs on",
                  data_.name.text(), order.operation, to_string(before.requested.kind), what),
      "stop with another operation id, or without one");
}

result<stop_savepoint::outcome> stop_savepoint::take(const std::string& operation,
                                                     stop_reply& reply) {
  auto requested = ledger_.requested(op_, operation);
  if (!requested) return fail(std::move(requested.error()));
  if (!*requested) return outcome::none;  // disposed of since
  io::progress_facts facts;
  facts.application_id = (*requested)->application_id;
  facts.job_id = (*requested)->job_id;
  facts.operation = operation;
  op_.progress("stop", fmt::format("taking savepoint {}", operation), facts);
  for (;;) {
    result<void> done;
    if (!live_) done = look();
    if (done) done = carry_on(**requested);
    if (done) break;
    if (done.error().code != status_code::unavailable) return fail(std::move(done.error()));
    // The JobManager is silent, or has left: YARN tells which, in a moment.
    live_.reset();
    if (auto slept = view_.http().sleep(op_, look_again); !slept) {
      error e = std::move(slept.error());
      e.message = done.error().message + "; " + e.message;
      e.hint = done.error().hint;
      e.causes = std::move(done.error().causes);
      return fail(std::move(e));
    }
  }
  reply.savepoint = as_restore_point(*progress_);
  return judge(reply);
}

// The application that lives now; none is an answer, too.
result<void> stop_savepoint::look() {
  auto seen = view_.log().read_newest(op_);
  if (!seen) return fail(std::move(seen.error()));
  auto live = find_live_job(view_, op_, *seen);
  if (!live) return fail(std::move(live.error()));
  live_ = std::move(*live);
  return {};
}

result<void> stop_savepoint::carry_on(const state::requested_record& requested) {
  savepoint_progress progress;
  auto carried = carry_on_savepoint(view_, op_, requested, live_, request_.wait, progress);
  if (carried) {
    progress_ = std::move(progress);
    return {};
  }
  if (!progress.job_gone) return carried;
  // Its job has gone and another one lives, which the stop is not about.
  auto failed = savepoint_conclusion(view_, op_, requested, live_).failed(carried.error().message);
  if (!failed) return fail(std::move(failed.error()));
  progress.finished = true;
  progress.result = std::move(*failed);
  progress_ = std::move(progress);
  return {};
}

result<stop_savepoint::outcome> stop_savepoint::judge(stop_reply& reply) {
  if (!progress_->finished) return outcome::going_on;
  const state::result_record& result = *progress_->result;
  // With a note it is whole, but Flink could not stop the job with it (D-52).
  if (result.completed && result.note.empty()) return outcome::taken;
  const outcome ended = result.completed ? outcome::taken : outcome::none;
  if (auto looked = look(); !looked) return fail(std::move(looked.error()));
  if (!live_ || live_->ended) return ended;
  auto again = want_again(progress_->requested.operation);
  if (!again) return fail(std::move(again.error()));
  if (!*again) return ended;  // another stop was recorded since
  reply.desired = "RUNNING";
  reply.state = live_->all_tasks_running ? "RUNNING" : "RESTARTING";
  reply.changed = false;
  const std::string what =
      result.completed
          ? fmt::format("is complete at {}, but the job could not be stopped with it: {}; it",
                        result.path, result.note)
          : fmt::format("failed: {}; the job was left as it was and", result.failure);
  reply.failure =
      fail(status_code::failed_precondition, reason_code::savepoint_failed,
           fmt::format("stop of {}: its savepoint {} {} is wanted again{}", data_.name.text(),
                       progress_->requested.operation, what, start_again()),
           std::string(what_to_do))
          .value();
  return outcome::revived;
}

// Takes the stop back: a run that continues the one before it. false: the newest intent is a stop
// of somebody else.
result<bool> stop_savepoint::want_again(const std::string& operation) {
  for (;;) {
    // With the run before the stop, which need not be that of the newest incarnation.
    auto seen = view_.log().read(op_);
    if (!seen) return fail(std::move(seen.error()));
    const component::log_record* intent = seen->newest_intent();
    if (intent == nullptr || intent->kind == component::record_kind::run) return true;
    if (intent->savepoint_operation != operation) return false;
    component::log_record run;
    run.kind = component::record_kind::run;
    run.node = data_.node;
    run.user = request_.user;
    for (auto it = seen->records.rbegin(); it != seen->records.rend(); ++it) {
      if (it->second.kind != component::record_kind::run) continue;
      run.node = it->second.node;
      run.continues = it->first;
      break;
    }
    auto claimed = view_.log().claim(op_, run, seen->newest_number());
    if (!claimed) return fail(std::move(claimed.error()));
    if (*claimed) return true;
  }
}

// A guard that has read the stop may have ended. What is wrong with that, for the message.
std::string stop_savepoint::start_again() {
  if (!view_.local()) return {};
  // An attached client lives and dies with its guard, and that one reads the log when the client
  // has ended: it has not seen the stop, and to renew it would end the run.
  const bool renewed = data_.submission != flink::submission_mode::attached;
  auto started = start_guard(view_.session(), op_, data_, renewed);
  if (started) return {};
  return fmt::format(", but its guard could not be started ({}): start it",
                     started.error().message);
}

void stop_savepoint::abandon(const std::string& operation) {
  auto requested = ledger_.requested(op_, operation);
  if (!requested || !*requested) return;
  savepoint_progress ignored;
  (void)carry_on_savepoint(view_, op_, **requested, std::nullopt, false, ignored);
}

error stop_savepoint::lost() {
  std::string next = "what a start would resume from is not known now";
  if (auto known = read_points(view_, op_)) {
    const state::lineage lineage =
        state::trace(supposing_start(known->log), known->points, data_.state);
    next = lineage.candidates.empty()
               ? fmt::format("a start would begin without state ({})", lineage.empty_because)
               : fmt::format("a start would resume from {} ({})",
                             lineage.candidates.front().point.id, lineage.candidates.front().why);
  }
  return fail(
             status_code::failed_precondition,
             fmt::format("{} is stopped, but no savepoint was completed: {}; {}", data_.name.text(),
                         progress_ && progress_->result ? progress_->result->failure
                                                        : "its operation is not known any more",
                         next),
             "its job ended before it; its status says how")
      .value();
}

}  // namespace dm::lifecycle
