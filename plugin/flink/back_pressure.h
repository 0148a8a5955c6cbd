// How a vertex of a job is held up: /jobs/:id/vertices/:vertex/backpressure, Flink 1.13 … 2.3.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "io/http.h"

namespace dm::flink {

struct back_pressure {
  std::string level;  // "ok", "low", "high"
  // Of the subtask that has most of it; nullopt: Flink does not say.
  std::optional<std::int64_t> permille;
  std::optional<std::int64_t> busy_permille;
};

// 32 hex digits, as ids of jobs and vertices are: what may stand in a path.
bool is_flink_id(std::string_view text);

io::http_request back_pressure_request(const std::string& address, const std::string& job_id,
                                       const std::string& vertex_id);
// UNAVAILABLE: not measured yet, or not Flink's answer.
result<back_pressure> read_back_pressure(const io::http_response& response,
                                         const std::string& address);

}  // namespace dm::flink
