// The plugins of this Deployment Manager, by component type.
// SPDX-License-Identifier: Apache-2.0
#include "plugin/plugin_directory.h"

#include "base/log.h"
#include "base/names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <stdexcept>

namespace manager {

plugin_directory::plugin_directory(const std::filesystem::path& directory,
                                   const json::value& environment,
                                   const std::map<std::string, std::string, std::less<>>& settings,
                                   const watchdog_limits& limits)
    : directory_(directory), environment_(environment), settings_(settings), limits_(limits) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    if (entry.path().extension() == ".so" && entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    std::shared_ptr<const plugin_library> library;
    try {
      library = std::make_shared<const plugin_library>(file);
    } catch (const std::runtime_error& problem) {
      problems_.emplace_back(problem.what());
      log::error("event=plugin_not_loaded information={}", problem.what());
      continue;
    }
    const auto [known, added] = libraries_.emplace(library->component_type(), library);
    if (!added) {
      throw std::runtime_error(fmt::format(
          "{} and {} are both for component type \"{}\"; leave one of them in plugins_path",
          known->second->file().string(), file.string(), library->component_type()));
    }
    log::info("event=plugin_loaded type={} name={} version={} file={}", library->component_type(),
              library->name(), library->version(), file.string());
  }
}

plugin_session& plugin_directory::session(const std::string& type) {
  const auto library = libraries_.find(type);
  if (library == libraries_.end()) {
    throw failure(
        failure_kind::failed_validation,
        fmt::format("unknown component type \"{}\": no plugin in {} is for it (known: {}{}{})",
                    printable(type), directory_.string(), fmt::join(types(), ", "),
                    problems_.empty() ? "" : "; not loaded: ", fmt::join(problems_, "; ")));
  }
  const std::lock_guard lock(mutex_);
  auto& opened = sessions_[type];
  if (!opened) {
    const auto settings = settings_.find(type);
    opened = std::make_unique<plugin_session>(library->second, environment_,
                                              settings == settings_.end() ? "" : settings->second,
                                              limits_);
    if (cancelled_) opened->cancel_calls();
  }
  return *opened;
}

std::string plugin_directory::obstacle(const std::string& type) {
  try {
    session(type);
    return {};
  } catch (const std::exception& problem) {
    return problem.what();
  }
}

void plugin_directory::cancel_calls() {
  const std::lock_guard lock(mutex_);
  cancelled_ = true;
  for (const auto& [type, opened] : sessions_) {
    if (opened) opened->cancel_calls();
  }
}

std::map<std::string, plugin_health> plugin_directory::health() const {
  const std::lock_guard lock(mutex_);
  std::map<std::string, plugin_health> result;
  for (const auto& [type, opened] : sessions_) {
    if (opened) result.emplace(type, opened->health());
  }
  return result;
}

std::vector<std::string> plugin_directory::types() const {
  std::vector<std::string> result;
  for (const auto& [type, library] : libraries_) result.push_back(type);
  return result;
}

}  // namespace manager
