// The dispose verb: marks a savepoint as being deleted, deletes it, keeps its tombstone.
// SPDX-License-Identifier: Apache-2.0
#include "savepoint/savepoint_dispose.h"

#include <algorithm>

#include <fmt/format.h>

#include "flink/job_checkpoints.h"
#include "observation/live_job.h"
#include "savepoint/disposal_rules.h"
#include "savepoint/marked_deletion.h"
#include "savepoint/restore_points.h"

namespace dm::savepoint {

using context::component_view;
using context::session;
using input::component_data;
using observation::find_live_job;
using observation::live_job;

namespace {

using state::restore_point;
using state::restore_point_kind;
using state::restore_point_state;

constexpr io::milliseconds first_poll{50};
constexpr io::milliseconds longest_poll{1000};
// HDFS deletes it as well as Flink does, so Flink is not waited for any longer.
constexpr io::milliseconds flink_limit{30'000};

class disposal {
 public:
  disposal(session& session, const io::operation& op, const dispose_request& request,
           dispose_reply& reply)
      : op_(op),
        request_(request),
        data_(request.data),
        reply_(reply),
        view_(session, request.data) {}

  result<void> run() {
    auto known = read_points(view_, op_);
    if (!known) return fail(std::move(known.error()));
    const restore_point* found = find_by_id(known->points, request_.savepoint);
    if (found == nullptr) return fail(no_such_point(data_, request_.savepoint));
    point_ = *found;
    reply_.path = point_.path;
    if (point_.state == restore_point_state::disposed) return {};
    facts_.log = std::move(known->log);
    facts_.points = std::move(known->points);
    if (auto looked = look_at_job(); !looked) return looked;
    if (auto others = look_at_others(); !others) return others;
    const auto obstacle = obstacle_to_disposal(data_, facts_, point_);
    // What was marked is no restore point any more: only Flink's own need of it still counts.
    const bool marked = point_.state == restore_point_state::disposing;
    if (obstacle && !(obstacle->forceable && (request_.force || marked))) return refuse(*obstacle);
    return delete_it();
  }

 private:
  tl::unexpected<error> refuse(const disposal_obstacle& obstacle) const {
    return fail(
        status_code::failed_precondition,
        fmt::format("{} of {} is not deleted: {}", point_.id, data_.name.text(), obstacle.reason),
        obstacle.hint);
  }

  result<void> look_at_job() {
    auto job = find_live_job(view_, op_, facts_.log);
    if (!job) {
      return fail_while(
          fmt::format("{} of {} is not deleted while it is unknown whether a job uses it",
                      point_.id, data_.name.text()),
          job.error());
    }
    job_ = std::move(*job);
    if (!job_) return {};
    facts_.live_epoch = job_->epoch;
    if (job_->job_manager.empty() || job_->job_id.empty()) return {};
    // Its checkpoints may lie elsewhere, by the program's own configuration.
    auto response =
        view_.http().perform(op_, flink::checkpoints_request(job_->job_manager, job_->job_id));
    auto checkpoints = response ? flink::read_checkpoints(*response, job_->job_manager)
                                : result<flink::job_checkpoints>(fail(response.error()));
    facts_.live_has_checkpoint = checkpoints && checkpoints->latest_completed.has_value();
    return {};
  }

  // Whether one is the last usable one depends on the files of the others that a start would
  // choose: in that order, until an intact one is found.
  result<void> look_at_others() {
    if (data_.state != component::state_policy::required) return {};
    const state::lineage lineage =
        state::trace(supposing_start(facts_.log), facts_.points, data_.state);
    for (const state::candidate& one : lineage.candidates) {
      const auto other = std::find_if(facts_.points.begin(), facts_.points.end(),
                                      [&](const auto& p) { return p.path == one.point.path; });
      if (other == facts_.points.end() || other->path == point_.path || !other->usable()) continue;
      auto verdict = verify_files(view_, op_, *other);
      if (!verdict) {
        return fail_while(fmt::format("{} of {} is not deleted before it is known whether another "
                                      "one is intact",
                                      point_.id, data_.name.text()),
                          verdict.error());
      }
      if (verdict->intact()) return {};
      other->state = restore_point_state::damaged;
      other->reason = verdict->reason;
    }
    return {};
  }

  result<void> delete_it() {
    state::disposal_record record;
    record.path = point_.path;
    // Of a discovered one no document tells where it stood in the lineage.
    record.epoch = point_.epoch;
    record.checkpoint_id = point_.checkpoint_id;
    record.user = request_.user;
    record.reason = "dispose";
    record.force = request_.force;
    record.disposed_at = io::now();
    if (auto prepared = view_.ledger().prepare(op_); !prepared) return prepared;
    auto left =
        carry_out(view_, op_, {facts_, point_, std::move(record), [this] { return remove(); }});
    if (!left) return fail(std::move(left.error()));
    if (*left) {
      return refuse({**left,
                     "dispose again once the job has a checkpoint of its own or has been stopped; "
                     "what is pinned must be unpinned first",
                     false});
    }
    reply_.changed = true;
    return {};
  }

  result<void> remove() {
    reply_.changed = true;
    io::progress_facts facts;
    facts.job_id = point_.job_id;
    // A checkpoint, and a savepoint that somebody else has taken, is of no operation.
    const bool known = point_.kind == restore_point_kind::savepoint &&
                       point_.state != restore_point_state::discovered;
    if (known) facts.operation = point_.id;
    op_.progress("dispose", "deleting " + point_.path, facts);
    if (!point_.path.empty()) {
      if (job_ && point_.kind == restore_point_kind::savepoint) delete_by_flink();
      if (auto removed = remove_files(); !removed) return removed;
    }
    remove_leftovers();
    return {};
  }

  // What stays beside a job's last checkpoint; a failure leaves it, and nothing else.
  void remove_leftovers() {
    if (point_.kind != restore_point_kind::checkpoint ||
        may_refer_to_others(data_, facts_.log, point_)) {
      return;
    }
    if (auto removed = view_.ledger().remove_job_leftovers(op_, point_.path); !removed)
      op_.log(io::log_level::warning, removed.error().text());
  }

  // Flink knows best what belongs to a savepoint. Whatever it answers, HDFS has the last word.
  void delete_by_flink() {
    if (job_->job_manager.empty()) return;
    const io::operation limited = op_.limited_to(flink_limit);
    auto done = ask_flink(limited);
    if (done) return;
    op_.log(io::log_level::info,
            fmt::format("{} is deleted through HDFS, since the JobManager {} has not done it: {}",
                        point_.path, job_->job_manager, done.error().message));
  }

  result<void> ask_flink(const io::operation& op) {
    const std::string& address = job_->job_manager;
    auto asked = view_.http().perform(op, flink::disposal_request(address, point_.path));
    if (!asked) return fail(std::move(asked.error()));
    auto trigger = flink::read_trigger(*asked, address);
    if (!trigger) return fail(std::move(trigger.error()));
    for (io::milliseconds interval = first_poll;;
         interval = std::min(interval * 3 / 2, longest_poll)) {
      auto answer = view_.http().perform(op, flink::disposal_status_request(address, *trigger));
      if (!answer) return fail(std::move(answer.error()));
      auto status = flink::read_disposal_status(*answer, address);
      if (!status) return fail(std::move(status.error()));
      if (status->completed) {
        if (status->failure.empty()) return {};
        return fail(status_code::failed_precondition, status->failure);
      }
      if (auto slept = view_.http().sleep(op, interval); !slept) return slept;
    }
  }

  result<void> remove_files() {
    auto removed = view_.hdfs().remove(op_, point_.path, true);
    if (!removed) {
      return fail_while(
          fmt::format("deleting {} of {} at {}", point_.id, data_.name.text(), point_.path),
          removed.error());
    }
    reply_.changed = reply_.changed || *removed;
    return {};
  }

  const io::operation& op_;
  const dispose_request& request_;
  const component_data& data_;
  dispose_reply& reply_;
  component_view view_;
  disposal_facts facts_;
  restore_point point_;
  std::optional<live_job> job_;
};

}  // namespace

dispose_reply dispose(session& session, const io::operation& op, const dispose_request& request) {
  dispose_reply reply;
  if (auto disposed = disposal(session, op, request, reply).run(); !disposed) {
    reply.failure = disposed.error();
    reply.failure->component = request.data.name.text();
  }
  return reply;
}

}  // namespace dm::savepoint
