// Whether a restore point's files are still what they were: before it is chosen, and for the list.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cluster/hdfs.h"
#include "state/restore_point.h"

namespace dm::state {

struct verdict {
  bool intact = false;
  bool header_only = false;        // no manifest was recorded: only _metadata was looked at
  std::string reason;              // what is wrong, for people; empty when intact
  std::int64_t checkpoint_id = 0;  // of _metadata; 0 when it could not be read
};

// _metadata is there with the right magic and a known version, and, where there is a manifest, the
// files are those of it with their lengths. An error means that it could not be looked at
// (UNAVAILABLE ...): that says nothing about the savepoint (INV-4).
result<verdict> verify(const io::operation& op, cluster::hdfs& hdfs, const restore_point& point);

}  // namespace dm::state
