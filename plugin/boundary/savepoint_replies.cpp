// The replies of the extension dm.savepoint/1, from what the lifecycle returns to JSON.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/savepoint_replies.h"

#include <stdexcept>

#include "boundary/error_document.h"
#include "boundary/reply_object.h"

namespace dm::boundary {

namespace {

void write_component(io::json_writer& writer, const savepoint::listed_component& listed,
                     const reply_context& context) {
  writer.StartObject();
  io::put(writer, "namespace", listed.name.name_space);
  io::put(writer, "application", listed.name.application);
  io::put(writer, "component", listed.name.component);
  io::put(writer, "id", listed.id);
  io::key(writer, "points");
  writer.StartArray();
  for (const state::restore_point& point : listed.points) write_restore_point(writer, point);
  writer.EndArray();
  io::put(writer, "total", listed.total);
  io::put(writer, "more", listed.more);
  io::put_optional(writer, "in_use", listed.in_use);
  io::put_optional(writer, "next", listed.next);
  if (listed.failure) {
    error e = *listed.failure;
    if (e.component.empty() && !listed.name.component.empty()) e.component = listed.name.text();
    io::key(writer, "error");
    write_error(writer, e, context.correlation_id);
  }
  writer.EndObject();
}

void write_changes(io::json_writer& writer, const std::vector<placement::planned_change>& changes) {
  io::key(writer, "changes");
  writer.StartArray();
  for (const placement::planned_change& change : changes) {
    writer.StartObject();
    io::put(writer, "path", change.path);
    io::put(writer, "from", change.from);
    io::put(writer, "to", change.to);
    writer.EndObject();
  }
  writer.EndArray();
}

}  // namespace

outcome write_reply(const lifecycle::trigger_reply& reply, const reply_context& context) {
  reply_object object(context);
  io::json_writer& writer = object.writer();
  io::put(writer, "changed", reply.changed);
  io::put_optional(writer, "operation", reply.operation);
  put_restore_point(writer, "savepoint", reply.savepoint);
  put_texts(writer, "retired", reply.retired);
  return object.finish(reply.failure);
}

outcome write_reply(const savepoint::dispose_reply& reply, const reply_context& context) {
  reply_object object(context);
  io::put(object.writer(), "changed", reply.changed);
  if (!reply.path.empty()) io::put(object.writer(), "path", flink::hdfs_uri(reply.path));
  return object.finish(reply.failure);
}

outcome write_reply(const savepoint::pin_reply& reply, const reply_context& context) {
  reply_object object(context);
  io::put(object.writer(), "changed", reply.changed);
  io::put(object.writer(), "pinned", reply.pinned);
  return object.finish(reply.failure);
}

outcome write_reply(const lifecycle::plan_reply& reply, const reply_context& context) {
  reply_object object(context);
  io::json_writer& writer = object.writer();
  io::put(writer, "possible", reply.possible);
  put_texts(writer, "obstacles", reply.obstacles);
  put_texts(writer, "steps", reply.steps);
  put_restore_point(writer, "restore_point", reply.restore_point);
  io::put(writer, "why", reply.why);
  if (reply.age_ms >= 0) io::put(writer, "age_ms", reply.age_ms);
  write_changes(writer, reply.changes);
  put_texts(writer, "not_restorable", reply.not_restorable);
  put_texts(writer, "not_known", reply.not_known);
  write_warnings(writer, reply.warnings);
  return object.finish(reply.failure);
}

outcome write_list(const std::vector<batch_entry>& entries, const savepoint::list_reply& listed,
                   const reply_context& context) {
  reply_object object(context);
  io::json_writer& writer = object.writer();
  io::key(writer, "components");
  writer.StartArray();
  auto next = listed.components.begin();
  for (const batch_entry& entry : entries) {
    if (entry.failure) {
      savepoint::listed_component unreadable;
      unreadable.name = entry.name;
      unreadable.failure = entry.failure;
      write_component(writer, unreadable, context);
    } else {
      if (next == listed.components.end())
        throw std::logic_error("list returned fewer entries than it was asked for");
      write_component(writer, *next++, context);
    }
  }
  writer.EndArray();
  return object.finish(std::nullopt);
}

}  // namespace dm::boundary
