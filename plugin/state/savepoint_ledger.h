// The ledger of a component's savepoints on HDFS: written before and after every operation, read as
// a whole together with the directories, so that what somebody made by hand is found too.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cluster/hdfs.h"
#include "component/component_log.h"
#include "state/restore_point.h"
#include "state/verification.h"

namespace dm::state {

// Not thread-safe: one object per operation, or per guard.
class savepoint_ledger {
 public:
  // directory: <state_root>/<namespace>/<application>/<component> on HDFS.
  savepoint_ledger(cluster::hdfs& hdfs, std::string directory);

  // Absolute HDFS paths.
  std::string savepoints_directory() const;  // <directory>/savepoints
  std::string operation_directory(std::string_view operation) const;
  std::string checkpoints_directory(std::uint64_t epoch) const;  // <directory>/checkpoints/<epoch>

  // Makes savepoints/ where missing (0750).
  result<void> prepare(const io::operation& op);

  // The documents of one operation. Reading: nullopt where there is none.
  result<std::optional<requested_record>> requested(const io::operation& op,
                                                    const std::string& operation);
  result<std::optional<result_record>> recorded_result(const io::operation& op,
                                                       const std::string& operation);
  // Writes if there is none yet; what stands there afterwards is returned: the first one wins.
  result<requested_record> write_requested(const io::operation& op, const requested_record& record);
  // For one that nobody carries on, so that its id can be used again.
  result<void> withdraw_request(const io::operation& op, const std::string& operation);
  result<result_record> write_result(const io::operation& op, const result_record& record);
  // The record of an operation that has failed, by Flink's word or by the look of things. Its
  // directory is looked at first: a complete savepoint in it counts, whatever the operation says
  // (D-52), is recorded as completed, and the failure becomes its note. An error: it could not be
  // looked at, and nothing is recorded.
  result<result_record> conclude_failed(const io::operation& op, const requested_record& requested,
                                        result_record failed);
  result<bool> pin(const io::operation& op, const std::string& operation, const pin_record& record);
  result<bool> unpin(const io::operation& op, const std::string& operation);
  // What the other side looks at once it has written its own mark (D-53).
  result<std::optional<pin_record>> pinned(const io::operation& op, const std::string& operation);
  result<bool> being_disposed(const io::operation& op, const std::string& operation);
  // For the one whose begin_disposal() has made the tombstone, while nothing is deleted yet.
  result<void> withdraw_disposal(const io::operation& op, const std::string& operation);
  result<disposal_record> begin_disposal(const io::operation& op, const std::string& operation,
                                         const disposal_record& record);
  // Removes the operation's directory if it is empty or there is nothing restorable in it, then its
  // other documents; the tombstone stays.
  result<void> finish_disposal(const io::operation& op, const std::string& operation);
  // What the job of a checkpoint that was deleted leaves beside it (shared/, taskowned/), once it
  // has no other checkpoint: true if it was there. Only for the component's own checkpoints, and
  // only if no later job may refer to its files: the caller knows the claim modes.
  result<bool> remove_job_leftovers(const io::operation& op, const std::string& checkpoint_path);

  // The savepoint in a directory of Flink's: <directory>/savepoint-*/_metadata, or
  // <directory>/_metadata. nullopt: none is complete. After a crash this tells what became of an
  // operation (D-14).
  struct found_savepoint {
    std::string path;
    io::wall_time completed_at{};
  };
  result<std::optional<found_savepoint>> find_in(const io::operation& op,
                                                 const std::string& directory);
  // The savepoint that an operation has made, wherever it was told to. In a directory of the
  // caller's one counts only if it is the job's, was written after the operation was recorded (by
  // the clock of HDFS), and is no other operation's.
  result<std::optional<found_savepoint>> find_made(const io::operation& op,
                                                   const requested_record& requested);

  // Completes a result record from the savepoint's own files: manifest, totals, _metadata's header
  // and when it was written. Unless the verdict is intact, it is no complete savepoint and the
  // record is as it was; an error says nothing about the savepoint.
  result<verdict> take_inventory(const io::operation& op, result_record& record);

  // Every restore point: ledger, discovered savepoints, retained checkpoints; newest first, states
  // without a look at the files (verify() does that). log: matches job ids to epochs, and tells
  // what was claimed. An absent directory is an empty list. Requests: one listing page per 1,000
  // entries, the index, two per record newer than the index, two listings per epoch with
  // checkpoints. Replaces savepoints/index.json when it found records that were not in it (best
  // effort).
  result<std::vector<restore_point>> list(const io::operation& op,
                                          const component::log_snapshot& log);
  // The checkpoints that programs have put outside the component's directory, where Flink says that
  // they are (D-57); of the newest eight such incarnations.
  result<std::vector<restore_point>> checkpoints_elsewhere(const io::operation& op,
                                                           const component::log_snapshot& log);
  // The checkpoints alone that one epoch has left in the component's directory, newest first.
  result<std::vector<restore_point>> checkpoints_of(const io::operation& op, std::uint64_t epoch);

 private:
  result<void> add_checkpoints(const io::operation& op, std::uint64_t epoch,
                               const std::string& job_id, const std::string& directory,
                               std::vector<restore_point>& points);
  result<std::optional<std::string>> read_document(const io::operation& op,
                                                   const std::string& name);
  result<std::string> write_document(const io::operation& op, const std::string& name,
                                     const std::string& content);

  cluster::hdfs& hdfs_;
  std::string directory_;
};

}  // namespace dm::state
