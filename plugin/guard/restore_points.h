// What the component's incarnations start from and leave behind, as the guard sees it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cluster/hdfs.h"
#include "component/component_log.h"
#include "component/guard_spec.h"
#include "flink/installation.h"
#include "state/restore_choice.h"
#include "state/savepoint_ledger.h"

namespace dm::guard {

class restore_points {
 public:
  restore_points(cluster::hdfs& hdfs, const component::guard_spec& spec);

  // What the next incarnation under the newest intent, a run, starts from; state/restore_choice.h
  // has the rules. An error: it could not be looked at.
  result<state::selection> choose(const io::operation& op, const component::log_snapshot& log);

  // Whether the same would be chosen still. Asked once the choice stands in the log, where whoever
  // disposes of savepoints looks after marking one: of the two one sees the other (D-53).
  result<bool> stands(const io::operation& op, const component::log_snapshot& log,
                      const state::choice& chosen);

  // Where the incarnation's checkpoints go, and savepoints that somebody makes by hand. Empty for a
  // component that keeps no state.
  std::vector<std::pair<std::string, std::string>> configuration(const flink::version& version,
                                                                 std::uint64_t epoch) const;

  // Whether a savepoint that was to stop the incarnation's job is complete: then that is how the
  // job ended, and not by itself (D-5).
  result<bool> stopped_by_savepoint(const io::operation& op, const component::log_snapshot& log,
                                    std::uint64_t epoch);

  // Writes the result of a savepoint that was to stop the incarnation's job, whose files are
  // complete, and of which nobody has recorded the result. nullopt: there is none.
  result<std::optional<state::requested_record>> record_finished_stop(
      const io::operation& op, const component::log_snapshot& log, std::uint64_t epoch);

  // Deletes the checkpoints of older incarnations once this one has completed one of its own and
  // needs none of theirs any more (D-17), but for those of the last few that have left any: a start
  // that was empty or wrong must not destroy what was before it (D-56). The epochs whose
  // checkpoints were deleted, often none; nullopt: this is to be tried again later.
  result<std::optional<std::vector<std::uint64_t>>> tidy(const io::operation& op,
                                                         const component::log_record& incarnation);

 private:
  cluster::hdfs& hdfs_;
  const component::guard_spec& spec_;
  std::string directory_;
  state::savepoint_ledger ledger_;
};

}  // namespace dm::guard
