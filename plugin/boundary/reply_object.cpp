// What all replies are made with: the object itself, and the values that several replies have.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/reply_object.h"

#include "boundary/error_document.h"
#include "boundary/request_reader.h"

namespace dm::boundary {

reply_object::reply_object(const reply_context& context) : context_(context), writer_(buffer_) {
  writer_.StartObject();
  io::put(writer_, "schema", schema_version);
}

outcome reply_object::finish(const std::optional<error>& failure) {
  if (failure) {
    error e = *failure;
    if (e.component.empty()) e.component = context_.component;
    io::key(writer_, "error");
    write_error(writer_, e, context_.correlation_id);
  }
  writer_.EndObject();
  return {failure ? failure->code : status_code::ok, std::string(io::text(buffer_))};
}

void put_texts(io::json_writer& writer, std::string_view key,
               const std::vector<std::string>& texts) {
  io::key(writer, key);
  writer.StartArray();
  for (const std::string& text : texts) io::string(writer, text);
  writer.EndArray();
}

void write_warnings(io::json_writer& writer, const std::vector<package::warning>& warnings) {
  io::key(writer, "warnings");
  writer.StartArray();
  for (const package::warning& warning : warnings) {
    writer.StartObject();
    io::put(writer, "path", warning.path);
    io::put(writer, "message", warning.message);
    writer.EndObject();
  }
  writer.EndArray();
}

void write_restore_point(io::json_writer& writer, const state::restore_point& point) {
  // What somebody asked for through a verb has a record; nothing else knows its format or kind of
  // operation.
  const bool recorded = point.requested_at != io::wall_time{};
  writer.StartObject();
  io::put(writer, "id", point.id);
  io::put(writer, "kind", state::to_string(point.kind));
  io::put(writer, "state", state::to_string(point.state));
  io::put_optional(writer, "reason", point.reason);
  if (!point.path.empty()) io::put(writer, "path", flink::hdfs_uri(point.path));
  if (point.epoch != 0) io::put(writer, "epoch", point.epoch);
  io::put_optional(writer, "job_id", point.job_id);
  io::put_optional(writer, "checkpoint_id", point.checkpoint_id);
  if (recorded) io::put(writer, "operation", state::to_string(point.operation));
  io::put(writer, "pinned", point.pinned);
  io::put_optional(writer, "pin_reason", point.pin_reason);
  io::put_optional(writer, "flink_version", point.flink_version);
  if (recorded) io::put(writer, "format", flink::to_string(point.format));
  io::put_optional(writer, "parallelism", point.parallelism);
  io::put_optional(writer, "duration_ms", point.duration_ms);
  io::put_optional(writer, "size_bytes", point.size_bytes);
  io::put_optional(writer, "file_count", point.file_count);
  io::put_optional(writer, "user", point.user);
  io::put_optional(writer, "requested_at", point.requested_at);
  io::put_optional(writer, "completed_at", point.completed_at);
  writer.EndObject();
}

void put_restore_point(io::json_writer& writer, std::string_view key,
                       const std::optional<state::restore_point>& point) {
  io::key(writer, key);
  if (point) {
    write_restore_point(writer, *point);
  } else {
    writer.Null();
  }
}

}  // namespace dm::boundary
