// Flink's job archive: the file a JobManager leaves on HDFS (jobmanager.archive.fs.dir) when its
// job has ended, named by the job id. It outlives the ResourceManager's memory and is what the
// history server shows. Source: Flink 1.13 … 2.3,
// {"archive":[{"path":"/jobs/<id>/exceptions","json":"…"}, …]}.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flink/job_checkpoints.h"
#include "flink/job_manager.h"

namespace dm::flink {

// The largest archive that is read; a job with thousands of vertices writes more.
inline constexpr std::size_t job_archive_limit_bytes = std::size_t{16} << 20;

struct job_archive {
  job_overview overview;  // state FINISHED, FAILED or CANCELED
  job_exceptions exceptions;
  std::vector<vertex> vertices;
  std::optional<job_checkpoints> checkpoints;
};

// INTERNAL: not an archive. UNAVAILABLE never: the file is whole once it has its name.
result<job_archive> read_job_archive(std::string_view text, const std::string& job_id);

}  // namespace dm::flink
