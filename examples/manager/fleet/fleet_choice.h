// Which components an operation on the fleet is about, and which of them it leaves alone.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "access/authorizer.h"
#include "application/application_tools.h"
#include "fleet/fleet_request.h"
#include "fleet/fleet_sight.h"
#include "fleet/fleet_warnings.h"
#include "operation/operation_runner.h"
#include "registry/fleet_store.h"

#include <string>
#include <string_view>
#include <vector>

namespace manager {

/// Rationale: what a request chooses is settled before anything is accepted; nothing is begun here.
class fleet_choice {
 public:
  fleet_choice(const application_tools& tools, const authorizer& rules, operation_runner& runner,
               const fleet_sight& sight)
      : tools_(tools), authorizer_(rules), runner_(runner), sight_(sight) {}

  struct choice {
    std::vector<fleet_member> rows;
    std::vector<problem> warnings;  // what of the request has chosen nothing
  };

  /// In no order. Those that are not to be begun are settled: what is not this caller's is
  /// FORBIDDEN. Throws failure(not_found) where none is chosen. [any-thread]
  choice to_stop(const json::value& wish, const caller& who);
  /// What the stop has stopped that the wish names. Throws failure(not_found) where there is no
  /// such stop, failure(conflicting_state) where it is under way or has stopped nothing; of a dry
  /// run, which is always possible, these are warnings.
  /// [any-thread]
  choice to_start(const json::value& wish, const caller& who);

 private:
  bool may(const caller& who, const std::string& owner, std::string_view action) const;

  const application_tools& tools_;
  const authorizer& authorizer_;
  operation_runner& runner_;
  const fleet_sight& sight_;
};

}  // namespace manager
