// Figures of a running job by its JobManager: how much it takes in and hands out, how busy its
// tasks are, how far its sources lag behind. Sources: Flink 1.13 ... 2.3 REST API.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "io/http.h"

namespace dm::flink {

struct vertex_flow {
  std::string id;
  bool source = false;  // it has no input
  bool sink = false;    // nothing comes after it
  // nullopt: not all of its tasks have told yet.
  std::optional<std::int64_t> records_read;
  std::optional<std::int64_t> records_written;
};

struct job_flow {
  std::string state;
  std::int64_t now_ms = 0;            // the JobManager's clock
  std::int64_t running_since_ms = 0;  // when it last entered RUNNING; 0: never
  std::int64_t tasks_running = 0;
  std::vector<vertex_flow> vertices;
};

// Of all of a vertex's tasks together.
struct vertex_rates {
  std::optional<double> busy_max;            // ms of a second
  std::optional<double> back_pressured_max;  // the same
  std::optional<double> records_in;          // a second
  std::optional<double> records_out;
};

// An answer of these is read up to so many bytes.
inline constexpr std::size_t largest_figures = std::size_t{4} << 20;

// address: "http://host:port".
io::http_request job_flow_request(const std::string& address, const std::string& job_id);
io::http_request vertex_rates_request(const std::string& address, const std::string& job_id,
                                      const std::string& vertex_id);
// The metrics that the vertex has, by name.
io::http_request vertex_metric_names_request(const std::string& address, const std::string& job_id,
                                             const std::string& vertex_id);
// What its sources have still to read: `names` as read_lag_names() told them.
io::http_request vertex_lag_request(const std::string& address, const std::string& job_id,
                                    const std::string& vertex_id,
                                    const std::vector<std::string>& names);

result<job_flow> read_job_flow(const io::http_response& response, const std::string& address);
result<vertex_rates> read_vertex_rates(const io::http_response& response,
                                       const std::string& address);
// At most eight; none where its sources do not tell.
result<std::vector<std::string>> read_lag_names(const io::http_response& response,
                                                const std::string& address);
result<std::optional<double>> read_vertex_lag(const io::http_response& response,
                                              const std::string& address);

}  // namespace dm::flink
