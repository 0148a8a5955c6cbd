// Savepoints of applications: what clients ask for, and the work of triggering and disposing, which
// goes on beside everything else that happens to the application.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "access/authorizer.h"
#include "application/application_tools.h"
#include "operation/operation_runner.h"
#include "savepoint/savepoint_list.h"

#include <mutex>
#include <string>

namespace manager {

/// Rationale: an operation of the noun "savepoint", named "<application>/<savepoint>", and not one
/// of the application: the application keeps its state and can be stopped meanwhile, and of one id
/// there is one operation at a time, however often it is asked for.
class savepoint_service : public operation_handler {
 public:
  savepoint_service(const application_tools& tools, const authorizer& rules,
                    operation_runner& runner, std::mutex& admission);

  /// Each checks the request, then the state, then the permission. Throws failure. [any-thread]
  json::document list(const std::string& application, const savepoint_filter& filter);
  /// With "under_way": "trigger" or "dispose" while that goes on.
  json::document get(const std::string& application, const std::string& component,
                     const std::string& id, bool verify);
  struct accepted {
    std::string operation;  // its id, which is not the savepoint's
    json::document answer;
  };
  /// `options`: "component", "operation", "format", "directory". Answers {"operation",
  /// "components"}. One that is under way already is not begun again.
  accepted trigger(const std::string& application, const json::value& options, const caller& who);
  /// Returns the operation's id.
  std::string dispose(const std::string& application, const std::string& component,
                      const std::string& id, bool force, const caller& who);
  json::document pin(const std::string& application, const std::string& id,
                     const json::value& options, const caller& who);
  /// The component that is meant by a resume from `savepoint`: an id, "latest" or an HDFS path.
  component_record component_to_resume(const std::string& application, const std::string& component,
                                       const std::string& savepoint);

  operation_outcome run(const operation_record& operation, operation_context& context) override;
  std::string obstacle(const operation_record& operation) override;
  operation_outcome failed(const operation_record& operation, const failure& why) override;

 private:
  found_savepoint known(const std::string& application, const std::string& component,
                        const std::string& id);
  std::optional<operation_record> under_way(const std::string& application, const std::string& id);
  std::string accept(operation_record operation, const application_record& application,
                     const std::string& id, const std::string& information);

  application_tools tools_;
  const authorizer& authorizer_;
  operation_runner& runner_;
  std::mutex& admission_;
};

}  // namespace manager
