// The keys of checkpoints by version. Sources: CheckpointingOptions and
// ExecutionCheckpointingOptions of 1.13.6, 1.17.2, 1.20.5 and 2.3.0.
// SPDX-License-Identifier: Apache-2.0
#include "flink/checkpoint_keys.h"

#include "flink/command_builder.h"
#include "flink/savepoint_rest.h"

namespace dm::flink {

checkpoint_keys checkpoint_keys_of(const version& version) {
  if (at_least(version, 1, 20))
    return {"execution.checkpointing.dir", "execution.checkpointing.savepoint-dir"};
  return {"state.checkpoints.dir", "state.savepoints.dir"};
}

std::vector<std::pair<std::string, std::string>> checkpoint_configuration(
    const version& version, const std::string& checkpoints, const std::string& savepoints) {
  const checkpoint_keys keys = checkpoint_keys_of(version);
  return {{std::string(keys.checkpoint_directory), hdfs_uri(checkpoints)},
          {std::string(keys.savepoint_directory), hdfs_uri(savepoints)}};
}

}  // namespace dm::flink
