// The start verb: records that the component is wanted, starts its guard, waits until the job's
// tasks run.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "component/component_log.h"
#include "lifecycle/component_files.h"
#include "lifecycle/program.h"
#include "lifecycle/status.h"
#include "lifecycle/verbs.h"

namespace dm::lifecycle {

namespace {

constexpr io::milliseconds first_poll{300};
constexpr io::milliseconds longest_poll{2000};

// Whether the newest intent already says what this start asks for. A run that the guard has given
// up, or that somebody killed, is asked for anew; one that has completed is not: a repeated start
// must not run a batch job twice (INV-5).
bool already_wanted(const component::log_snapshot& log, const component_data& data) {
  if (!log.wanted() || log.newest_intent()->node != data.node) return false;
  const component::log_record* incarnation = log.current_incarnation();
  if (incarnation == nullptr) return true;
  const auto end = log.ends.find(incarnation->number);
  return end == log.ends.end() || end->second.decision == component::decision::restart ||
         end->second.outcome == component::outcome::completed;
}

// Appends `run` unless it is there already. true: appended.
result<bool> want(component::component_log& log, const io::operation& op,
                  const start_request& request) {
  for (;;) {
    auto seen = log.read(op);
    if (!seen) return fail(seen.error());
    if (already_wanted(*seen, request.data)) return false;
    component::log_record run;
    run.kind = component::record_kind::run;
    run.node = request.data.node;
    run.user = request.user;
    run.accept_state_loss = request.accept_state_loss;
    auto claimed = log.claim(op, run, seen->newest_number());
    if (!claimed) return fail(claimed.error());
    if (*claimed) return true;
  }
}

// After a definite failure the component is not wanted any more: nobody tries again behind the
// operator's back.
void give_up(session& session, const io::operation& op, component::component_log& log,
             const start_request& request) {
  auto seen = log.read(op);
  if (seen && seen->wanted()) {
    component::log_record stop;
    stop.kind = component::record_kind::stop;
    stop.node = request.data.node;
    stop.user = request.user;
    stop.stop_cause = "start-failed";
    if (auto claimed = log.claim(op, stop, seen->newest_number()); !claimed) {
      op.log(io::log_level::warning,
             "recording that the start has failed: " + claimed.error().message);
    }
  }
  (void)session.supervisor().stop(op, request.data.program);
  if (auto set = set_autostart(request.data, false); set)
    (void)session.supervisor().apply(op, request.data.program);
}

void fill(start_reply& reply, const component_status& status) {
  reply.state = to_string(status.state);
  reply.application_id = status.application_id;
  reply.job_id = status.job_id;
  reply.tracking_url = status.tracking_url;
  reply.information = status.reason;
}

error start_failed(const component_data& data, const component_status& status) {
  error e;
  e.code = status_code::failed_precondition;
  e.component = data.name.component;
  e.message =
      fmt::format("{} was submitted but is {}: {}", data.name.text(), to_string(status.state),
                  status.reason.empty() ? "no reason is known" : status.reason);
  e.hint = fmt::format("nothing is running; correct the cause and start again. Logs on {}: {}{}{}",
                       data.node, status.guard_log, status.client_log.empty() ? "" : ", ",
                       status.client_log);
  for (const evidence& proof : status.proof) e.causes.push_back({proof.source, proof.message});
  return e;
}

void wait_until_running(session& session, const io::operation& op, component::component_log& log,
                        const start_request& request, start_reply& reply) {
  const status_request one{{request.data}, false};
  io::milliseconds interval = first_poll;
  std::string shown;
  for (;;) {
    const component_status status = lifecycle::status(session, op, one).front();
    if (auto running = op.check("the job's tasks to run"); !running) {
      reply.failure = running.error();
      reply.failure->message =
          fmt::format("{} is wanted and will come up, but not all its tasks run yet. {}",
                      request.data.name.text(), running.error().message);
      if (!reply.information.empty())
        reply.failure->causes.push_back({"status", reply.information});
      reply.failure->hint = "look at its status; it needs no other start";
      return;
    }
    fill(reply, status);
    const std::string now = fmt::format("{}: {}", reply.state, status.reason);
    if (now != shown) op.progress("start", now);
    shown = now;
    switch (status.state) {
      case component_state::running:
        if (status.confidence == confidence::confirmed) return;
        break;  // YARN's word alone, or what was last known, does not prove that the tasks run
      case component_state::completed:
        return;
      case component_state::failed:
      case component_state::stopped:
        if (status.confidence != confidence::confirmed)
          break;  // only what is confirmed ends a start (INV-4)
        reply.failure = start_failed(request.data, status);
        reply.desired_running = false;
        give_up(session, op, log, request);
        return;
      default:
        break;
    }
    if (auto slept = session.http().sleep(op, interval); !slept)
      continue;  // the check above says why
    interval = std::min(interval * 3 / 2, longest_poll);
  }
}

}  // namespace

start_reply start(session& session, const io::operation& op, const start_request& request) {
  start_reply reply;
  reply.state = to_string(component_state::created);
  const component_data& data = request.data;
  if (auto here = check_node(session, data, "start"); !here) {
    reply.failure = here.error();
    return reply;
  }
  if (auto ours = check_places(session.settings(), data); !ours) {
    reply.failure = ours.error();
    return reply;
  }
  cluster::hdfs hdfs = session.hdfs_for(data.user);
  component::component_log log(hdfs, component::hdfs_directory(data.state_root, data.name));
  // The mirror first: a start that is killed after the record is taken up by supervisord's own
  // restart as well.
  auto set = set_autostart(data, true);
  if (!set) {
    reply.failure = set.error();
    return reply;
  }
  auto prepared = log.prepare(op, data.state_root);
  auto appended = prepared ? want(log, op, request) : result<bool>(fail(prepared.error()));
  if (!appended) {
    if (*set) (void)set_autostart(data, false);
    reply.failure = appended.error();
    reply.failure->message =
        fmt::format("{} was not started, since that could not be recorded on HDFS: {}",
                    data.name.text(), appended.error().message);
    return reply;
  }
  reply.changed = *appended;
  reply.desired_running = true;
  reply.state = to_string(component_state::starting);

  if (auto applied = session.supervisor().apply(op, data.program); !applied) {
    reply.failure = applied.error();
    reply.failure->message =
        fmt::format("{} is wanted, but supervisord did not take its program: {}", data.name.text(),
                    applied.error().message);
    return reply;
  }
  auto started = session.supervisor().start(op, data.program);
  if (!started) {
    reply.failure = started.error();
    return reply;
  }
  reply.changed = reply.changed || *started;
  if (request.wait) wait_until_running(session, op, log, request, reply);
  return reply;
}

}  // namespace dm::lifecycle
