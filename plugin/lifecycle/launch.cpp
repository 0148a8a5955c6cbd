// Bringing a component up: the run is recorded, the guard started, the job waited for.
// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/launch.h"

#include <algorithm>

#include <fmt/format.h>

#include "lifecycle/guard_program.h"
#include "observation/restore_proof.h"
#include "observation/status.h"
#include "placement/program.h"

namespace dm::lifecycle {

using context::component_view;
using input::component_data;
using observation::component_state;
using observation::component_status;
using observation::confidence;
using observation::evidence;
using observation::prove_restore;
using observation::restore_proof;
using observation::status;
using observation::status_request;
using placement::check_program_file;

namespace {

constexpr io::milliseconds first_poll{300};
constexpr io::milliseconds longest_poll{2000};

tl::unexpected<error> not_recorded(const component_data& data, const error& problem) {
  return fail_while(
      fmt::format("{} was not started, since that could not be recorded on HDFS", data.name.text()),
      problem);
}

// Appends the run unless the log says already what it asks for. true: appended.
result<bool> want(component_view& view, const io::operation& op, const launch_order& order,
                  start_reply& reply) {
  const component_data& data = view.data();
  if (auto prepared = view.log().prepare(op, data.state_root); !prepared)
    return not_recorded(data, prepared.error());
  for (;;) {
    auto seen = view.log().read_newest(op);
    if (!seen) return not_recorded(data, seen.error());
    reply.desired = seen->wanted() ? "RUNNING" : "STOPPED";
    auto stands = order.stands(*seen);
    if (!stands) return fail(stands.error());
    if (*stands) return false;
    auto claimed = view.log().claim(op, order.run, seen->newest_number());
    if (!claimed) {
      reply.desired.clear();  // it may have been recorded all the same
      return not_recorded(data, claimed.error());
    }
    if (*claimed) return true;
  }
}

// After a definite failure the component is not wanted any more: nobody tries again behind the
// operator's back. An error: that could not be recorded.
result<void> unwant(component_view& view, const io::operation& op, const launch_order& order) {
  for (;;) {
    auto seen = view.log().read_newest(op);
    if (!seen) return fail(std::move(seen.error()));
    if (!seen->wanted()) return {};
    component::log_record stop;
    stop.kind = component::record_kind::stop;
    stop.node = view.data().node;
    stop.user = order.run.user;
    stop.stop_cause = "start-failed";
    auto claimed = view.log().claim(op, stop, seen->newest_number());
    if (!claimed) return fail(std::move(claimed.error()));
    if (*claimed) return {};
  }
}

void give_up(component_view& view, const io::operation& op, const launch_order& order,
             start_reply& reply) {
  if (auto recorded = unwant(view, op, order); !recorded) {
    reply.failure->hint =
        "it is still wanted, since that could not be recorded on HDFS (see the causes): stop it, "
        "or "
        "correct the cause and start it again";
    reply.failure->causes.push_back({"HDFS", recorded.error().message});
    return;
  }
  reply.desired = "STOPPED";
  (void)view.session().supervisor().stop(op, view.data().program);
}

void fill(start_reply& reply, const component_status& status) {
  reply.state = to_string(status.state);
  reply.application_id = status.application_id;
  reply.job_id = status.job_id;
  reply.tracking_url = status.tracking_url;
  reply.information = status.reason;
}

// The guard has the last word on the restore point: it may have chosen when more was known.
void report(start_reply& reply, const restore_proof& proof) {
  if (proof.restore_path.empty() && !proof.given) return;
  if (reply.restore_point && reply.restore_point->path == proof.restore_path) return;
  reply.restore_point = chosen_restore_point{proof.restore_id, proof.restore_path,
                                             proof.restore_path.empty()
                                                 ? "the job was submitted without a restore point"
                                                 : "the job was submitted with it"};
}

error start_failed(const component_data& data, const component_status& status) {
  error e;
  e.code = status_code::failed_precondition;
  e.component = data.name.text();
  e.message = fmt::format("{} {} {}: {}", data.name.text(),
                          status.application_id.empty() ? "is" : "was submitted but is",
                          to_string(status.state),
                          status.reason.empty() ? "no reason is known" : status.reason);
  e.hint = fmt::format("nothing is running; correct the cause and start again. Logs on {}: {}{}{}",
                       data.node, status.guard_log, status.client_log.empty() ? "" : ", ",
                       status.client_log);
  for (const evidence& proof : status.proof) e.causes.push_back({proof.source, proof.message});
  return e;
}

// The queue policy said no to the submission that this start has asked for: the guard would ask
// again and again, and whoever waits for the start would not learn why.
bool policy_refused(const component_status& status) {
  return status.state == component_state::backoff && status.confidence == confidence::confirmed &&
         status.failed_as == flink::failure_class::queue_policy_refused;
}

// In the policy's words, which stand with the incarnation.
error not_placed(component_view& view, const io::operation& op, const component_status& status) {
  const component_data& data = view.data();
  error e = start_failed(data, status);
  const component_status told =
      observation::status(view.session(), op, status_request{{data}, true}).front();
  for (const auto& incarnation : told.incarnations) {
    if (!incarnation.queue_policy || !incarnation.queue_policy->refused()) continue;
    e.message = fmt::format("{} was not submitted: {}", data.name.text(),
                            described(*incarnation.queue_policy));
    if (const std::string& policy = view.settings().queue_policy; !policy.empty())
      e.hint = fmt::format("see {}, run as {}; {}", policy, data.user, e.hint);
    e.causes.clear();  // its words are the whole of it
    break;
  }
  return e;
}

void wait_until_running(component_view& view, const io::operation& op, const launch_order& order,
                        bool newly_wanted, start_reply& reply) {
  const component_data& data = view.data();
  const status_request one{{data}, false};
  io::milliseconds interval = first_poll;
  std::string shown;
  for (;;) {
    const component_status status = observation::status(view.session(), op, one).front();
    if (auto running = op.check("the job's tasks to run"); !running) {
      reply.failure = running.error();
      reply.failure->message =
          fmt::format("{} {}. {}", data.name.text(),
                      reply.state == to_string(component_state::running)
                          ? "is wanted and runs, but it is not proven from what it was restored"
                          : "is wanted, but not all its tasks run yet",
                      running.error().message);
      if (!reply.information.empty())
        reply.failure->causes.push_back({"status", reply.information});
      reply.failure->hint = "look at its status; it needs no other start";
      return;
    }
    fill(reply, status);
    const std::string now =
        status.reason.empty() ? reply.state : fmt::format("{}: {}", reply.state, status.reason);
    if (now != shown) {
      io::progress_facts facts;
      facts.application_id = status.application_id;
      facts.job_id = status.job_id;
      facts.done = status.tasks_running;
      facts.total = status.tasks_total;
      op.progress("start", now, facts);
    }
    shown = now;
    switch (status.state) {
      case component_state::running:
        if (status.confidence == confidence::confirmed) {
          const restore_proof proof = prove_restore(view, op, status.job_id);
          report(reply, proof);
          if (proof.given) return;
          reply.information = proof.missing;
        }
        break;  // YARN's word alone, or what was last known, does not prove that the tasks run
      case component_state::completed:
        return;
      case component_state::failed:
      case component_state::stopped:
        if (status.confidence != confidence::confirmed)
          break;  // only what is confirmed ends a start (INV-4)
        reply.failure = start_failed(data, status);
        give_up(view, op, order, reply);
        return;
      default:
        // What was wanted before goes on waiting for the policy.
        if (!newly_wanted || !policy_refused(status)) break;
        reply.failure = not_placed(view, op, status);
        if (!order.keep_wanted) {
          give_up(view, op, order, reply);
        } else {
          reply.failure->code = status_code::unavailable;
          reply.failure->hint = "it stays wanted, and its guard goes on asking the queue policy";
        }
        return;
    }
    if (auto slept = view.http().sleep(op, interval); !slept) continue;  // the check above says why
    interval = std::min(interval * 3 / 2, longest_poll);
  }
}

}  // namespace

bool already_wanted(const component::log_snapshot& log, const component_data& data) {
  if (!log.wanted() || log.newest_intent()->node != data.node) return false;
  const component::log_record* incarnation = log.current_incarnation();
  if (incarnation == nullptr) return true;
  const auto end = log.ends.find(incarnation->number);
  return end == log.ends.end() || end->second.decision == component::decision::restart ||
         end->second.outcome == component::outcome::completed;
}

void launch(component_view& view, const io::operation& op, const launch_order& order,
            start_reply& reply) {
  const component_data& data = view.data();
  if (auto there = check_program_file(data); !there) {
    reply.failure = there.error();
    return;
  }
  auto appended = want(view, op, order, reply);
  if (!appended) {
    reply.failure = appended.error();
    return;
  }
  reply.changed = *appended;
  reply.desired = "RUNNING";
  reply.state = to_string(component_state::starting);

  auto started = start_guard(view.session(), op, data, *appended);
  if (!started) {
    reply.failure = started.error();
    reply.failure->message = fmt::format("{} is wanted, but its guard does not run yet: {}",
                                         data.name.text(), started.error().message);
    return;
  }
  reply.changed = reply.changed || *started;
  if (order.wait) wait_until_running(view, op, order, *appended, reply);
}

}  // namespace dm::lifecycle
