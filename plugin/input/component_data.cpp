// The data of a component: written by create, read by every later verb, also from records of the
// original plugin.
// SPDX-License-Identifier: Apache-2.0
#include "input/component_data.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "input/property_values.h"
#include "input/text_rules.h"

namespace dm::input {

namespace {

constexpr int schema = 1;

bool is_account(std::string_view text) {
  return !text.empty() && text.size() <= 256 && single_line(text) && text.front() != '-' &&
         text.find_first_of(" :/,'\"\\") == std::string_view::npos;
}

class reader {
 public:
  explicit reader(const io::json_value& data) : data_(data) {}

  std::string text(std::string_view name, bool (*valid)(std::string_view), std::string_view allowed,
                   bool required = true) {
    const io::json_value* value = io::member(data_, name);
    if (value == nullptr && !required) return {};
    const bool is_text = value != nullptr && value->IsString();
    std::string found = is_text ? std::string(io::view(*value)) : std::string();
    if (is_text && (found.empty() ? !required : valid(found))) return found;
    problems.push_back({fmt::format("$.data.{}", name),
                        value == nullptr ? "absent"
                        : is_text        ? shown(found)
                                         : "no text",
                        std::string(allowed)});
    return {};
  }

  void same(std::string_view name, const std::string& expected) {
    const std::string found = text(name, single_line, expected);
    if (!found.empty() && found != expected) {
      problems.push_back(
          {fmt::format("$.data.{}", name), shown(found), expected + ", as the request names it"});
    }
  }

  template <class T>
  T parsed(std::string_view name, result<T> (*parse)(std::string_view), T fallback) {
    const std::string found = text(name, single_line, "text");
    if (found.empty()) return fallback;
    auto value = parse(found);
    if (value) return *value;
    problems.push_back({fmt::format("$.data.{}", name), shown(found), value.error().message});
    return fallback;
  }

  // One that an earlier version did not write.
  template <class T>
  T parsed_or(std::string_view name, result<T> (*parse)(std::string_view), T absent) {
    return io::member(data_, name) == nullptr ? absent : parsed(name, parse, absent);
  }

  retention_rule retention() {
    retention_rule rule;
    const io::json_value* object = io::member(data_, "retention");
    if (object == nullptr) return rule;
    if (!object->IsObject()) {
      problems.push_back({"$.data.retention", shown(io::to_text(*object)), "an object"});
      return rule;
    }
    const auto read = [&](const char* name, std::int64_t& limit) {
      const io::json_value* value = io::member(*object, name);
      if (value == nullptr) return;
      if (value->IsInt64() && value->GetInt64() >= 0) {
        limit = value->GetInt64();
      } else {
        problems.push_back({fmt::format("$.data.retention.{}", name), shown(io::to_text(*value)),
                            "a whole number, not negative"});
      }
    };
    read("count", rule.count);
    read("age_ms", rule.age_ms);
    read("size_bytes", rule.size_bytes);
    return rule;
  }

  std::optional<oozie::schedule> schedule() {
    const io::json_value* object = io::member(data_, "schedule");
    if (object == nullptr) return std::nullopt;
    oozie::schedule_reading reading = oozie::read_schedule(*object);
    for (problem& one : reading.problems)
      problems.push_back({"$.data.schedule" + one.path, shown(one.found), one.allowed});
    return std::move(reading.schedule);
  }

  std::vector<problem> problems;

 private:
  const io::json_value& data_;
};

// What the original's create returned: commands for systemd, and these two members from its base
// class.
component_data read_original(reader& in, const component::component_name& name) {
  component_data data;
  data.name = name;
  data.id = component::component_id(name);
  data.program = component::program_name(name);
  in.same("component_name", name.component);
  data.job_name = in.text("component_job_name", single_line, "text on one line");
  const std::string root = in.text("application_hdfs_root", single_line, "…/<user>/<application>");
  if (root.empty()) return data;
  const std::size_t last = root.rfind('/');
  const std::size_t before =
      last == std::string::npos || last == 0 ? std::string::npos : root.rfind('/', last - 1);
  const bool fits = before != std::string::npos && root.substr(last + 1) == name.application;
  if (fits) data.user = root.substr(before + 1, last - before - 1);
  if (!fits || !is_account(data.user)) {
    in.problems.push_back({"$.data.application_hdfs_root", shown(root),
                           fmt::format("…/<user>/{}", name.application)});
  }
  return data;
}

component_data read_own(reader& in, const component::component_name& name) {
  constexpr std::string_view path_rule = "an absolute path without ..";
  component_data data;
  data.name = name;
  data.id = component::component_id(name);
  data.program = component::program_name(name);
  in.same("namespace", name.name_space);
  in.same("application", name.application);
  in.same("component", name.component);
  in.same("id", data.id);
  in.same("program", data.program);
  data.node = in.text("node", single_line, "a host name");
  data.user = in.text("user", is_account, "an account's name");
  data.directory = in.text("directory", plain_absolute_path, path_rule);
  data.program_file = in.text("program_file", plain_absolute_path, path_rule);
  data.job_name = in.text("job_name", single_line, "text on one line");
  data.digest = in.text("digest", single_line, "64 hex digits");
  data.state_root = in.text("state_root", plain_absolute_path, path_rule);
  data.flink_version = in.text("flink_version", single_line, "a Flink version");
  data.job_type = in.parsed("job_type", component::parse_job_type, component::job_type::streaming);
  data.submission =
      in.parsed("submission", flink::parse_submission_mode, flink::submission_mode::per_job);
  data.submission_reason = in.text("submission_reason", single_line, "text on one line", false);
  data.state = in.parsed_or("state", component::parse_state_policy,
                            component::default_state_policy(data.job_type));
  data.retention = in.retention();
  data.schedule = in.schedule();
  return data;
}

}  // namespace

void write(io::json_writer& writer, const component_data& data) {
  writer.StartObject();
  io::put(writer, "schema", schema);
  io::put(writer, "namespace", data.name.name_space);
  io::put(writer, "application", data.name.application);
  io::put(writer, "component", data.name.component);
  io::put(writer, "id", data.id);
  io::put(writer, "node", data.node);
  io::put(writer, "user", data.user);
  io::put(writer, "directory", data.directory);
  io::put(writer, "program", data.program);
  io::put(writer, "program_file", data.program_file);
  io::put(writer, "job_name", data.job_name);
  io::put(writer, "digest", data.digest);
  io::put(writer, "state_root", data.state_root);
  io::put(writer, "flink_version", data.flink_version);
  io::put(writer, "job_type", component::to_string(data.job_type));
  io::put(writer, "submission", flink::to_string(data.submission));
  io::put_optional(writer, "submission_reason", data.submission_reason);
  io::put(writer, "state", component::to_string(data.state));
  io::key(writer, "retention");
  writer.StartObject();
  io::put(writer, "count", data.retention.count);
  io::put(writer, "age_ms", data.retention.age_ms);
  io::put(writer, "size_bytes", data.retention.size_bytes);
  writer.EndObject();
  if (data.schedule) {
    io::key(writer, "schedule");
    oozie::write(writer, *data.schedule);
  }
  writer.EndObject();
}

result<component_data> read_component_data(const io::json_value& data,
                                           const component::component_name& name) {
  const std::string what = fmt::format("the data of {} cannot be used", name.text());
  if (auto problems = component::check_name(name); !problems.empty())
    return fail(invalid(what, std::move(problems)));
  if (!data.IsObject()) {
    return fail(
        invalid(what, {{"$.data", data.IsNull() ? "null" : "no object", "what create returned"}}));
  }
  reader in(data);
  constexpr std::array of_the_original = {"ssh", "start_cmds", "stop_cmds"};
  const bool original =
      io::member(data, "schema") == nullptr &&
      std::any_of(of_the_original.begin(), of_the_original.end(),
                  [&](const char* member) { return io::member(data, member) != nullptr; });
  if (!original && io::integer_member(data, "schema") != schema) {
    const io::json_value* found = io::member(data, "schema");
    in.problems.push_back(
        {"$.data.schema", found == nullptr ? "absent" : shown(io::to_text(*found)), "1"});
    return fail(invalid(what, std::move(in.problems)));
  }
  component_data read = original ? read_original(in, name) : read_own(in, name);
  if (!in.problems.empty()) return fail(invalid(what, std::move(in.problems)));
  return read;
}

}  // namespace dm::input
