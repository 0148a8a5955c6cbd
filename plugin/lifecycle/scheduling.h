// What the verbs do about a component's schedule.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "context/component_view.h"
#include "lifecycle/start.h"
#include "schedule/coordinators.h"

namespace dm::lifecycle {

// create: workflow and coordinator, on HDFS. The log's directory is there.
result<void> place_schedule(context::component_view& view, const io::operation& op,
                            const std::string& queue);
// destroy, and a create that is undone: what was placed. Coordinators have ended.
result<void> remove_schedule(context::component_view& view, const io::operation& op);

// start: records the run, sees to the component's one coordinator, starts the guard. A component
// whose coordinator lives is left as it is; one that somebody has suspended goes on.
result<void> start_schedule(context::component_view& view, const io::operation& op,
                            const start_request& request, start_reply& reply);

// stop, once it is recorded: kills what there may be of coordinators. An error: one may live, whose
// runs submit nothing any more.
result<schedule::coordinators::endings> end_schedule(context::component_view& view,
                                                     const io::operation& op);
error not_unscheduled(const input::component_data& data, error problem);

}  // namespace dm::lifecycle
