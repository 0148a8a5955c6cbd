// The command line of each Flink version. Sources: `flink run --help` of 1.13.6, 1.20.5 and 2.3.0,
// CliFrontendParser of the versions between; the forms of these three were run on a YARN cluster.
// SPDX-License-Identifier: Apache-2.0
#include "flink/dialect.h"

#include "flink/command_builder.h"
#include "flink/configuration_value.h"
#include "flink/path_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace dm::flink {
namespace {

constexpr int oldest_minor_of_1 = 13;
constexpr int newest_minor_of_1 = 20;
constexpr int newest_minor_of_2 = 3;

bool ship_key(std::string_view key) {
  return key == "yarn.ship-files" || key == "yarn.ship-directories";
}

// Directories and files that go to all containers: the caller's, then those that configuration and
// options name. They become one list, because the last -yD of a key replaces the others and
// application.properties would be lost (INV-6).
struct shipping {
  std::vector<std::string> paths;

  void add_path(std::string path) {
    if (std::find(paths.begin(), paths.end(), path) == paths.end())
      paths.push_back(std::move(path));
  }
  void add_list(std::string_view list) {
    for (const std::string_view path : split_paths(list)) add_path(std::string(path));
  }
};

void add_action(command_builder& builder) {
  switch (builder.mode()) {
    case submission_mode::application:
    case submission_mode::direct:
      builder.word(builder.flink().major >= 2 ? "run" : "run-application");
      builder.word("-t");
      builder.word("yarn-application");
      return;
    case submission_mode::per_job:
    case submission_mode::attached:
      builder.word("run");
      builder.word("-m");
      builder.word("yarn-cluster");
      if (builder.mode() == submission_mode::per_job) builder.word("-d");
      return;
  }
}

void add_configuration(command_builder& builder, const submission& submission, shipping& ship) {
  for (const auto& [key, value] : submission.configuration) {
    if (ship_key(key)) {
      ship.add_list(value);
    } else {
      builder.property(key, value, "$.configuration");
    }
  }
}

// They come after the configuration, so that what a user wrote there wins.
void add_extra_options(command_builder& builder, const submission& submission, shipping& ship) {
  const auto& options = submission.extra_options;
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (options[i] == builder.property_option() && i + 1 < options.size()) {
      const std::string_view property = options[i + 1];
      const std::string_view key = property.substr(0, property.find('='));
      if (ship_key(key)) {
        ship.add_list(property.substr(std::min(key.size() + 1, property.size())));
        ++i;
        continue;
      }
      builder.note_key(key);
    }
    builder.word(options[i]);
  }
}

void add_parallelism(command_builder& builder, const std::string& parallelism) {
  const bool number = parallelism.size() <= 6 && parallelism.front() != '0' &&
                      std::all_of(parallelism.begin(), parallelism.end(),
                                  [](char c) { return c >= '0' && c <= '9'; });
  if (!number) builder.refuse("$.parallelism", parallelism, "a positive number");
  builder.word("-p");
  builder.word(parallelism);
}

void add_shipping(command_builder& builder, const shipping& ship) {
  for (const std::string& path : ship.paths) {
    // The list is split at ';', and quotes in it have a meaning.
    if (path.find_first_of(";\"'") != std::string::npos) {
      builder.refuse("$.ship_directories", path, "a path without semicolon and quotes");
    }
  }
  if (ship.paths.empty()) return;
  if (main_in_cluster(builder.mode())) {
    builder.property("yarn.ship-files", fmt::format("{}", fmt::join(ship.paths, ";")),
                     "$.ship_directories");
  } else {
    for (const std::string& path : ship.paths) builder.option("-yt", path, "$.ship_directories");
  }
}

// How main() finds the program's files: in application mode they are shipped and lie in the
// container's directory.
class python_program {
 public:
  python_program(command_builder& builder, const submission& submission, shipping& ship)
      : builder_(builder) {
    if (builder.mode() == submission_mode::direct)
      builder.refuse("$.mode", to_string(builder.mode()),
                     "application: a Python program needs Flink's client");
    if (builder.mode() == submission_mode::application && !at_least(builder.flink(), 1, 15)) {
      builder.refuse(
          "$.mode", to_string(builder.mode()),
          fmt::format(
              "per-job or attached: Flink {} has no application mode for Python on YARN, 1.15 "
              "introduced it",
              builder.flink().text));
    }
    main_ = place(submission.main_python, "$.main_python", ship);
    for (const std::string& file : submission.python_files) {
      if (file.find(',') != std::string::npos)
        builder.refuse("$.python_files", file, "a path without comma");
      files_.push_back(place(file, "$.python_files", ship));
    }
  }

  void add_options(const submission& submission) {
    if (!submission.python_client_executable.empty()) {
      if (at_least(builder_.flink(), 1, 14)) {
        builder_.option("-pyclientexec", submission.python_client_executable,
                        "$.python_client_executable");
      } else {
        builder_.property("python.client.executable", submission.python_client_executable,
                          "$.python_client_executable");
      }
    }
    if (!submission.python_executable.empty()) {
      builder_.option("-pyexec", submission.python_executable, "$.python_executable");
    }
    if (!files_.empty())
      builder_.option("-pyfs", fmt::format("{}", fmt::join(files_, ",")), "$.python_files");
  }

  void add_program(bool has_arguments) {
    builder_.option("-py", main_, "$.main_python");
    if (!has_arguments) return;
    // The client would take options of its own out of the program's arguments; "--" ends its
    // reading. In application mode the JobManager reads them once more. (seen
    // on 1.13.6, 1.20.5, 2.3.0)
    builder_.word("--");
    if (main_in_cluster(builder_.mode())) builder_.word("--");
  }

 private:
  std::string place(const std::string& path, std::string_view member, shipping& ship) {
    if (!path.starts_with('/')) builder_.refuse(member, path, "an absolute path");
    if (!main_in_cluster(builder_.mode())) return path;
    std::string name = std::filesystem::path(path).filename().string();
    if (!names_.insert(name).second) {
      builder_.refuse(member, path,
                      "files with different names: they lie side by side in the container");
    }
    ship.add_path(path);
    return name;
  }

  command_builder& builder_;
  std::set<std::string> names_;
  std::string main_;
  std::vector<std::string> files_;
};

void add_arguments(command_builder& builder, const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    if (argument == incarnation_placeholder) {
      builder.refuse("$.arguments", argument, "any text but this one, which the guard replaces");
    }
    if (std::string reason = program_argument_reason(builder.flink(), builder.mode(), argument);
        !reason.empty()) {
      builder.refuse("$.arguments", argument, std::move(reason));
    }
    builder.word(argument);
  }
}

void add_jar(command_builder& builder, const submission& submission) {
  if (!submission.main_class.empty()) builder.option("-c", submission.main_class, "$.main_class");
  // An absolute path cannot be taken for an option, and what follows it is the program's.
  if (!submission.main_jar.starts_with('/'))
    builder.refuse("$.main_jar", submission.main_jar, "an absolute path");
  builder.word(incarnation_placeholder);
  builder.word(submission.main_jar);
}

}  // namespace

result<submission_mode> parse_submission_mode(std::string_view text) {
  for (const submission_mode mode : {submission_mode::per_job, submission_mode::attached,
                                     submission_mode::application, submission_mode::direct}) {
    if (text == to_string(mode)) return mode;
  }
  return fail(status_code::invalid_argument,
              fmt::format("\"{}\" is no way to submit a Flink program", first_line(text, 40)),
              "allowed are per-job, attached, application, direct");
}

std::string_view to_string(submission_mode mode) {
  switch (mode) {
    case submission_mode::per_job:
      return "per-job";
    case submission_mode::attached:
      return "attached";
    case submission_mode::application:
      return "application";
    case submission_mode::direct:
      return "direct";
  }
  return "per-job";
}

bool known_version(const version& version) {
  if (version.major == 1)
    return version.minor >= oldest_minor_of_1 && version.minor <= newest_minor_of_1;
  return version.major == 2 && version.minor <= newest_minor_of_2;
}

std::string known_versions() {
  return fmt::format("1.{} ... 1.{}, 2.0 ... 2.{}", oldest_minor_of_1, newest_minor_of_1,
                     newest_minor_of_2);
}

result<std::vector<std::string>> render_command(const version& version,
                                                const submission& submission) {
  if (auto possible = check_mode(version, submission.mode); !possible)
    return fail(std::move(possible.error()));
  command_builder builder(version, submission.mode);
  if (!submission.flink_command.starts_with('/')) {
    builder.refuse("$.flink_command", submission.flink_command, "an absolute path");
  }
  if (submission.main_jar.empty() == submission.main_python.empty()) {
    builder.refuse("$.main_jar", submission.main_jar, "either a jar or a Python program");
  }
  builder.word(submission.flink_command);
  add_action(builder);
  shipping ship;
  for (const std::string& directory : submission.ship_directories) ship.add_path(directory);
  add_configuration(builder, submission, ship);
  add_extra_options(builder, submission, ship);
  if (!submission.parallelism.empty()) add_parallelism(builder, submission.parallelism);
  if (submission.main_python.empty()) {
    add_shipping(builder, ship);
    add_jar(builder, submission);
  } else {
    python_program program(builder, submission, ship);
    add_shipping(builder, ship);
    program.add_options(submission);
    builder.word(incarnation_placeholder);
    program.add_program(!submission.arguments.empty());
  }
  add_arguments(builder, submission.arguments);
  builder.check_nesting();
  auto argv = builder.take("a command");
  if (argv && std::count(argv->begin(), argv->end(), incarnation_placeholder) != 1) {
    return fail(status_code::invalid_argument,
                fmt::format("cannot write a command for Flink {}: an option has the value {}",
                            version.text, incarnation_placeholder),
                "use another text: the guard replaces this one");
  }
  return argv;
}

}  // namespace dm::flink
