// Where the Deployment Manager keeps archives of its own: one for each deployed package, and one
// for each creation under way, so that an undeploy or a second creation takes nothing
// away from it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace manager {

class package_files {
 public:
  /// Makes the directories below `data_root`; removes what a killed process left unfinished.
  explicit package_files(const std::filesystem::path& data_root);

  const std::filesystem::path& deployed_directory() const { return deployed_; }
  std::filesystem::path deployed(const std::string& package) const;
  /// `role` tells archives of one operation from each other, letters only.
  std::filesystem::path of_operation(const std::string& id, const std::string& role = "") const;

  /// Gives the operation its own name for the package's archive. Throws failure(not_found) when the
  /// package has none any more.
  void keep_for_operation(const std::string& package, const std::string& id,
                          const std::string& role = "") const;
  /// Removing what is not there is fine.
  void remove_deployed(const std::string& package) const;
  /// All roles.
  void remove_of_operation(const std::string& id) const;
  /// At the start: removes archives of operations that `is_under_way` does not know.
  void remove_of_ended_operations(
      const std::function<bool(const std::string& id)>& is_under_way) const;

 private:
  std::filesystem::path deployed_;
  std::filesystem::path operations_;
};

}  // namespace manager
