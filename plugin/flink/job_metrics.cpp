// Figures of a running job by its JobManager.
// SPDX-License-Identifier: Apache-2.0
#include "flink/job_metrics.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "flink/rest_answer.h"
#include "io/json.h"

namespace dm::flink {
namespace {

using io::json_value;

constexpr std::size_t most_vertices = 1000;
constexpr std::int64_t most_tasks = 1'000'000;  // of one vertex
constexpr std::size_t most_lag_names = 8;
constexpr std::size_t longest_lag_name = 300;

std::int64_t number(const json_value& object, std::string_view name) {
  return io::integer_member(object, name).value_or(0);
}

io::http_request bounded(io::http_request request) {
  request.max_body_bytes = largest_figures;
  return request;
}

std::string metrics_path(const std::string& job_id, const std::string& vertex_id) {
  return fmt::format("{}/vertices/{}/subtasks/metrics", job_path(job_id),
                     io::percent_encode(vertex_id));
}

// "…-complete": false while a task of it has not told its metrics to the JobManager.
std::optional<std::int64_t> complete(const json_value& metrics, const std::string& name) {
  if (!io::bool_member(metrics, name + "-complete").value_or(false)) return std::nullopt;
  return io::integer_member(metrics, name);
}

vertex_flow read_vertex(const json_value& element) {
  vertex_flow vertex;
  vertex.id = io::string_member_or(element, "id", "");
  if (const json_value* metrics = io::member(element, "metrics")) {
    vertex.records_read = complete(*metrics, "read-records");
    vertex.records_written = complete(*metrics, "write-records");
  }
  return vertex;
}

// What comes before what; without a plan nothing is a source or a sink.
void read_plan(const json_value& plan, job_flow& flow) {
  const json_value* nodes = io::member(plan, "nodes");
  if (nodes == nullptr || !nodes->IsArray()) return;
  std::set<std::string> with_input;
  std::set<std::string> with_successor;
  for (const json_value& node : nodes->GetArray()) {
    const json_value* inputs = io::member(node, "inputs");
    if (inputs == nullptr || !inputs->IsArray() || inputs->Empty()) continue;
    with_input.insert(io::string_member_or(node, "id", ""));
    for (const json_value& input : inputs->GetArray())
      with_successor.insert(io::string_member_or(input, "id", ""));
  }
  for (vertex_flow& vertex : flow.vertices) {
    vertex.source = !with_input.contains(vertex.id);
    vertex.sink = !with_successor.contains(vertex.id);
  }
}

// A value of an aggregated metric; Flink writes what is no number as a text.
std::optional<double> aggregated(const json_value& metric, const char* how) {
  const json_value* value = io::member(metric, how);
  if (value == nullptr || !value->IsNumber() || !std::isfinite(value->GetDouble()))
    return std::nullopt;
  return value->GetDouble();
}

bool tells_lag(std::string_view name) {
  return name.ends_with(".pendingRecords") && name.size() <= longest_lag_name &&
         name.find(',') == std::string_view::npos;
}

}  // namespace

io::http_request job_flow_request(const std::string& address, const std::string& job_id) {
  return bounded(get(address, job_path(job_id)));
}

io::http_request vertex_rates_request(const std::string& address, const std::string& job_id,
                                      const std::string& vertex_id) {
  return bounded(get(address, metrics_path(job_id, vertex_id) +
                                  "?get=busyTimeMsPerSecond,backPressuredTimeMsPerSecond,"
                                  "numRecordsInPerSecond,numRecordsOutPerSecond&agg=max,sum"));
}

io::http_request vertex_metric_names_request(const std::string& address, const std::string& job_id,
                                             const std::string& vertex_id) {
  return bounded(get(address, metrics_path(job_id, vertex_id)));
}

io::http_request vertex_lag_request(const std::string& address, const std::string& job_id,
                                    const std::string& vertex_id,
                                    const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names)
    list += (list.empty() ? "" : ",") + io::percent_encode(name);
  return bounded(get(address, metrics_path(job_id, vertex_id) + "?get=" + list + "&agg=sum"));
}

result<job_flow> read_job_flow(const io::http_response& response, const std::string& address) {
  const auto document = read_document(response, address);
  if (!document) return fail(document.error());
  job_flow flow;
  flow.state = io::string_member_or(*document, "state", "");
  const json_value* vertices = io::member(*document, "vertices");
  if (flow.state.empty() || vertices == nullptr || !vertices->IsArray())
    return not_as_expected(address, "state and vertices of a job");
  flow.now_ms = number(*document, "now");
  if (const json_value* timestamps = io::member(*document, "timestamps"))
    flow.running_since_ms = number(*timestamps, "RUNNING");
  for (const json_value& element : vertices->GetArray()) {
    if (flow.vertices.size() == most_vertices) break;
    flow.vertices.push_back(read_vertex(element));
    if (const json_value* tasks = io::member(element, "tasks"))
      flow.tasks_running += std::clamp<std::int64_t>(number(*tasks, "RUNNING"), 0, most_tasks);
  }
  if (const json_value* plan = io::member(*document, "plan")) read_plan(*plan, flow);
  return flow;
}

result<vertex_rates> read_vertex_rates(const io::http_response& response,
                                       const std::string& address) {
  const auto document = read_document(response, address);
  if (!document) return fail(document.error());
  if (!document->IsArray()) return not_as_expected(address, "list of metrics");
  vertex_rates rates;
  for (const json_value& metric : document->GetArray()) {
    const std::string id = io::string_member_or(metric, "id", "");
    if (id == "busyTimeMsPerSecond") rates.busy_max = aggregated(metric, "max");
    if (id == "backPressuredTimeMsPerSecond") rates.back_pressured_max = aggregated(metric, "max");
    if (id == "numRecordsInPerSecond") rates.records_in = aggregated(metric, "sum");
    if (id == "numRecordsOutPerSecond") rates.records_out = aggregated(metric, "sum");
  }
  return rates;
}

result<std::vector<std::string>> read_lag_names(const io::http_response& response,
                                                const std::string& address) {
  const auto document = read_document(response, address);
  if (!document) return fail(document.error());
  if (!document->IsArray()) return not_as_expected(address, "list of metrics");
  std::vector<std::string> names;
  for (const json_value& metric : document->GetArray()) {
    std::string id = io::string_member_or(metric, "id", "");
    if (names.size() < most_lag_names && tells_lag(id)) names.push_back(std::move(id));
  }
  return names;
}

result<std::optional<double>> read_vertex_lag(const io::http_response& response,
                                              const std::string& address) {
  const auto document = read_document(response, address);
  if (!document) return fail(document.error());
  if (!document->IsArray()) return not_as_expected(address, "list of metrics");
  std::optional<double> lag;
  for (const json_value& metric : document->GetArray()) {
    const auto records = aggregated(metric, "sum");
    if (records && *records >= 0) lag = lag.value_or(0) + *records;
  }
  return lag;
}

}  // namespace dm::flink
