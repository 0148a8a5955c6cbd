// How a component is submitted.
// SPDX-License-Identifier: Apache-2.0
#include "package/submission_choice.h"

#include <filesystem>

#include <fmt/format.h>

#include "flink/application_configuration.h"
#include "flink/direct_keys.h"
#include "input/text_rules.h"
#include "package/command_plan.h"
#include "package/configuration_check.h"
#include "package/flink_configuration.h"

namespace dm::package {

using input::settings;

namespace {

constexpr std::string_view submission_property = "component_flink_submission";
constexpr std::string_view arguments_property = "component_application_args";

// What the version's file cannot carry another way of submission can. Where direct was asked for,
// who checks the command tells it.
void add_arguments(const descriptor& descriptor, const flink::version& installed,
                   std::vector<problem>& obstacles) {
  for (const std::string& argument : descriptor.arguments) {
    if (std::string reason = flink::direct_argument_reason(installed, argument); !reason.empty())
      obstacles.push_back({std::string(arguments_property),
                           input::shown_value(arguments_property, argument), std::move(reason)});
  }
}

std::vector<problem> obstacles_of(const settings& settings, const component::component_name& name,
                                  const descriptor& descriptor, const flink::version& installed) {
  const std::string directory = configuration_directory_of(settings, descriptor).path;
  const auto file = flink::read_installed_file(installed, directory);
  // Told by who checks that file.
  if (!file) return {};
  std::vector<problem> obstacles = flink::direct_obstacles(*file);
  if (descriptor.submission_chosen) add_arguments(descriptor, installed, obstacles);
  auto planned = plan_command(settings, name, descriptor, installed);
  if (!planned) return obstacles;  // wrong for other reasons
  const auto argv = flink::substitute_incarnation(*planned, {});
  const auto command = argv ? flink::read_application_command(installed, *argv)
                            : result<flink::application_command>(fail(argv.error()));
  if (!command) {
    for (const problem& one : command.error().details) obstacles.push_back(one);
    return obstacles;
  }
  const auto configuration = flink::merged_configuration(file->content.keys, *command);
  for (problem& one : flink::direct_obstacles(configuration)) obstacles.push_back(std::move(one));
  if (!descriptor.provided_libraries &&
      flink::find_key(configuration, "yarn.provided.lib.dirs") == nullptr)
    obstacles.push_back({"yarn.provided.lib.dirs", "is not set", "component_flink_libraries hdfs"});
  std::error_code unread;
  if (!std::filesystem::exists(std::filesystem::path(directory) / "log4j.properties", unread)) {
    obstacles.push_back({directory, "has no log4j.properties",
                         "log4j's logging, which containers are given; others need the client"});
  }
  const auto text = flink::render_application_configuration(
      installed, configuration, {"Main", "program.jar", descriptor.arguments, "id"});
  if (!text) {
    for (const problem& one : text.error().details) obstacles.push_back(one);
  }
  return obstacles;
}

}  // namespace

void choose_submission(const settings& settings, const component::component_name& name,
                       const flink::version& installed, descriptor_reading& reading) {
  descriptor& descriptor = reading.descriptor;
  if (descriptor.submission != flink::submission_mode::direct) {
    if (!descriptor.submission_reason.empty())
      add_warning(reading.warnings,
                  {property_path(submission_property),
                   fmt::format("auto is {} here: {}", flink::to_string(descriptor.submission),
                               descriptor.submission_reason)});
    return;
  }
  const auto obstacles = obstacles_of(settings, name, descriptor, installed);
  if (obstacles.empty()) return;
  if (descriptor.submission_chosen) {
    const problem& first = obstacles.front();
    descriptor.submission = flink::submission_mode::application;
    descriptor.submission_reason = fmt::format(
        "{} {} ({}){}", first.path, first.found, first.allowed,
        obstacles.size() == 1 ? "" : fmt::format(", and {} more such", obstacles.size() - 1));
    choose_submission(settings, name, installed, reading);
    return;
  }
  for (const problem& one : obstacles) {
    reading.problems.push_back(
        {property_path(submission_property), fmt::format("direct, and {} {}", one.path, one.found),
         fmt::format("{}; or application, or auto, which finds that out", one.allowed)});
  }
}

}  // namespace dm::package
