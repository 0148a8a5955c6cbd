// /jobs/:id/checkpoints of JobManager and history server: what a job has completed and was restored
// from.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "io/http.h"

namespace dm::flink {

struct checkpoint {
  std::int64_t id = 0;
  bool savepoint = false;
  std::string status;         // IN_PROGRESS, COMPLETED, FAILED
  std::string path;           // HDFS path without scheme; empty: not external, or discarded
  std::string external_path;  // as Flink wrote it, with scheme and authority; kept when discarded
  std::int64_t triggered_ms = 0;
  std::int64_t duration_ms = 0;  // end to end, as Flink measured it
  std::int64_t size_bytes = 0;   // state_size
};

struct restored_point {
  std::int64_t id = 0;
  std::string path;
  bool savepoint = false;
};

struct job_checkpoints {
  std::int64_t completed_count = 0;  // savepoints included
  std::int64_t failed_count = 0;
  std::int64_t in_progress_count = 0;
  std::optional<checkpoint> latest_completed;  // the newest checkpoint that is no savepoint
  std::optional<checkpoint> latest_savepoint;
  std::optional<restored_point> restored;
  std::vector<checkpoint> history;  // newest first, as far as Flink keeps it
};

// address: "http://host:port" of JobManager or history server.
io::http_request checkpoints_request(const std::string& address, const std::string& job_id);
result<job_checkpoints> read_checkpoints(const io::http_response& response,
                                         const std::string& address);

// Whether the job takes checkpoints by itself: the interval in ms; nullopt: never.
io::http_request checkpoint_config_request(const std::string& address, const std::string& job_id);
result<std::optional<std::int64_t>> read_checkpoint_interval(const io::http_response& response,
                                                             const std::string& address);

}  // namespace dm::flink
