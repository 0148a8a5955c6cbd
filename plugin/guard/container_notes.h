// The guard noting which containers its application has, for whoever looks for their logs later.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "cluster/hdfs.h"
#include "cluster/resource_manager.h"
#include "component/container_record.h"

namespace dm::guard {

// Asks YARN when the number of containers has changed, and once a minute, since one that is
// replaced changes no number; writes when there is a new one. One thread.
class container_notes {
 public:
  container_notes(cluster::hdfs& hdfs, cluster::resource_manager& yarn, std::string directory)
      : hdfs_(hdfs), yarn_(yarn), directory_(std::move(directory)) {}

  // The application runs. Nothing depends on it: what cannot be told or written now is tried again
  // a minute later, and holds the following up for two seconds at most.
  result<void> look(const io::operation& op, std::uint64_t epoch,
                    const cluster::yarn_application& application);

  // Those that run, as YARN has told last; the JobManager's is the first. Empty: not asked yet.
  const std::vector<cluster::container_place>& running() const { return last_; }

 private:
  result<void> note(const io::operation& op, const cluster::yarn_application& application);

  cluster::hdfs& hdfs_;
  cluster::resource_manager& yarn_;
  std::string directory_;
  component::container_record known_;
  std::vector<cluster::container_place> last_;
  bool written_ = false;
  std::int64_t running_ = 0;
  io::steady_time looked_at_{};
};

}  // namespace dm::guard
