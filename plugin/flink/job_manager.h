// The JobManager's REST API, as far as observing and ending a job need it. Requests and readers are
// apart, so that a batch can send many at once. Sources: Flink 1.13 ... 2.3 REST API; paths without
// /v1, which all of them accept.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flink/exception_text.h"
#include "io/http.h"

namespace dm::flink {

// One entry of /jobs/overview.
struct job_overview {
  std::string id;  // 32 hex digits
  std::string name;
  std::string state;  // INITIALIZING CREATED RUNNING FAILING FAILED CANCELLING CANCELED FINISHED
                      // RESTARTING SUSPENDED RECONCILING
  std::int64_t start_ms = 0;
  std::int64_t end_ms = -1;           // -1 while it runs
  std::int64_t last_modified_ms = 0;  // newest change of the job's or of a task's state
  // The JobManager's own clock when it answered, to compare its other times with; 0: not said (a
  // job that has ended, in the overview).
  std::int64_t now_ms = 0;
  std::int64_t tasks_total = 0;
  std::int64_t tasks_running = 0;
  std::int64_t tasks_finished = 0;

  // FAILED, CANCELED, FINISHED. SUSPENDED is not: the job may go on elsewhere.
  bool terminal() const;
  // RUNNING with every task running or finished: the only proof that it works.
  bool all_tasks_running() const;
};

struct vertex {
  std::string name;
  std::string status;
  std::int64_t parallelism = 0;
  std::string id;  // 32 hex digits
};

struct job_detail {
  job_overview overview;
  std::int64_t restarting_since_ms = 0;  // when it last entered RESTARTING; 0 never
  std::vector<vertex> vertices;
};

struct exception_entry {
  std::int64_t timestamp_ms = 0;
  std::string name;
  std::string message;
  std::string task;
  std::string outline;  // of its stack trace (exception_text.h)
  // Where it was thrown, as Flink names it; empty: it does not say.
  std::string task_manager;  // the container's id
  std::string location;      // "host:port"
};

struct job_exceptions {
  std::string root_exception;  // its outline (exception_text.h)
  std::int64_t timestamp_ms = 0;
  std::vector<exception_entry> history;  // newest first; empty before Flink 1.13
};
// The newest failure that names its TaskManager's container; nullptr: none does.
const exception_entry* newest_with_container(const job_exceptions& exceptions);

// address: "http://host:port", also the history server's for the ones marked so.
io::http_request jobs_overview_request(const std::string& address);  // history server too
io::http_request job_request(const std::string& address,
                             const std::string& job_id);  // history server too
io::http_request exceptions_request(const std::string& address,
                                    const std::string& job_id);  // history server too
io::http_request restarts_request(const std::string& address,
                                  const std::string& job_id);             // metric numRestarts
io::http_request config_request(const std::string& address);              // history server too
io::http_request job_manager_config_request(const std::string& address);  // its configuration
io::http_request cancel_request(const std::string& address,
                                const std::string& job_id);  // PATCH ?mode=cancel

// UNAVAILABLE: not Flink's JSON, 503 (not ready yet). NOT_FOUND: Flink's own 404.
result<std::vector<job_overview>> read_jobs_overview(const io::http_response& response,
                                                     const std::string& address);
result<job_detail> read_job(const io::http_response& response, const std::string& address);
result<job_exceptions> read_exceptions(const io::http_response& response,
                                       const std::string& address);
result<std::optional<std::int64_t>> read_restarts(const io::http_response& response,
                                                  const std::string& address);
result<std::string> read_flink_version(const io::http_response& response,
                                       const std::string& address);
// The value of one key; nullopt: it is not set.
result<std::optional<std::string>> read_job_manager_config(const io::http_response& response,
                                                           const std::string& address,
                                                           std::string_view key);
// false: the job had ended already (404, 409).
result<bool> read_cancel(const io::http_response& response, const std::string& address);

}  // namespace dm::flink
