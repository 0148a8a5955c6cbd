// One plugin's shared library, loaded through the C contract of dm_plugin.h and nothing else.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugin/watchdog_limits.h"

#include <dm_plugin.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

namespace manager {

/// Loads on construction, unloads on destruction; sessions must be closed by then.
class plugin_library {
 public:
  /// Throws std::runtime_error that says what is wrong with the file: not loadable, no entry
  /// function, another major of the contract, an incomplete table, an unreadable manifest. It runs
  /// the library's own code, and so may not come back: see load_in_time.
  explicit plugin_library(const std::filesystem::path& file, const watchdog_limits& limits = {});

  const dm_plugin& table() const { return *table_; }
  const std::filesystem::path& file() const { return file_; }
  const std::string& name() const { return name_; }
  const std::string& version() const { return version_; }
  const std::string& component_type() const { return component_type_; }

 private:
  struct unloader {
    std::chrono::milliseconds longest;
    void operator()(void* handle) const;
  };

  std::filesystem::path file_;
  std::unique_ptr<void, unloader> handle_;
  const dm_plugin* table_ = nullptr;  // never NULL after construction
  std::string name_;
  std::string version_;
  std::string component_type_;
};

/// The same on a thread that is waited for at most limits.open; throws std::runtime_error when it
/// has not come back by then, too.
std::shared_ptr<const plugin_library> load_in_time(const std::filesystem::path& file,
                                                   const watchdog_limits& limits);

}  // namespace manager
