// Reads a Flink client's configuration directory.
// SPDX-License-Identifier: Apache-2.0
#include "flink/installed_configuration.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "flink/changelog.h"
#include "flink/command_builder.h"
#include "flink/configuration_file.h"
#include "flink/library_keys.h"
#include "io/file.h"

namespace dm::flink {
namespace {

constexpr std::size_t largest_file = std::size_t{1} << 20;

// Reserved keys that every command line of this project sets itself, over what the file says, once
// the file does not switch that command line off.
bool set_by_every_command(std::string_view key) {
  constexpr std::array<std::string_view, 9> keys = {"yarn.tags",
                                                    "yarn.application.name",
                                                    "yarn.application-attempts",
                                                    "state.checkpoints.dir",
                                                    "state.backend.fs.checkpointdir",
                                                    "execution.checkpointing.dir",
                                                    "state.savepoints.dir",
                                                    "savepoints.state.backend.fs.dir",
                                                    "execution.checkpointing.savepoint-dir"};
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

std::string reason_for(const version& version, submission_mode mode, const configured_key& set) {
  if (set_by_every_command(set.key)) return {};
  if (set.key == "execution.target") {
    // Application mode names its target on the command line.
    if (main_in_cluster(mode)) return {};
    return fmt::format(
        "it switches the YARN options of Flink {}'s command line off: the application would have "
        "neither the component's tags nor its checkpoint directory; remove it and name the target "
        "on the command line where it is needed",
        version.text);
  }
  // What Flink takes when the key is absent does no harm where it is written down.
  if (set.key == "execution.attached" && set.value == "false") return {};
  if (set.key == "execution.shutdown-on-application-finish" && set.value == "true") return {};
  if (set.key == "execution.submit-failed-job-on-application-error" && set.value == "false")
    return {};
  if (set.key.ends_with(".ignore-unclaimed-state") && set.value == "false") return {};
  if (set.key.ends_with(".create-subdir") && set.value == "true") return {};
  if (is_changelog_key(set.key) && set.value == "true")
    return "how a job is restored depends on it: set it in component_flink_configuration or in the "
           "setting flink_configuration, where it is taken into account";
  return reserved_key_reason(set.key);
}

}  // namespace

result<installed_file> read_installed_file(const version& version, const std::string& directory) {
  // The older file wins where both are there.
  std::vector<std::string> names;
  if (version.major < 2) names.emplace_back("flink-conf.yaml");
  if (at_least(version, 1, 19)) names.emplace_back("config.yaml");
  for (const std::string& name : names) {
    const std::string path = (std::filesystem::path(directory) / name).string();
    // A link to a file of the site is what many installations have.
    std::error_code no_link;
    const std::filesystem::path target = std::filesystem::canonical(path, no_link);
    auto text = io::read_file(no_link ? path : target.string(), largest_file);
    if (!text && text.error().code == status_code::not_found) continue;
    if (!text) {
      return fail(
          status_code::unavailable,
          fmt::format("Flink's configuration {} cannot be read: {}", path, text.error().message));
    }
    return installed_file{path, name == "config.yaml" ? read_yaml_configuration(*text)
                                                      : read_flat_configuration(*text)};
  }
  return installed_file{};
}

result<installed_configuration> read_installed_configuration(const version& version,
                                                             submission_mode mode,
                                                             const std::string& directory) {
  auto file = read_installed_file(version, directory);
  if (!file) return fail(std::move(file.error()));
  installed_configuration found;
  for (const configured_key& set : file->content.keys) {
    found.keys.emplace_back(set.key, set.value);
    if (std::string reason = reason_for(version, mode, set); !reason.empty())
      found.refused.push_back({file->path, set.line, set.key, set.value, std::move(reason)});
    if (is_library_key(set.key))
      found.libraries.push_back({file->path, set.line, set.key, set.value, {}});
    if (set.key.starts_with("metrics."))
      found.metrics.push_back({file->path, set.line, set.key, set.value, {}});
  }
  for (const int line : file->content.not_understood)
    found.not_understood.push_back(fmt::format("{}:{}", file->path, line));
  return found;
}

}  // namespace dm::flink
