// Bringing a component up: what start and resume share.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "context/component_view.h"
#include "lifecycle/start.h"

namespace dm::lifecycle {

// Whether the newest intent is a run on the component's node that is still being carried out. One
// that the guard has given up, or whose job somebody killed, is not; one whose job has completed
// is: a repeated start must not run a batch job twice (INV-5).
bool already_wanted(const component::log_snapshot& log, const input::component_data& data);

struct launch_order {
  component::log_record run;  // what is recorded
  bool wait = true;
  // What the queue policy refuses is not taken back: the guard asks again.
  bool keep_wanted = false;
  // Whether the log says already what the run asks for, so that nothing is appended. An error: the
  // run may not follow what is there.
  std::function<result<bool>(const component::log_snapshot&)> stands;
};

// Records the run, starts the guard, waits until the job's tasks run and the job is proven to have
// been restored from what it was submitted with. reply.restore_point is corrected by what the guard
// has chosen in the end.
void launch(context::component_view& view, const io::operation& op, const launch_order& order,
            start_reply& reply);

}  // namespace dm::lifecycle
