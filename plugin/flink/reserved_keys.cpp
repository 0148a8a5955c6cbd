// The Flink keys that this project sets itself, so that a component's log tells the truth (D-3).
// SPDX-License-Identifier: Apache-2.0
#include "flink/dialect.h"

#include <array>

namespace dm::flink {
namespace {

struct reserved_key {
  std::string_view key;
  std::string_view reason;
};

constexpr std::string_view tags =
    "the applications of a component are found by their tags; for tags of your own use "
    "component_flink_tags";
constexpr std::string_view restore =
    "the restore point comes from the component's log; name another one in a savepoint resume "
    "request";
constexpr std::string_view restore_allowance =
    "whether state may be left behind is decided by the savepoint resume request "
    "(allow_non_restored_state)";
constexpr std::string_view claim =
    "how a restore point is owned is decided by the savepoint resume request (claim_mode)";
constexpr std::string_view checkpoints =
    "each incarnation has its checkpoint directory below state_root; to keep state elsewhere set "
    "state_root";
constexpr std::string_view savepoints =
    "each savepoint has its directory below state_root; to keep state elsewhere set state_root";
constexpr std::string_view high_availability =
    "a fixed id would let an incarnation take up the job of the one before it instead of its "
    "restore point";
constexpr std::string_view submission =
    "the way of submission is set by component_flink_submission";

constexpr std::array keys = {
    reserved_key{"yarn.tags", tags},
    reserved_key{"yarn.application.name", "the name is set by component_job_name"},
    reserved_key{"yarn.application.id",
                 "each submission is an application of its own, never part of a session"},
    reserved_key{"yarn.application-attempts",
                 "always 1: YARN's own second attempt would start from the first one's restore "
                 "point; restarts are set by "
                 "component_respawn_type"},
    reserved_key{"execution.target", submission},
    reserved_key{"execution.attached", submission},
    reserved_key{"execution.shutdown-on-application-finish",
                 "always true: the YARN application of a job that has ended would live on, and the "
                 "component would never be COMPLETED or FAILED"},
    reserved_key{"execution.submit-failed-job-on-application-error",
                 "always false: a program that fails before its job would leave a made-up job "
                 "behind, and its YARN application alive"},
    reserved_key{"execution.savepoint.path", restore},
    reserved_key{"execution.state-recovery.path", restore},
    reserved_key{"execution.savepoint.ignore-unclaimed-state", restore_allowance},
    reserved_key{"execution.state-recovery.ignore-unclaimed-state", restore_allowance},
    reserved_key{"execution.savepoint-restore-mode", claim},
    reserved_key{"execution.state-recovery.claim-mode", claim},
    reserved_key{"state.checkpoints.dir", checkpoints},
    reserved_key{"state.backend.fs.checkpointdir", checkpoints},
    reserved_key{"execution.checkpointing.dir", checkpoints},
    reserved_key{"state.checkpoints.create-subdir", checkpoints},
    reserved_key{"execution.checkpointing.create-subdir", checkpoints},
    reserved_key{"state.savepoints.dir", savepoints},
    reserved_key{"savepoints.state.backend.fs.dir", savepoints},
    reserved_key{"execution.checkpointing.savepoint-dir", savepoints},
    reserved_key{"high-availability.cluster-id", high_availability},
    reserved_key{"high-availability.zookeeper.path.namespace", high_availability},
    reserved_key{"recovery.zookeeper.path.namespace", high_availability},
};

}  // namespace

std::string reserved_key_reason(std::string_view key) {
  if (key.starts_with("$internal.")) return "Flink's client sets its internal keys itself";
  for (const reserved_key& reserved : keys) {
    if (reserved.key == key) return std::string(reserved.reason);
  }
  return {};
}

}  // namespace dm::flink
