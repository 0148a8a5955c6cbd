// Which containers an incarnation's application had, on HDFS beside the component's log: YARN tells
// them while they run and forgets each with its end, but their log files stay where they ran.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/hdfs.h"
#include "cluster/node_manager.h"

namespace dm::component {

// containers/<epoch>.json, replaced while the application runs. The component's user may write
// anything there: it names nodes by YARN's ids, and where a node is YARN says (INV-8). Else whoever
// reads would ask whom that user names, and show him the answer.
struct container_record {
  std::uint64_t epoch = 0;
  std::string application_id;
  std::vector<cluster::container_place> containers;  // oldest first; id and node_id alone

  // Adds those that are not in it and whose node has an id; the oldest of the others make room, but
  // never the first, which is the JobManager's. Where there is no room, they are left out. Whether
  // anything changed.
  bool add(const std::vector<cluster::container_place>& seen);
};

std::string to_json(const container_record& record);
result<container_record> read_container_record(std::string_view json, std::uint64_t epoch);

// directory: the component's, on HDFS. When the first record of an epoch is written, those of all
// but the newest twenty epochs go.
result<void> write_containers(const io::operation& op, cluster::hdfs& hdfs,
                              const std::string& directory, const container_record& record,
                              bool first);
// NOT_FOUND: none was written. The errors of a record are those of parse_record.
result<container_record> read_containers(const io::operation& op, cluster::hdfs& hdfs,
                                         const std::string& directory, std::uint64_t epoch);

}  // namespace dm::component
