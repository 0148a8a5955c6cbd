// A repository service: GET <address>/packages and <address>/packages/<package>.tar.gz.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "package/package_repository.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace manager {

class service_repository : public package_repository {
 public:
  /// A list of packages beyond this is refused.
  static constexpr std::size_t largest_list = 16U << 20;

  /// Each request may take `timeout` as a whole (the original's limit is 120 s).
  explicit service_repository(std::string address,
                              std::chrono::milliseconds timeout = std::chrono::seconds(120));

  json::document list(const std::string& user, int recency) override;
  std::optional<std::uint64_t> bytes_of(const std::string&) const override { return std::nullopt; }
  void fetch(const std::string& package, const std::string& user,
             const std::function<void(std::string_view)>& receive, cancellation& cancel) override;

 private:
  std::string address_;  // without a slash at the end
  std::chrono::milliseconds timeout_;
};

}  // namespace manager
