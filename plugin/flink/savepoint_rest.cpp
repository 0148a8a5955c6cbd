// Requests for savepoints, and what the JobManager answers. Seen on Flink 1.13.6, 1.17.2, 1.20.5
// and 2.3.0.
// SPDX-License-Identifier: Apache-2.0
#include "flink/savepoint_rest.h"

#include <fmt/format.h>

#include "flink/exception_text.h"
#include "flink/hdfs_location.h"
#include "flink/rest_answer.h"
#include "io/hash.h"
#include "io/json.h"

namespace dm::flink {
namespace {

using io::json_value;

// An unknown member is a 400 before 1.15.
bool knows_trigger_id(const version& flink) { return flink >= version{1, 15, 0, {}}; }

void put_from_1_15(io::json_writer& writer, const version& flink, const savepoint_order& order) {
  if (!knows_trigger_id(flink)) return;
  io::put(writer, "formatType", order.format == savepoint_format::native ? "NATIVE" : "CANONICAL");
  io::put(writer, "triggerId", order.trigger_id);
}

struct asynchronous_answer {
  bool completed = false;
  std::string location;  // as it stands there
  std::string failure;
};

// {"status":{"id":"IN_PROGRESS"}}, or COMPLETED with an "operation".
result<asynchronous_answer> read_asynchronous(const io::http_response& response,
                                              const std::string& address) {
  const auto document = read_document(response, address);
  if (!document) return fail(document.error());
  const json_value* status = io::member(*document, "status");
  const std::string id = status == nullptr ? "" : io::string_member_or(*status, "id", "");
  asynchronous_answer answer;
  if (id == "IN_PROGRESS") return answer;
  if (id != "COMPLETED") return not_as_expected(address, "state of the operation");
  answer.completed = true;
  const json_value* operation = io::member(*document, "operation");
  if (operation == nullptr) return answer;
  answer.location = io::string_member_or(*operation, "location", "");
  const json_value* cause = io::member(*operation, "failure-cause");
  if (cause == nullptr) return answer;
  // 20 kB of stack trace and a serialised exception.
  answer.failure = exception_summary(io::string_member_or(*cause, "stack-trace", ""));
  if (answer.failure.empty())
    answer.failure = first_line(io::string_member_or(*cause, "class", ""));
  if (answer.failure.empty()) answer.failure = "Flink gives no reason";
  return answer;
}

}  // namespace

result<savepoint_format> parse_savepoint_format(std::string_view text) {
  if (text == "canonical") return savepoint_format::canonical;
  if (text == "native") return savepoint_format::native;
  return fail(status_code::invalid_argument,
              fmt::format("'{}' is no format of savepoints", first_line(text, 40)),
              "allowed are: canonical, native");
}

std::string_view to_string(savepoint_format format) {
  return format == savepoint_format::native ? "native" : "canonical";
}

std::string trigger_id_of(std::string_view component_id, std::string_view operation) {
  std::string text(component_id);
  text += '\0';
  text += operation;
  return io::sha256_hex(text).substr(0, 32);
}

io::http_request savepoint_request(const std::string& address, const version& flink,
                                   const savepoint_order& order) {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::put(writer, "target-directory", hdfs_uri(order.directory));
  io::put(writer, "cancel-job", false);
  put_from_1_15(writer, flink, order);
  writer.EndObject();
  return post(address, job_path(order.job_id) + "/savepoints", io::text(buffer));
}

io::http_request stop_request(const std::string& address, const version& flink,
                              const savepoint_order& order) {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::put(writer, "targetDirectory", hdfs_uri(order.directory));
  io::put(writer, "drain", order.drain);
  put_from_1_15(writer, flink, order);
  writer.EndObject();
  return post(address, job_path(order.job_id) + "/stop", io::text(buffer));
}

io::http_request savepoint_status_request(const std::string& address, const std::string& job_id,
                                          const std::string& trigger_id) {
  return get(address, job_path(job_id) + "/savepoints/" + io::percent_encode(trigger_id));
}

io::http_request disposal_request(const std::string& address, const std::string& path) {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::put(writer, "savepoint-path", hdfs_uri(path));
  writer.EndObject();
  return post(address, "/savepoint-disposal", io::text(buffer));
}

io::http_request disposal_status_request(const std::string& address,
                                         const std::string& trigger_id) {
  return get(address, "/savepoint-disposal/" + io::percent_encode(trigger_id));
}

result<std::string> read_trigger(const io::http_response& response, const std::string& address) {
  if (response.status != 202 && response.status != 200) {
    error e = refusal_of(response, address, "the request");
    const bool refused = response.status == 400 || response.status == 409;
    if (refused && !flink_error(response).empty()) e.code = status_code::failed_precondition;
    return fail(std::move(e));
  }
  io::http_response accepted = response;
  accepted.status = 200;
  const auto document = read_document(accepted, address);
  if (!document) return fail(document.error());
  std::string id = io::string_member_or(*document, "request-id", "");
  if (id.empty()) return not_as_expected(address, "request-id");
  return id;
}

result<operation_status> read_savepoint_status(const io::http_response& response,
                                               const std::string& address) {
  auto answer = read_asynchronous(response, address);
  if (!answer) return fail(std::move(answer.error()));
  operation_status status;
  status.completed = answer->completed;
  if (!status.completed) return status;
  if (!answer->failure.empty()) {
    status.failure = std::move(answer->failure);
    return status;
  }
  if (answer->location.empty()) return not_as_expected(address, "location of the savepoint");
  if (auto path = hdfs_path(answer->location)) {
    status.location = std::move(*path);
  } else {
    status.failure = fmt::format("Flink wrote the savepoint to {}, which is not a path on HDFS",
                                 first_line(answer->location));
  }
  return status;
}

result<operation_status> read_disposal_status(const io::http_response& response,
                                              const std::string& address) {
  auto answer = read_asynchronous(response, address);
  if (!answer) return fail(std::move(answer.error()));
  operation_status status;
  status.completed = answer->completed;
  status.failure = std::move(answer->failure);
  return status;
}

std::optional<std::string> hdfs_path(std::string_view uri) {
  auto location = parse_hdfs_location(uri);
  if (!location) return std::nullopt;
  return std::move(location->path);
}

std::string hdfs_uri(std::string_view path) {
  return path.starts_with('/') ? "hdfs://" + std::string(path) : std::string(path);
}

}  // namespace dm::flink
