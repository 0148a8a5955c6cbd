// One process a directory.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/file.h"

#include <filesystem>
#include <string_view>

namespace manager {

/// Whether some process holds the directory's lock at the moment. Makes nothing.
bool is_locked(const std::filesystem::path& directory);

/// Held while this process uses a directory: two Deployment Managers would undo each other's work.
class directory_lock {
 public:
  /// Makes the directory if need be, for this account alone. Throws std::runtime_error, naming the
  /// configuration's `key`, when another process has it.
  directory_lock(const std::filesystem::path& directory, std::string_view key);

 private:
  file_descriptor descriptor_;
};

}  // namespace manager
