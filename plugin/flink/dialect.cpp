// The command line of each Flink version. Sources: `flink run --help` of 1.13.6, 1.20.5 and 2.3.0,
// CliFrontendParser of the versions between; every form here was run on a YARN cluster.
// SPDX-License-Identifier: Apache-2.0
#include "flink/dialect.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace dm::flink {
namespace {

constexpr int newest_minor_of_1 = 20;
constexpr int oldest_minor_of_1 = 13;
constexpr int newest_minor_of_2 = 3;

bool at_least(const version& version, int major, int minor) {
  return version.major > major || (version.major == major && version.minor >= minor);
}

// Where the configuration goes: -yD for the YARN command line of 1.x, -D for the generic one. Each
// is ignored silently by the other one.
std::string_view property_option(submission_mode mode) {
  return mode == submission_mode::application ? "-D" : "-yD";
}

bool ship_key(std::string_view key) {
  return key == "yarn.ship-files" || key == "yarn.ship-directories";
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find(';'), text.size());
    if (end > 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

// Collects argv and what is wrong with it.
class command_builder {
 public:
  explicit command_builder(submission_mode mode) : mode_(mode) {}

  void word(std::string text) { argv_.push_back(std::move(text)); }

  // An option with its value. A value that looks like an option would be read as one (commons-cli).
  void option(std::string_view name, std::string_view value, std::string_view path) {
    if (value.empty() || value.front() == '-' || value.front() == '"') {
      refuse(path, value, fmt::format("a value for {} that does not begin with '-' or '\"'", name));
    }
    argv_.emplace_back(name);
    argv_.emplace_back(value);
  }

  void property(std::string_view key, std::string_view value, std::string_view path) {
    const bool odd =
        key.empty() || key.front() == '-' || std::any_of(key.begin(), key.end(), [](char c) {
          return c == '=' || static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
        });
    if (odd) refuse(path, key, "a Flink key: no blank, no '=', not beginning with '-'");
    keys_.insert(std::string(key));
    argv_.emplace_back(property_option(mode_));
    argv_.push_back(fmt::format("{}={}", key, value));
  }

  void refuse(std::string_view path, std::string_view found, std::string allowed) {
    problems_.push_back(
        {std::string(path), fmt::format("\"{}\"", first_line(found, 120)), std::move(allowed)});
  }

  void note_key(std::string_view key) { keys_.insert(std::string(key)); }
  const std::set<std::string>& keys() const { return keys_; }
  std::vector<std::string>& argv() { return argv_; }
  std::vector<problem>& problems() { return problems_; }

 private:
  submission_mode mode_;
  std::vector<std::string> argv_;
  std::vector<problem> problems_;
  std::set<std::string> keys_;
};

tl::unexpected<error> unknown_version(const version& version) {
  return fail(status_code::unimplemented,
              fmt::format("Flink {} is not known; known are {}", version.text, known_versions()),
              "install one of the known versions, or set flink_home to one");
}

result<void> check_mode(const version& version, submission_mode mode) {
  if (!known_version(version)) return unknown_version(version);
  if (version.major >= 2 && mode != submission_mode::application) {
    return fail(status_code::unimplemented,
                fmt::format("Flink {} cannot submit a program as \"{}\": 2.0 removed that, the "
                            "client's own word for it "
                            "would be \"The main method caused an error: null\"",
                            version.text, to_string(mode)),
                "set component_flink_submission to \"application\"");
  }
  return {};
}

error refused(std::string message, std::vector<problem> problems) {
  error e;
  e.code = status_code::invalid_argument;
  e.message = std::move(message);
  e.details = std::move(problems);
  return e;
}

// Directories and files that go to all containers: the caller's, then those that configuration and
// options name. They become one list, because the last -yD of a key replaces the others and
// application.properties would be lost (INV-6).
struct shipping {
  std::vector<std::string> paths;
  void add(std::string_view list) {
    for (std::string& path : split_list(list)) {
      if (std::find(paths.begin(), paths.end(), path) == paths.end())
        paths.push_back(std::move(path));
    }
  }
};

void add_configuration(command_builder& builder, const submission& submission, shipping& ship) {
  for (const auto& [key, value] : submission.configuration) {
    if (ship_key(key)) {
      ship.add(value);
    } else {
      builder.property(key, value, "$.configuration");
    }
  }
}

void add_extra_options(command_builder& builder, const submission& submission, shipping& ship) {
  const std::string_view form = property_option(submission.mode);
  const auto& options = submission.extra_options;
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (options[i] == form && i + 1 < options.size()) {
      const std::string_view property = options[i + 1];
      const std::string_view key = property.substr(0, property.find('='));
      if (ship_key(key)) {
        ship.add(property.substr(std::min(key.size() + 1, property.size())));
        ++i;
        continue;
      }
      builder.note_key(key);
    }
    builder.word(options[i]);
  }
}

void add_shipping(command_builder& builder, const submission& submission, const shipping& ship) {
  if (ship.paths.empty()) return;
  for (const std::string& path : ship.paths) {
    // A ship list is split at ';' and unquoted, so these characters would name other files.
    if (path.find_first_of(",\"'") != std::string::npos) {
      builder.refuse("$.ship_directories", path, "a path without comma and quotes");
    }
  }
  if (submission.mode == submission_mode::application) {
    builder.property("yarn.ship-files", fmt::format("{}", fmt::join(ship.paths, ";")),
                     "$.ship_directories");
  } else {
    for (const std::string& path : ship.paths) builder.option("-yt", path, "$.ship_directories");
  }
}

void add_python(command_builder& builder, const version& version, const submission& submission) {
  if (!submission.python_client_executable.empty()) {
    if (at_least(version, 1, 14)) {
      builder.option("-pyclientexec", submission.python_client_executable,
                     "$.python_client_executable");
    } else {
      builder.property("python.client.executable", submission.python_client_executable,
                       "$.python_client_executable");
    }
  }
  if (!submission.python_executable.empty()) {
    builder.option("-pyexec", submission.python_executable, "$.python_executable");
  }
  if (!submission.python_files.empty()) {
    for (const std::string& file : submission.python_files) {
      if (file.find(',') != std::string::npos)
        builder.refuse("$.python_files", file, "a path without comma");
    }
    builder.option("-pyfs", fmt::format("{}", fmt::join(submission.python_files, ",")),
                   "$.python_files");
  }
}

void add_program(command_builder& builder, const version& version, const submission& submission) {
  const bool python = !submission.main_python.empty();
  const std::string& program = python ? submission.main_python : submission.main_jar;
  if (python == !submission.main_jar.empty()) {
    builder.refuse("$.main_jar", submission.main_jar, "either a jar or a Python program");
  }
  // An absolute path cannot be taken for an option.
  if (!program.starts_with('/')) {
    builder.refuse(python ? "$.main_python" : "$.main_jar", program, "an absolute path");
  }
  if (python) {
    add_python(builder, version, submission);
  } else if (!submission.main_class.empty()) {
    builder.option("-c", submission.main_class, "$.main_class");
  }
  builder.word(std::string(incarnation_placeholder));
  if (python) builder.word("-py");
  builder.word(program);
  for (const std::string& argument : submission.arguments) {
    if (argument == incarnation_placeholder) {
      builder.refuse("$.arguments", argument, "any text but this one, which the guard replaces");
    }
    builder.word(argument);
  }
}

// Since 1.19 the client writes the configuration as nested YAML and fails with a ClassCastException
// where one key is the beginning of another (seen: metrics.scope.jm and metrics.scope.jm.job).
void check_nesting(command_builder& builder, const version& version) {
  if (!at_least(version, 1, 19)) return;
  const auto& keys = builder.keys();
  for (const std::string& key : keys) {
    const std::string inside = key + ".";
    const auto next = keys.lower_bound(inside);
    if (next != keys.end() && next->starts_with(inside)) {
      builder.refuse("$.configuration", fmt::format("{} and {}", key, *next),
                     fmt::format("Flink {} cannot be given a key together with one below it; use "
                                 "the newer name of one "
                                 "of them",
                                 version.text));
    }
  }
}

bool digits(std::string_view text) {
  return !text.empty() && text.size() <= 6 && text.front() != '0' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

result<submission_mode> parse_submission_mode(std::string_view text) {
  for (const submission_mode mode :
       {submission_mode::per_job, submission_mode::attached, submission_mode::application}) {
    if (text == to_string(mode)) return mode;
  }
  return fail(status_code::invalid_argument,
              fmt::format("\"{}\" is no way to submit a Flink program", first_line(text, 40)),
              "allowed are per-job, attached, application");
}

std::string_view to_string(submission_mode mode) {
  switch (mode) {
    case submission_mode::per_job:
      return "per-job";
    case submission_mode::attached:
      return "attached";
    case submission_mode::application:
      return "application";
  }
  return "per-job";
}

bool known_version(const version& version) {
  if (version.major == 1)
    return version.minor >= oldest_minor_of_1 && version.minor <= newest_minor_of_1;
  return version.major == 2 && version.minor >= 0 && version.minor <= newest_minor_of_2;
}

std::string known_versions() {
  return fmt::format("1.{} ... 1.{}, 2.0 ... 2.{}", oldest_minor_of_1, newest_minor_of_1,
                     newest_minor_of_2);
}

result<std::vector<std::string>> render_command(const version& version,
                                                const submission& submission) {
  if (auto possible = check_mode(version, submission.mode); !possible)
    return fail(std::move(possible.error()));
  command_builder builder(submission.mode);
  if (!submission.flink_command.starts_with('/')) {
    builder.refuse("$.flink_command", submission.flink_command, "an absolute path");
  }
  builder.word(submission.flink_command);
  if (submission.mode == submission_mode::application) {
    builder.word(version.major >= 2 ? "run" : "run-application");
    builder.word("-t");
    builder.word("yarn-application");
  } else {
    builder.word("run");
    builder.word("-m");
    builder.word("yarn-cluster");
    if (submission.mode == submission_mode::per_job) builder.word("-d");
  }
  shipping ship;
  for (const std::string& directory : submission.ship_directories) ship.add(directory);
  add_configuration(builder, submission, ship);
  add_extra_options(builder, submission, ship);
  if (!submission.parallelism.empty()) {
    if (!digits(submission.parallelism))
      builder.refuse("$.parallelism", submission.parallelism, "a positive number");
    builder.word("-p");
    builder.word(submission.parallelism);
  }
  add_shipping(builder, submission, ship);
  add_program(builder, version, submission);
  check_nesting(builder, version);
  if (builder.problems().empty() &&
      std::count(builder.argv().begin(), builder.argv().end(), incarnation_placeholder) != 1) {
    builder.refuse("$", incarnation_placeholder,
                   "this text nowhere but where the guard replaces it");
  }
  if (!builder.problems().empty()) {
    return fail(refused(
        fmt::format("cannot write a command for Flink {} from this submission", version.text),
        std::move(builder.problems())));
  }
  return std::move(builder.argv());
}

result<std::vector<std::string>> render_incarnation(const version& version, submission_mode mode,
                                                    const incarnation_options& options) {
  if (auto possible = check_mode(version, mode); !possible)
    return fail(std::move(possible.error()));
  command_builder builder(mode);
  builder.property("yarn.tags", fmt::format("{}", fmt::join(options.tags, ",")), "$.tags");
  for (const std::string& tag : options.tags) {
    if (tag.empty() || tag.find(',') != std::string::npos) {
      builder.refuse("$.tags", tag, "a tag that is not empty and has no comma");
    }
  }
  if (!options.application_name.empty()) {
    const char first = options.application_name.front();
    if (mode == submission_mode::application || first == '-' || first == '"') {
      builder.property("yarn.application.name", options.application_name, "$.application_name");
    } else {
      builder.option("-ynm", options.application_name, "$.application_name");
    }
  }
  // A second attempt by YARN would start from the restore point of the first one (§8 of the
  // architecture: lineage).
  builder.property("yarn.application-attempts", "1", "$");
  for (const auto& [key, value] : options.configuration)
    builder.property(key, value, "$.configuration");
  if (!options.restore_path.empty()) {
    builder.option("-s", options.restore_path, "$.restore_path");
    if (options.allow_non_restored_state) builder.word("-n");
    if (!options.claim_mode.empty()) {
      const bool known = options.claim_mode == "claim" || options.claim_mode == "no_claim" ||
                         options.claim_mode == "legacy";
      if (!known) {
        builder.refuse("$.claim_mode", options.claim_mode, "claim, no_claim or legacy");
      } else if (at_least(version, 1, 20)) {
        builder.option("--claimMode", options.claim_mode, "$.claim_mode");
      } else if (at_least(version, 1, 15)) {
        builder.option("--restoreMode", options.claim_mode, "$.claim_mode");
      } else if (options.claim_mode != "legacy") {
        builder.refuse("$.claim_mode", options.claim_mode,
                       fmt::format("legacy or none: Flink {} has no other (1.15 introduced them)",
                                   version.text));
      }
    }
  }
  for (const std::string& word : builder.argv()) {
    if (word == incarnation_placeholder) builder.refuse("$", word, "any text but this one");
  }
  if (!builder.problems().empty()) {
    return fail(
        refused(fmt::format("cannot write this incarnation's options for Flink {}", version.text),
                std::move(builder.problems())));
  }
  return std::move(builder.argv());
}

result<std::vector<std::string>> substitute_incarnation(
    const std::vector<std::string>& command, const std::vector<std::string>& incarnation) {
  const auto count = std::count(command.begin(), command.end(), incarnation_placeholder);
  if (count != 1) {
    return fail(status_code::invalid_argument,
                fmt::format("the command has {} {} times, not once; it was not written by this "
                            "project or was changed by "
                            "hand",
                            incarnation_placeholder, count),
                "create the component again");
  }
  std::vector<std::string> argv;
  argv.reserve(command.size() + incarnation.size());
  for (const std::string& word : command) {
    if (word == incarnation_placeholder) {
      argv.insert(argv.end(), incarnation.begin(), incarnation.end());
    } else {
      argv.push_back(word);
    }
  }
  return argv;
}

}  // namespace dm::flink
