// guard.json, to JSON and back.
// SPDX-License-Identifier: Apache-2.0
#include "component/guard_spec.h"

#include <fmt/format.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/reader.h>

#include "cluster/queue_name.h"
#include "io/json.h"

namespace dm::component {

namespace {

void put_strings(io::json_writer& writer, std::string_view key,
                 const std::vector<std::string>& values) {
  io::key(writer, key);
  writer.StartArray();
  for (const std::string& value : values) io::string(writer, value);
  writer.EndArray();
}

// Reads members and collects what is wrong with them, so that all of it is reported at once.
class reader {
 public:
  explicit reader(const io::json_value& object) : object_(object) {}

  std::string text(std::string_view name, bool required = true) {
    const io::json_value* member = io::member(object_, name);
    // One of another type is no absent one: what it says would be left out unseen.
    if (member != nullptr && !member->IsString()) {
      problems.push_back({fmt::format("$.{}", name), "no text", "a string"});
      return {};
    }
    auto value = io::string_member(object_, name);
    if (!value || (required && value->empty())) {
      if (required)
        problems.push_back({fmt::format("$.{}", name), "absent or no text", "a non-empty string"});
      return {};
    }
    return *value;
  }

  // It becomes an argument of the policy, or a value of Flink's (INV-8).
  std::string queue(std::string_view name) {
    std::string value = text(name, false);
    if (!value.empty() && !cluster::is_queue_name(value))
      problems.push_back({fmt::format("$.{}", name), value, "a YARN queue"});
    return value;
  }

  std::int64_t integer(std::string_view name, std::int64_t fallback, std::int64_t least,
                       std::int64_t most) {
    const io::json_value* value = io::member(object_, name);
    if (value == nullptr) return fallback;
    if (!value->IsInt64() || value->GetInt64() < least || value->GetInt64() > most) {
      problems.push_back(
          {fmt::format("$.{}", name), io::to_text(*value), fmt::format("{} … {}", least, most)});
      return fallback;
    }
    return value->GetInt64();
  }

  bool flag(std::string_view name) {
    const io::json_value* member = io::member(object_, name);
    if (member == nullptr) return false;
    if (!member->IsBool())
      problems.push_back({fmt::format("$.{}", name), io::to_text(*member), "true or false"});
    return member->IsBool() && member->GetBool();
  }

  std::vector<std::string> strings(std::string_view name) {
    std::vector<std::string> values;
    const io::json_value* array = io::member(object_, name);
    if (array == nullptr) return values;
    bool good = array->IsArray();
    if (good) {
      for (const io::json_value& value : array->GetArray()) {
        if (!value.IsString()) {
          good = false;
          break;
        }
        values.emplace_back(io::view(value));
      }
    }
    if (!good)
      problems.push_back({fmt::format("$.{}", name), "not a list of strings", "a list of strings"});
    return values;
  }

  template <class T>
  T parsed(std::string_view name, result<T> (*parse)(std::string_view), T fallback) {
    auto value = parse(text(name));
    if (value) return *value;
    problems.push_back({fmt::format("$.{}", name), io::string_member_or(object_, name, ""),
                        value.error().message});
    return fallback;
  }

  // One that an earlier version did not write.
  template <class T>
  T parsed_or(std::string_view name, result<T> (*parse)(std::string_view), T absent) {
    return io::member(object_, name) == nullptr ? absent : parsed(name, parse, absent);
  }

  std::optional<guard_spec::oozie_part> oozie() {
    const io::json_value* object = io::member(object_, "oozie");
    if (object == nullptr) return std::nullopt;
    guard_spec::oozie_part part;
    part.url = io::string_member_or(*object, "url", "");
    if (part.url.empty()) problems.push_back({"$.oozie.url", "absent or no text", "a URL"});
    const io::json_value* schedule = io::member(*object, "schedule");
    if (schedule == nullptr) {
      problems.push_back({"$.oozie.schedule", "absent", "an object"});
      return part;
    }
    oozie::schedule_reading reading = oozie::read_schedule(*schedule);
    for (problem& one : reading.problems)
      problems.push_back({"$.oozie.schedule" + one.path, one.found, one.allowed});
    part.schedule = std::move(reading.schedule);
    return part;
  }

  std::vector<problem> problems;

 private:
  const io::json_value& object_;
};

}  // namespace

result<state_policy> parse_state_policy(std::string_view text) {
  if (text == "required") return state_policy::required;
  if (text == "optional") return state_policy::optional;
  if (text == "none") return state_policy::none;
  return fail(status_code::invalid_argument, "required, optional or none");
}

std::string_view to_string(state_policy policy) {
  switch (policy) {
    case state_policy::required:
      return "required";
    case state_policy::optional:
      return "optional";
    case state_policy::none:
      break;
  }
  return "none";
}

state_policy default_state_policy(job_type type) {
  return type == job_type::batch ? state_policy::none : state_policy::optional;
}

bool keeps_state(job_type type, state_policy policy) {
  return type == job_type::streaming && policy != state_policy::none;
}

result<job_type> parse_job_type(std::string_view text) {
  if (text == "streaming") return job_type::streaming;
  if (text == "batch") return job_type::batch;
  return fail(status_code::invalid_argument, "streaming or batch");
}

std::string_view to_string(job_type type) {
  return type == job_type::streaming ? "streaming" : "batch";
}

result<respawn> parse_respawn(std::string_view text) {
  if (text == "no" || text == "on-success") return respawn::never;
  if (text == "always") return respawn::always;
  if (text == "on-failure" || text == "on-abnormal" || text == "on-abort" ||
      text == "on-watchdog") {
    return respawn::on_failure;
  }
  return fail(status_code::invalid_argument,
              "no, always, on-failure, on-success, on-abnormal, on-abort or on-watchdog");
}

std::string_view to_string(respawn value) {
  switch (value) {
    case respawn::never:
      return "no";
    case respawn::always:
      return "always";
    case respawn::on_failure:
      break;
  }
  return "on-failure";
}

std::string client_configuration_directory(const guard_spec& spec) {
  for (const auto& [name, value] : spec.environment) {
    if (name == "FLINK_CONF_DIR" && !value.empty()) return value;
  }
  return spec.flink_home + "/conf";
}

std::string to_json(const guard_spec& spec) {
  io::json_buffer buffer;
  rapidjson::PrettyWriter<io::json_buffer> pretty(buffer);  // people read this file too
  pretty.SetIndent(' ', 2);
  io::json_buffer compact;
  io::json_writer writer(compact);
  writer.StartObject();
  io::put(writer, "schema", guard_spec_schema);
  io::put(writer, "namespace", spec.name.name_space);
  io::put(writer, "application", spec.name.application);
  io::put(writer, "component", spec.name.component);
  io::put(writer, "node", spec.node);
  io::put(writer, "user", spec.user);
  io::put(writer, "digest", spec.digest);
  put_strings(writer, "resource_managers", spec.resource_managers);
  put_strings(writer, "name_nodes", spec.name_nodes);
  io::put(writer, "history_server", spec.history_server);
  io::put(writer, "state_root", spec.state_root);
  io::put(writer, "archive_directory", spec.archive_directory);
  io::put(writer, "work_directory", spec.work_directory);
  io::put(writer, "log_directory", spec.log_directory);
  io::put(writer, "slots_directory", spec.slots_directory);
  io::put(writer, "submission_slots", spec.submission_slots);
  io::put_optional(writer, "queue_policy", spec.queue_policy);
  io::put_optional(writer, "queue_requested", spec.queue_requested);
  io::put_optional(writer, "queue_default", spec.queue_default);
  io::put(writer, "flink_version", spec.flink_version);
  io::put_optional(writer, "flink_libraries_root", spec.flink_libraries_root);
  if (spec.class_data) io::put(writer, "class_data", true);
  io::put_optional(writer, "flink_home", spec.flink_home);
  io::put(writer, "submission", flink::to_string(spec.submission));
  if (spec.submission_auto) io::put(writer, "submission_auto", true);
  io::put_optional(writer, "submission_reason", spec.submission_reason);
  io::put(writer, "job_type", to_string(spec.job_type));
  io::put(writer, "state", to_string(spec.state));
  io::put(writer, "respawn", to_string(spec.respawn));
  io::put(writer, "respawn_delay_ms", spec.respawn_delay_ms);
  io::put(writer, "restart_attempts", spec.restart_attempts);
  io::put(writer, "restart_window_ms", spec.restart_window_ms);
  io::put(writer, "follow_interval_ms", spec.follow_interval_ms);
  io::put_optional(writer, "claim_mode", spec.claim_mode);
  io::put(writer, "checkpoint_retention_runs", spec.checkpoint_retention_runs);
  io::put(writer, "submission_timeout_ms", spec.submission_timeout_ms);
  io::put(writer, "retry_after_give_up_ms", spec.retry_after_give_up_ms);
  io::put(writer, "incident_retention_count", spec.incident_retention_count);
  io::put(writer, "incident_retention_age_ms", spec.incident_retention_age_ms);
  if (spec.oozie) {
    io::key(writer, "oozie");
    writer.StartObject();
    io::put(writer, "url", spec.oozie->url);
    io::key(writer, "schedule");
    oozie::write(writer, spec.oozie->schedule);
    writer.EndObject();
  }
  io::put(writer, "job_name", spec.job_name);
  put_strings(writer, "user_tags", spec.user_tags);
  put_strings(writer, "command", spec.command);
  if (spec.arguments) put_strings(writer, "arguments", *spec.arguments);
  io::key(writer, "environment");
  writer.StartObject();
  for (const auto& [name, value] : spec.environment) io::put(writer, name, value);
  writer.EndObject();
  writer.EndObject();
  rapidjson::StringStream stream(compact.GetString());
  rapidjson::Reader json_reader;
  json_reader.Parse(stream, pretty);
  std::string text(io::text(buffer));
  text += '\n';
  return text;
}

result<guard_spec> read_guard_spec(std::string_view json) {
  auto document = io::parse_json(json, "guard.json");
  if (!document) return fail(document.error());
  const auto schema = io::integer_member(*document, "schema");
  if (schema != guard_spec_schema) {
    return fail(
        status_code::invalid_argument,
        fmt::format("guard.json has schema {}, this flink-guard reads schema {}",
                    schema ? fmt::to_string(*schema) : "none", guard_spec_schema),
        "use the flink-guard that was installed with the flink.so that created the component");
  }
  reader in(*document);
  guard_spec spec;
  spec.name.name_space = in.text("namespace");
  spec.name.application = in.text("application");
  spec.name.component = in.text("component");
  spec.node = in.text("node");
  spec.user = in.text("user");
  spec.digest = in.text("digest");
  spec.resource_managers = in.strings("resource_managers");
  spec.name_nodes = in.strings("name_nodes");
  spec.history_server = in.text("history_server", false);
  spec.state_root = in.text("state_root");
  spec.archive_directory = in.text("archive_directory", false);
  spec.work_directory = in.text("work_directory");
  spec.log_directory = in.text("log_directory");
  spec.slots_directory = in.text("slots_directory");
  spec.submission_slots = static_cast<int>(in.integer("submission_slots", 4, 1, 1024));
  spec.queue_policy = in.text("queue_policy", false);
  spec.queue_requested = in.queue("queue_requested");
  spec.queue_default = in.queue("queue_default");
  spec.flink_version = in.text("flink_version");
  spec.flink_libraries_root = in.text("flink_libraries_root", false);
  spec.flink_home = in.text("flink_home", false);
  spec.class_data = in.flag("class_data");
  spec.submission =
      in.parsed("submission", flink::parse_submission_mode, flink::submission_mode::per_job);
  spec.submission_auto = in.flag("submission_auto");
  spec.submission_reason = in.text("submission_reason", false);
  spec.job_type = in.parsed("job_type", parse_job_type, job_type::streaming);
  spec.state = in.parsed_or("state", parse_state_policy, default_state_policy(spec.job_type));
  spec.respawn = in.parsed("respawn", parse_respawn, respawn::never);
  spec.respawn_delay_ms = in.integer("respawn_delay_ms", 2000, 0, 86'400'000);
  spec.restart_attempts = static_cast<int>(in.integer("restart_attempts", 3, 0, 1'000'000));
  spec.restart_window_ms = in.integer("restart_window_ms", 600'000, 1000, 31'536'000'000);
  spec.follow_interval_ms = in.integer("follow_interval_ms", 10'000, 100, 600'000);
  spec.claim_mode = in.text("claim_mode", false);
  spec.checkpoint_retention_runs =
      static_cast<int>(in.integer("checkpoint_retention_runs", 2, 0, 1000));
  spec.submission_timeout_ms = in.integer("submission_timeout_ms", 900'000, 1000, 86'400'000);
  spec.retry_after_give_up_ms = in.integer("retry_after_give_up_ms", 0, 0, 31'536'000'000);
  spec.incident_retention_count = in.integer("incident_retention_count", 20, 0, 1000);
  spec.incident_retention_age_ms =
      in.integer("incident_retention_age_ms", spec.incident_retention_age_ms, 0, 315'360'000'000);
  spec.oozie = in.oozie();
  spec.job_name = in.text("job_name");
  spec.user_tags = in.strings("user_tags");
  spec.command = in.strings("command");
  if (io::member(*document, "arguments") != nullptr) spec.arguments = in.strings("arguments");
  if (const io::json_value* environment = io::member(*document, "environment")) {
    if (!environment->IsObject())
      in.problems.push_back({"$.environment", io::to_text(*environment), "a JSON object of texts"});
    for (std::size_t i = 0; environment->IsObject() && i < environment->MemberCount(); ++i) {
      const auto& entry = *(environment->MemberBegin() + static_cast<std::ptrdiff_t>(i));
      if (entry.value.IsString()) {
        spec.environment.emplace_back(io::view(entry.name), io::view(entry.value));
      } else {
        // Its value may be a secret of any form.
        in.problems.push_back(
            {fmt::format("$.environment.{}", io::view(entry.name)), "not a text", "a text"});
      }
    }
  }
  if (spec.resource_managers.empty()) {
    in.problems.push_back({"$.resource_managers", "[]", "at least one \"http://host:port\""});
  }
  if (spec.name_nodes.empty())
    in.problems.push_back({"$.name_nodes", "[]", "at least one \"http://host:port\""});
  for (problem& name_problem : check_name(spec.name))
    in.problems.push_back(std::move(name_problem));
  if (!in.problems.empty()) {
    error e;
    e.code = status_code::invalid_argument;
    e.message = "guard.json is not usable";
    for (const problem& p : in.problems)
      e.message += fmt::format("; {}: {} (allowed: {})", p.path, p.found, p.allowed);
    e.details = std::move(in.problems);
    e.hint =
        "create the component again; guard.json is written by create and not meant to be edited";
    return fail(std::move(e));
  }
  return spec;
}

}  // namespace dm::component
