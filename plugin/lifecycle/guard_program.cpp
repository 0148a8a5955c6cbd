// The guard's program in supervisord.
// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/guard_program.h"

namespace dm::lifecycle {

result<bool> start_guard(context::session& session, const io::operation& op,
                         const input::component_data& data, bool renewed) {
  supervisor::supervisor& supervisor = session.supervisor();
  auto started = supervisor.start(op, data.program);
  if (!started && started.error().code == status_code::not_found) {
    if (auto applied = supervisor.apply(op, data.program); !applied)
      return fail(std::move(applied.error()));
    // Added, it may run already, and then since now.
    if (auto added = supervisor.start(op, data.program); !added)
      return fail(std::move(added.error()));
    return true;
  }
  if (!started || *started || !renewed) return started;
  if (auto ended = supervisor.stop(op, data.program); !ended) return ended;
  return supervisor.start(op, data.program);
}

}  // namespace dm::lifecycle
