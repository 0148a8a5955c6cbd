// The resume verb: stops what runs, with a savepoint of its own, and starts from the named one.
// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/savepoint_resume.h"

#include <fmt/format.h>

#include "component/observation.h"
#include "lifecycle/launch.h"
#include "lifecycle/stop.h"
#include "placement/component_files.h"
#include "placement/program.h"
#include "savepoint/restore_target.h"

namespace dm::lifecycle {

using context::component_view;
using context::session;
using input::component_data;
using placement::check_node;
using placement::check_places;
using savepoint::check_target;
using savepoint::known_points;
using savepoint::latest;
using savepoint::read_points;
using savepoint::resolve_target;
using savepoint::restore_target;
using savepoint::restore_use;
using savepoint::verify_target;

namespace {

class resumption {
 public:
  resumption(session& session, const io::operation& op, const resume_request& request,
             start_reply& reply)
      : op_(op),
        request_(request),
        data_(request.data),
        reply_(reply),
        view_(session, request.data) {}

  result<void> run() {
    if (auto allowed = check(); !allowed) return allowed;
    auto known = read_points(view_, op_);
    if (!known) return fail(std::move(known.error()));
    reply_.desired = known->log.wanted() ? "RUNNING" : "STOPPED";
    if (request_.savepoint == latest && goes_on(known->log)) {
      join(*known->log.newest_intent());
      return {};
    }
    if (request_.savepoint != latest || !may_live(known->log)) {
      if (auto chosen = choose(*known); !chosen) return chosen;
      if (goes_on(known->log) && known->log.newest_intent()->restore_path == path_) {
        join(*known->log.newest_intent());
        return {};
      }
      if (auto usable = examine(*known); !usable) return usable;
    }
    if (auto stopped = end_running(*known); !stopped) return stopped;
    // Only now is it known what is the latest: the stop has just made it.
    if (request_.savepoint == latest) {
      known = read_points(view_, op_);
      if (!known) return fail(std::move(known.error()));
      if (auto chosen = choose(*known); !chosen) return chosen;
      if (auto usable = examine(*known); !usable) return usable;
    }
    go();
    return {};
  }

 private:
  result<void> check() {
    if (auto here = check_node(view_.settings(), data_, "resume"); !here) return here;
    if (auto ours = check_places(view_.settings(), data_); !ours) return ours;
    if (data_.schedule) {
      return fail(
          status_code::failed_precondition,
          fmt::format("{} has a schedule: Oozie begins its runs, each anew", data_.name.text()),
          "start it, and its next run begins when it is due");
    }
    if (data_.job_type == component::job_type::streaming) return {};
    return fail(
        status_code::failed_precondition,
        fmt::format("{} is a batch component: a batch job cannot be resumed", data_.name.text()),
        "start runs it from its beginning");
  }

  // Whether the newest intent is a resume with these very arguments that is being carried out; the
  // restore point is left to the caller.
  bool goes_on(const component::log_snapshot& log) const {
    if (!already_wanted(log, data_)) return false;
    const component::log_record& run = *log.newest_intent();
    return !run.restore_path.empty() && run.claim_mode == request_.claim_mode &&
           run.allow_non_restored_state == request_.allow_non_restored_state;
  }

  // Whether a stop may still make a newer point than there is: also what is not wanted any more may
  // live on.
  static bool may_live(const component::log_snapshot& log) {
    const component::log_record* incarnation = log.newest_incarnation();
    return log.wanted() || (incarnation != nullptr && !log.ends.contains(incarnation->number));
  }

  // Waits, as the call before would have, for what that one began.
  void join(const component::log_record& run) {
    path_ = run.restore_path;
    id_ = run.restore_id;
    reply_.restore_point = chosen_restore_point{id_, path_, "named by the resume that is recorded"};
    go();
  }

  result<void> choose(const known_points& known) {
    auto target = resolve_target(view_, op_, known, request_.savepoint);
    if (!target) return fail(std::move(target.error()));
    target_ = std::move(*target);
    path_ = target_.point.path;
    id_ = target_.point.id;
    reply_.restore_point = chosen_restore_point{id_, path_, target_.why};
    return {};
  }

  result<void> examine(const known_points& known) {
    const restore_use use{request_.claim_mode, request_.foreign};
    if (auto usable = check_target(data_, target_, use); !usable) return usable;
    if (auto intact = verify_target(view_, op_, target_.point); !intact) return intact;
    return outlives_stop(known);
  }

  // Flink deletes a running job's checkpoints when the job is stopped with a savepoint.
  result<void> outlives_stop(const known_points& known) {
    const state::restore_point& point = target_.point;
    const component::log_record* incarnation = known.log.newest_incarnation();
    if (point.kind != state::restore_point_kind::checkpoint || incarnation == nullptr ||
        incarnation->number != point.epoch || known.log.ends.contains(point.epoch)) {
      return {};
    }
    auto listing = view_.yarn().find_confirmed(op_, component::component_tag(data_.id));
    if (!listing) return fail(std::move(listing.error()));
    const auto groups = component::group_by_epoch(listing->applications, data_.id);
    if (component::live_of(groups, point.epoch).empty()) return {};
    return fail(
        status_code::failed_precondition,
        fmt::format("{} cannot be resumed from {}: it is a checkpoint of the running job, which "
                    "deletes it when it is stopped",
                    data_.name.text(), point.id),
        "resume from \"latest\": the job is stopped with a savepoint and goes on from that");
  }

  result<void> end_running(const known_points& known) {
    if (known.log.newest_intent() == nullptr) return {};
    op_.progress("resume", "stopping what runs, with a savepoint");
    stop_request stop;
    stop.data = data_;
    stop.user = request_.user;
    // Also where the policy keeps no state: this very resume asks for it.
    if (data_.state == component::state_policy::none && known.log.wanted()) stop.savepoint = true;
    const stop_reply ended = end_component(view_, op_, stop, "resume");
    reply_.changed = ended.changed;
    if (!ended.failure) {
      reply_.desired = ended.desired;
      return {};
    }
    reply_.state = ended.state;
    reply_.desired = ended.desired;
    return fail_while(fmt::format("{} was not resumed, since what runs could not be stopped first",
                                  data_.name.text()),
                      *ended.failure);
  }

  void go() {
    component::log_record run;
    run.kind = component::record_kind::run;
    run.node = data_.node;
    run.user = request_.user;
    run.restore_id = id_;
    run.restore_path = path_;
    run.claim_mode = request_.claim_mode;
    run.allow_non_restored_state = request_.allow_non_restored_state;
    const bool stopped = reply_.changed;
    launch(view_, op_,
           {std::move(run), request_.wait, request_.keep_wanted,
            [this](const component::log_snapshot& seen) { return stands(seen); }},
           reply_);
    reply_.changed = reply_.changed || stopped;
  }

  result<bool> stands(const component::log_snapshot& log) const {
    if (!log.wanted()) return false;
    const component::log_record& intent = *log.newest_intent();
    if (goes_on(log) && intent.restore_path == path_) return true;
    return fail(status_code::failed_precondition,
                fmt::format("{} was not resumed from {}: record {} of its log, a run asked for by "
                            "{} on {}, came in between",
                            data_.name.text(), id_, intent.number,
                            intent.user.empty() ? "(unknown)" : intent.user, intent.node),
                "look at its status, then resume again if that is still wanted");
  }

  const io::operation& op_;
  const resume_request& request_;
  const component_data& data_;
  start_reply& reply_;
  component_view view_;
  restore_target target_;
  std::string path_;
  std::string id_;
};

}  // namespace

start_reply resume(session& session, const io::operation& op, const resume_request& request) {
  start_reply reply;
  if (auto resumed = resumption(session, op, request, reply).run(); !resumed) {
    reply.failure = resumed.error();
    reply.failure->component = request.data.name.text();
  }
  return reply;
}

}  // namespace dm::lifecycle
