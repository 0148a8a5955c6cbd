// Which restore points may be deleted: the rules of dispose and of retention, without any request.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "component/component_log.h"
#include "input/component_data.h"
#include "state/restore_point.h"

namespace dm::savepoint {

// What is known of the component at one moment.
struct disposal_facts {
  component::log_snapshot log;
  // All of the component, newest first. Those whose files were found wrong are marked damaged.
  std::vector<state::restore_point> points;
  std::uint64_t live_epoch = 0;  // of the application that lives in YARN; 0: none does
  // The live incarnation is known to have completed a checkpoint that does not show in points:
  // its JobManager says so.
  bool live_has_checkpoint = false;
};

struct disposal_obstacle {
  std::string reason;  // which rule, completing "<id> is not deleted: "
  std::string hint;    // what to do first
  bool forceable = false;
};

// nullopt: the point may be deleted. Of several obstacles one that cannot be forced comes first.
//   pinned; still being taken by a job that lives; in use or named by a run (see below); claimed;
//   what the next incarnation of a wanted component starts from while nothing lives; a checkpoint
//   of a live epoch or one that a newer checkpoint of its epoch builds upon; outside the state
//   root. Forceable: the last usable one of a component whose state is required.
std::optional<disposal_obstacle> obstacle_to_disposal(const input::component_data& data,
                                                      const disposal_facts& facts,
                                                      const state::restore_point& point);

// Whether Flink may still read the point: the newest incarnation lives, or is wanted and has not
// ended, was started from it, and either owns it (claim), may refer to it for ever (legacy, and all
// before Flink 1.15), or has not completed a checkpoint of its own yet. The reason; nullopt: not.
std::optional<std::string> in_use(const input::component_data& data, const disposal_facts& facts,
                                  const state::restore_point& point);

// Whether an incarnation that was started from a checkpoint of the same job may go on to refer to
// files of that job's: it claimed it, or its Flink knows no other way.
bool may_refer_to_others(const input::component_data& data, const component::log_snapshot& log,
                         const state::restore_point& checkpoint);

// Whether the newest run names the point and no incarnation of it was submitted yet: the reason.
std::optional<std::string> named_by_run(const disposal_facts& facts,
                                        const state::restore_point& point);

}  // namespace dm::savepoint
