// The replies of the extension dm.housekeeping/1, to JSON.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/housekeeping_replies.h"

#include "boundary/error_document.h"
#include "boundary/reply_object.h"
#include "input/text_rules.h"

namespace dm::boundary {

namespace {

void write_entry(io::json_writer& writer, const housekeeping::entry& one,
                 const reply_context& context) {
  writer.StartObject();
  io::put(writer, "id", one.id);
  io::put(writer, "kind", housekeeping::to_string(one.kind));
  io::put(writer, "what", one.what);
  io::put_optional(writer, "path", one.path);
  io::put_optional(writer, "application", one.application);
  io::put_optional(writer, "component", one.component);
  io::put_optional(writer, "application_id", one.application_id);
  if (one.size_bytes >= 0) io::put(writer, "size_bytes", one.size_bytes);
  if (one.modified_ms > 0)
    io::put_optional(writer, "modified_at", io::from_epoch_ms(one.modified_ms));
  io::put(writer, "why", one.why);
  io::put(writer, "breaks", one.breaks);
  io::put(writer, "cleanable", one.cleanable);
  if (one.removed) io::put(writer, "removed", *one.removed);
  if (one.failure) {
    io::key(writer, "error");
    write_error(writer, *one.failure, context.correlation_id);
  }
  writer.EndObject();
}

}  // namespace

outcome write_reply(const housekeeping::inspect_reply& reply, const reply_context& context) {
  reply_object object(context);
  io::json_writer& writer = object.writer();
  io::put(writer, "changed", reply.changed);
  io::key(writer, "entries");
  writer.StartArray();
  for (const housekeeping::entry& one : reply.entries) write_entry(writer, one, context);
  writer.EndArray();
  io::key(writer, "withheld");
  writer.StartArray();
  for (const housekeeping::withheld_kind& one : reply.withheld) {
    writer.StartObject();
    io::put(writer, "kind", housekeeping::to_string(one.kind));
    io::put(writer, "because", one.because);
    writer.EndObject();
  }
  writer.EndArray();
  io::key(writer, "more");
  writer.StartArray();
  for (const housekeeping::kind one : reply.more) io::string(writer, housekeeping::to_string(one));
  writer.EndArray();
  put_texts(writer, "gone", reply.gone);
  return object.finish(reply.failure);
}

}  // namespace dm::boundary
