// The replies of the verbs, from what the lifecycle returns to JSON.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/replies.h"

#include <utility>

#include "boundary/error_document.h"
#include "boundary/reply_object.h"

namespace dm::boundary {

namespace {

void write_chosen(io::json_writer& writer, const lifecycle::chosen_restore_point& chosen) {
  io::key(writer, "restore_point");
  writer.StartObject();
  io::put_optional(writer, "id", chosen.id);
  if (!chosen.path.empty()) io::put(writer, "path", flink::hdfs_uri(chosen.path));
  io::put(writer, "why", chosen.why);
  writer.EndObject();
}

// null: not established (INV-4).
void put_desired(io::json_writer& writer, const std::string& desired) {
  if (!desired.empty()) return io::put(writer, "desired", desired);
  io::key(writer, "desired");
  writer.Null();
}

}  // namespace

outcome failed(error failure, const reply_context& context) {
  return reply_object(context).finish(std::optional<error>(std::move(failure)));
}

outcome write_reply(const lifecycle::validate_reply& reply, const reply_context& context) {
  reply_object object(context);
  // Not "false" beside a failure: a cluster that does not answer says nothing about the descriptor.
  if (!reply.failure) io::put(object.writer(), "valid", true);
  write_warnings(object.writer(), reply.warnings);
  return object.finish(reply.failure);
}

outcome write_reply(const lifecycle::create_reply& reply, const reply_context& context) {
  reply_object object(context);
  io::put(object.writer(), "changed", reply.changed);
  if (reply.data) {
    io::key(object.writer(), "data");
    input::write(object.writer(), *reply.data);
  }
  write_warnings(object.writer(), reply.warnings);
  return object.finish(reply.failure);
}

outcome write_reply(const lifecycle::start_reply& reply, const reply_context& context) {
  reply_object object(context);
  io::json_writer& writer = object.writer();
  io::put(writer, "changed", reply.changed);
  io::put_optional(writer, "state", reply.state);
  put_desired(writer, reply.desired);
  io::put_optional(writer, "application_id", reply.application_id);
  io::put_optional(writer, "job_id", reply.job_id);
  io::put_optional(writer, "tracking_url", reply.tracking_url);
  io::put(writer, "information", reply.information);
  if (reply.restore_point) write_chosen(writer, *reply.restore_point);
  return object.finish(reply.failure);
}

outcome write_reply(const lifecycle::stop_reply& reply, const reply_context& context) {
  reply_object object(context);
  io::json_writer& writer = object.writer();
  io::put(writer, "changed", reply.changed);
  io::put_optional(writer, "state", reply.state);
  put_desired(writer, reply.desired);
  put_restore_point(writer, "savepoint", reply.savepoint);
  io::put(writer, "information", reply.information);
  return object.finish(reply.failure);
}

outcome write_reply(const lifecycle::destroy_reply& reply, const reply_context& context) {
  reply_object object(context);
  io::put(object.writer(), "changed", reply.changed);
  return object.finish(reply.failure);
}

outcome write_reply(const lifecycle::find_reply& reply, const reply_context& context) {
  reply_object object(context);
  io::json_writer& writer = object.writer();
  io::key(writer, "components");
  writer.StartArray();
  for (const placement::placed_component& placed : reply.components) {
    writer.StartObject();
    io::put(writer, "namespace", placed.name.name_space);
    io::put(writer, "application", placed.name.application);
    io::put(writer, "component", placed.name.component);
    if (placed.data) {
      io::key(writer, "data");
      input::write(writer, *placed.data);
    }
    if (placed.failure) {
      error e = *placed.failure;
      e.component = placed.name.text();
      io::key(writer, "error");
      write_error(writer, e, context.correlation_id);
    }
    writer.EndObject();
  }
  writer.EndArray();
  return object.finish(reply.failure);
}

}  // namespace dm::boundary
