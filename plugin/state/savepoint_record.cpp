// The ledger's documents, to JSON and back.
// SPDX-License-Identifier: Apache-2.0
#include "state/savepoint_record.h"

#include <algorithm>

#include <fmt/format.h>

#include "component/record_json.h"
#include "io/hash.h"

namespace dm::state {

namespace {

using component::malformed;
using component::number_member;
using component::parse_record;
using component::record_schema;
using component::text_member;
using component::time_member;

std::optional<operation_kind> kind_member(const io::json_value& object) {
  const std::string text = text_member(object, "kind");
  if (text == to_string(operation_kind::trigger)) return operation_kind::trigger;
  if (text == to_string(operation_kind::stop)) return operation_kind::stop;
  return std::nullopt;
}

flink::savepoint_format format_member(const io::json_value& object) {
  return flink::parse_savepoint_format(text_member(object, "format"))
      .value_or(flink::savepoint_format::canonical);
}

// A path that the ledger hands to others as one on HDFS.
bool is_hdfs_path(const std::string& path) { return flink::hdfs_path(path) == path; }

std::vector<manifest_file> manifest_member(const io::json_value& object) {
  std::vector<manifest_file> manifest;
  const io::json_value* files = io::member(object, "manifest");
  if (files == nullptr || !files->IsArray()) return manifest;
  for (const io::json_value& file : files->GetArray()) {
    manifest.push_back({text_member(file, "path"), number_member(file, "length_bytes")});
  }
  return manifest;
}

}  // namespace

bool is_operation_id(std::string_view text) {
  constexpr std::size_t longest = 64;
  if (text.empty() || text.size() > longest || text.front() == '-') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

std::string make_operation_id() {
  std::string time;  // "20261124T163801"
  for (const char c : io::to_rfc3339(io::now()).substr(0, 19)) {
    if (c != '-' && c != ':') time += c;
  }
  return "sp-" + time + "-" + io::random_hex(4);
}

std::string_view to_string(operation_kind kind) {
  return kind == operation_kind::stop ? "stop" : "trigger";
}

std::string to_json(const requested_record& record) {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::put(writer, "schema", record_schema);
  io::put(writer, "kind", to_string(record.kind));
  io::put(writer, "epoch", record.epoch);
  io::put_optional(writer, "application_id", record.application_id);
  io::put(writer, "job_id", record.job_id);
  io::put(writer, "directory", record.directory);
  io::put(writer, "format", flink::to_string(record.format));
  if (record.drain) io::put(writer, "drain", true);
  io::put_optional(writer, "user", record.user);
  io::put_optional(writer, "node", record.node);
  io::put_optional(writer, "requested_at", record.requested_at);
  writer.EndObject();
  return std::string(io::text(buffer));
}

std::string to_json(const result_record& record) {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::put(writer, "schema", record_schema);
  io::put(writer, "completed", record.completed);
  io::put_optional(writer, "failure", record.failure);
  io::put_optional(writer, "note", record.note);
  io::put_optional(writer, "path", record.path);
  io::put(writer, "kind", to_string(record.kind));
  io::put(writer, "epoch", record.epoch);
  io::put_optional(writer, "job_id", record.job_id);
  io::put_optional(writer, "flink_version", record.flink_version);
  io::put(writer, "format", flink::to_string(record.format));
  io::put_optional(writer, "checkpoint_id", record.checkpoint_id);
  io::put_optional(writer, "metadata_version", std::int64_t{record.metadata_version});
  io::put_optional(writer, "parallelism", record.parallelism);
  io::put_optional(writer, "duration_ms", record.duration_ms);
  io::put_optional(writer, "size_bytes", record.size_bytes);
  io::put_optional(writer, "file_count", record.file_count);
  io::key(writer, "manifest");
  writer.StartArray();
  for (const manifest_file& file : record.manifest) {
    writer.StartObject();
    io::put(writer, "path", file.path);
    io::put(writer, "length_bytes", file.length_bytes);
    writer.EndObject();
  }
  writer.EndArray();
  io::put_optional(writer, "user", record.user);
  io::put_optional(writer, "requested_at", record.requested_at);
  io::put_optional(writer, "completed_at", record.completed_at);
  writer.EndObject();
  return std::string(io::text(buffer));
}

std::string to_json(const pin_record& record) {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::put(writer, "schema", record_schema);
  io::put_optional(writer, "user", record.user);
  io::put_optional(writer, "reason", record.reason);
  io::put_optional(writer, "pinned_at", record.pinned_at);
  writer.EndObject();
  return std::string(io::text(buffer));
}

std::string to_json(const disposal_record& record) {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::put(writer, "schema", record_schema);
  io::put_optional(writer, "path", record.path);
  io::put_optional(writer, "user", record.user);
  io::put_optional(writer, "reason", record.reason);
  if (record.epoch != 0) io::put(writer, "epoch", record.epoch);
  io::put_optional(writer, "checkpoint_id", record.checkpoint_id);
  if (record.force) io::put(writer, "force", true);
  io::put_optional(writer, "disposed_at", record.disposed_at);
  if (record.result) {
    result_record made = *record.result;
    made.manifest.clear();
    const std::string text = to_json(made);
    io::key(writer, "result");
    writer.RawValue(text.data(), text.size(), rapidjson::kObjectType);
  }
  writer.EndObject();
  return std::string(io::text(buffer));
}

result<requested_record> read_requested_record(std::string_view json, std::string operation) {
  const std::string what = fmt::format("the request of savepoint {}", operation);
  auto document = parse_record(json, what);
  if (!document) return fail(document.error());
  requested_record record;
  record.operation = std::move(operation);
  const auto kind = kind_member(*document);
  if (!kind) return malformed(what, "kind");
  record.kind = *kind;
  record.epoch = static_cast<std::uint64_t>(number_member(*document, "epoch"));
  record.application_id = text_member(*document, "application_id");
  record.job_id = text_member(*document, "job_id");
  if (record.job_id.empty()) return malformed(what, "job_id");
  record.directory = text_member(*document, "directory");
  if (!is_hdfs_path(record.directory)) return malformed(what, "directory");
  record.format = format_member(*document);
  record.drain = io::bool_member(*document, "drain").value_or(false);
  record.user = text_member(*document, "user");
  record.node = text_member(*document, "node");
  record.requested_at = time_member(*document, "requested_at");
  return record;
}

result<result_record> read_result_record(std::string_view json, std::string operation) {
  const std::string what = fmt::format("the result of savepoint {}", operation);
  auto document = parse_record(json, what);
  if (!document) return fail(document.error());
  result_record record;
  record.operation = std::move(operation);
  const auto completed = io::bool_member(*document, "completed");
  if (!completed) return malformed(what, "completed");
  record.completed = *completed;
  record.failure = text_member(*document, "failure");
  record.note = text_member(*document, "note");
  record.path = text_member(*document, "path");
  if (record.completed && !is_hdfs_path(record.path)) return malformed(what, "path");
  const auto kind = kind_member(*document);
  if (!kind) return malformed(what, "kind");
  record.kind = *kind;
  record.epoch = static_cast<std::uint64_t>(number_member(*document, "epoch"));
  record.job_id = text_member(*document, "job_id");
  record.flink_version = text_member(*document, "flink_version");
  record.format = format_member(*document);
  record.checkpoint_id = number_member(*document, "checkpoint_id");
  record.metadata_version = static_cast<std::int32_t>(
      std::min<std::int64_t>(number_member(*document, "metadata_version"), INT32_MAX));
  record.parallelism = number_member(*document, "parallelism");
  record.duration_ms = number_member(*document, "duration_ms");
  record.size_bytes = number_member(*document, "size_bytes");
  record.file_count = number_member(*document, "file_count");
  record.manifest = manifest_member(*document);
  record.user = text_member(*document, "user");
  record.requested_at = time_member(*document, "requested_at");
  record.completed_at = time_member(*document, "completed_at");
  return record;
}

result<pin_record> read_pin_record(std::string_view json) {
  auto document = parse_record(json, "the pin of a savepoint");
  if (!document) return fail(document.error());
  return pin_record{text_member(*document, "user"), text_member(*document, "reason"),
                    time_member(*document, "pinned_at")};
}

result<disposal_record> read_disposal_record(std::string_view json) {
  auto document = parse_record(json, "the tombstone of a savepoint");
  if (!document) return fail(document.error());
  disposal_record record;
  record.path = text_member(*document, "path");
  record.user = text_member(*document, "user");
  record.reason = text_member(*document, "reason");
  record.epoch = static_cast<std::uint64_t>(number_member(*document, "epoch"));
  record.checkpoint_id = number_member(*document, "checkpoint_id");
  record.force = io::bool_member(*document, "force").value_or(false);
  record.disposed_at = time_member(*document, "disposed_at");
  // That it is disposed of does not depend on what it was.
  if (const io::json_value* made = io::member(*document, "result"); made != nullptr) {
    if (auto read = read_result_record(io::to_text(*made), {})) record.result = std::move(*read);
  }
  return record;
}

}  // namespace dm::state
