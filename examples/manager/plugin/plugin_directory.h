// The plugins of this Deployment Manager, by component type.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancellation.h"
#include "base/json.h"
#include "plugin/plugin_library.h"
#include "plugin/plugin_session.h"

#include <condition_variable>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace manager {

class plugin_directory {
 public:
  /// Loads every *.so of the directory. One that cannot be loaded, or is not within limits.open, is
  /// logged and left out; two for the same type are an error (std::runtime_error): which one would
  /// run must not depend on names.
  /// `environment` and `settings` (type -> JSON object) outlive this object.
  plugin_directory(const std::filesystem::path& directory, const json::value& environment,
                   const std::map<std::string, std::string, std::less<>>& settings,
                   const watchdog_limits& limits = {});

  /// The type's session, opened at first use and, after a failure, tried again at the next; after
  /// an open that has not come back, when it has or a pause is over. Throws
  /// failure(failed_validation) that names the type and those that are known, and
  /// failure(failed_connection). Others wait for the one who opens it, at most limits.open.
  /// [any-thread]
  plugin_session& session(const std::string& type);
  /// The same for components that exist, in whose type nothing is wrong: a plugin that is not there
  /// at the moment is failure(failed_connection). [any-thread]
  plugin_session& session_of_existing(const std::string& type);

  /// Why nothing can be asked of the type's plugin: it is not there, was not loaded, or refuses the
  /// environment. Empty: it can. [any-thread]
  std::string obstacle(const std::string& type);

  /// Cancels what runs in any of them, and whatever is asked for later. [any-thread]
  void cancel_calls();
  /// Of each type that there is a library for. [any-thread]
  std::map<std::string, plugin_health> health() const;
  /// Why nobody could open a session, for each type whose last try has failed, and for one whose
  /// open has not come back yet. [any-thread]
  std::vector<std::string> open_problems() const;
  const std::map<std::string, std::shared_ptr<const plugin_library>>& libraries() const {
    return libraries_;
  }

  /// Types for which there is a library, in order.
  std::vector<std::string> types() const;
  /// What could not be loaded, for --check-config.
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  /// For people: that there is no library for the type, and why.
  std::string absence_of(const std::string& type) const;

  std::filesystem::path directory_;
  const json::value& environment_;
  const std::map<std::string, std::string, std::less<>>& settings_;
  std::map<std::string, std::shared_ptr<const plugin_library>> libraries_;
  std::vector<std::string> problems_;
  const watchdog_limits limits_;
  /// What there is of a type's session.
  struct slot {
    std::shared_ptr<circuit_breaker> breaker;
    std::unique_ptr<plugin_session> session;  // nullptr: there is none (yet)
    bool opening = false;                     // somebody waits for the plugin
    std::string problem;                      // of the last try
  };
  std::unique_ptr<plugin_session> opened(const std::string& type, const slot& mine);

  cancellation closing_;
  mutable std::mutex mutex_;
  std::condition_variable tried_;
  std::map<std::string, slot> slots_;  // one for each library; its members are guarded by mutex_
};

}  // namespace manager
