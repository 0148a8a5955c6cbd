// An operation on the fleet while it is under way: begins operations of applications in their turn,
// and waits for their ends.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "application/application_service.h"
#include "fleet/fleet_request.h"
#include "operation/operation_handler.h"
#include "operation/operation_runner.h"
#include "registry/fleet_store.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace manager {

/// Rationale: of one operation in one process. All that the next process needs is in its rows; what
/// is kept here only spares looks.
class fleet_run {
 public:
  /// The state of the fleet while nothing is done to it.
  static constexpr const char* idle = "IDLE";

  fleet_run(const application_tools& tools, operation_runner& runner,
            application_service& applications, const operation_record& operation,
            operation_context& context);

  /// Throws failure(cancelled) only, at a shutdown: the next process goes on.
  operation_outcome to_its_end();

 private:
  using clock = std::chrono::steady_clock;

  void settle_lost(std::vector<fleet_member>& rows);
  bool is_slow(const fleet_member& row);
  void look_at_late(std::vector<fleet_member>& rows);
  void look_at_put_off(std::vector<fleet_member>& rows);
  bool reopen_started(std::vector<fleet_member>& rows);
  bool may_begin(const fleet_member& row, const std::map<std::string, std::string>& held) const;
  void await_other(fleet_member& row);
  void waits_for(fleet_member& row, const std::string& what);
  void begin_parts(std::vector<fleet_member>& rows);
  bool begin_part(const std::vector<fleet_member*>& part);
  static operation_outcome conclude(const std::vector<fleet_member>& rows);
  void put(const fleet_member& row);

  const application_tools& tools_;
  operation_runner& runner_;
  application_service& applications_;
  const operation_record& operation_;
  operation_context& context_;
  const json::document request_;
  const fleet_request wish_;
  std::map<std::string, clock::time_point> begun_;  // by operation of an application
  std::set<std::int64_t> need_no_room_;             // positions, as last seen
  std::set<std::int64_t> come_up_;                  // of what was put off: its turn has come again
  clock::time_point looked_{};
  std::string phase_;
};

}  // namespace manager
