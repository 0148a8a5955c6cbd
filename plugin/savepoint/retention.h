// The retention rule of a component: which of its savepoints go once a newer one has completed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "context/component_view.h"
#include "observation/live_job.h"
#include "savepoint/disposal_rules.h"

namespace dm::savepoint {

struct retirement {
  state::restore_point point;
  std::string reason;  // "retention: count", "retention: age", "retention: size"
};

// What the rule retires, oldest first. Only completed savepoints of the ledger are counted, newest
// first; pinned ones are kept beside the rule. Never chosen, whatever the rule says: `newest` (the
// id of the one that was just made), what obstacle_to_disposal() protects, forceable or not, and
// what the next start would choose (the last good one). A pure function.
std::vector<retirement> choose_retired(const input::component_data& data,
                                       const disposal_facts& facts, std::string_view newest,
                                       io::wall_time now);

// Carries the rule out, and finishes what an interrupted call had begun to delete. Best effort:
// what cannot be done now is done after the next savepoint, and is no failure of this one. Returns
// the ids of what was deleted.
std::vector<std::string> retire(context::component_view& view, const io::operation& op,
                                const std::optional<observation::live_job>& live,
                                std::string_view newest);

}  // namespace dm::savepoint
