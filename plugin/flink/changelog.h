// Flink's changelog state backend, whose jobs are not restored as others are: the mode no_claim,
// which leaves restore points to whoever made them, makes the first checkpoint a full one, and that
// this backend does not make. Source: Flink 1.15 … 2.3, StateBackend::supportsNoClaimRestoreMode;
// seen on 1.20.5: such a job fails at each of its checkpoints, and Flink restarts it for ever.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flink/installation.h"

namespace dm::flink {

// Switches it on.
bool is_changelog_key(std::string_view key);
// command: of the client, with its configuration as "-yD key=value" or "-Dkey=value".
bool uses_changelog(const std::vector<std::string>& command);
// How the restore points of such a job are claimed where nobody says: "legacy", by which Flink
// leaves them alone, too. Empty before 1.15, which has no modes. nullopt from 2.0 on, which has
// none that would do.
std::optional<std::string> changelog_claim_mode(const version& version);

}  // namespace dm::flink
