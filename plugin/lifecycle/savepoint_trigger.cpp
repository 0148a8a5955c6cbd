// The trigger verb: a savepoint of the running job, asked for once however often it is called.
// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/savepoint_trigger.h"

#include <fmt/format.h>

#include "flink/hdfs_location.h"
#include "input/text_rules.h"
#include "savepoint/restore_points.h"
#include "savepoint/retention.h"
#include "savepoint/savepoint_operation.h"

namespace dm::lifecycle {

using context::component_view;
using context::session;
using input::component_data;
using input::shown;
using observation::check_all_tasks_running;
using observation::find_live_job;
using observation::live_job;
using savepoint::as_restore_point;
using savepoint::carry_on_savepoint;
using savepoint::check_keeps_log;
using savepoint::check_order;
using savepoint::retire;
using savepoint::savepoint_progress;

namespace {

class triggering {
 public:
  triggering(session& session, const io::operation& op, const trigger_request& request,
             trigger_reply& reply)
      : op_(op),
        request_(request),
        data_(request.data),
        reply_(reply),
        view_(session, request.data),
        ledger_(view_.ledger()) {}

  result<void> run() {
    if (auto allowed = check_order(data_, request_.operation, request_.format); !allowed)
      return allowed;
    if (auto kept = check_keeps_log(data_, "savepoint"); !kept) return kept;
    reply_.operation = request_.operation.empty() ? state::make_operation_id() : request_.operation;
    auto seen = view_.log().read_newest(op_);
    if (!seen) return fail_while(doing(), std::move(seen.error()));
    log_ = std::move(*seen);
    result<std::optional<state::requested_record>> stands = std::nullopt;
    if (!request_.operation.empty()) stands = ledger_.requested(op_, reply_.operation);
    if (!stands) return fail_while(doing(), std::move(stands.error()));
    const bool fresh = !*stands;
    if (!fresh) {
      auto recorded = ledger_.recorded_result(op_, reply_.operation);
      if (!recorded) return fail_while(doing(), std::move(recorded.error()));
      if (*recorded) return carry_on(**stands);
    }
    auto live = find_live_job(view_, op_, log_);
    if (!live) return fail_while(doing(), std::move(live.error()));
    live_ = std::move(*live);
    if (!fresh) return carry_on(**stands);
    auto order = prepare();
    if (!order) return fail(std::move(order.error()));
    return carry_on(*order);
  }

 private:
  std::string doing() const { return fmt::format("savepoint of {}", data_.name.text()); }

  // The request as it is recorded; all that can be known to be wrong is found before.
  result<state::requested_record> prepare() {
    if (!live_) {
      return fail(status_code::failed_precondition,
                  fmt::format("{}: nothing of it runs, so there is no state to save", doing()),
                  "start the component first; its savepoints so far are in the list");
    }
    if (auto ready = check_all_tasks_running(*live_, data_, "savepoint"); !ready)
      return fail(std::move(ready.error()));
    if (const component::log_record* intent = log_.newest_intent();
        intent != nullptr && intent->kind == component::record_kind::stop) {
      return fail(status_code::failed_precondition,
                  fmt::format("{}: a stop of it is recorded ({}, by {})", doing(),
                              intent->stop_cause, shown(intent->user)),
                  "stop again to end it");
    }
    state::requested_record order;
    order.operation = reply_.operation;
    order.kind = state::operation_kind::trigger;
    order.epoch = live_->epoch;
    order.application_id = live_->application_id;
    order.job_id = live_->job_id;
    order.format = request_.format;
    order.user = request_.user;
    order.node = view_.settings().node;
    order.requested_at = io::now();
    order.directory = ledger_.operation_directory(reply_.operation);
    if (!request_.directory.empty()) {
      auto directory = own_directory();
      if (!directory) return fail(std::move(directory.error()));
      order.directory = std::move(*directory);
    }
    if (auto made = ledger_.prepare(op_); !made) return not_writable(std::move(made.error()));
    return order;
  }

  // The caller's directory, which must be the operation's alone: what it holds afterwards tells
  // what became of the operation.
  result<std::string> own_directory() {
    const auto location = flink::parse_hdfs_location(request_.directory);
    if (location && !flink::own_hdfs(view_.hdfs().addresses()).owns(*location)) {
      return fail(status_code::invalid_argument,
                  fmt::format("directory {} is not on the HDFS of this cluster, as far as is known",
                              shown(request_.directory)),
                  fmt::format("name it without the host: hdfs://{}; without it the component's "
                              "own directory is used",
                              location->path));
    }
    const auto path = location ? std::optional<std::string>(location->path) : std::nullopt;
    if (!path) {
      return fail(
          status_code::invalid_argument,
          fmt::format("directory {} is no absolute path on HDFS", shown(request_.directory)),
          "\"/path\" or \"hdfs:///path\"; without it the component's own directory is used");
    }
    auto found = ledger_.find_in(op_, *path);
    if (!found) {
      if (found.error().code == status_code::not_found) return *path;
      return fail_while(doing(), std::move(found.error()));
    }
    if (!*found) return *path;
    return fail(status_code::failed_precondition,
                fmt::format("{}: directory {} holds a savepoint already ({})", doing(), *path,
                            (*found)->path),
                "name a directory of this operation alone");
  }

  tl::unexpected<error> not_writable(error problem) const {
    if (problem.code == status_code::permission_denied) {
      problem.code = status_code::failed_precondition;
      problem.hint = fmt::format("{} on HDFS must be writable for {}",
                                 ledger_.savepoints_directory(), data_.user);
    }
    return fail_while(fmt::format("{}: it was not asked for, the job runs on", doing()),
                      std::move(problem));
  }

  result<void> carry_on(const state::requested_record& order) {
    savepoint_progress progress;
    auto carried = carry_on_savepoint(view_, op_, order, live_, request_.wait, progress);
    reply_.changed = progress.sent;
    // Told beside an error, too: the operation can be asked about.
    if (progress.recorded) reply_.savepoint = as_restore_point(progress);
    if (!carried && !progress.recorded) return not_writable(std::move(carried.error()));
    if (!carried) return carried;
    if (!progress.finished) return {};
    if (!progress.result->completed) {
      return fail(status_code::failed_precondition,
                  fmt::format("savepoint {} of {} failed: {}; the job was left as it was",
                              order.operation, data_.name.text(), progress.result->failure),
                  "correct the cause and take a new one, with another operation id");
    }
    if (!progress.recorded_before) reply_.retired = retire(view_, op_, live_, order.operation);
    return {};
  }

  const io::operation& op_;
  const trigger_request& request_;
  const component_data& data_;
  trigger_reply& reply_;
  component_view view_;
  state::savepoint_ledger& ledger_;
  component::log_snapshot log_;
  std::optional<live_job> live_;
};

}  // namespace

trigger_reply trigger(session& session, const io::operation& op, const trigger_request& request) {
  trigger_reply reply;
  if (auto done = triggering(session, op, request, reply).run(); !done)
    reply.failure = std::move(done.error());
  return reply;
}

}  // namespace dm::lifecycle
