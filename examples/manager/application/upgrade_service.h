// What clients ask for about another version of an application: the upgrade, checked in the
// contract's order, and the plan that shows it before anything is touched.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "access/authorizer.h"
#include "application/application_tools.h"
#include "application/plan_turns.h"
#include "application/upgrade_progress.h"
#include "operation/operation_runner.h"

#include <mutex>
#include <string>

namespace manager {

class upgrade_service {
 public:
  /// `admission` is the process-wide lock under which states are checked and taken.
  upgrade_service(const application_tools& tools, const authorizer& rules, operation_runner& runner,
                  std::mutex& admission);

  /// `body`: {"package", "<type>": {"<component>": {"<property>": value}}, "timeout_ms",
  /// "allow_non_restored_state"}. The application's own overrides stay where the body has none;
  /// null takes one away. Throws failure: of what can be known at once nothing is accepted.
  /// Returns the operation's id. [any-thread]
  std::string upgrade(const std::string& name, const json::value& body, const caller& who);

  /// What a start ({}), a resume ({"savepoint": id}) or an upgrade (its body) would do, and, where
  /// there is no application of that name, a creation (its body). Touches nothing. An upgrade's
  /// plan is for those who may upgrade. Those that unpack a package have turns (503). `left` ends
  /// it early, when nobody waits for it any more. Throws failure. [any-thread]
  json::document plan(const std::string& name, const json::value& body, const caller& who,
                      cancellation& left);

 private:
  json::document plan_new(const std::string& name, const json::value& body, const caller& who,
                          cancellation& left);
  /// Of the package that the application was made from; throws failure when that is gone.
  std::string installed_metadata(const application_record& application);
  application_version next_version(const application_record& application, const json::value& body,
                                   cancellation* left);

  application_tools tools_;
  const authorizer& authorizer_;
  operation_runner& runner_;
  std::mutex& admission_;
  plan_turns turns_;
};

}  // namespace manager
