// Requests to and answers of a JobManager or history server. Sources: Flink 1.13, 1.20 and 2.3,
// recorded.
// SPDX-License-Identifier: Apache-2.0
#include "flink/job_manager.h"

#include "flink/container_failure.h"
#include "flink/container_log.h"
#include "flink/rest_answer.h"
#include "io/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace dm::flink {
namespace {

using io::json_value;

std::int64_t number(const json_value& object, std::string_view name, std::int64_t fallback = 0) {
  return io::integer_member(object, name).value_or(fallback);
}

job_overview read_overview(const json_value& job) {
  job_overview overview;
  overview.id = io::string_member_or(job, "jid", "");
  overview.name = io::string_member_or(job, "name", "");
  overview.state = io::string_member_or(job, "state", "");
  overview.start_ms = number(job, "start-time");
  overview.end_ms = number(job, "end-time", -1);
  overview.last_modified_ms = number(job, "last-modification");
  // While a job runs, its duration is what has passed since its start.
  const std::int64_t duration_ms = number(job, "duration");
  overview.now_ms = number(
      job, "now", overview.end_ms < 0 && duration_ms > 0 ? overview.start_ms + duration_ms : 0);
  if (const json_value* tasks = io::member(job, "tasks")) {
    overview.tasks_total = number(*tasks, "total");
    overview.tasks_running = number(*tasks, "running");
    overview.tasks_finished = number(*tasks, "finished");
  }
  return overview;
}

// Adds one vertex of /jobs/:id, whose task counts have upper-case names:
// {"RUNNING":1,"FINISHED":0,...}.
void add_vertex(const json_value& element, job_detail& detail) {
  vertex v;
  v.id = io::string_member_or(element, "id", "");
  v.name = io::string_member_or(element, "name", "");
  v.status = io::string_member_or(element, "status", "");
  v.parallelism = number(element, "parallelism");
  detail.overview.tasks_total += v.parallelism;
  if (const json_value* tasks = io::member(element, "tasks")) {
    detail.overview.tasks_running += number(*tasks, "RUNNING");
    detail.overview.tasks_finished += number(*tasks, "FINISHED");
  }
  for (const char* when : {"start-time", "end-time"}) {
    detail.overview.last_modified_ms =
        std::max(detail.overview.last_modified_ms, number(element, when));
  }
  detail.vertices.push_back(std::move(v));
}

// Of an entry without a place of its own (a job's last failure) the first of those that came with
// it has one.
void read_place(const json_value& element, exception_entry& entry) {
  entry.task = io::string_member_or(element, "taskName", "");
  entry.task_manager = io::string_member_or(element, "taskManagerId", "");
  entry.location = io::string_member_or(element, "location", "");
  if (entry.location.empty()) entry.location = io::string_member_or(element, "endpoint", "");
}

exception_entry read_history_entry(const json_value& element) {
  exception_entry entry;
  const std::string trace = io::string_member_or(element, "stacktrace", "");
  entry.timestamp_ms = number(element, "timestamp");
  entry.name = io::string_member_or(element, "exceptionName", "");
  entry.message = failure_summary(trace);
  entry.outline = exception_outline(trace);
  read_place(element, entry);
  const json_value* others = io::member(element, "concurrentExceptions");
  if (entry.task_manager.empty() && others != nullptr && others->IsArray() && !others->Empty())
    read_place((*others)[0], entry);
  return entry;
}

}  // namespace

bool job_overview::terminal() const {
  return state == "FINISHED" || state == "FAILED" || state == "CANCELED";
}

bool job_overview::all_tasks_running() const {
  return state == "RUNNING" && tasks_total > 0 && tasks_running + tasks_finished == tasks_total;
}

io::http_request jobs_overview_request(const std::string& address) {
  return get(address, "/jobs/overview");
}

io::http_request job_request(const std::string& address, const std::string& job_id) {
  return get(address, job_path(job_id));
}

io::http_request exceptions_request(const std::string& address, const std::string& job_id) {
  return get(address, job_path(job_id) + "/exceptions");
}

io::http_request restarts_request(const std::string& address, const std::string& job_id) {
  return get(address, job_path(job_id) + "/metrics?get=numRestarts");
}

io::http_request config_request(const std::string& address) { return get(address, "/config"); }

io::http_request job_manager_config_request(const std::string& address) {
  return get(address, "/jobmanager/config");
}

io::http_request cancel_request(const std::string& address, const std::string& job_id) {
  io::http_request request = get(address, job_path(job_id) + "?mode=cancel");
  request.method = "PATCH";
  return request;
}

result<std::vector<job_overview>> read_jobs_overview(const io::http_response& response,
                                                     const std::string& address) {
  const auto document = read_document(response, address);
  if (!document) return tl::unexpected<error>(document.error());
  const json_value* jobs = io::member(*document, "jobs");
  if (jobs == nullptr || !jobs->IsArray()) return not_as_expected(address, "list of jobs");
  std::vector<job_overview> overviews;
  overviews.reserve(jobs->Size());
  for (const json_value& job : jobs->GetArray()) {
    job_overview overview = read_overview(job);
    if (overview.id.empty() || overview.state.empty())
      return not_as_expected(address, "job id and state in a job");
    overviews.push_back(std::move(overview));
  }
  return overviews;
}

result<job_detail> read_job(const io::http_response& response, const std::string& address) {
  const auto document = read_document(response, address);
  if (!document) return tl::unexpected<error>(document.error());
  job_detail detail;
  detail.overview = read_overview(*document);
  if (detail.overview.id.empty() || detail.overview.state.empty())
    return not_as_expected(address, "job id and state");
  if (const json_value* timestamps = io::member(*document, "timestamps");
      timestamps && timestamps->IsObject()) {
    for (const auto& entry : timestamps->GetObject()) {
      if (!entry.value.IsInt64()) continue;
      const std::int64_t when = entry.value.GetInt64();
      detail.overview.last_modified_ms = std::max(detail.overview.last_modified_ms, when);
      if (io::view(entry.name) == "RESTARTING") detail.restarting_since_ms = when;
    }
  }
  if (const json_value* vertices = io::member(*document, "vertices");
      vertices && vertices->IsArray()) {
    for (const json_value& element : vertices->GetArray()) add_vertex(element, detail);
  }
  return detail;
}

const exception_entry* newest_with_container(const job_exceptions& exceptions) {
  const auto& history = exceptions.history;
  const auto named = std::find_if(history.begin(), history.end(), [](const auto& entry) {
    return is_container_id(entry.task_manager);
  });
  return named == history.end() ? nullptr : &*named;
}

result<job_exceptions> read_exceptions(const io::http_response& response,
                                       const std::string& address) {
  const auto document = read_document(response, address);
  if (!document) return tl::unexpected<error>(document.error());
  if (!document->IsObject()) return not_as_expected(address, "exceptions object");
  const json_value* history = io::member(*document, "exceptionHistory");
  if (history == nullptr && !document->HasMember("all-exceptions")) {
    return not_as_expected(address, "exceptions");
  }
  job_exceptions exceptions;
  std::string root = io::string_member_or(*document, "root-exception", "");
  exceptions.timestamp_ms = number(*document, "timestamp");
  const json_value* entries = history == nullptr ? nullptr : io::member(*history, "entries");
  if (entries != nullptr && entries->IsArray()) {
    for (const json_value& element : entries->GetArray()) {
      exceptions.history.push_back(read_history_entry(element));
      // 2.x has the history alone; its newest entry is what root-exception was.
      if (io::member(*document, "root-exception") == nullptr &&
          exceptions.history.back().timestamp_ms >= exceptions.timestamp_ms) {
        exceptions.timestamp_ms = exceptions.history.back().timestamp_ms;
        root = io::string_member_or(element, "stacktrace", "");
      }
    }
  }
  exceptions.root_exception = exception_outline(root);
  std::stable_sort(exceptions.history.begin(), exceptions.history.end(),
                   [](const auto& a, const auto& b) { return a.timestamp_ms > b.timestamp_ms; });
  return exceptions;
}

result<std::optional<std::int64_t>> read_restarts(const io::http_response& response,
                                                  const std::string& address) {
  const auto document = read_document(response, address);
  if (!document) return tl::unexpected<error>(document.error());
  if (!document->IsArray()) return not_as_expected(address, "list of metrics");
  for (const json_value& metric : document->GetArray()) {
    if (io::string_member_or(metric, "id", "") != "numRestarts") continue;
    // Metrics are numbers sent as text.
    const std::string value = io::string_member_or(metric, "value", "");
    std::int64_t restarts = 0;
    const auto [end, code] = std::from_chars(value.data(), value.data() + value.size(), restarts);
    if (code == std::errc() && end == value.data() + value.size() && restarts >= 0) {
      return std::optional<std::int64_t>(restarts);
    }
  }
  return std::optional<std::int64_t>();  // not reported yet, or not by this version
}

result<std::string> read_flink_version(const io::http_response& response,
                                       const std::string& address) {
  const auto document = read_document(response, address);
  if (!document) return tl::unexpected<error>(document.error());
  auto version = io::string_member(*document, "flink-version");
  if (!version) return not_as_expected(address, "flink-version");
  return std::move(*version);
}

result<std::optional<std::string>> read_job_manager_config(const io::http_response& response,
                                                           const std::string& address,
                                                           std::string_view key) {
  const auto document = read_document(response, address);
  if (!document) return tl::unexpected<error>(document.error());
  if (!document->IsArray()) {
    return fail(status_code::unavailable,
                "the JobManager " + address + " answered /jobmanager/config without a list");
  }
  for (const json_value& entry : document->GetArray()) {
    if (io::string_member_or(entry, "key", "") == key) return io::string_member(entry, "value");
  }
  return std::optional<std::string>();
}

result<bool> read_cancel(const io::http_response& response, const std::string& address) {
  if (response.status == 202 || response.status == 200) {
    if (response.json()) return true;
    return fail(status_code::unavailable,
                fmt::format("{} answered the cancellation with HTTP {} but not with Flink's JSON",
                            address, response.status));
  }
  // 404 until 1.14, 409 since (FLINK-24275).
  if ((response.status == 404 || response.status == 409) && !flink_error(response).empty())
    return false;
  return fail(refusal_of(response, address, "the cancellation"));
}

}  // namespace dm::flink
