// A restore point: anything a job can be resumed from. A savepoint of the ledger, one that somebody
// made by hand with the Flink CLI, or a checkpoint that Flink was told to retain.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/error.h"
#include "io/time.h"
#include "state/savepoint_record.h"

namespace dm::state {

enum class restore_point_kind { savepoint, checkpoint };
std::string_view to_string(restore_point_kind kind);  // "savepoint", "checkpoint"

enum class restore_point_state {
  in_progress,  // asked for; its result is not known
  completed,
  discovered,  // a savepoint of no operation of ours: made by hand
  failed,      // no savepoint came of it
  damaged,     // completed once; its files are not what they were, or not for this user
  claimed,     // handed to Flink, which deletes it when it likes
  disposing,   // being deleted
  disposed,    // deleted; what is left is its tombstone
};
std::string_view to_string(restore_point_state state);  // "IN_PROGRESS", "COMPLETED", ...

struct restore_point {
  // Operation id; of a discovered one the name of its directory; "checkpoint-<epoch>-<n>".
  std::string id;
  restore_point_kind kind = restore_point_kind::savepoint;
  restore_point_state state = restore_point_state::completed;
  std::string reason;  // why it is failed or damaged, or cannot be looked at; empty otherwise
  std::string path;    // HDFS path without scheme; empty: never came to be
  // The incarnation that made it; 0: not known. Discovered ones and checkpoints are matched to one
  // by the job id in their path.
  std::uint64_t epoch = 0;
  std::string job_id;              // of a discovered one its first six digits at most
  std::int64_t checkpoint_id = 0;  // orders those of one epoch; 0: not known
  operation_kind operation = operation_kind::trigger;  // of the ledger's
  bool pinned = false;
  std::string pin_reason;
  std::string flink_version;
  flink::savepoint_format format = flink::savepoint_format::canonical;
  std::int64_t parallelism = 0;
  std::int64_t duration_ms = 0;
  std::int64_t size_bytes = 0;
  std::int64_t file_count = 0;
  std::vector<manifest_file> manifest;  // empty: none was recorded; then only the header is checked
  std::string user;
  io::wall_time requested_at{};
  io::wall_time completed_at{};  // of one without a record: when its _metadata was last written

  bool usable() const {  // may be chosen, if its files are verified
    return state == restore_point_state::completed || state == restore_point_state::discovered;
  }
  // May be there still; the look at its files decides. One that was deleted on purpose is none.
  bool may_be_there() const {
    return usable() || state == restore_point_state::damaged ||
           state == restore_point_state::claimed;
  }
};

// What the ledger's documents tell of one: while it is under way, and at its end. Whether its files
// are still what they were is not looked at.
restore_point point_of(const requested_record& record);
restore_point point_of(const result_record& record);

// "checkpoint-3-17": the retained checkpoint 17 of epoch 3.
struct checkpoint_name {
  std::uint64_t epoch = 0;
  std::int64_t checkpoint_id = 0;
};
std::string checkpoint_id(const checkpoint_name& name);
std::optional<checkpoint_name> parse_checkpoint_id(std::string_view id);

// Newest first: by epoch, then by checkpoint id, then by time.
void sort_newest_first(std::vector<restore_point>& points);

}  // namespace dm::state
