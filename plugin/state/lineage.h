// Which restore points the next incarnation may start from: by lineage, never by the clock
// (architecture.md §8 of the design; INV-2). A pure function.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "component/component_log.h"
#include "component/guard_spec.h"
#include "state/restore_point.h"

namespace dm::state {

// One candidate and why it is one.
struct candidate {
  restore_point point;
  std::string why;     // "named by the run of record 7", "the newest of epoch 5", ...
  bool named = false;  // by the caller: if it is damaged nothing else is taken in its place
};

// What the lineage of the next incarnation leads to, best first.
// Why there is no restore point, though the component may not start without state.
enum class no_point {
  none_made,        // the lineage leads to none, and component_flink_state is required
  none_usable,      // to some, each of which is damaged, gone or was disposed of
  named_unusable,   // the one that the run names is that, and nothing else is taken in its place
  several_jobs,     // more than one job has left state in the incarnation: none of it is the whole
  state_elsewhere,  // its job had completed checkpoints, by Flink's word, none of which is found
  record_damaged,   // a record of the log that the lineage needs
};

struct lineage {
  std::vector<candidate> candidates;
  // What stands in the way of taking any of them, unless the loss is allowed.
  std::optional<no_point> blocked;
  std::string blocked_because;  // for people
  // A record that is there and could not be read, where the lineage needs it: beyond the candidates
  // nothing is known. 0: none.
  std::uint64_t unread = 0;
  bool allowed_to_start_empty = false;  // by policy, or by the run's allowance
  std::string empty_because;  // why there is no candidate, for people: "this is the first run", ...
  // How to restore: of the run when it named the point, else the version's default (empty).
  std::string claim_mode;
  bool allow_non_restored_state = false;
};

// For the next incarnation under the newest intent, which is a run; as if it were
// `accept_state_loss` for a plan. points: all of the component, in any order.
//   * a point that the run names, for its first incarnation that was really submitted;
//   * else the newest usable ones that the incarnation before made, newest first; then the point
//     that one was started from; and so on back to one that was started without state.
//   * burnt epochs (claimed, never submitted) made nothing and are passed over.
//   * the state of an incarnation is that of one job, the one that is recorded for it.
//   * where all state was disposed of with the component, the lineage ends.
// Policy none: nothing but a named point. Points of unknown epoch are never candidates unless
// named. Without state only where nothing says that there was any: a job that has completed
// checkpoints is followed by one without state only with the run's allowance (D-57).
lineage trace(const component::log_snapshot& log, const std::vector<restore_point>& points,
              component::state_policy policy);

// Whether the newest run names a restore point that no incarnation was started from yet.
bool names_point(const component::log_snapshot& log);

}  // namespace dm::state
