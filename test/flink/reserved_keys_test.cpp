// Keys of D-3 are refused with what to use instead; others are the user's.
// SPDX-License-Identifier: Apache-2.0
#include "flink/dialect.h"

#include <catch2/catch.hpp>

using dm::flink::reserved_key_reason;

TEST_CASE("reserved keys, by all their names") {
  const std::string key = GENERATE(
      as<std::string>(), "yarn.tags", "yarn.application.name", "yarn.application.id",
      "yarn.application-attempts", "execution.target", "execution.attached",
      "execution.savepoint.path", "execution.state-recovery.path",
      "execution.savepoint.ignore-unclaimed-state",
      "execution.state-recovery.ignore-unclaimed-state", "execution.savepoint-restore-mode",
      "execution.state-recovery.claim-mode", "state.checkpoints.dir", "execution.checkpointing.dir",
      "state.backend.fs.checkpointdir", "state.savepoints.dir",
      "execution.checkpointing.savepoint-dir", "savepoints.state.backend.fs.dir",
      "state.checkpoints.create-subdir", "execution.checkpointing.create-subdir",
      "high-availability.cluster-id", "execution.shutdown-on-application-finish",
      "execution.submit-failed-job-on-application-error", "$internal.application.main",
      "$internal.anything");
  CHECK_FALSE(reserved_key_reason(key).empty());
}

TEST_CASE("the reason names the property where there is one") {
  CHECK(reserved_key_reason("yarn.tags").find("component_flink_tags") != std::string::npos);
  CHECK(reserved_key_reason("yarn.application.name").find("component_job_name") !=
        std::string::npos);
  CHECK(reserved_key_reason("execution.target").find("component_flink_submission") !=
        std::string::npos);
  CHECK(reserved_key_reason("state.savepoints.dir").find("state_root") != std::string::npos);
}

TEST_CASE("other keys are the user's") {
  const std::string key = GENERATE(
      as<std::string>(), "jobmanager.archive.fs.dir", "yarn.application.queue", "state.backend",
      "state.backend.type", "execution.checkpointing.interval", "rest.bind-port", "yarn.ship-files",
      "yarn.tags.extra", "Yarn.Tags", "", "env.java.opts.all", "parallelism.default");
  CHECK(reserved_key_reason(key).empty());
}
