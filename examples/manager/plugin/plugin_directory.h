// The plugins of this Deployment Manager, by component type.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "plugin/plugin_library.h"
#include "plugin/plugin_session.h"

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace manager {

class plugin_directory {
 public:
  /// Loads every *.so of the directory. One that cannot be loaded is logged and left out; two for
  /// the same type are an error (std::runtime_error): which one would run must not depend on names.
  /// `environment` and `settings` (type -> JSON object) outlive this object.
  plugin_directory(const std::filesystem::path& directory, const json::value& environment,
                   const std::map<std::string, std::string, std::less<>>& settings,
                   const watchdog_limits& limits = {});

  /// The type's session, opened at first use and, after a failure, tried again at the next. Throws
  /// failure(failed_validation) that names the type and those that are known. [any-thread]
  plugin_session& session(const std::string& type);

  /// Why nothing can be asked of the type's plugin: it is not there, was not loaded, or refuses the
  /// environment. Empty: it can. [any-thread]
  std::string obstacle(const std::string& type);

  /// Cancels what runs in any of them, and whatever is asked for later. [any-thread]
  void cancel_calls();
  /// Those that are open, by type. [any-thread]
  std::map<std::string, plugin_health> health() const;
  const std::map<std::string, std::shared_ptr<const plugin_library>>& libraries() const {
    return libraries_;
  }

  /// Types for which there is a library, in order.
  std::vector<std::string> types() const;
  /// What could not be loaded, for --check-config.
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  std::filesystem::path directory_;
  const json::value& environment_;
  const std::map<std::string, std::string, std::less<>>& settings_;
  std::map<std::string, std::shared_ptr<const plugin_library>> libraries_;
  std::vector<std::string> problems_;
  const watchdog_limits limits_;
  mutable std::mutex mutex_;
  bool cancelled_ = false;                                           // guarded by mutex_
  std::map<std::string, std::unique_ptr<plugin_session>> sessions_;  // guarded by mutex_
};

}  // namespace manager
