// One plugin's shared library, loaded through the C contract of dm_plugin.h and nothing else.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <dm_plugin.h>

#include <filesystem>
#include <memory>
#include <string>

namespace manager {

/// Loads on construction, unloads on destruction; sessions must be closed by then.
class plugin_library {
 public:
  /// Throws std::runtime_error that says what is wrong with the file: not loadable, no entry
  /// function, another major of the contract, an incomplete table, an unreadable manifest.
  explicit plugin_library(const std::filesystem::path& file);

  const dm_plugin& table() const { return *table_; }
  const std::filesystem::path& file() const { return file_; }
  const std::string& name() const { return name_; }
  const std::string& version() const { return version_; }
  const std::string& component_type() const { return component_type_; }

 private:
  struct unloader {
    void operator()(void* handle) const;
  };

  std::filesystem::path file_;
  std::unique_ptr<void, unloader> handle_;
  const dm_plugin* table_ = nullptr;  // never NULL after construction
  std::string name_;
  std::string version_;
  std::string component_type_;
};

}  // namespace manager
