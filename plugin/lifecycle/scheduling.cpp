// The verbs of a component whose runs Oozie begins.
// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/scheduling.h"

#include <fmt/format.h>

#include "lifecycle/guard_program.h"
#include "package/schedule_plan.h"
#include "placement/component_files.h"
#include "placement/program.h"
#include "schedule/coordinators.h"

namespace dm::lifecycle {

using component::record_kind;
using context::component_view;
using input::component_data;

namespace {

// The component's coordinators with the clients that they go through.
struct scheduling {
  explicit scheduling(component_view& view)
      : server(view.http(), view.settings().oozie.url, view.data().user),
        coordinators(view.hdfs(), server, view.directory(), view.data().id) {}
  oozie::server server;
  schedule::coordinators coordinators;
};

result<void> require_oozie(const input::settings& settings) {
  if (!settings.oozie.url.empty()) return {};
  return fail(status_code::failed_precondition,
              "the component has a schedule, and the deployment manager knows no Oozie any more",
              "set oozie_url of the plugin, or oozie_uri of the environment");
}

result<std::uint64_t> append(component_view& view, const io::operation& op,
                             component::log_record record, std::uint64_t after) {
  auto claimed = view.log().claim(op, std::move(record), after);
  if (!claimed) return fail(std::move(claimed.error()));
  if (*claimed) return **claimed;
  return fail(
      status_code::unavailable,
      fmt::format("others write into the log of {} at the same time", view.data().name.text()),
      "start it again");
}

// After a definite refusal nobody is to try again behind the operator's back.
void take_back(component_view& view, const io::operation& op, const start_request& request,
               std::uint64_t run, start_reply& reply, error& failure) {
  component::log_record stop;
  stop.kind = record_kind::stop;
  stop.node = view.data().node;
  stop.user = request.user;
  stop.stop_cause = "start-failed";
  if (auto stopped = append(view, op, std::move(stop), run); !stopped) {
    failure.causes.push_back({"HDFS", stopped.error().message});
    failure.hint =
        "it is still wanted, since that could not be recorded on HDFS: stop it, or "
        "correct the cause and start it again";
    return;
  }
  reply.desired = "STOPPED";
  (void)view.session().supervisor().stop(op, view.data().program);
}

// Whether the coordinator of the newest run intent is one that is to go on.
result<bool> goes_on(scheduling& own, const io::operation& op, const std::string& id,
                     start_reply& reply) {
  auto found = own.server.look_up(op, id, 1);
  if (!found && found.error().code == status_code::not_found) return false;
  if (!found) return fail(std::move(found.error()));
  switch (found->phase()) {
    case oozie::job_phase::under_way:
      return true;
    case oozie::job_phase::suspended:
      if (auto resumed = own.server.resume(op, id); !resumed)
        return fail(std::move(resumed.error()));
      reply.changed = true;
      return true;
    case oozie::job_phase::succeeded:
    case oozie::job_phase::ended_badly:
      return false;
    case oozie::job_phase::unknown:
      break;
  }
  return fail(status_code::unavailable, fmt::format("the coordinator {} is {}, in Oozie's words",
                                                    id, first_line(found->status, 40)));
}

}  // namespace

result<void> place_schedule(component_view& view, const io::operation& op,
                            const std::string& queue) {
  const component_data& data = view.data();
  const oozie::run_command command =
      package::run_command_of(view.settings(), data.name, *data.schedule, data.user, queue);
  auto workflow = oozie::render_workflow(data.id, command);
  if (!workflow) return fail(std::move(workflow.error()));
  scheduling own(view);
  return own.coordinators.place(op, *workflow, oozie::render_coordinator(data.id, *data.schedule));
}

result<void> remove_schedule(component_view& view, const io::operation& op) {
  return scheduling(view).coordinators.remove(op);
}

result<void> start_schedule(component_view& view, const io::operation& op,
                            const start_request& request, start_reply& reply) {
  const component_data& data = view.data();
  if (auto known = require_oozie(view.settings()); !known) return known;
  if (auto here = placement::check_node(view.settings(), data, "start"); !here) return here;
  if (auto ours = placement::check_places(view.settings(), data); !ours) return ours;
  if (auto there = placement::check_program_file(data); !there) return there;
  scheduling own(view);
  if (auto prepared = view.log().prepare(op, data.state_root); !prepared) return prepared;
  auto seen = view.log().read_newest(op);
  if (!seen) {
    return fail_while(fmt::format("{} was not started, since its log on HDFS could not be read",
                                  data.name.text()),
                      std::move(seen.error()));
  }
  reply.desired = seen->wanted() ? "RUNNING" : "STOPPED";
  // Asked before anything is recorded: one that is away is the most frequent obstacle.
  const std::uint64_t next = seen->newest_number() + 1;
  if (auto answers = own.server.find(op, oozie::job_name(data.id, next)); !answers)
    return fail_while(fmt::format("{} was not started", data.name.text()),
                      std::move(answers.error()));
  std::uint64_t run = 0;
  bool renewed = false;
  if (seen->wanted() && seen->newest_intent()->node == data.node) {
    run = seen->newest_intent()->number;
    auto known = own.coordinators.adopt(op, run);
    if (!known) return fail(std::move(known.error()));
    if (*known) {
      auto lives = goes_on(own, op, **known, reply);
      if (!lives) return fail(std::move(lives.error()));
      if (!*lives) run = 0;  // killed in Oozie, or its end has come: this is another start
    }
  }
  if (run == 0) {
    component::log_record record;
    record.kind = record_kind::run;
    record.node = data.node;
    record.user = request.user;
    record.accept_state_loss = request.accept_state_loss;
    auto appended = append(view, op, std::move(record), seen->newest_number());
    if (!appended) {
      reply.desired.clear();  // it may have been recorded all the same
      return fail_while(fmt::format("{} was not started", data.name.text()),
                        std::move(appended.error()));
    }
    run = *appended;
    renewed = reply.changed = true;
  }
  reply.desired = "RUNNING";
  reply.state = component::to_string(component::component_state::starting);
  op.progress("start", "submitting the coordinator to Oozie");
  auto coordinator = own.coordinators.ensure(op, run, *data.schedule, data.user);
  if (!coordinator) {
    error failure = std::move(coordinator.error());
    const bool refused = failure.code == status_code::invalid_argument ||
                         failure.code == status_code::permission_denied;
    failure.message = fmt::format("{} {}: {}", data.name.text(),
                                  refused ? "was not started"
                                          : "is wanted, but whether Oozie has "
                                            "taken its coordinator is not known",
                                  failure.message);
    if (refused) {
      failure.code = status_code::failed_precondition;
      if (failure.hint.empty()) failure.hint = "correct component_flink_schedule";
      take_back(view, op, request, run, reply, failure);
    } else {
      // The guard goes on asking; it looks before it submits.
      failure.hint = "its guard goes on, or start it again: Oozie is asked first whether it has it";
      (void)start_guard(view.session(), op, data, renewed);
    }
    return fail(std::move(failure));
  }
  auto started = start_guard(view.session(), op, data, renewed);
  if (!started) {
    started.error().message = fmt::format(
        "{} is scheduled, but its guard does not run yet, so that nobody would end a run "
        "that Oozie kills: {}",
        data.name.text(), started.error().message);
    return fail(std::move(started.error()));
  }
  reply.changed = reply.changed || *started;
  reply.state = component::to_string(component::component_state::scheduled);
  reply.information = fmt::format("coordinator {} in Oozie", *coordinator);
  if (auto shown = own.server.look_up(op, *coordinator, 50); shown) {
    for (const oozie::coordinator_action& action : shown->actions) {
      if (!action.waits()) break;
      reply.information = fmt::format("coordinator {} in Oozie; the next run is due at {}",
                                      *coordinator, io::to_rfc3339(action.nominal_at));
    }
  }
  return {};
}

result<schedule::coordinators::endings> end_schedule(component_view& view,
                                                     const io::operation& op) {
  if (auto known = require_oozie(view.settings()); !known) return fail(known.error());
  return scheduling(view).coordinators.end_all(op);
}

error not_unscheduled(const component_data& data, error problem) {
  problem.message = fmt::format(
      "{} is not wanted any more and nothing of it lives, but whether its coordinator in Oozie has "
      "ended is not known: {}",
      data.name.text(), problem.message);
  problem.hint = "its runs submit nothing any more; stop it again once Oozie answers";
  return problem;
}

}  // namespace dm::lifecycle
