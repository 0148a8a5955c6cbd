// What is in the archives of deployed packages, file by file: written when the archive is read
// through at its deployment, so that nobody has to read it again to answer.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registry/database.h"

#include <cstdint>
#include <string>
#include <vector>

namespace manager {

struct package_file {
  std::string path;  // below the archive's top-level directory
  std::int64_t size = 0;
  int mode = 0;  // as the archive has it: 0755
  std::string sha256;

  bool operator==(const package_file&) const = default;
};

class package_file_store {
 public:
  explicit package_file_store(database& registry) : registry_(registry) {}

  /// Instead of what was known of the package.
  void replace(const std::string& package, const std::vector<package_file>& files);
  void erase(const std::string& package);
  /// In the order of paths (of their bytes), those beyond `after`, at most `limit` (or no_limit).
  std::vector<package_file> list(const std::string& package, const std::string& after,
                                 std::int64_t limit);

 private:
  database& registry_;
};

}  // namespace manager
