// The embedded repository: a directory of <name>-<version>.tar.gz files, with uploads. Files that
// an administrator puts there by hand are found as well.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "package/package_repository.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace manager {

class directory_repository : public package_repository {
 public:
  /// The directory is made if need be; what a killed process left unfinished in it is removed.
  explicit directory_repository(std::filesystem::path directory);

  json::document list(const std::string& user, int recency) override;
  void fetch(const std::string& package, const std::string& user,
             const std::function<void(std::string_view)>& receive, cancellation& cancel) override;

  enum class stored { made, same_content };

  /// Takes a file in: `send` is called with a function that accepts its bytes. Throws
  /// failure(too_large) beyond `limit`, failure(conflicting_state) when the name is taken by other
  /// content. The file is seen whole or not at all.
  stored store(const std::string& file,
               const std::function<void(const std::function<void(std::string_view)>&)>& send,
               std::uint64_t limit);

  /// Throws failure(not_found) when there is none.
  void remove(const std::string& file);
  bool contains(const std::string& file) const;

 private:
  std::filesystem::path directory_;
};

}  // namespace manager
