// Whether a restore point's files are still what they were: before it is chosen, and for the list.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cluster/hdfs.h"
#include "state/restore_point.h"
#include "state/savepoint_files.h"

namespace dm::state {

// What its content or its absence shows to be wrong with a restore point. Only a reader of the
// content makes one, never an answer's code (INV-10).
enum class damage {
  nothing_made,  // no savepoint came of it
  directory_gone,
  metadata_gone,
  metadata_unreadable,  // cut, not Flink's, or of a version that is not known
  other_checkpoint,     // _metadata is of another checkpoint than the recorded one
  file_gone,
  file_length,
  files_missing,  // by the totals
  bytes_missing,
  too_deep,  // no savepoint of Flink's
};

struct verdict {
  enum class kind { intact, damaged, gone };
  kind what = kind::damaged;
  damage because = damage::nothing_made;  // unless intact
  bool header_only = false;               // no manifest was recorded: only _metadata was looked at
  std::string reason;                     // what is wrong, for people; empty when intact
  std::int64_t checkpoint_id = 0;         // of _metadata; 0 when it could not be read
  std::int32_t metadata_version = 0;
  savepoint_files files;  // what was found; empty unless intact

  bool intact() const { return what == kind::intact; }
};

// _metadata is there with the right magic and a known version, and, where there is a manifest, the
// files are those of it with their lengths. An error, whatever its code, means that it
// could not be looked at: that says nothing about the savepoint (INV-4).
result<verdict> verify(const io::operation& op, cluster::hdfs& hdfs, const restore_point& point);

}  // namespace dm::state
