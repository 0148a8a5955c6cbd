// How a vertex of a job is held up.
// SPDX-License-Identifier: Apache-2.0
#include "flink/back_pressure.h"

#include <algorithm>
#include <cmath>

#include "flink/rest_answer.h"
#include "io/json.h"

namespace dm::flink {

namespace {

std::optional<std::int64_t> permille(const io::json_value& object, const char* name) {
  const io::json_value* value = io::member(object, name);
  if (value == nullptr || !value->IsNumber()) return std::nullopt;
  const double ratio = value->GetDouble();
  if (!std::isfinite(ratio) || ratio < 0) return std::nullopt;  // NaN: not measured
  return static_cast<std::int64_t>(std::lround(std::min(ratio, 1.0) * 1000));
}

}  // namespace

bool is_flink_id(std::string_view text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

io::http_request back_pressure_request(const std::string& address, const std::string& job_id,
                                       const std::string& vertex_id) {
  return get(address, job_path(job_id) + "/vertices/" + vertex_id + "/backpressure");
}

result<back_pressure> read_back_pressure(const io::http_response& response,
                                         const std::string& address) {
  const auto document = read_document(response, address);
  if (!document) return fail(document.error());
  back_pressure read;
  read.level = io::string_member_or(*document, "backpressure-level",
                                    io::string_member_or(*document, "backpressureLevel", ""));
  if (read.level.empty()) return not_as_expected(address, "backpressure-level");
  const io::json_value* subtasks = io::member(*document, "subtasks");
  if (subtasks != nullptr && subtasks->IsArray()) {
    for (const io::json_value& subtask : subtasks->GetArray()) {
      if (const auto held = permille(subtask, "ratio"))
        read.permille = std::max(*held, read.permille.value_or(0));
      if (const auto busy = permille(subtask, "busyRatio"))
        read.busy_permille = std::max(*busy, read.busy_permille.value_or(0));
    }
  }
  return read;
}

}  // namespace dm::flink
