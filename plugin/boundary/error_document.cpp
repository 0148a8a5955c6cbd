// An error as the JSON object of the documents.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/error_document.h"

namespace dm::boundary {

namespace {

void write_details(io::json_writer& writer, const std::vector<problem>& details) {
  io::key(writer, "details");
  writer.StartArray();
  for (const problem& p : details) {
    writer.StartObject();
    io::put(writer, "path", p.path);
    io::put(writer, "found", p.found);
    io::put(writer, "allowed", p.allowed);
    writer.EndObject();
  }
  writer.EndArray();
}

void write_causes(io::json_writer& writer, const std::vector<error_cause>& causes) {
  io::key(writer, "cause");
  writer.StartArray();
  for (const error_cause& cause : causes) {
    writer.StartObject();
    io::put(writer, "source", cause.source);
    io::put(writer, "message", cause.message);
    writer.EndObject();
  }
  writer.EndArray();
}

}  // namespace

void write_error(io::json_writer& writer, const error& e, std::string_view correlation_id) {
  writer.StartObject();
  io::put(writer, "code", to_string(e.code));
  io::put_optional(writer, "reason_code", to_string(e.why));
  io::put(writer, "message", e.message);
  io::put_optional(writer, "component", e.component);
  io::put_optional(writer, "hint", e.hint);
  io::put_optional(writer, "correlation_id", correlation_id);
  write_details(writer, e.details);
  write_causes(writer, e.causes);
  io::put(writer, "retry", e.code == status_code::unavailable);
  writer.EndObject();
}

std::string error_document(const error& e, std::string_view correlation_id) {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::put(writer, "schema", 1);
  io::key(writer, "error");
  write_error(writer, e, correlation_id);
  writer.EndObject();
  return std::string(io::text(buffer));
}

}  // namespace dm::boundary
