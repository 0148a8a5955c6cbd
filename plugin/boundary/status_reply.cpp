// The reply of status: one entry per component of the request, in its order, each readable by
// itself.
// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>
#include <string_view>
#include <utility>

#include "boundary/error_document.h"
#include "boundary/reply_object.h"
#include "boundary/request_reader.h"
#include "flink/savepoint_rest.h"

namespace dm::boundary {

namespace {

void write_vertices(io::json_writer& writer, const std::vector<flink::vertex>& vertices) {
  if (vertices.empty()) return;
  io::key(writer, "vertices");
  writer.StartArray();
  for (const flink::vertex& vertex : vertices) {
    writer.StartObject();
    io::put(writer, "name", vertex.name);
    io::put(writer, "status", vertex.status);
    io::put(writer, "parallelism", vertex.parallelism);
    writer.EndObject();
  }
  writer.EndArray();
}

void write_restarts(io::json_writer& writer,
                    const std::optional<observation::restart_report>& restarts) {
  if (!restarts) return;
  io::key(writer, "restarts");
  writer.StartObject();
  io::put(writer, "count", restarts->count);
  io::put_optional(writer, "since_at", restarts->since_at);
  io::put_optional(writer, "exception", restarts->exception);
  writer.EndObject();
}

void write_incarnations(io::json_writer& writer,
                        const std::vector<observation::incarnation_report>& incarnations) {
  io::key(writer, "incarnations");
  writer.StartArray();
  for (const observation::incarnation_report& incarnation : incarnations) {
    writer.StartObject();
    io::put(writer, "epoch", incarnation.epoch);
    io::put_optional(writer, "application_id", incarnation.application_id);
    io::put_optional(writer, "job_id", incarnation.job_id);
    io::put_optional(writer, "started_at", incarnation.started_at);
    io::put_optional(writer, "ended_at", incarnation.ended_at);
    io::put_optional(writer, "outcome", incarnation.outcome);
    io::put_optional(writer, "cause", incarnation.cause);
    io::put_optional(writer, "source", incarnation.source);
    io::put_optional(writer, "class", incarnation.failure_class);
    io::put_optional(writer, "frame", incarnation.frame);
    io::put_optional(writer, "restore_point", flink::hdfs_uri(incarnation.restore_point));
    io::put_optional(writer, "history_url", incarnation.history_url);
    io::put_optional(writer, "client_log", incarnation.client_log);
    if (incarnation.queue_policy) put(writer, "queue_policy", *incarnation.queue_policy);
    writer.EndObject();
  }
  writer.EndArray();
}

void write_run(io::json_writer& writer, const observation::scheduled_run& run) {
  writer.StartObject();
  io::put(writer, "number", run.number);
  io::put_optional(writer, "due_at", run.nominal_at);
  io::put(writer, "status", run.status);
  io::put(writer, "missed", run.missed);
  io::put_optional(writer, "workflow_id", run.workflow_id);
  io::put_optional(writer, "cause", run.cause);
  if (run.epoch != 0) io::put(writer, "epoch", run.epoch);
  io::put_optional(writer, "application_id", run.application_id);
  io::put_optional(writer, "job_id", run.job_id);
  io::put_optional(writer, "outcome", run.outcome);
  writer.EndObject();
}

void write_schedule(io::json_writer& writer,
                    const std::optional<observation::schedule_report>& schedule, bool detail) {
  if (!schedule) return;
  io::key(writer, "schedule");
  writer.StartObject();
  io::put_optional(writer, "coordinator_id", schedule->coordinator_id);
  io::put_optional(writer, "status", schedule->coordinator_status);
  io::put_optional(writer, "next_run_at", schedule->next_run_at);
  io::put(writer, "missed", schedule->missed);
  io::put_optional(writer, "problem", schedule->problem);
  if (detail) {
    io::key(writer, "runs");
    writer.StartArray();
    for (const observation::scheduled_run& run : schedule->runs) write_run(writer, run);
    writer.EndArray();
  }
  writer.EndObject();
}

void write_logs(io::json_writer& writer, const observation::component_status& status) {
  io::key(writer, "logs");
  writer.StartObject();
  io::put_optional(writer, "guard", status.guard_log);
  io::put_optional(writer, "client", status.client_log);
  writer.EndObject();
}

void write_evidence(io::json_writer& writer, const std::vector<observation::evidence>& proof) {
  io::key(writer, "evidence");
  writer.StartArray();
  for (const observation::evidence& evidence : proof) {
    writer.StartObject();
    io::put(writer, "source", evidence.source);
    io::put_optional(writer, "observed_at", evidence.observed_at);
    io::put(writer, "message", evidence.message);
    writer.EndObject();
  }
  writer.EndArray();
}

void write_desired(io::json_writer& writer, const std::string& desired) {
  io::key(writer, "desired");
  if (desired.empty()) {
    writer.Null();
  } else {
    io::string(writer, desired);
  }
}

void write_component(io::json_writer& writer, const observation::component_status& status,
                     bool detail, const reply_context& context) {
  writer.StartObject();
  io::put(writer, "namespace", status.name.name_space);
  io::put(writer, "application", status.name.application);
  io::put(writer, "component", status.name.component);
  io::put(writer, "id", status.id);
  io::put(writer, "state", observation::to_string(status.state));
  io::put(writer, "summary", status.summary);
  write_desired(writer, status.desired);
  io::put(writer, "confidence", observation::to_string(status.confidence));
  io::put(writer, "observed_at", io::to_rfc3339(status.observed_at));
  io::put_optional(writer, "since", status.since);
  io::put(writer, "reason", status.reason);
  if (status.watched) io::put(writer, "watched", *status.watched);
  io::put_optional(writer, "application_id", status.application_id);
  io::put_optional(writer, "job_id", status.job_id);
  io::put(writer, "job_name", status.job_name);
  io::put_optional(writer, "queue", status.queue);
  io::put_optional(writer, "yarn_state", status.yarn_state);
  io::put_optional(writer, "yarn_final_status", status.yarn_final_status);
  if (status.yarn_started_ms > 0) {
    io::put(writer, "started_at", io::to_rfc3339(io::from_epoch_ms(status.yarn_started_ms)));
    io::put(writer, "yarn_start_time", status.yarn_started_ms);
  }
  io::put(writer, "tracking_url", status.tracking_url);
  io::put(writer, "history_url", status.history_url);
  write_vertices(writer, status.vertices);
  write_restarts(writer, status.restarts);
  if (detail) write_incarnations(writer, status.incarnations);
  write_schedule(writer, status.schedule, detail);
  write_logs(writer, status);
  write_evidence(writer, status.proof);
  if (status.failure) {
    error e = *status.failure;
    if (e.component.empty() && !status.name.component.empty()) e.component = status.name.text();
    io::key(writer, "error");
    write_error(writer, e, context.correlation_id);
  }
  writer.EndObject();
}

// The entry of a component that could not even be named.
observation::component_status unreadable(const batch_entry& entry, io::wall_time observed_at) {
  observation::component_status status;
  status.name = entry.name;
  status.state = observation::component_state::unknown;
  status.confidence = observation::confidence::unknown;
  status.summary = "NOT_FOUND";
  status.observed_at = observed_at;
  status.reason = first_line(entry.failure->message);
  status.failure = entry.failure;
  return status;
}

}  // namespace

outcome write_status(io::wall_time observed_at, const std::vector<batch_entry>& entries,
                     const std::vector<observation::component_status>& observed, bool detail,
                     const reply_context& context) {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::put(writer, "schema", schema_version);
  io::put(writer, "observed_at", io::to_rfc3339(observed_at));
  io::key(writer, "components");
  writer.StartArray();
  auto next = observed.begin();
  for (const batch_entry& entry : entries) {
    if (entry.failure) {
      write_component(writer, unreadable(entry, observed_at), detail, context);
    } else {
      if (next == observed.end())
        throw std::logic_error("status returned fewer entries than it was asked for");
      write_component(writer, *next++, detail, context);
    }
  }
  writer.EndArray();
  writer.EndObject();
  return {status_code::ok, std::string(io::text(buffer))};
}

}  // namespace dm::boundary
