// What clients ask of logs: who may, and which component is meant.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "access/authorizer.h"
#include "logs/component_logs.h"
#include "logs/log_feed.h"

#include <functional>
#include <memory>
#include <string>

namespace manager {

/// A log may say what is in an application's data: it is for the owner, those who share a group
/// with him, and administrators.
class log_service {
 public:
  log_service(const application_tools& tools, const authorizer& rules, std::size_t most_followers)
      : tools_(tools), authorizer_(rules), feed_(most_followers) {}

  /// Each checks the application and the permission first. Throws failure. [any-thread]
  json::document list(const std::string& application, const std::string& component,
                      std::int64_t incarnations, const caller& who);
  json::document read(const std::string& application, const std::string& component,
                      const log_question& question, const caller& who);
  /// What begins to follow once there is a stream; a place is taken by then, and given back where
  /// none comes. Throws failure(failed_connection) when all are taken.
  std::function<void(const std::shared_ptr<http_stream>&)> follow(const std::string& application,
                                                                  const std::string& component,
                                                                  const log_question& question,
                                                                  const caller& who);
  std::size_t followers() const { return feed_.followers(); }

 private:
  /// The application's owner.
  std::string check(const std::string& application, const caller& who);
  component_record one_component(const std::string& application, const std::string& component);

  application_tools tools_;
  const authorizer& authorizer_;
  log_feed feed_;
};

}  // namespace manager
