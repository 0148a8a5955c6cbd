// How many jobs a history server shows: its overview counted while it is read, since the jobs of
// years may be in it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "io/http.h"

namespace dm::flink {

// A history server writes its overview in place, all of it whenever a job was added: who asks
// meanwhile gets nothing, or its beginning (seen on 1.20.5, with 10,000 jobs for most of a minute).
struct archived_jobs {
  std::int64_t count = 0;
  std::int64_t finished = 0;
  std::int64_t failed = 0;
  std::int64_t canceled = 0;
  bool whole = true;  // false: only the beginning of the overview was there
};

// address: "http://host:port". The path before Flink 1.5 is /joboverview.
io::http_request archived_jobs_request(const std::string& address);
io::http_request old_archived_jobs_request(const std::string& address);

// Of either path. NOT_FOUND: Flink's own 404, which is a path that this version does not know, or,
// before 1.11, an overview that was not written yet. UNAVAILABLE: not Flink's JSON.
result<archived_jobs> read_archived_jobs(const io::http_response& response,
                                         const std::string& address);

// What /config of a history server says.
struct history_server_config {
  std::string version;       // Flink's; empty: not told
  bool job_manager = false;  // it says of itself that it is none: a JobManager took the port over
};
result<history_server_config> read_history_server_config(const io::http_response& response,
                                                         const std::string& address);

}  // namespace dm::flink
