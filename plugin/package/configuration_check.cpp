// The installation's own configuration, checked.
// SPDX-License-Identifier: Apache-2.0
#include "package/configuration_check.h"

#include <fmt/format.h>

#include "flink/installed_configuration.h"
#include "input/text_rules.h"
#include "package/flink_configuration.h"

namespace dm::package {

using input::settings;
using input::shown;
using input::shown_value;

namespace {
constexpr std::string_view variable = "FLINK_CONF_DIR";
}  // namespace

configuration_directory configuration_directory_of(const settings& settings,
                                                   const descriptor& descriptor) {
  if (const std::string* own = find_value(descriptor.environment, variable)) return {*own, true};
  const std::string* of_the_node = find_value(settings.flink_environment, variable);
  return {of_the_node != nullptr ? *of_the_node : settings.flink_home + "/conf", false};
}

std::optional<error> check_installed_configuration(const settings& settings,
                                                   const flink::version& installed,
                                                   descriptor_reading& reading) {
  const std::string property =
      property_path("component_flink_environment") + "." + std::string(variable);
  const auto [directory, own] = configuration_directory_of(settings, reading.descriptor);
  // The client and this process have different working directories.
  if (!directory.starts_with('/')) {
    if (!own) {
      error e;
      e.code = status_code::failed_precondition;
      e.message =
          fmt::format("FLINK_CONF_DIR in the setting flink_environment is {}", shown(directory));
      e.hint = "name the directory by an absolute path";
      return e;
    }
    reading.problems.push_back({property, shown(directory), "an absolute path"});
    return std::nullopt;
  }
  const auto read =
      flink::read_installed_configuration(installed, reading.descriptor.submission, directory);
  if (!read) return read.error();
  reading.descriptor.installed_configuration = read->keys;
  for (const std::string& place : read->not_understood) {
    add_warning(reading.warnings,
                {own ? property : "$.settings.flink_home",
                 fmt::format("the key at {} could not be read, and so not be checked", place)});
  }
  problem_list refused;
  for (const flink::installed_key& key : read->refused) {
    std::string found = fmt::format("{}: {} at {}:{}", key.key, shown_value(key.key, key.value),
                                    key.file, key.line);
    refused.push_back({own ? property : "$.settings.flink_home", std::move(found), key.reason});
  }
  if (refused.empty()) return std::nullopt;
  if (own) {
    reading.problems.append(std::move(refused));
    return std::nullopt;
  }
  error e;
  e.code = status_code::failed_precondition;
  e.message = fmt::format(
      "Flink's configuration on this node, in {}, has {} that would take components out of this "
      "plugin's hands: {}",
      shown(directory, 300), refused.count() == 1 ? "a key" : "keys", refused.front().found);
  e.hint = "take the keys out of that file; components have properties for what they do";
  e.details = refused.details();
  return e;
}

}  // namespace dm::package
