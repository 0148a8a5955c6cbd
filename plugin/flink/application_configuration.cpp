// The configuration file that an application's containers read.
// SPDX-License-Identifier: Apache-2.0
#include "flink/application_configuration.h"

#include <algorithm>
#include <functional>
#include <set>

#include <fmt/format.h>

#include "flink/command_builder.h"
#include "io/json.h"

namespace dm::flink {

namespace {

bool yaml(const version& version) { return at_least(version, 1, 19); }

// JSON is YAML: any text can stand in it.
std::string json_text(std::string_view text) {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  io::string(writer, text);
  return std::string(io::text(buffer));
}

// A list in flink-conf.yaml: elements divided by ';', those with other than plain letters in single
// quotes, each quote in them doubled (StructuredOptionsSplitter of 1.13 … 1.18).
std::string flat_list(const std::vector<std::string>& elements) {
  std::string list;
  for (const std::string& element : elements) {
    if (!list.empty()) list += ';';
    list += '\'';
    for (const char c : element) {
      if (c == '\'') list += '\'';
      list += c;
    }
    list += '\'';
  }
  return list;
}

std::string yaml_list(const std::vector<std::string>& elements) {
  std::string list = "[";
  for (const std::string& element : elements) {
    if (list.size() > 1) list += ", ";
    list += json_text(element);
  }
  return list + "]";
}

// What the file of 1.18 and earlier cannot carry as it is: everything behind a '#' is a comment to
// it, each line is an entry, and blanks at the ends are cut.
std::string_view flat_obstacle(std::string_view value) {
  if (value.find('#') != std::string_view::npos) return "no '#', which begins a comment";
  const bool control = std::any_of(value.begin(), value.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  if (control) return "no control character, which would end the line";
  return {};
}

class writer {
 public:
  explicit writer(const version& version) : version_(version) {}

  // Whether it was added, even where the version's file does without it.
  bool has(std::string_view key) const { return keys_.contains(key); }

  void add(std::string_view key, std::string_view value) {
    keys_.emplace(key);
    if (!yaml(version_)) {
      if (value.empty()) return;  // as good as absent there
      if (const auto reason = flat_obstacle(key); !reason.empty())
        refuse(first_line(key, 80), "a key", reason);
      const auto reason = flat_obstacle(value);
      // Names and tags are in YARN's document; the JobManager reads only numbers of these keys.
      if (!reason.empty() && key.starts_with("yarn.")) return;
      if (!reason.empty()) refuse(key, "its value", reason);
      text_ += fmt::format("{}: {}\n", key, value);
    } else {
      text_ += fmt::format("{}: {}\n", json_text(key), json_text(value));
    }
  }

  void add_list(std::string_view key, const std::vector<std::string>& elements) {
    keys_.emplace(key);
    if (elements.empty()) return;
    if (yaml(version_)) {
      text_ += fmt::format("{}: {}\n", json_text(key), yaml_list(elements));
    } else {
      text_ += fmt::format("{}: {}\n", key, flat_list(elements));
    }
  }

  void refuse(std::string_view key, std::string_view found, std::string_view allowed) {
    // Not the value itself, which may be a secret.
    problems_.push_back({std::string(key), std::string(found),
                         fmt::format("{} in Flink {}'s flink-conf.yaml", allowed, version_.text)});
  }

  result<std::string> take() {
    if (problems_.empty()) return std::move(text_);
    error e;
    e.code = status_code::invalid_argument;
    e.message = fmt::format("Flink {}'s configuration file cannot carry the value of {}",
                            version_.text, problems_.front().path);
    e.hint = problems_.front().allowed;
    e.details = std::move(problems_);
    return fail(std::move(e));
  }

 private:
  const version& version_;
  std::string text_;
  std::set<std::string, std::less<>> keys_;
  std::vector<problem> problems_;
};

// What Flink's client sets when it submits an application (seen in the file that it uploads), less
// what only it reads.
void add_program(writer& writer, const version& version, const application_program& program) {
  writer.add("$internal.application.main", program.main_class);
  writer.add_list("$internal.application.program-args", program.arguments);
  for (std::size_t i = 0; i < program.arguments.size(); ++i) {
    if (!direct_argument_reason(version, program.arguments[i]).empty())
      writer.refuse("$.arguments", fmt::format("argument {}", i + 1),
                    "no '#', no control character and ASCII alone");
  }
  // Only the last part of the path counts; without it TaskManagers get no logging.
  writer.add("$internal.yarn.log-config-file", "/log4j.properties");
  writer.add_list("pipeline.jars", {"file:/" + program.jar_name});
  writer.add("high-availability.cluster-id", program.application_id);
  writer.add("execution.target", "yarn-application");
  writer.add("execution.attached", "true");
  writer.add("internal.cluster.execution-mode", "NORMAL");
}

}  // namespace

std::string_view application_configuration_name(const version& version) {
  return yaml(version) ? "config.yaml" : "flink-conf.yaml";
}

configuration_map merged_configuration(const std::vector<configured_key>& installed,
                                       const application_command& command) {
  configuration_map merged;
  for (const configured_key& one : installed) merged[one.key] = one.value;
  for (const auto& [key, value] : command.configuration) merged[key] = value;
  return merged;
}

std::string direct_argument_reason(const version& version, std::string_view argument) {
  if (yaml(version)) return {};
  if (const auto reason = flat_obstacle(argument); !reason.empty())
    return fmt::format("{} in Flink {}'s flink-conf.yaml, which carries the arguments", reason,
                       version.text);
  const bool ascii = std::all_of(argument.begin(), argument.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (ascii) return {};
  return fmt::format(
      "ASCII alone: a node reads Flink {}'s flink-conf.yaml, which carries the arguments, in its "
      "own locale",
      version.text);
}

result<std::string> render_application_configuration(const version& version,
                                                     const configuration_map& configuration,
                                                     const application_program& program) {
  writer writer(version);
  add_program(writer, version, program);
  for (const auto& [key, value] : configuration) {
    if (!writer.has(key)) writer.add(key, value);
  }
  if (!writer.has("execution.shutdown-on-attached-exit"))
    writer.add("execution.shutdown-on-attached-exit", "false");
  return writer.take();
}

}  // namespace dm::flink
