// The embedded repository: a directory of <name>-<version>.tar.gz files, with uploads. Files that
// an administrator puts there by hand are found as well.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/file.h"
#include "package/package_repository.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace manager {

class directory_repository : public package_repository {
 public:
  /// The directory is made if need be; what a killed process left unfinished in it is removed.
  explicit directory_repository(std::filesystem::path directory);

  json::document list(const std::string& user, int recency) override;
  std::optional<std::uint64_t> bytes_of(const std::string& package) const override;
  void fetch(const std::string& package, const std::string& user,
             const std::function<void(std::string_view)>& receive, cancellation& cancel) override;

  struct upload_limits {
    std::uint64_t file_bytes;     // limits.package_bytes
    std::uint64_t reserve_bytes;  // what stays free on the disk
  };

  enum class stored { made, same_content };

  using receiver = std::function<void(std::string_view)>;

  /// Takes a file in (failure(no_space) where there is no place for it): `send` is called with a
  /// function that accepts its bytes. Throws failure(too_large) beyond `limit`,
  /// failure(conflicting_state) when the name is taken by other content. The file is seen whole or
  /// not at all. `before_naming` is called when all bytes are here and the name is free: what must
  /// be known of a file that is seen is written there. What it throws leaves no file.
  stored store(const std::string& file, const std::function<void(const receiver&)>& send,
               const upload_limits& limits, const std::function<void()>& before_naming);

  /// Bytes of those of the files that are there.
  std::uint64_t bytes_of_all(const std::vector<std::string>& files) const;

  /// Throws failure(not_found) when there is none.
  void remove(const std::string& file);
  bool contains(const std::string& file) const;

  /// What tells a file from another one that was put in its place by hand.
  struct file_facts {
    std::int64_t bytes = 0;
    std::int64_t changed_at = 0;  // ns since 1970
  };
  /// nullopt: there is none.
  std::optional<file_facts> facts_of(const std::string& file) const;

 private:
  std::filesystem::path directory_;
  std::mutex naming_;     // held from the look whether a name is free until it is taken
  file_descriptor lock_;  // shared while this process uses the directory
};

}  // namespace manager
