// The start verb: refuses early what the guard would refuse, then brings the component up.
// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/start.h"

#include <fmt/format.h>

#include "lifecycle/launch.h"
#include "lifecycle/scheduling.h"
#include "observation/status.h"
#include "placement/component_files.h"
#include "placement/program.h"
#include "savepoint/restore_points.h"

namespace dm::lifecycle {

using context::component_view;
using context::session;
using input::component_data;
using observation::component_state;
using placement::check_node;
using placement::check_places;
using savepoint::with_run;

namespace {

component::log_record run_record(const start_request& request) {
  component::log_record run;
  run.kind = component::record_kind::run;
  run.node = request.data.node;
  run.user = request.user;
  run.accept_state_loss = request.accept_state_loss;
  return run;
}

// What the guard is going to choose, as far as can be told now: only a component that may not start
// without state is refused here, before anything is recorded (INV-2). What HDFS does not tell now,
// the guard waits for.
result<void> choose_early(component_view& view, const io::operation& op,
                          const start_request& request, const component::log_snapshot& log,
                          start_reply& reply) {
  const component_data& data = request.data;
  if (already_wanted(log, data)) {
    const component::log_record* incarnation = log.current_incarnation();
    if (incarnation != nullptr && !incarnation->restore_path.empty()) {
      reply.restore_point = chosen_restore_point{incarnation->restore_id, incarnation->restore_path,
                                                 "the job was submitted with it"};
    }
    return {};
  }
  auto selected = state::select_restore_point(op, view.hdfs(), view.ledger(),
                                              with_run(log, run_record(request)), data.state);
  if (!selected) return {};
  if (const auto* none = std::get_if<state::no_choice>(&*selected))
    return fail_while(fmt::format("{} was not started", data.name.text()), none->reason);
  const auto* choice = std::get_if<state::choice>(&*selected);
  reply.restore_point =
      choice->point ? chosen_restore_point{choice->point->id, choice->point->path, choice->why}
                    : chosen_restore_point{{}, {}, state::described(*choice)};
  return {};
}

result<void> begin(component_view& view, const io::operation& op, const start_request& request,
                   start_reply& reply) {
  if (auto here = check_node(view.settings(), request.data, "start"); !here)
    return fail(here.error());
  if (auto ours = check_places(view.settings(), request.data); !ours) return fail(ours.error());
  auto seen = view.log().read_newest(op);
  // The lineage is of no interest where the run stands already.
  if (seen && !already_wanted(*seen, request.data)) seen = view.log().read(op);
  if (!seen) {
    return fail_while(fmt::format("{} was not started, since its log on HDFS could not be read",
                                  request.data.name.text()),
                      seen.error());
  }
  reply.desired = seen->wanted() ? "RUNNING" : "STOPPED";
  if (seen->newest_intent() == nullptr) reply.state = to_string(component_state::created);
  return choose_early(view, op, request, *seen, reply);
}

}  // namespace

start_reply start(session& session, const io::operation& op, const start_request& request) {
  start_reply reply;
  component_view view(session, request.data);
  if (request.data.schedule) {
    if (auto started = start_schedule(view, op, request, reply); !started) {
      reply.failure = started.error();
      reply.failure->component = request.data.name.text();
    }
    return reply;
  }
  if (auto begun = begin(view, op, request, reply); !begun) {
    reply.failure = begun.error();
    reply.failure->component = request.data.name.text();
    return reply;
  }
  launch(view, op,
         {run_record(request), request.wait, request.keep_wanted,
          [&](const component::log_snapshot& seen) -> result<bool> {
            return already_wanted(seen, request.data);
          }},
         reply);
  if (!reply.failure && !request.data.submission_reason.empty()) {
    reply.information +=
        fmt::format("{}submitted by Flink's client and not directly: {}",
                    reply.information.empty() ? "" : "; ", request.data.submission_reason);
  }
  return reply;
}

}  // namespace dm::lifecycle
