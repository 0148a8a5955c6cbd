// The plan verb: what a start, a resume or an upgrade would do, and from what it would go on.
// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/savepoint_plan.h"

#include <algorithm>

#include <fmt/format.h>

#include "lifecycle/launch.h"
#include "observation/live_job.h"
#include "package/jvm_flags.h"
#include "placement/account.h"
#include "placement/placed_changes.h"
#include "savepoint/restore_target.h"

namespace dm::lifecycle {

using context::component_view;
using context::session;
using input::component_data;
using input::settings;
using observation::check_all_tasks_running;
using observation::find_live_job;
using observation::live_job;
using package::preparation;
using package::prepare;
using placement::account;
using placement::changes_to;
using placement::find_run_as_account;
using placement::placed_changes;
using placement::plan_component;
using placement::planned_change;
using savepoint::check_target;
using savepoint::known_points;
using savepoint::latest;
using savepoint::read_points;
using savepoint::resolve_target;
using savepoint::started_from;
using savepoint::verify_target;
using savepoint::with_run;

namespace {

using component::state_policy;

// What speaks against the plan itself; everything else means that the plan could not be made.
bool is_obstacle(const error& problem) {
  return problem.code == status_code::failed_precondition ||
         problem.code == status_code::not_found || problem.code == status_code::invalid_argument ||
         problem.code == status_code::permission_denied ||
         problem.code == status_code::unimplemented;
}

class planning {
 public:
  planning(session& session, const io::operation& op, const plan_request& request,
           plan_reply& reply)
      : op_(op),
        request_(request),
        data_(request.data),
        reply_(reply),
        view_(session, request.data) {}

  result<void> run() {
    auto known = read_points(view_, op_);
    if (!known) return fail(std::move(known.error()));
    known_ = std::move(*known);
    auto job = find_live_job(view_, op_, known_.log);
    if (!job) return fail(std::move(job.error()));
    job_ = std::move(*job);
    // A start leaves a component alone that is wanted and lives.
    const bool stays = job_ && known_.log.wanted() && !request_.next && request_.savepoint.empty();
    scheduled_ = data_.schedule.has_value();
    if (request_.next) look_at_next();
    if (stays) {
      step("nothing: {} is wanted, and its application {} lives", data_.name.text(),
           job_->application_id);
    } else if (job_) {
      plan_stop();
    }
    if (request_.next && data_.schedule && known_.log.wanted())
      step("kill its coordinator in Oozie, so that no other run begins");
    if (request_.next) {
      step("replace the component's files and program by those of {}: {} change{}",
           request_.next->package.empty() ? "the next package" : request_.next->package,
           reply_.changes.size(), reply_.changes.size() == 1 ? "" : "s");
    }
    if (stays) {
      name_current();
    } else if (!request_.start) {
      step("it is not started");
      reply_.why = "nothing is started";
    } else {
      if (auto chosen = choose(); !chosen) return chosen;
      plan_start();
    }
    say_what_is_not_known();
    reply_.possible = reply_.obstacles.empty();
    return {};
  }

 private:
  template <class... Arguments>
  void step(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
    reply_.steps.push_back(fmt::format(text, std::forward<Arguments>(arguments)...));
  }

  void object(const error& problem) {
    std::string text = problem.message;
    for (const dm::problem& detail : problem.details) {
      text += fmt::format("; {}: {}, allowed: {}", detail.path, detail.found, detail.allowed);
    }
    if (!problem.hint.empty()) text += " (" + problem.hint + ")";
    reply_.obstacles.push_back(std::move(text));
  }

  // false: the plan itself could not be made.
  result<void> object_or_fail(const error& problem) {
    if (!is_obstacle(problem)) return fail(problem);
    object(problem);
    return {};
  }

  void look_at_next() {
    const create_request& next = *request_.next;
    const settings& settings = view_.settings();
    auto account = find_run_as_account(next.user);
    if (!account) object(account.error());
    const preparation prepared =
        prepare(settings, op_, data_.name, next.properties, next.staged_path, true);
    reply_.warnings = prepared.reading.warnings;
    if (const auto failure = prepared.reading.failure(data_.name)) object(*failure);
    if (prepared.obstacle) object(*prepared.obstacle);
    if (!account || !reply_.obstacles.empty()) return;
    auto plan = plan_component(settings, data_.name, next.package, prepared.reading.descriptor,
                               *prepared.installed, *account);
    if (!plan) return object(plan.error());
    parallelism_ = prepared.reading.descriptor.parallelism.value_or(0);
    flink_version_ = plan->spec.flink_version;
    profile_ = package::described_profile(prepared.reading.descriptor, settings);
    policy_ = plan->spec.state;
    scheduled_ = plan->spec.oozie.has_value();
    if (data_.node != settings.node) {
      reply_.not_known.push_back(fmt::format(
          "which files, properties and arguments change: the component lies on {}, and this is {}",
          data_.node, settings.node));
      return;
    }
    placed_changes compared = changes_to(settings, op_, data_, *plan, prepared);
    reply_.changes = std::move(compared.changes);
    std::move(compared.not_known.begin(), compared.not_known.end(),
              std::back_inserter(reply_.not_known));
  }

  bool keeps_state() const {
    return data_.job_type == component::job_type::streaming && data_.state != state_policy::none;
  }

  void plan_stop() {
    const bool savepoint = keeps_state() || (!request_.savepoint.empty() &&
                                             data_.job_type == component::job_type::streaming);
    if (!savepoint) {
      step("cancel job {} of {}: its state is not kept (component_flink_state={})", job_->job_id,
           job_->application_id, to_string(data_.state));
      return;
    }
    newer_first_ =
        request_.savepoint == latest ||
        (request_.savepoint.empty() && policy_.value_or(data_.state) != state_policy::none);
    step("stop job {} of {} with a savepoint; until that is complete the job runs on", job_->job_id,
         job_->application_id);
    if (auto able = check_all_tasks_running(*job_, data_, "stop"); !able) object(able.error());
  }

  // What the live incarnation was started from: no restore point of this plan, which starts
  // nothing.
  void name_current() {
    const component::log_record* incarnation = known_.log.current_incarnation();
    if (incarnation == nullptr) {
      reply_.why = "what the running job was started from is not known";
    } else if (incarnation->restore_path.empty()) {
      reply_.why = "the running job was started without state";
    } else {
      const auto* point = started_from(*incarnation, known_.points);
      reply_.why = fmt::format("the running job was started from {}{}",
                               flink::hdfs_uri(incarnation->restore_path),
                               point == nullptr ? "" : fmt::format(" ({})", point->id));
    }
  }

  result<void> choose() {
    // The stop makes the point: what is there now is not what the job goes on from.
    if (newer_first_) {
      reply_.age_ms = 0;
      reply_.why = "the job is stopped with a savepoint first, and goes on from that";
      return {};
    }
    if (!request_.savepoint.empty()) return choose_named();
    component::log_record run;
    run.accept_state_loss = request_.accept_state_loss;
    // A wanted component that is down goes on by the run that stands.
    const bool stands = !request_.next && already_wanted(known_.log, data_);
    auto selected = state::select_restore_point(op_, view_.hdfs(), view_.ledger(),
                                                stands ? known_.log : with_run(known_.log, run),
                                                policy_.value_or(data_.state));
    if (!selected) return fail(std::move(selected.error()));
    if (const auto* none = std::get_if<state::no_choice>(&*selected)) {
      object(none->reason);
      return {};
    }
    const auto* choice = std::get_if<state::choice>(&*selected);
    leave_behind(choice->passed_over);
    reply_.why = choice->why;
    if (choice->point) take(*choice->point);
    return {};
  }

  result<void> choose_named() {
    auto target = resolve_target(view_, op_, known_, request_.savepoint);
    if (!target) return object_or_fail(target.error());
    leave_behind(target->passed_over);
    reply_.why = target->why;
    take(target->point);
    if (target->foreign) {
      reply_.warnings.push_back(
          {"$.savepoint", fmt::format("{} is not this component's: resume needs \"foreign\": true",
                                      target->point.path)});
    }
    if (auto usable = check_target(data_, *target, {{}, true}); !usable) {
      object(usable.error());
      return {};
    }
    auto intact = verify_target(view_, op_, target->point);
    return intact ? intact : object_or_fail(intact.error());
  }

  void take(const state::restore_point& point) {
    reply_.restore_point = point;
    if (point.completed_at != io::wall_time{}) {
      reply_.age_ms = std::max<std::int64_t>(0, (io::now() - point.completed_at).count());
    }
  }

  void leave_behind(const std::vector<std::string>& passed_over) {
    reply_.not_restorable.insert(reply_.not_restorable.end(), passed_over.begin(),
                                 passed_over.end());
  }

  void plan_start() {
    if (!reply_.obstacles.empty()) return;
    if (scheduled_) {
      step("submit its coordinator to Oozie, which begins each run when it is due, without state");
      return;
    }
    if (!profile_.empty()) step("{}", profile_);
    if (newer_first_) {
      step("start from the savepoint that the stop has made");
    } else if (reply_.restore_point) {
      step("start from {} ({}): {}", reply_.restore_point->id, reply_.restore_point->path,
           reply_.why);
    } else {
      step("start without state: {}", reply_.why);
    }
    if (newer_first_ || reply_.restore_point) {
      step("wait until every task runs and the JobManager names that restore point");
    } else {
      step("wait until every task runs");
    }
  }

  void say_what_is_not_known() {
    if (!reply_.restore_point && !newer_first_) return;
    compare_versions();
    if (!request_.next && request_.savepoint.empty()) return;
    reply_.not_known.emplace_back(
        "whether every operator of the program finds its state: operator ids are not compared; "
        "where they do not match, the start fails unless allow_non_restored_state is given");
    reply_.not_known.emplace_back(
        "whether the program's serializers can read the state: that shows when the job starts");
    say_rescaling();
  }

  void say_rescaling() {
    if (parallelism_ == 0) return;
    std::string from;
    for (const planned_change& change : reply_.changes) {
      if (change.path == "$.properties.component_flink_parallelism") from = change.from;
    }
    if (reply_.restore_point && reply_.restore_point->parallelism > 0)
      from = fmt::to_string(reply_.restore_point->parallelism);
    if (from.empty() || from == fmt::to_string(parallelism_)) return;
    reply_.not_known.push_back(
        fmt::format("whether the job may run with parallelism {} instead of {}: its max "
                    "parallelism is not read from the state",
                    parallelism_, from));
  }

  void compare_versions() {
    const auto made = flink::parse_version(newer_first_ ? data_.flink_version
                                                        : reply_.restore_point->flink_version);
    const auto next =
        flink::parse_version(flink_version_.empty() ? data_.flink_version : flink_version_);
    if (!made || !next) return;
    if (std::pair(next->major, next->minor) < std::pair(made->major, made->minor)) {
      reply_.not_restorable.push_back(
          fmt::format("{} is made by Flink {}: Flink {} does not read the state of newer versions",
                      newer_first_ ? "the savepoint of the stop" : reply_.restore_point->id,
                      made->text, next->text));
    } else if (next->major != made->major) {
      reply_.not_known.push_back(fmt::format(
          "whether Flink {} reads the state that Flink {} has written: across major versions that "
          "is not promised",
          next->text, made->text));
    }
  }

  const io::operation& op_;
  const plan_request& request_;
  const component_data& data_;
  plan_reply& reply_;
  component_view view_;
  known_points known_;
  std::optional<live_job> job_;
  bool newer_first_ = false;            // the stop makes the point that is started from
  std::int64_t parallelism_ = 0;        // of the next package; 0: Flink's default
  std::string flink_version_;           // of the next package
  std::optional<state_policy> policy_;  // of the next package
  std::string profile_;                 // of the next package, for people; empty: there is none
  bool scheduled_ = false;              // Oozie begins its runs
};

}  // namespace

plan_reply plan(session& session, const io::operation& op, const plan_request& request) {
  plan_reply reply;
  if (auto planned = planning(session, op, request, reply).run(); !planned) {
    reply.possible = false;
    reply.failure = planned.error();
    reply.failure->component = request.data.name.text();
  }
  return reply;
}

}  // namespace dm::lifecycle
