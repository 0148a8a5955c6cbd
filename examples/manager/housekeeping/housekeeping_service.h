// What is left over on the cluster and on this node: the plugins find it and remove it, this
// service asks them, as an operation where something is to be removed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "access/authorizer.h"
#include "application/application_tools.h"
#include "housekeeping/housekeeping_report.h"
#include "operation/operation_runner.h"

#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace manager {

/// Rationale: an operation of the noun "housekeeping", named as the namespace: of one world there
/// is one clean-up at a time. It has a lane of its own with one thread, and holds back nothing
/// else.
class housekeeping_service : public operation_handler {
 public:
  /// As whom the schedule asks.
  static constexpr const char* schedule_user = "deployment-manager";

  housekeeping_service(const application_tools& tools, const authorizer& rules,
                       operation_runner& runner, std::mutex& admission);

  /// {"plugins": [{"type", "entries", "withheld", "more"} or {"type", "error"}]}. For
  /// administrators. `wish` goes to every plugin that has the extension. Throws
  /// failure(not_offered) where none has. [any-thread]
  json::document inspect(const json::value& wish, const caller& who);
  /// Accepts the operation and returns its id; throws failure(conflicting_state) while one is under
  /// way. For administrators. [any-thread]
  std::string clean(const json::value& wish, const caller& who);
  /// The same for the schedule; nullopt, with nothing begun, while one is under way, or where no
  /// plugin has the extension.
  std::optional<std::string> clean_by_schedule(const json::value& wish);

  operation_outcome run(const operation_record& operation, operation_context& context) override;
  std::string obstacle(const operation_record& operation) override;
  operation_outcome failed(const operation_record& operation, const failure& why) override;

 private:
  std::vector<std::string> types() const;
  std::vector<component_record> components();
  std::optional<operation_record> under_way();
  std::string accept(const json::value& wish, const std::string& user);
  void clean_type(const std::string& type, const operation_record& operation,
                  const json::value& wish, operation_context& context, housekeeping_report& report,
                  std::vector<std::string>& gone);

  application_tools tools_;
  const authorizer& authorizer_;
  operation_runner& runner_;
  std::mutex& admission_;
};

}  // namespace manager
