// The records of a component's log, to JSON and back.
// SPDX-License-Identifier: Apache-2.0
#include "component/log_record.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "component/record_json.h"

namespace dm::component {

namespace {

constexpr std::array<std::string_view, 3> kind_names{"run", "stop", "incarnation"};
constexpr std::array<std::string_view, 5> outcome_names{"completed", "stopped", "killed", "failed",
                                                        "unknown"};
constexpr std::array<std::string_view, 3> decision_names{"none", "restart", "give-up"};

template <class Enum, std::size_t N>
std::optional<Enum> parse(const std::array<std::string_view, N>& names, std::string_view text) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == text) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

void put_number(io::json_writer& writer, std::string_view name, std::uint64_t value) {
  if (value != 0) io::put(writer, name, value);
}

std::uint64_t log_number(const io::json_value& object, std::string_view name) {
  return static_cast<std::uint64_t>(number_member(object, name));
}

}  // namespace

std::string_view to_string(record_kind kind) {
  return kind_names.at(static_cast<std::size_t>(kind));
}
std::string_view to_string(outcome value) {
  return outcome_names.at(static_cast<std::size_t>(value));
}
std::string_view to_string(decision value) {
  return decision_names.at(static_cast<std::size_t>(value));
}

end_fact unsubmitted_end(std::uint64_t epoch, std::string cause, std::string_view source) {
  end_fact end;
  end.epoch = epoch;
  end.cause = std::move(cause);
  end.source = source;
  end.ended_at = io::now();
  end.counts = false;
  return end;
}

std::string to_json(const log_record& record) {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::put(writer, "schema", record_schema);
  io::put(writer, "kind", to_string(record.kind));
  io::put(writer, "nonce", record.nonce);
  io::put(writer, "written_at", io::to_rfc3339(record.written_at));
  io::put(writer, "node", record.node);
  io::put_optional(writer, "user", record.user);
  if (record.kind == record_kind::run) {
    io::put(writer, "accept_state_loss", record.accept_state_loss);
    put_number(writer, "continues", record.continues);
    put_number(writer, "began", record.began);
  }
  if (record.kind == record_kind::stop) {
    io::put(writer, "stop_cause", record.stop_cause);
    io::put_optional(writer, "savepoint_operation", record.savepoint_operation);
    if (record.state_disposed) io::put(writer, "state", "disposed");
  }
  if (record.kind != record_kind::stop) {
    io::put_optional(writer, "restore_id", record.restore_id);
    io::put_optional(writer, "restore_path", record.restore_path);
    io::put_optional(writer, "claim_mode", record.claim_mode);
    if (record.allow_non_restored_state) io::put(writer, "allow_non_restored_state", true);
  }
  if (record.kind == record_kind::incarnation) {
    io::put(writer, "intent", record.intent);
    put_number(writer, "restore_epoch", record.restore_epoch);
    io::put_optional(writer, "run", record.run_name);
    io::key(writer, "tags");
    writer.StartArray();
    for (const std::string& tag : record.tags) io::string(writer, tag);
    writer.EndArray();
    io::put(writer, "spec_digest", record.spec_digest);
    io::put(writer, "job_name", record.job_name);
    io::put_optional(writer, "libraries", record.libraries);
    io::put_optional(writer, "class_data", record.class_data);
    if (record.queue_policy) put(writer, "queue_policy", *record.queue_policy);
    if (record.direct) put(writer, "direct", *record.direct);
  }
  put_number(writer, "last_epoch", record.last_epoch);
  put_number(writer, "life", record.life);
  put_number(writer, "state_ended", record.state_ended);
  writer.EndObject();
  return std::string(io::text(buffer));
}

std::string to_json(const application_fact& fact) {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::put(writer, "schema", record_schema);
  io::put(writer, "application_id", fact.application_id);
  io::put_optional(writer, "job_manager", fact.job_manager);
  io::put_optional(writer, "job_id", fact.job_id);
  io::put(writer, "seen_at", io::to_rfc3339(fact.seen_at));
  writer.EndObject();
  return std::string(io::text(buffer));
}

std::string to_json(const checkpoint_fact& fact) {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::put(writer, "schema", record_schema);
  io::put_optional(writer, "job_id", fact.job_id);
  io::put(writer, "completed_count", fact.completed_count);
  io::put_optional(writer, "checkpoint_id", fact.checkpoint_id);
  io::put_optional(writer, "external_path", fact.external_path);
  io::put(writer, "seen_at", io::to_rfc3339(fact.seen_at));
  writer.EndObject();
  return std::string(io::text(buffer));
}

std::string to_json(const end_fact& fact) {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::put(writer, "schema", record_schema);
  io::put(writer, "outcome", to_string(fact.outcome));
  io::put_optional(writer, "failure_class", fact.failure_class);
  io::put_optional(writer, "cause", fact.cause);
  io::put_optional(writer, "source", fact.source);
  io::put_optional(writer, "frame", fact.frame);
  io::put_optional(writer, "application_id", fact.application_id);
  io::put_optional(writer, "job_id", fact.job_id);
  io::put(writer, "ended_at", io::to_rfc3339(fact.ended_at));
  io::put(writer, "decision", to_string(fact.decision));
  if (fact.lived_ms >= 0) io::put(writer, "lived_ms", fact.lived_ms);
  io::put_optional(writer, "restart_at", fact.restart_at);
  io::put(writer, "counts", fact.counts);
  writer.EndObject();
  return std::string(io::text(buffer));
}

result<log_record> read_log_record(std::string_view json, std::uint64_t number) {
  const std::string what = fmt::format("log record {}", number);
  auto document = parse_record(json, what);
  if (!document) return fail(document.error());
  log_record record;
  record.number = number;
  const auto kind = parse<record_kind>(kind_names, text_member(*document, "kind"));
  if (!kind) return malformed(what, "kind");
  record.kind = *kind;
  record.nonce = text_member(*document, "nonce");
  record.written_at = time_member(*document, "written_at");
  record.node = text_member(*document, "node");
  record.user = text_member(*document, "user");
  record.accept_state_loss = io::bool_member(*document, "accept_state_loss").value_or(false);
  record.continues = log_number(*document, "continues");
  record.restore_id = text_member(*document, "restore_id");
  record.restore_path = text_member(*document, "restore_path");
  record.claim_mode = text_member(*document, "claim_mode");
  record.allow_non_restored_state =
      io::bool_member(*document, "allow_non_restored_state").value_or(false);
  record.stop_cause = text_member(*document, "stop_cause");
  record.savepoint_operation = text_member(*document, "savepoint_operation");
  record.intent = log_number(*document, "intent");
  record.run_name = text_member(*document, "run");
  record.spec_digest = text_member(*document, "spec_digest");
  record.job_name = text_member(*document, "job_name");
  record.state_disposed =
      record.kind == record_kind::stop && text_member(*document, "state") == "disposed";
  record.restore_epoch = log_number(*document, "restore_epoch");
  record.began = log_number(*document, "began");
  record.last_epoch = log_number(*document, "last_epoch");
  record.life = log_number(*document, "life");
  record.state_ended = log_number(*document, "state_ended");
  record.libraries = text_member(*document, "libraries");
  record.class_data = text_member(*document, "class_data");
  record.queue_policy = read_queue_answer(io::member(*document, "queue_policy"));
  record.direct = read_direct_submission(io::member(*document, "direct"));
  if (const io::json_value* tags = io::member(*document, "tags");
      tags != nullptr && tags->IsArray()) {
    for (const io::json_value& tag : tags->GetArray()) {
      if (tag.IsString()) record.tags.emplace_back(io::view(tag));
    }
  }
  return record;
}

result<application_fact> read_application_fact(std::string_view json, std::uint64_t epoch) {
  const std::string what = fmt::format("application record of epoch {}", epoch);
  auto document = parse_record(json, what);
  if (!document) return fail(document.error());
  application_fact fact;
  fact.epoch = epoch;
  fact.application_id = text_member(*document, "application_id");
  if (fact.application_id.empty()) return malformed(what, "application_id");
  fact.job_manager = text_member(*document, "job_manager");
  fact.job_id = text_member(*document, "job_id");
  fact.seen_at = time_member(*document, "seen_at");
  return fact;
}

result<checkpoint_fact> read_checkpoint_fact(std::string_view json, std::uint64_t epoch) {
  const std::string what = fmt::format("checkpoint record of epoch {}", epoch);
  auto document = parse_record(json, what);
  if (!document) return fail(document.error());
  checkpoint_fact fact;
  fact.epoch = epoch;
  fact.job_id = text_member(*document, "job_id");
  fact.completed_count = number_member(*document, "completed_count");
  fact.checkpoint_id = number_member(*document, "checkpoint_id");
  fact.external_path = text_member(*document, "external_path");
  fact.seen_at = time_member(*document, "seen_at");
  return fact;
}

result<end_fact> read_end_fact(std::string_view json, std::uint64_t epoch) {
  const std::string what = fmt::format("end record of epoch {}", epoch);
  auto document = parse_record(json, what);
  if (!document) return fail(document.error());
  end_fact fact;
  fact.epoch = epoch;
  const auto outcome = parse<enum outcome>(outcome_names, text_member(*document, "outcome"));
  if (!outcome) return malformed(what, "outcome");
  fact.outcome = *outcome;
  fact.failure_class = text_member(*document, "failure_class");
  fact.cause = text_member(*document, "cause");
  fact.source = text_member(*document, "source");
  fact.frame = text_member(*document, "frame");
  fact.application_id = text_member(*document, "application_id");
  fact.job_id = text_member(*document, "job_id");
  fact.ended_at = time_member(*document, "ended_at");
  fact.decision =
      parse<enum decision>(decision_names, io::string_member_or(*document, "decision", "none"))
          .value_or(decision::none);
  fact.lived_ms =
      std::max<std::int64_t>(-1, io::integer_member(*document, "lived_ms").value_or(-1));
  fact.restart_at = time_member(*document, "restart_at");
  fact.counts = io::bool_member(*document, "counts").value_or(true);
  return fact;
}

}  // namespace dm::component
