// An incident, to JSON and back.
// SPDX-License-Identifier: Apache-2.0
#include "component/incident.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "component/kept_text.h"
#include "component/record_json.h"
#include "flink/container_failure.h"
#include "io/hash.h"

namespace dm::component {

namespace {

constexpr std::size_t longest_diagnostics = std::size_t{16} << 10;
constexpr std::size_t longest_outline = std::size_t{4} << 10;
constexpr std::size_t longest_log = std::size_t{128} << 10;
constexpr std::size_t most_exceptions = 20;
constexpr std::size_t most_checkpoints = 10;
constexpr std::size_t most_vertices = 100;
constexpr std::size_t most_logs = 16;
constexpr std::size_t most_missing = 20;

constexpr std::array<std::string_view, 6> document_members{
    "diagnostics", "exceptions", "checkpoints", "vertices", "logs", "missing"};

void put_time(io::json_writer& writer, std::string_view name, std::int64_t ms) {
  if (ms > 0 && ms <= io::latest_ms) io::put(writer, name, io::to_rfc3339(io::from_epoch_ms(ms)));
}

void put_line(io::json_writer& writer, std::string_view name, std::string_view text) {
  io::put_optional(writer, name, kept_line(text));
}

void write_diagnostics(io::json_writer& writer, const incident& kept) {
  io::key(writer, "diagnostics");
  writer.StartObject();
  io::put_optional(writer, "application",
                   kept_text(kept.application_diagnostics, longest_diagnostics));
  io::put_optional(writer, "attempt", kept_text(kept.attempt_diagnostics, longest_diagnostics));
  writer.EndObject();
}

void write_exception(io::json_writer& writer, const flink::exception_entry& one) {
  writer.StartObject();
  put_time(writer, "at", one.timestamp_ms);
  put_line(writer, "name", one.name);
  put_line(writer, "message", one.message);
  put_line(writer, "task", one.task);
  put_line(writer, "task_manager", one.task_manager);
  put_line(writer, "location", one.location);
  io::put_optional(writer, "trace", kept_text(one.outline, longest_outline));
  writer.EndObject();
}

void write_exceptions(io::json_writer& writer, const flink::job_exceptions& exceptions) {
  io::key(writer, "exceptions");
  writer.StartArray();
  for (std::size_t i = 0; i < std::min(exceptions.history.size(), most_exceptions); ++i)
    write_exception(writer, exceptions.history[i]);
  if (exceptions.history.empty() && !exceptions.root_exception.empty()) {
    flink::exception_entry root;
    root.timestamp_ms = exceptions.timestamp_ms;
    root.message = flink::failure_summary(exceptions.root_exception);
    root.outline = exceptions.root_exception;
    write_exception(writer, root);
  }
  writer.EndArray();
}

void write_checkpoints(io::json_writer& writer, const flink::job_checkpoints& said) {
  io::key(writer, "checkpoints");
  writer.StartObject();
  io::put(writer, "completed", said.completed_count);
  io::put(writer, "failed", said.failed_count);
  io::put(writer, "in_progress", said.in_progress_count);
  io::key(writer, "newest");
  writer.StartArray();
  for (std::size_t i = 0; i < std::min(said.history.size(), most_checkpoints); ++i) {
    const flink::checkpoint& one = said.history[i];
    writer.StartObject();
    io::put(writer, "id", one.id);
    io::put(writer, "kind", one.savepoint ? "savepoint" : "checkpoint");
    put_line(writer, "status", one.status);
    put_time(writer, "triggered_at", one.triggered_ms);
    io::put(writer, "duration_ms", one.duration_ms);
    io::put(writer, "size_bytes", one.size_bytes);
    put_line(writer, "path", one.external_path);
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
}

void write_vertices(io::json_writer& writer, const std::vector<kept_vertex>& vertices) {
  io::key(writer, "vertices");
  writer.StartArray();
  for (std::size_t i = 0; i < std::min(vertices.size(), most_vertices); ++i) {
    const kept_vertex& one = vertices[i];
    writer.StartObject();
    io::put(writer, "name", kept_line(one.vertex.name));
    io::put(writer, "status", kept_line(one.vertex.status));
    io::put(writer, "parallelism", one.vertex.parallelism);
    put_line(writer, "back_pressure", one.back_pressure);
    if (one.back_pressured_permille)
      io::put(writer, "back_pressured_permille", *one.back_pressured_permille);
    if (one.busy_permille) io::put(writer, "busy_permille", *one.busy_permille);
    writer.EndObject();
  }
  writer.EndArray();
}

void write_logs(io::json_writer& writer, const std::vector<kept_log>& logs, std::size_t limit) {
  io::key(writer, "logs");
  writer.StartArray();
  for (std::size_t i = 0; i < std::min(logs.size(), most_logs); ++i) {
    writer.StartObject();
    io::put(writer, "source", kept_line(logs[i].source));
    io::put(writer, "text", kept_text(logs[i].text, limit));
    put_line(writer, "missing", logs[i].missing);
    writer.EndObject();
  }
  writer.EndArray();
}

std::string json_with(const incident& kept, std::size_t log_limit) {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::put(writer, "schema", record_schema);
  io::key(writer, "head");
  write_head(writer, kept.head);
  write_diagnostics(writer, kept);
  write_exceptions(writer, kept.exceptions);
  if (kept.checkpoints) write_checkpoints(writer, *kept.checkpoints);
  write_vertices(writer, kept.vertices);
  write_logs(writer, kept.logs, log_limit);
  io::key(writer, "missing");
  writer.StartArray();
  for (std::size_t i = 0; i < std::min(kept.missing.size(), most_missing); ++i)
    io::string(writer, kept_line(kept.missing[i]));
  writer.EndArray();
  writer.EndObject();
  return std::string(io::text(buffer));
}

result<io::json_document> parse(std::string_view json, const std::string& id) {
  const std::string what = fmt::format("incident {}", id);
  auto document = parse_record(json, what);
  if (document && io::member(*document, "head") == nullptr) return malformed(what, "head");
  return document;
}

}  // namespace

std::string incident_id(std::uint64_t epoch, std::string_view cause) {
  constexpr std::size_t digits = 8;
  return fmt::format("{}-{}", epoch, io::sha256_hex(cause).substr(0, digits));
}

std::string end_incident_id(std::uint64_t epoch) { return fmt::format("{}-end", epoch); }

std::optional<std::uint64_t> epoch_of_incident(std::string_view id) {
  std::uint64_t epoch = 0;
  const char* end = id.data() + id.size();
  const auto [stop, code] = std::from_chars(id.data(), end, epoch);
  const std::string_view rest(stop, static_cast<std::size_t>(end - stop));
  const bool hashed =
      rest.size() == 9 && rest.substr(1).find_first_not_of("0123456789abcdef") == rest.npos;
  const bool canonical = id.starts_with(fmt::to_string(epoch));  // "007" is no number of ours
  if (code != std::errc() || epoch == 0 || !canonical || !rest.starts_with('-') ||
      (rest != "-end" && !hashed)) {
    return std::nullopt;
  }
  return epoch;
}

std::string to_json(const incident& kept) {
  std::size_t log_limit = longest_log;
  std::string json = json_with(kept, log_limit);
  while (json.size() > incident_limit_bytes && log_limit > 0) {
    log_limit = log_limit > 512 ? log_limit / 2 : 0;
    json = json_with(kept, log_limit);
  }
  return json;
}

void write_head(io::json_writer& writer, const incident_head& head) {
  writer.StartObject();
  io::put(writer, "id", head.id);
  io::put(writer, "at", io::to_rfc3339(head.at));
  io::put(writer, "epoch", head.epoch);
  put_line(writer, "application_id", head.application_id);
  put_line(writer, "job_id", head.job_id);
  put_line(writer, "class", head.failure_class);
  put_line(writer, "source", head.source);
  put_line(writer, "message", head.message);
  put_line(writer, "frame", head.frame);
  io::put(writer, "count", head.count);
  io::put_optional(writer, "last_at", head.last_at);
  io::put_optional(writer, "size_bytes", head.size_bytes);
  writer.EndObject();
}

incident_head read_head(const io::json_value& object) {
  incident_head head;
  head.id = text_member(object, "id");
  head.epoch = epoch_of_incident(head.id).value_or(0);
  head.at = time_member(object, "at");
  head.application_id = kept_line(text_member(object, "application_id"));
  head.job_id = kept_line(text_member(object, "job_id"));
  head.failure_class = kept_line(text_member(object, "class"));
  head.source = kept_line(text_member(object, "source"));
  head.message = kept_line(text_member(object, "message"));
  head.frame = kept_line(text_member(object, "frame"));
  head.count = std::max<std::int64_t>(1, number_member(object, "count"));
  head.last_at = time_member(object, "last_at");
  head.size_bytes = number_member(object, "size_bytes");
  return head;
}

result<incident_head> read_incident_head(std::string_view json, const std::string& id) {
  auto document = parse(json, id);
  if (!document) return fail(std::move(document.error()));
  incident_head head = read_head(*io::member(*document, "head"));
  if (head.id != id) return malformed(fmt::format("incident {}", id), "head.id");
  head.size_bytes = static_cast<std::int64_t>(json.size());
  return head;
}

result<std::string> read_incident_document(std::string_view json, const std::string& id) {
  auto document = parse(json, id);
  if (!document) return fail(std::move(document.error()));
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  for (const std::string_view name : document_members) {
    const io::json_value* value = io::member(*document, name);
    if (value == nullptr) continue;
    io::key(writer, name);
    value->Accept(writer);
  }
  writer.EndObject();
  return std::string(io::text(buffer));
}

}  // namespace dm::component
