// Applications: what clients ask for, checked in the contract's order, and the dispatch of the
// work.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "access/authorizer.h"
#include "application/application_tools.h"
#include "operation/operation_runner.h"

#include <mutex>
#include <string>
#include <vector>

namespace manager {

class application_service : public operation_handler {
 public:
  /// `admission` is the process-wide lock under which states are checked and taken.
  application_service(const application_tools& tools, const authorizer& rules,
                      operation_runner& runner, std::mutex& admission);

  /// Each checks the request, then the state, then the permission, then accepts, and returns the
  /// operation's id. Throws failure. Accounts and plugins are asked without the lock, so that an
  /// answer that is long in coming keeps nobody from stopping something else; the state is looked
  /// at again under it. [any-thread]
  std::string create(const std::string& name, const json::value& body, const caller& who);
  /// `options` is an object whose members go to the plugin's verb as they are. A stop of what is
  /// being started or resumed cancels that, and one with "kill" a stop, too; then it is carried
  /// out. So does a destroy of what is being started or resumed.
  std::string start(const std::string& name, const json::value& options, const caller& who);
  std::string stop(const std::string& name, const json::value& options, const caller& who);
  /// `options` names the component ("type", "component") and the restore point ("savepoint"), with
  /// the verb's other members.
  std::string resume(const std::string& name, const json::value& options, const caller& who);
  /// Whether a resume of it would be accepted; nothing else is done.
  application_record resumable(const std::string& name, const caller& who);
  std::string destroy(const std::string& name, const std::string& savepoints, const caller& who);

  /// A part of an operation on the fleet, whose permissions were looked at when that was accepted.
  struct fleet_part {
    std::string fleet;  // the operation's id
    std::string verb;   // "stop" or "start"
    std::string user;   // who asked
    std::string application;
    std::vector<fleet_member> components;
  };
  /// Accepts it and returns its operation's id; empty, with nothing done, while another operation
  /// is under way with the application. A stop of all components takes the place of a start, as
  /// stop() does. Throws failure for what does not pass by itself: the application has gone, is
  /// another one's, or cannot be asked for anything. [any-thread]
  std::string accept_part(const fleet_part& part);

  operation_outcome run(const operation_record& operation, operation_context& context) override;
  std::string obstacle(const operation_record& operation) override;
  operation_outcome failed(const operation_record& operation, const failure& why) override;

 private:
  bool has_components(const std::string& name, const std::string& desired);
  /// The operation under way whose place a stop or a destroy may take; empty when there is none.
  std::string replaceable(const application_record& application, bool kills) const;
  /// In the place of `earlier`, unless that is empty.
  std::string accept(operation_record operation, const application_record& application,
                     const std::string& passing_state, const std::string& earlier = "",
                     const operation_runner::recorder& also = {});

  application_tools tools_;
  const authorizer& authorizer_;
  operation_runner& runner_;
  std::mutex& admission_;
};

}  // namespace manager
