// What is in the archives of deployed packages.
// SPDX-License-Identifier: Apache-2.0
#include "registry/package_file_store.h"

namespace manager {

void package_file_store::replace(const std::string& package,
                                 const std::vector<package_file>& files) {
  erase(package);
  for (const package_file& one : files) {
    registry_.run(
        "INSERT INTO package_files (package, path, size, mode, sha256) VALUES (?, ?, ?, ?, ?)",
        package, one.path, one.size, one.mode, one.sha256);
  }
}

void package_file_store::erase(const std::string& package) {
  registry_.run("DELETE FROM package_files WHERE package = ?", package);
}

std::vector<package_file> package_file_store::list(const std::string& package,
                                                   const std::string& after, std::int64_t limit) {
  auto query = registry_.query(
      "SELECT path, size, mode, sha256 FROM package_files WHERE package = ? AND path > ? "
      "ORDER BY path LIMIT ?",
      package, after, limit);
  std::vector<package_file> files;
  while (query.step()) {
    files.push_back(
        {query.text(0), query.integer(1), static_cast<int>(query.integer(2)), query.text(3)});
  }
  return files;
}

}  // namespace manager
