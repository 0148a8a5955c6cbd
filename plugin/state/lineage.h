// Which restore point the next incarnation starts from: by lineage, never by the clock
// (architecture.md §8 of the design; INV-2). The choice itself is a pure function.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cluster/hdfs.h"
#include "component/component_log.h"
#include "component/guard_spec.h"
#include "state/restore_point.h"
#include "state/savepoint_ledger.h"

namespace dm::state {

// One candidate and why it is one.
struct candidate {
  restore_point point;
  std::string why;     // "named by the run of record 7", "the newest of epoch 5", ...
  bool named = false;  // by the caller: if it is damaged nothing else is taken in its place
};

// What the lineage of the next incarnation leads to, best first.
struct lineage {
  std::vector<candidate> candidates;
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
// Policy none: nothing but a named point. Points of unknown epoch are never candidates unless
// named.
lineage trace(const component::log_snapshot& log, const std::vector<restore_point>& points,
              component::state_policy policy);

struct choice {
  std::optional<restore_point> point;  // nullopt: starts without state
  std::string why;                     // one sentence for log, status and plan
  std::string claim_mode;
  bool allow_non_restored_state = false;
  std::vector<std::string> passed_over;  // damaged ones, each with its reason
};

// trace() with the real files: the first candidate that verify() finds intact.
// FAILED_PRECONDITION: none is, and the component may not start without state; the message names
// what was looked at and what to do. Never an empty start while candidates exist but are damaged,
// unless the run allows the loss. UNAVAILABLE: could not be looked at.
result<choice> choose_restore_point(const io::operation& op, cluster::hdfs& hdfs,
                                    savepoint_ledger& ledger, const component::log_snapshot& log,
                                    component::state_policy policy);

}  // namespace dm::state
