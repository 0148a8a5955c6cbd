// The Deployment Manager as a whole: makes its parts in order, ends them in the reverse order.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "configuration/configuration.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace manager {

/// What a start would fail at on this machine, looked at without a change: paths, listeners, token
/// file, log_file and port_file. Adds to `problems`.
void check_start(const configuration& settings, std::vector<problem>& problems);

/// The same of a configuration that has `problems` and was read all the same: nothing of what is
/// wrong already, or follows from it. Adds to `problems`.
void check_rest(const configuration& settings, std::vector<problem>& problems);

/// The registry, looked at without a change: a start must be able to read it, and have a plugin for
/// each type that it has components of. `types` are those that there are plugins for.
void check_registry(const configuration& settings, const std::vector<std::string>& types,
                    std::vector<problem>& problems);

/// What a start goes on in spite of, and may not be meant.
std::vector<problem> start_warnings(const configuration& settings);

class deployment_manager {
 public:
  /// Opens everything, takes up what an earlier process left, and serves. Throws when it cannot: a
  /// second Deployment Manager on the same data_root, a taken port, a damaged registry.
  /// `failed` is called, on a thread of the server's, when it cannot be reached any more: the
  /// process should end.
  explicit deployment_manager(
      configuration settings,
      std::function<void(const std::string& why)> failed = [](const std::string&) {});
  /// Cancels what is under way (it stays in the journal), cuts off what is still connected after a
  /// grace, and closes the plugins.
  ~deployment_manager();
  deployment_manager(const deployment_manager&) = delete;
  deployment_manager& operator=(const deployment_manager&) = delete;

  /// Reads tokens and certificates again; what cannot be used is told and the old is kept.
  /// [any-thread]
  void reload();

  int port() const;  // of the first TCP listener; 0: there is none
  /// Where it is reached: "unix:/run/…", "http://127.0.0.1:5000".
  std::vector<std::string> addresses() const;

 private:
  struct parts;
  configuration settings_;
  std::unique_ptr<parts> parts_;
};

}  // namespace manager
