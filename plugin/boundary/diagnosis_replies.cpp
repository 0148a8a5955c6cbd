// The replies of the extension dm.diagnosis/1, from what its verbs return to JSON.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/diagnosis_replies.h"

#include "boundary/reply_object.h"

namespace dm::boundary {

namespace {

// What is not known of one that could not be read is empty: the members are there.
void write_incident(io::json_writer& writer, const component::listed_incident& one,
                    const std::string& document) {
  const component::incident_head& head = one.head;
  writer.StartObject();
  io::put(writer, "id", head.id);
  io::put(writer, "at", io::to_rfc3339(head.at));
  io::put(writer, "epoch", head.epoch);
  io::put_optional(writer, "application_id", head.application_id);
  io::put_optional(writer, "job_id", head.job_id);
  io::put(writer, "class", head.failure_class);
  io::put(writer, "source", head.source);
  io::put(writer, "message", head.message);
  io::put_optional(writer, "frame", head.frame);
  io::put(writer, "count", head.count);
  io::put_optional(writer, "last_at", head.last_at);
  io::put(writer, "size_bytes", head.size_bytes);
  io::put(writer, "kept", one.kept);
  io::put_optional(writer, "problem", one.problem);
  if (!document.empty()) {
    io::key(writer, "document");
    writer.RawValue(document.data(), document.size(), rapidjson::kObjectType);
  }
  writer.EndObject();
}

void write_facts(io::json_writer& writer, const std::vector<observation::evidence>& facts) {
  io::key(writer, "facts");
  writer.StartArray();
  for (const observation::evidence& fact : facts) {
    writer.StartObject();
    io::put(writer, "source", fact.source);
    io::put_optional(writer, "observed_at", fact.observed_at);
    io::put(writer, "message", fact.message);
    writer.EndObject();
  }
  writer.EndArray();
}

}  // namespace

outcome write_reply(const diagnosis::incidents_reply& reply, const reply_context& context) {
  reply_object object(context);
  io::json_writer& writer = object.writer();
  io::key(writer, "incidents");
  writer.StartArray();
  for (const component::listed_incident& one : reply.incidents)
    write_incident(writer, one, reply.document);
  writer.EndArray();
  io::put(writer, "more", reply.more);
  return object.finish(reply.failure);
}

outcome write_reply(const diagnosis::explain_reply& reply, const reply_context& context) {
  reply_object object(context);
  io::json_writer& writer = object.writer();
  io::put(writer, "state", reply.state);
  put_texts(writer, "sentences", reply.sentences);
  write_facts(writer, reply.facts);
  put_texts(writer, "rules", reply.rules);
  return object.finish(reply.failure);
}

}  // namespace dm::boundary
