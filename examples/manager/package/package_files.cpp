// Where the Deployment Manager keeps archives of its own.
// SPDX-License-Identifier: Apache-2.0
#include "package/package_files.h"

#include "base/failure.h"
#include "base/file.h"

#include <fmt/format.h>

#include <unistd.h>
#include <cerrno>
#include <system_error>
#include <vector>

namespace manager {

package_files::package_files(const std::filesystem::path& data_root)
    : deployed_(data_root / "packages"), operations_(data_root / "operations") {
  make_private_directory(deployed_);
  make_private_directory(operations_);
  remove_unfinished_files(deployed_);
}

std::filesystem::path package_files::deployed(const std::string& package) const {
  return deployed_ / (package + ".tar.gz");
}

std::filesystem::path package_files::of_operation(const std::string& id,
                                                  const std::string& role) const {
  return operations_ / (id + (role.empty() ? "" : "." + role) + ".tar.gz");
}

void package_files::keep_for_operation(const std::string& package, const std::string& id,
                                       const std::string& role) const {
  if (::link(deployed(package).c_str(), of_operation(id, role).c_str()) != 0) {
    const int why = errno;
    if (why != ENOENT) {
      throw std::system_error(why, std::generic_category(),
                              fmt::format("cannot keep the archive of {}", package));
    }
    throw failure(
        failure_kind::not_found,
        fmt::format("the archive of {} is missing: undeploy and deploy it again", package));
  }
  sync_directory(operations_);
}

void package_files::remove_deployed(const std::string& package) const {
  std::filesystem::remove(deployed(package));
}

void package_files::remove_of_operation(const std::string& id) const {
  remove_of_ended_operations([&](const std::string& other) { return other != id; });
}

void package_files::remove_of_ended_operations(
    const std::function<bool(const std::string& id)>& is_under_way) const {
  std::error_code ignored;
  std::vector<std::filesystem::path> ended;
  for (const auto& entry : std::filesystem::directory_iterator(operations_, ignored)) {
    const std::string file = entry.path().filename().string();
    if (!is_under_way(file.substr(0, file.find('.')))) ended.push_back(entry.path());
  }
  for (const auto& path : ended) std::filesystem::remove(path, ignored);
}

}  // namespace manager
