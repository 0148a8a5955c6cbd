// Flink's archive of a job that has ended, looked up on HDFS: a witness of the job, never of the
// application around it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "cluster/hdfs.h"
#include "component/guard_spec.h"
#include "flink/job_archive.h"

namespace dm::guard {

struct archive_look {
  std::optional<flink::job_archive> archive;
  // Why there is none to go by, for people: "is larger than …"; empty when the job has none.
  std::string obstacle;
  // HDFS could not be asked: there may be one (INV-10).
  std::optional<error> unavailable;
};

// A directory of another file system than HDFS is not read, and says so; one of a foreign HDFS is
// looked for here, and that it is not here is an obstacle, not an answer.
// wait: the JobManager has ended a moment ago and may be writing it. An archive of a job whose id
// is all zeros (Flink 1.13 … 1.15 with high availability) may be any application's: it is none.
archive_look look_for_archive(const io::operation& op, io::http_client& http, cluster::hdfs& hdfs,
                              const component::guard_spec& spec, const std::string& job_id,
                              bool wait);

}  // namespace dm::guard
