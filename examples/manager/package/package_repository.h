// Where packages come from: a directory of this machine, or a repository service.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancellation.h"
#include "base/json.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace manager {

/// [thread-safe]
class package_repository {
 public:
  virtual ~package_repository() = default;

  /// [{"name", "latest_versions": [{"version", "file"}]}], at most `recency` versions of each name,
  /// newest first. `user` asks; empty when anonymous.
  virtual json::document list(const std::string& user, int recency) = 0;

  /// Of "<package>.tar.gz"; nullopt where there is none, or where only a download would tell.
  virtual std::optional<std::uint64_t> bytes_of(const std::string& package) const = 0;

  /// Streams the bytes of "<package>.tar.gz". Throws failure(not_found) when there is none,
  /// failure(failed_connection) when the service does not answer.
  virtual void fetch(const std::string& package, const std::string& user,
                     const std::function<void(std::string_view)>& receive,
                     cancellation& cancel) = 0;
};

}  // namespace manager
