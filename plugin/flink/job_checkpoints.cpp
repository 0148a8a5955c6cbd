// Reads /jobs/:id/checkpoints and /jobs/:id/checkpoints/config.
// SPDX-License-Identifier: Apache-2.0
#include "flink/job_checkpoints.h"

#include <algorithm>
#include <limits>

#include "flink/rest_answer.h"
#include "flink/savepoint_rest.h"
#include "io/json.h"

namespace dm::flink {
namespace {

using io::json_value;

std::int64_t number(const json_value& object, std::string_view name) {
  return io::integer_member(object, name).value_or(0);
}

// "<checkpoint-not-externally-addressable>" is what an unretained checkpoint in memory has.
std::string path_of(const json_value& object) {
  return hdfs_path(io::string_member_or(object, "external_path", "")).value_or("");
}

checkpoint read_checkpoint(const json_value& element) {
  checkpoint one;
  one.id = number(element, "id");
  one.savepoint = io::bool_member(element, "is_savepoint").value_or(false);
  one.status = io::string_member_or(element, "status", "");
  if (!io::bool_member(element, "discarded").value_or(false)) one.path = path_of(element);
  one.external_path = io::string_member_or(element, "external_path", "");
  one.triggered_ms = number(element, "trigger_timestamp");
  one.duration_ms = number(element, "end_to_end_duration");
  one.size_bytes = number(element, "state_size");
  return one;
}

// Flink's own 404 for a job that takes none ("Checkpointing is not enabled for this job (...).",
// "Checkpointing has not been enabled."), unlike that for an unknown job.
bool without_checkpointing(const io::http_response& response) {
  return response.status == 404 && flink_error(response).find("enabled") != std::string::npos;
}

}  // namespace

io::http_request checkpoints_request(const std::string& address, const std::string& job_id) {
  return get(address, job_path(job_id) + "/checkpoints");
}

io::http_request checkpoint_config_request(const std::string& address, const std::string& job_id) {
  return get(address, job_path(job_id) + "/checkpoints/config");
}

result<job_checkpoints> read_checkpoints(const io::http_response& response,
                                         const std::string& address) {
  if (without_checkpointing(response)) return job_checkpoints{};
  const auto document = read_document(response, address);
  if (!document) return fail(document.error());
  const json_value* counts = io::member(*document, "counts");
  const json_value* latest = io::member(*document, "latest");
  if (counts == nullptr || latest == nullptr)
    return not_as_expected(address, "checkpoint statistics");
  job_checkpoints read;
  read.completed_count = number(*counts, "completed");
  read.failed_count = number(*counts, "failed");
  read.in_progress_count = number(*counts, "in_progress");
  if (const json_value* completed = io::member(*latest, "completed"))
    read.latest_completed = read_checkpoint(*completed);
  if (const json_value* savepoint = io::member(*latest, "savepoint"))
    read.latest_savepoint = read_checkpoint(*savepoint);
  if (const json_value* restored = io::member(*latest, "restored")) {
    read.restored = restored_point{number(*restored, "id"), path_of(*restored),
                                   io::bool_member(*restored, "is_savepoint").value_or(false)};
  }
  if (const json_value* history = io::member(*document, "history");
      history != nullptr && history->IsArray()) {
    for (const json_value& element : history->GetArray())
      read.history.push_back(read_checkpoint(element));
    std::stable_sort(read.history.begin(), read.history.end(),
                     [](const checkpoint& a, const checkpoint& b) { return a.id > b.id; });
  }
  return read;
}

result<std::optional<std::int64_t>> read_checkpoint_interval(const io::http_response& response,
                                                             const std::string& address) {
  using interval = std::optional<std::int64_t>;
  if (without_checkpointing(response)) return interval();
  const auto document = read_document(response, address);
  if (!document) return fail(document.error());
  const auto ms = io::integer_member(*document, "interval");
  if (!ms) return not_as_expected(address, "checkpoint interval");
  // A streaming job without an interval has the largest number there is.
  if (*ms <= 0 || *ms == std::numeric_limits<std::int64_t>::max()) return interval();
  return interval(*ms);
}

}  // namespace dm::flink
