// A repository service: GET <address>/packages and <address>/packages/<package>.tar.gz.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "package/package_repository.h"

#include <chrono>
#include <string>

namespace manager {

class service_repository : public package_repository {
 public:
  /// Each request may take `timeout` as a whole (the original's limit is 120 s).
  explicit service_repository(std::string address,
                              std::chrono::milliseconds timeout = std::chrono::seconds(120));

  json::document list(const std::string& user, int recency) override;
  void fetch(const std::string& package, const std::string& user,
             const std::function<void(std::string_view)>& receive, cancellation& cancel) override;

 private:
  std::string address_;  // without a slash at the end
  std::chrono::milliseconds timeout_;
};

}  // namespace manager
