// The extension "dm.logs/1": its verbs behind the firewall, their requests and replies.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/logs.h"

#include <cstddef>

#include <fmt/format.h>

#include "boundary/component_entries.h"
#include "boundary/reply_object.h"
#include "boundary/verb_run.h"
#include "boundary/verbs.h"
#include "input/text_rules.h"
#include "logs/log_read.h"
#include "logs/log_sources.h"

namespace dm::boundary {

namespace {

constexpr std::int64_t most_incarnations = 20;
constexpr std::int64_t largest_piece = std::int64_t{1} << 20;
constexpr std::int64_t most_lines = 1'000'000;
constexpr std::int64_t largest_offset = std::int64_t{1} << 60;

result<logs::sources_request> read_sources_request(const io::json_value& request) {
  request_reader reader(request, "$");
  reader.check_schema();
  logs::sources_request read;
  read.incarnations = reader.number("incarnations", read.incarnations, 1, most_incarnations);
  auto data = read_component(reader);
  if (auto end = reader.finish("The sources request"); !end) return fail(std::move(end.error()));
  read.data = std::move(*data);
  return read;
}

io::wall_time read_since(request_reader& reader) {
  const std::string given = reader.text("since");
  if (given.empty()) return {};
  const auto time = io::from_rfc3339(given);
  if (time) return *time;
  reader.add("since", input::shown(given), "a time such as 2026-01-31T23:59:59.123Z");
  return {};
}

result<logs::read_request> read_read_request(const io::json_value& request) {
  request_reader reader(request, "$");
  reader.check_schema();
  logs::read_request read;
  read.source = reader.required_text("source");
  if (io::member(request, "offset") != nullptr)
    read.offset = reader.number("offset", 0, 0, largest_offset);
  read.tail_lines = reader.number("tail_lines", 0, 1, most_lines);
  if (read.offset && io::member(request, "tail_lines") != nullptr)
    reader.add("tail_lines", "an offset is given, too", "one of the two");
  read.since = read_since(reader);
  read.grep = reader.text("grep");
  read.max_bytes = reader.number("max_bytes", read.max_bytes, 1, largest_piece);
  auto data = read_component(reader);
  if (auto end = reader.finish("The read request"); !end) return fail(std::move(end.error()));
  read.data = std::move(*data);
  return read;
}

void write_source(io::json_writer& writer, const logs::log_source& source) {
  writer.StartObject();
  io::put(writer, "id", source.id);
  io::put(writer, "kind", logs::to_string(source.kind));
  if (source.epoch != 0) io::put(writer, "epoch", source.epoch);
  io::put_optional(writer, "application_id", source.application_id);
  io::put_optional(writer, "container_id", source.container_id);
  io::put_optional(writer, "file", source.file);
  io::put_optional(writer, "host", source.host);
  if (source.size_bytes) io::put(writer, "size_bytes", *source.size_bytes);
  io::put_optional(writer, "modified_at", source.modified_at);
  io::put(writer, "state", logs::to_string(source.state));
  io::put_optional(writer, "reason", source.reason);
  writer.EndObject();
}

outcome write_reply(const logs::sources_reply& reply, const reply_context& context) {
  reply_object object(context);
  io::json_writer& writer = object.writer();
  io::key(writer, "sources");
  writer.StartArray();
  for (const logs::log_source& source : reply.sources) write_source(writer, source);
  writer.EndArray();
  put_texts(writer, "missing", reply.missing);
  return object.finish(reply.failure);
}

outcome write_reply(const logs::read_reply& reply, const reply_context& context) {
  reply_object object(context);
  io::json_writer& writer = object.writer();
  if (!reply.failure) {
    io::put(writer, "source", reply.source);
    io::put(writer, "text", reply.text);
    io::put(writer, "offset", reply.offset);
    io::put(writer, "next_offset", reply.next_offset);
    io::put(writer, "size_bytes", reply.size_bytes);
    io::put(writer, "truncated", reply.truncated);
    io::put(writer, "ended", reply.ended);
    io::put(writer, "state", logs::to_string(reply.state));
  }
  return object.finish(reply.failure);
}

// run_on_component, but its replies are written here.
template <class Read, class Act>
outcome run_logs(dm_session* session, dm_call* call, std::string_view verb, dm_string request,
                 Read read, Act act) {
  return run(session, call, verb, request,
             [&](running_operation& running, const io::json_document& document) {
               const auto parsed = read(document);
               if (!parsed) return refused(running, parsed.error());
               const std::string component = parsed->data.name.text();
               running.set_component(component);
               const auto reply = act(session->session, running.operation(), *parsed);
               log_end(running.operation(), reply);
               return write_reply(reply, {component, std::string(running.correlation_id())});
             });
}

outcome sources(dm_session* session, dm_call* call, dm_string request) {
  return run_logs(session, call, "sources", request, read_sources_request, logs::sources);
}

outcome read(dm_session* session, dm_call* call, dm_string request) {
  return run_logs(session, call, "read", request, read_read_request, logs::read);
}

// New members go to the end of dm_logs only; move this to the new last one (DM-3).
static_assert(sizeof(dm_logs) == offsetof(dm_logs, read) + sizeof(dm_logs::read));

}  // namespace

constinit const dm_logs logs_table = {sizeof(dm_logs), operation<sources>, operation<read>};

}  // namespace dm::boundary
