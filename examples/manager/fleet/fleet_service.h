// Operations on the fleet: many components stopped with savepoints, and started again from exactly
// these. What is chosen is written down before anything is done; the work goes on by itself in the
// next process, from what is written.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "access/authorizer.h"
#include "application/application_service.h"
#include "fleet/fleet_choice.h"
#include "fleet/fleet_request.h"
#include "fleet/fleet_sight.h"
#include "operation/operation_runner.h"

#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace manager {

/// Rationale: an operation of the noun "fleet", named as the namespace, so of one world there is
/// one at a time. It does nothing to a component itself: it accepts operations of applications, one
/// after the other, and waits for their ends. Each of these is in the journal with the row that
/// says what it is about, so that no moment of death begins one twice or loses one.
class fleet_service : public operation_handler {
 public:
  fleet_service(const application_tools& tools, const authorizer& rules, operation_runner& runner,
                application_service& applications, const fleet_sight& sight, std::mutex& admission);

  /// A chosen component that is not this caller's is told as FORBIDDEN; none that is, is
  /// failure(forbidden). With "dry_run" nothing is begun, and `operation` is empty. The same "id"
  /// again, or the same request (same_request) while it is under way, begins nothing new. Throws
  /// failure. [any-thread]
  struct accepted {
    std::string operation;
    json::document report;
  };
  accepted stop(const json::value& wish, const caller& who);
  accepted start(const json::value& wish, const caller& who);

  /// What has become of each component until now. Throws failure(not_found). [any-thread]
  json::document report(const std::string& id);
  /// {"operations": [reports without components], "more"[, "next"]}. [any-thread]
  json::document list(const std::optional<fleet_place>& after, std::int64_t limit);

  operation_outcome run(const operation_record& operation, operation_context& context) override;
  std::string obstacle(const operation_record& operation) override;
  operation_outcome failed(const operation_record& operation, const failure& why) override;

 private:
  std::optional<accepted> known(const std::string& verb, const json::value& wish,
                                const caller& who);
  accepted accept(const std::string& verb, const json::value& wish, const caller& who,
                  fleet_choice::choice chosen);
  /// What would be done, whatever is under way.
  accepted look(fleet_operation one, const json::value& wish, fleet_choice::choice chosen);
  /// How its operation is. To be asked before the rows are read: those of an ended one stay.
  json::document status_of(const fleet_operation& one);

  std::vector<fleet_member> rows_of(const std::string& id);

  application_tools tools_;
  const authorizer& authorizer_;
  operation_runner& runner_;
  application_service& applications_;
  fleet_sight sight_;
  fleet_choice choice_;
  std::mutex& admission_;
};

}  // namespace manager
