// The replies of the verbs, from what the lifecycle returns to JSON.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/replies.h"

#include <utility>

#include "boundary/error_document.h"
#include "boundary/request_reader.h"

namespace dm::boundary {

namespace {

// One reply object under construction: "schema" first, "error" last.
class reply_object {
 public:
  explicit reply_object(const reply_context& context) : context_(context), writer_(buffer_) {
    writer_.StartObject();
    io::put(writer_, "schema", schema_version);
  }

  io::json_writer& writer() { return writer_; }

  outcome finish(const std::optional<error>& failure) {
    if (failure) {
      error e = *failure;
      if (e.component.empty()) e.component = context_.component;
      io::key(writer_, "error");
      write_error(writer_, e, context_.correlation_id);
    }
    writer_.EndObject();
    return {failure ? failure->code : status_code::ok, std::string(io::text(buffer_))};
  }

 private:
  const reply_context& context_;
  io::json_buffer buffer_;
  io::json_writer writer_;
};

void write_warnings(io::json_writer& writer, const std::vector<lifecycle::warning>& warnings) {
  io::key(writer, "warnings");
  writer.StartArray();
  for (const lifecycle::warning& warning : warnings) {
    writer.StartObject();
    io::put(writer, "path", warning.path);
    io::put(writer, "message", warning.message);
    writer.EndObject();
  }
  writer.EndArray();
}

void put_unless_empty(io::json_writer& writer, std::string_view key, const std::string& value) {
  if (!value.empty()) io::put(writer, key, value);
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
    lifecycle::write(object.writer(), *reply.data);
  }
  write_warnings(object.writer(), reply.warnings);
  return object.finish(reply.failure);
}

outcome write_reply(const lifecycle::start_reply& reply, const reply_context& context) {
  reply_object object(context);
  io::json_writer& writer = object.writer();
  io::put(writer, "changed", reply.changed);
  put_unless_empty(writer, "state", reply.state);
  // After a success it is RUNNING by definition: that is what the verb means.
  io::put(writer, "desired", !reply.failure || reply.desired_running ? "RUNNING" : "STOPPED");
  put_unless_empty(writer, "application_id", reply.application_id);
  put_unless_empty(writer, "job_id", reply.job_id);
  put_unless_empty(writer, "tracking_url", reply.tracking_url);
  io::put(writer, "information", reply.information);
  return object.finish(reply.failure);
}

outcome write_reply(const lifecycle::stop_reply& reply, const reply_context& context) {
  reply_object object(context);
  io::json_writer& writer = object.writer();
  io::put(writer, "changed", reply.changed);
  put_unless_empty(writer, "state", reply.state);
  io::key(writer, "savepoint");
  writer.Null();
  io::put(writer, "information", reply.information);
  return object.finish(reply.failure);
}

outcome write_reply(const lifecycle::destroy_reply& reply, const reply_context& context) {
  reply_object object(context);
  io::put(object.writer(), "changed", reply.changed);
  return object.finish(reply.failure);
}

}  // namespace dm::boundary
