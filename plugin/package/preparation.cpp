// Checks of a staged component.
// SPDX-License-Identifier: Apache-2.0
#include "package/preparation.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "component/working_directory.h"
#include "input/text_rules.h"
#include "package/application_properties.h"
#include "package/command_plan.h"
#include "package/configuration_check.h"
#include "package/jvm_flags.h"
#include "package/metrics_check.h"
#include "package/program_check.h"
#include "package/queue_plan.h"
#include "package/schedule_check.h"
#include "package/submission_choice.h"

namespace dm::package {

using input::settings;
using input::shown;

namespace {

constexpr std::int64_t largest_properties_file = 4 << 20;
constexpr std::string_view resource_name = "application.properties";

// "a.jar, b.jar": the files that could have been meant, for people.
std::string some_of(const std::vector<std::string>& files, std::string_view ending) {
  constexpr std::size_t most = 5;
  std::string text;
  std::size_t count = 0;
  for (const std::string& file : files) {
    if (!file.ends_with(ending) || ++count > most) continue;
    text += (text.empty() ? "" : ", ") + shown(file);
  }
  if (count == 0) return fmt::format("none: the package has no {} file", ending);
  return count > most ? text + ", …" : text;
}

void read_application_properties(const std::string& folder, const property_map& properties,
                                 preparation& result) {
  std::optional<std::string> package_file;
  if (const package_file_entry* file = result.files.find(resource_name)) {
    if (file->size_bytes > largest_properties_file) {
      result.reading.problems.push_back({std::string(resource_name),
                                         fmt::format("{} bytes", file->size_bytes),
                                         fmt::format("at most {} bytes", largest_properties_file)});
      return;
    }
    auto text = io::read_file(folder + "/" + std::string(resource_name),
                              static_cast<std::size_t>(largest_properties_file));
    if (!text) {
      result.obstacle = text.error();
      return;
    }
    package_file = std::move(*text);
  }
  auto rendered = render_application_properties(package_file, properties,
                                                result.reading.descriptor.generates_properties,
                                                references::complete);
  result.application_properties = std::move(rendered.text);
  result.reading.problems.append(std::move(rendered.problems));
  for (warning& one : rendered.warnings) add_warning(result.reading.warnings, std::move(one));
}

// Where the component has what the dialect found wrong with a member of the submission.
std::string path_of(const std::string& member) {
  struct entry {
    std::string_view member;
    std::string_view property;
  };
  static constexpr std::array<entry, 8> entries = {{
      {"$.configuration", "component_flink_configuration"},
      {"$.main_jar", "component_main_jar"},
      {"$.main_class", "component_main_class"},
      {"$.main_python", "component_main_py"},
      {"$.python_files", "component_py_files"},
      {"$.python_executable", "component_flink_python_executable"},
      {"$.python_client_executable", "component_flink_python_client_executable"},
      {"$.arguments", "component_application_args"},
  }};
  for (const entry& candidate : entries) {
    if (candidate.member == member) return property_path(candidate.property);
  }
  return "the flink command: " + member;
}

// Its own configuration directory for the client, where nothing speaks against it.
void plan_logging(const settings& settings, descriptor_reading& reading) {
  descriptor& read = reading.descriptor;
  const auto [directory, own] = configuration_directory_of(settings, read);
  if (!own && directory.starts_with('/'))
    read.client_configuration = plan_client_configuration(directory, read.logging);
  if (read.client_configuration || !read.logging.given) return;
  add_warning(reading.warnings,
              {property_path("component_flink_log_level"),
               own ? "the properties component_flink_log_* have no effect: the component has a "
                     "FLINK_CONF_DIR of its own, whose logging counts"
                   : fmt::format("the properties component_flink_log_* have no effect: {} has no "
                                 "log4j.properties that could be replaced",
                                 directory)});
}

std::vector<std::string> top_level_of(const package_listing& files) {
  std::vector<std::string> names;  // files are sorted, but "a.b" comes between "a" and "a/c"
  for (const package_file_entry& file : files.files) {
    std::string name = file.path.substr(0, file.path.find('/'));
    if (std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(std::move(name));
  }
  return names;
}

}  // namespace

result<flink::version> installed_flink(const settings& settings) {
  auto installed = flink::installed_version(settings.flink_home);
  if (!installed) {
    error e = installed.error();
    if (e.code == status_code::not_found) e.code = status_code::failed_precondition;
    return fail(std::move(e));
  }
  if (flink::known_version(*installed)) return installed;
  return fail(
      status_code::failed_precondition,
      fmt::format("the Flink at {} is version {}, which this plugin does not know; known are {}",
                  settings.flink_home, installed->text, flink::known_versions()),
      "install one of the known versions, or set flink_home to one");
}

std::vector<problem> check_file_names(const descriptor& descriptor,
                                      const std::vector<std::string>& files) {
  std::vector<problem> problems;
  const auto has = [&](const std::string& path) {
    return std::find(files.begin(), files.end(), path) != files.end();
  };
  const auto has_below = [&](const std::string& path) {
    return std::any_of(files.begin(), files.end(),
                       [&](const std::string& file) { return file.starts_with(path + "/"); });
  };
  const auto require = [&](std::string_view property, const std::string& path,
                           std::string_view ending) {
    if (path.empty() || has(path)) return;
    problems.push_back({property_path(property), shown(path) + ", which is not in the package",
                        some_of(files, ending)});
  };
  for (const std::string& file : files) {
    if (!component::is_reserved_name(std::string_view(file).substr(0, file.find('/')))) continue;
    problems.push_back({"package: " + shown(file), "a name that flink-guard uses itself",
                        fmt::format("names other than {} and {} at the top of a component",
                                    component::guard_lock_name, component::client_lock_name)});
  }
  require("component_main_jar", descriptor.main_jar, ".jar");
  require("component_main_py", descriptor.main_python, ".py");
  for (const std::string& file : descriptor.python_files) {
    if (!has_below(file)) require("component_py_files", file, ".py");
  }
  return problems;
}

void check_command(const settings& settings, const component::component_name& name,
                   descriptor_reading& reading, const flink::version& installed) {
  check_schedule(settings, name, reading);
  if (!reading.problems.empty()) return;
  check_metrics(settings, name, installed, reading);
  check_queue_request(settings, reading);
  if (!reading.problems.empty()) return;
  choose_submission(settings, name, installed, reading);
  if (!reading.problems.empty()) return;
  const auto command = plan_command(settings, name, reading.descriptor, installed);
  if (command) return;
  const error& e = command.error();
  if (e.details.empty()) {
    reading.problems.push_back({property_path("component_flink_submission"), e.message, e.hint});
  }
  for (const problem& p : e.details) {
    reading.problems.push_back({path_of(p.path), p.found, p.allowed});
  }
}

preparation prepare(const settings& settings, const io::operation& op,
                    const component::component_name& name, const property_map& properties,
                    const std::string& staged_path, bool hashes) {
  preparation result;
  auto installed = installed_flink(settings);
  if (installed) result.installed = *installed;
  result.reading = read_descriptor(properties, name, result.installed, references::complete);
  if (!installed) result.obstacle = std::move(installed.error());
  if (result.installed) {
    check_command(settings, name, result.reading, *result.installed);
    if (auto failure = check_installed_configuration(settings, *result.installed, result.reading))
      result.obstacle = std::move(failure);
    for (warning& one : check_start_profile(result.reading.descriptor, *result.installed, settings))
      add_warning(result.reading.warnings, std::move(one));
    plan_logging(settings, result.reading);
    check_installed_metrics(settings, name, *result.installed, result.reading);
  }

  auto files = list_package(op, staged_path, hashes);
  if (!files) {
    result.obstacle = std::move(files.error());
    return result;
  }
  result.files = std::move(*files);
  auto& problems = result.reading.problems;
  problems.append(std::move(result.files.problems));
  std::vector<std::string> names;
  for (const package_file_entry& file : result.files.files) names.push_back(file.path);
  result.top_level = top_level_of(result.files);

  const descriptor& descriptor = result.reading.descriptor;
  auto missing = check_file_names(descriptor, names);
  problems.append(std::move(missing));
  if (!descriptor.main_jar.empty() && result.files.find(descriptor.main_jar) != nullptr) {
    if (auto checked = check_jar(settings, op, staged_path, result.reading); !checked)
      result.obstacle = std::move(checked.error());
  }
  if (descriptor.python()) check_python(settings, result.reading);
  if (properties.size() <= most_properties)
    read_application_properties(staged_path, properties, result);
  return result;
}

}  // namespace dm::package
