// The part that an application has in an operation on the fleet.
// SPDX-License-Identifier: Apache-2.0
#include "application/fleet_part.h"

#include "application/application_activity.h"
#include "package/package_service.h"
#include "registry/fleet_facts.h"

namespace manager {

std::string fleet_of(const operation_record& operation) {
  return std::string(json::text_of(request_of(operation), "fleet"));
}

operation_outcome part_given_up(const application_tools& tools, const operation_record& operation,
                                const failure& why, std::string_view doing) {
  const bool begun = why.kind() != failure_kind::cancelled;
  const std::string information = error_information(doing, operation.name, why);
  auto rows = tools.memory.transact([&](registry_view& view) {
    return view.fleets.members_of_child(fleet_of(operation), operation.id);
  });
  for (fleet_member& row : rows) {
    settle(row, begun ? fleet_outcome::untold : fleet_outcome::cancelled, why.what());
  }
  // What was begun of a start comes up without it; of a stop nobody knows how far it came.
  const bool may_come_up = begun && operation.verb == "start";
  return {operation.state_before,
          information,
          [operation, information, rows, may_come_up](registry_view& view) {
            view.applications.set_state(operation.name, operation.state_before, information);
            for (const fleet_member& row : rows) {
              view.fleets.put(row);
              if (!may_come_up) continue;
              for (const component_record& one : view.applications.components(operation.name)) {
                if (one.type == row.type && one.name == row.name)
                  view.applications.set_desired(one, "RUNNING");
              }
            }
          },
          {}};
}

}  // namespace manager
