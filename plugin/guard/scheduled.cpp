// A scheduled component. Oozie begins its runs, each by a guard of its own (--once), which submits
// and follows that run; the guard that supervisord runs keeps the schedule: it sees to it that the
// component has its one coordinator, and ends what Oozie gives up without ending it.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "guard/governor.h"
#include "guard/guard.h"

namespace dm::guard {

using component::decision;
using component::end_fact;
using component::log_record;
using component::outcome;
using component::record_kind;

namespace {

// Between two looks at Oozie's list, where a second coordinator would show.
constexpr std::chrono::seconds coordinator_look{30};

std::string described(const oozie::workflow& workflow) {
  return fmt::format("its workflow {} is {} in Oozie", workflow.id,
                     first_line(workflow.status, 40));
}

}  // namespace

int guard::run_once(const oozie::run_name& run, run_report& report) {
  run_name_ = fmt::format("{}.{}", run.workflow_id, run.rerun);
  report_ = &report;
  report.run = run_name_;
  const int code = watch_over();
  black_box_.close();
  if (run_over_) return code;
  report.outcome = "left";
  report.cause = "the guard was told to end; the job is left as it is";
  return component::guard_exit_left;
}

const log_record* guard::own_incarnation(const component::log_snapshot& log) const {
  if (!run_name_.empty()) return log.incarnation_of(run_name_);
  return spec_.oozie ? log.newest_incarnation() : log.current_incarnation();
}

result<std::optional<oozie::workflow>> guard::workflow_of(const std::string& run_name) {
  const auto run = oozie::parse_run(run_name);
  if (!run) return std::optional<oozie::workflow>();
  auto workflow = oozie_->look_up_workflow(op_, run->workflow_id);
  if (!workflow && workflow.error().code == status_code::not_found)
    return std::optional<oozie::workflow>();
  if (!workflow) return fail(std::move(workflow.error()));
  return std::optional(std::move(*workflow));
}

result<guard::next> guard::check_run(const view& seen) {
  const auto refuse = [this](std::string why) {
    log_.warning(fmt::format("run {} is not begun: {}", run_name_, why));
    report_->outcome = "refused";
    report_->cause = std::move(why);
    run_over_ = true;
    return next(component::guard_exit_refused);
  };
  const log_record* intent = seen.log.newest_intent();
  if (intent == nullptr || intent->kind != record_kind::run)
    return refuse("the component is not wanted: start it first");
  auto workflow = workflow_of(run_name_);
  if (!workflow) return fail_while("asking about this run's workflow", workflow.error());
  if (!*workflow) return refuse("Oozie knows no such workflow");
  if ((*workflow)->phase() != oozie::job_phase::under_way) {
    if ((*workflow)->phase() == oozie::job_phase::unknown)
      return fail(status_code::unavailable, described(**workflow));
    // A suspended one goes on, and its action with it.
    if ((*workflow)->phase() != oozie::job_phase::suspended) return refuse(described(**workflow));
  }
  auto coordinator = coordinators_->adopt(op_, intent->number);
  if (!coordinator)
    return fail_while("looking for the component's coordinator", coordinator.error());
  if (!*coordinator || **coordinator != (*workflow)->coordinator_id()) {
    return refuse(fmt::format(
        "its workflow {} is of {}, and the component's coordinator is {}", (*workflow)->id,
        (*workflow)->parent_id.empty() ? "none" : first_line((*workflow)->parent_id, 90),
        *coordinator ? **coordinator : "not known to Oozie"));
  }
  return next();
}

guard::next guard::end_of_run(const end_fact& end) {
  report_->epoch = end.epoch;
  report_->outcome = component::to_string(end.outcome);
  report_->application_id = end.application_id;
  report_->job_id = end.job_id;
  report_->cause = end.cause;
  run_over_ = true;
  switch (end.outcome) {
    case outcome::completed:
      return component::guard_exit_done;
    case outcome::stopped:
    case outcome::killed:
      return component::guard_exit_ended;
    case outcome::failed:
    case outcome::unknown:
      break;
  }
  return component::guard_exit_failed;
}

result<guard::next> guard::step_of_run(const view& seen) {
  const log_record* mine = seen.log.incarnation_of(run_name_);
  const log_record* newest = seen.log.newest_incarnation();
  if (mine != nullptr) {
    log_.set_subject(mine->number, {});
    const auto live = component::live_of(seen.applications, mine->number);
    const auto end = seen.log.ends.find(mine->number);
    if (end != seen.log.ends.end()) {
      if (!live.empty() && end->second.outcome != outcome::unknown) {
        if (auto killed = kill_all(live, "whose end is recorded"); !killed)
          return fail(killed.error());
        return next();
      }
      if (end->second.decision != decision::restart) return end_of_run(end->second);
      if (newest->number > mine->number) return end_of_run(end->second);  // others have gone on
      auto refused = check_run(seen);
      if (!refused) return fail(refused.error());
      if (refused->has_value()) return end_of_run(end->second);
      return submit_when_due(end->second.restart_at, longest_delay, seen);
    }
    if (live.empty()) return close_open_incarnation(seen);
    component::applications_by_epoch groups = seen.applications;
    if (executes_twice(mine->number, groups, false))
      return refuse_second_application(mine->number, groups.at(mine->number));
    if (spec_.submission == flink::submission_mode::attached) {
      if (auto quiet = look_in_quiet(); !quiet) return fail(quiet.error());
      return conclude_attached(mine->number);
    }
    log_.set_subject(mine->number, live.front()->id);
    log_.info(fmt::format("adopting run {} ({})", run_name_, live.front()->state));
    take_over(mine->number, seen);
    return watch(mine->number, nullptr);
  }
  auto refused = check_run(seen);
  if (!refused || refused->has_value()) return refused;
  // One at a time (INV-1): the run before may have been given up by Oozie, and then its end is on
  // its way.
  const bool open = newest != nullptr && !seen.log.ends.contains(newest->number);
  if (open || component::newest_live_epoch(seen.applications) != 0) {
    const std::string other = newest == nullptr ? std::string() : newest->run_name;
    if (open) {
      auto before = workflow_of(other);
      if (!before) return fail_while("asking about the run before", before.error());
      if (!*before || oozie::is_over((*before)->phase()))
        return end_abandoned(
            *newest, *before ? described(**before) : "Oozie does not know its workflow any more");
    } else if (auto killed =
                   kill_all(component::live_except(seen.applications, 0), "whose end is recorded");
               !killed) {
      return fail(killed.error());
    }
    if (waiting_for_ != other) log_.info(fmt::format("waiting for run {} to end", other));
    waiting_for_ = other;
    if (auto slept = http_.sleep(op_, jittered(pace_.first_poll * 4)); !slept)
      return fail(slept.error());
    return next();
  }
  return submit(seen);
}

void guard::heed_stop(submission* running, const component::applications_by_epoch& groups,
                      std::uint64_t epoch) {
  const auto now = std::chrono::steady_clock::now();
  if (!taken_back_since_) {
    if (now < wish_look_at_) return;
    wish_look_at_ = now + pace_.wish_look;
    auto log = records_.read(op_);
    if (!log || log->wanted()) return;  // a log that cannot be read says nothing
    taken_back_since_ = now;
    log_.info("stop was asked for: what of this run lives is ended");
  }
  if (running != nullptr) running->process.end();
  // The stop cancels the job itself; what comes up after it is this guard's to end.
  if (now - *taken_back_since_ < pace_.take_back_limit) return;
  if (auto killed = kill_all(component::live_of(groups, epoch), "whose run is not wanted any more");
      !killed)
    report(killed.error());
}

result<guard::next> guard::end_abandoned(const log_record& incarnation, const std::string& why) {
  const std::uint64_t epoch = incarnation.number;
  log_.set_subject(epoch, {});
  auto quiet = look_in_quiet();
  if (!quiet) return fail(quiet.error());
  if (quiet->seen.log.ends.contains(epoch)) return next();
  const auto live = component::live_of(quiet->seen.applications, epoch);
  log_.warning(fmt::format("run {} is ended: {}", incarnation.run_name, why));
  end_fact end;
  if (live.empty()) {
    // It may have ended well, or never have been submitted: by what YARN and the archive know.
    const auto ended = quiet->seen.applications.find(epoch);
    auto found = look_up_end(
        epoch, ended == quiet->seen.applications.end() ? nullptr : &ended->second.back());
    if (!found) return fail(found.error());
    end = std::move(*found);
  }
  if (!live.empty() || end.outcome == outcome::unknown) {
    end = {};
    end.epoch = epoch;
    end.outcome = outcome::killed;
    end.cause = why;
    end.source = "Oozie";
    end.ended_at = io::now();
    if (!live.empty()) end.application_id = live.front()->id;
    if (const auto fact = quiet->seen.log.applications.find(epoch);
        fact != quiet->seen.log.applications.end()) {
      if (end.application_id.empty()) end.application_id = fact->second.application_id;
      end.job_id = fact->second.job_id;
    }
  }
  // On record before the kill: YARN will say KILLED of it, and nobody is to look for a cause then.
  if (auto recorded = record_end(std::move(end), live.empty() ? nullptr : live.front()); !recorded)
    return fail(recorded.error());
  if (auto killed = kill_all(live, "whose workflow is over in Oozie"); !killed)
    return fail(killed.error());
  return next();
}

result<guard::next> guard::keep_schedule(const view& seen) {
  const log_record* intent = seen.log.newest_intent();
  const auto now = std::chrono::steady_clock::now();
  if (now >= coordinator_look_at_) {
    auto coordinator =
        coordinators_->ensure(op_, intent->number, spec_.oozie->schedule, spec_.user);
    if (!coordinator) return fail_while("seeing to the coordinator", coordinator.error());
    coordinator_look_at_ = now + coordinator_look;
  }
  const log_record* newest = seen.log.newest_incarnation();
  const auto live = component::live_except(seen.applications, 0);
  std::vector<const cluster::yarn_application*> ended;
  std::copy_if(live.begin(), live.end(), std::back_inserter(ended), [&](const auto* application) {
    const auto epoch = component::epoch_of(application->tags, id_);
    const auto end = epoch ? seen.log.ends.find(*epoch) : seen.log.ends.end();
    return end != seen.log.ends.end() && end->second.outcome != outcome::unknown;
  });
  if (auto killed = kill_all(ended, "whose end is recorded"); !killed) return fail(killed.error());
  if (newest != nullptr && !newest->run_name.empty() && !seen.log.ends.contains(newest->number)) {
    auto workflow = workflow_of(newest->run_name);
    if (!workflow) return fail_while("asking about the run's workflow", workflow.error());
    if (!*workflow) return end_abandoned(*newest, "Oozie does not know its workflow any more");
    if (oozie::is_over((*workflow)->phase())) return end_abandoned(*newest, described(**workflow));
  }
  http_.close_idle();
  if (auto slept = http_.sleep(op_, jittered(io::milliseconds(spec_.follow_interval_ms))); !slept)
    return fail(slept.error());
  return next();
}

}  // namespace dm::guard
