// Where a job keeps its checkpoints and savepoints, and that the checkpoints outlive it: Flink's
// configuration keys by version.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "flink/installation.h"

namespace dm::flink {

// Before 1.20 only the old names exist; 2.x still reads them, and says that they are deprecated.
struct checkpoint_keys {
  std::string_view checkpoint_directory;
  std::string_view savepoint_directory;
};
checkpoint_keys checkpoint_keys_of(const version& version);

// The directories of one incarnation; HDFS paths without scheme. The savepoint directory is where
// savepoints go that somebody triggers by hand without naming one.
std::vector<std::pair<std::string, std::string>> checkpoint_configuration(
    const version& version, const std::string& checkpoints, const std::string& savepoints);

// Retained checkpoints: by default Flink deletes them with the job, also with one that has failed.
// The key is the same in all known versions.
inline constexpr std::string_view checkpoint_retention_key =
    "execution.checkpointing.externalized-checkpoint-retention";
inline constexpr std::string_view checkpoint_retention_default = "RETAIN_ON_CANCELLATION";

}  // namespace dm::flink
