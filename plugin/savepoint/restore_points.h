// A component's restore points together with its log: what the savepoint verbs look at first.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "context/component_view.h"
#include "state/restore_choice.h"
#include "state/verification.h"

namespace dm::savepoint {

struct known_points {
  component::log_snapshot log;
  std::vector<state::restore_point> points;  // newest first
};

// Reads both. UNAVAILABLE: HDFS does not answer.
result<known_points> read_points(context::component_view& view, const io::operation& op);

// UNIMPLEMENTED for a record of the original Deployment Manager, which keeps no log and no state
// root: an empty log would look like a component that was never started, while its job runs. `verb`
// completes the sentence.
result<void> check_keeps_log(const input::component_data& data, std::string_view verb);

// The component's directory on HDFS.
std::string state_directory(const input::component_data& data);

// nullptr: there is none.
const state::restore_point* find_by_id(const std::vector<state::restore_point>& points,
                                       std::string_view id);
const state::restore_point* find_by_path(const std::vector<state::restore_point>& points,
                                         std::string_view path);

// The log as it would be with this run at its end.
component::log_snapshot with_run(component::log_snapshot log, component::log_record run);
// The log from which the next incarnation starts: with a run at its end, unless the newest intent
// is one.
component::log_snapshot supposing_start(component::log_snapshot log);

// The point that the incarnation was started from; nullptr: without state, or not listed any more.
const state::restore_point* started_from(const component::log_record& incarnation,
                                         const std::vector<state::restore_point>& points);

// state::verify, with the manifest of the point's record where the list does not carry it.
result<state::verdict> verify_files(context::component_view& view, const io::operation& op,
                                    state::restore_point point);

// NOT_FOUND, with what to do.
error no_such_point(const input::component_data& data, std::string_view id);

}  // namespace dm::savepoint
