// Which retained checkpoints of older incarnations may go (D-17, D-56).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "component/guard_spec.h"
#include "state/savepoint_ledger.h"

namespace dm::state {

// Whether the incarnation needs nothing of those before it once it has completed a checkpoint.
bool outgrows_older(const component::guard_spec& spec, const component::log_record& incarnation);

// Epochs before the incarnation whose checkpoints the component does not keep, newest first, often
// none: once the incarnation has completed one of its own and needs none of theirs any more, all
// but those of the last few that have left any. A start that was empty or wrong must not destroy
// what was before it. nullopt: it has completed none yet. directory: the component's, on HDFS.
result<std::optional<std::vector<std::uint64_t>>> outdated_checkpoints(
    const io::operation& op, cluster::hdfs& hdfs, savepoint_ledger& ledger,
    const std::string& directory, const component::guard_spec& spec,
    const component::log_record& incarnation);

}  // namespace dm::state
