// The logs that NodeManagers have put on HDFS (yarn.log-aggregation-enable): found by what the
// ResourceManager's configuration says, read as TFiles.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cluster/hdfs.h"
#include "cluster/node_manager.h"
#include "cluster/resource_manager.h"
#include "cluster/tfile.h"

namespace dm::cluster {

// As the user that HDFS and YARN are asked as; for one operation, on one thread: what was looked up
// is not looked up again.
class aggregated_logs {
 public:
  aggregated_logs(hdfs& files, resource_manager& yarn) : hdfs_(files), yarn_(yarn) {}

  // All files of an application, without their extents. NOT_FOUND: nothing was aggregated.
  // FAILED_PRECONDITION: in a form that cannot be read here. UNAVAILABLE: could not tell.
  result<std::vector<aggregated_file>> list(const io::operation& op, const std::string& user,
                                            const std::string& application_id);

  // A part of one file; a negative `from` counts from the end. NOT_FOUND: there is none.
  // RESOURCE_EXHAUSTED: it may be among those of more nodes than are looked at.
  result<container_piece> read(const io::operation& op, const std::string& user,
                               const std::string& container_id, const std::string& file,
                               std::int64_t from, std::size_t limit);

 private:
  struct node_log {
    std::string path;
    std::int64_t size_bytes = 0;
  };
  struct found_logs {
    std::vector<node_log> logs;
    bool more = false;  // there are further ones, which are not looked at
  };
  result<found_logs> node_logs(const io::operation& op, const std::string& user,
                               const std::string& application_id);
  result<std::vector<std::string>> directories(const io::operation& op, const std::string& user,
                                               const std::string& application_id);
  range_reader reader_of(const io::operation& op, const std::string& path);

  hdfs& hdfs_;
  resource_manager& yarn_;
};

}  // namespace dm::cluster
