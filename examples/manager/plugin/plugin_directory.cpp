// The plugins of this Deployment Manager, by component type.
// SPDX-License-Identifier: Apache-2.0
#include "plugin/plugin_directory.h"

#include "base/log.h"
#include "base/names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <stdexcept>
#include <utility>

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
      library = load_in_time(file, limits_);
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
    slots_[library->component_type()].breaker = std::make_shared<circuit_breaker>(limits_.breaker);
  }
}

std::string plugin_directory::absence_of(const std::string& type) const {
  return fmt::format("unknown component type \"{}\": no plugin in {} is for it (known: {}{}{})",
                     printable(type), directory_.string(), fmt::join(types(), ", "),
                     problems_.empty() ? "" : "; not loaded: ", fmt::join(problems_, "; "));
}

plugin_session& plugin_directory::session_of_existing(const std::string& type) {
  if (libraries_.contains(type)) return session(type);
  throw failure(failure_kind::failed_connection, absence_of(type));
}

plugin_session& plugin_directory::session(const std::string& type) {
  if (!libraries_.contains(type)) {
    throw failure(failure_kind::failed_validation, absence_of(type));
  }
  std::unique_lock lock(mutex_);
  slot& mine = slots_.at(type);
  tried_.wait(lock, [&mine] { return !mine.opening; });
  if (mine.session) return *mine.session;
  if (!mine.breaker->admit(std::chrono::steady_clock::now())) {
    throw failure(failure_kind::failed_connection, mine.problem);
  }
  mine.opening = true;
  lock.unlock();
  std::unique_ptr<plugin_session> made;
  std::string problem;
  std::exception_ptr thrown;
  try {
    made = opened(type, mine);
  } catch (const std::exception& why) {
    problem = why.what();
    thrown = std::current_exception();
  }
  lock.lock();
  mine.opening = false;
  mine.problem = problem;
  mine.session = std::move(made);
  if (mine.session && closing_.requested()) mine.session->cancel_calls();
  tried_.notify_all();
  if (thrown) std::rethrow_exception(thrown);
  return *mine.session;
}

// Not under the lock: the plugin may take its time, and others must be able to ask how it does.
std::unique_ptr<plugin_session> plugin_directory::opened(const std::string& type,
                                                         const slot& mine) {
  const auto settings = settings_.find(type);
  return std::make_unique<plugin_session>(libraries_.at(type), environment_,
                                          settings == settings_.end() ? "" : settings->second,
                                          limits_, mine.breaker, &closing_);
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
  // First: an open that ends from now on finds it requested.
  closing_.request();
  const std::lock_guard lock(mutex_);
  for (const auto& [type, one] : slots_) {
    if (one.session) one.session->cancel_calls();
  }
}

std::map<std::string, plugin_health> plugin_directory::health() const {
  const std::lock_guard lock(mutex_);
  std::map<std::string, plugin_health> result;
  for (const auto& [type, one] : slots_) {
    const std::size_t stuck = one.breaker->stuck();
    result[type] =
        one.session ? one.session->health()
                    : plugin_health{false, stuck + (one.opening ? 1 : 0), stuck,
                                    to_text(one.breaker->state(std::chrono::steady_clock::now()))};
  }
  return result;
}

std::vector<std::string> plugin_directory::open_problems() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> problems;
  for (const auto& [type, one] : slots_) {
    if (one.opening) {
      problems.push_back(fmt::format("the plugin for {} is just being opened", type));
    } else if (!one.session && !one.problem.empty()) {
      problems.push_back(one.problem);
    }
  }
  return problems;
}

std::vector<std::string> plugin_directory::types() const {
  std::vector<std::string> result;
  for (const auto& [type, library] : libraries_) result.push_back(type);
  return result;
}

}  // namespace manager
