// What is looked at before an operation on an application is accepted.
// SPDX-License-Identifier: Apache-2.0
#include "application/application_admission.h"

#include "base/clock.h"
#include "base/failure.h"
#include "base/names.h"
#include "operation/operation_runner.h"

#include <fmt/format.h>

#include <algorithm>

namespace manager {

application_record find_application(registry& memory, const std::string& name) {
  auto found = memory.transact([&](registry_view& view) { return view.applications.find(name); });
  if (found) return std::move(*found);
  application_record absent;
  absent.name = name;
  return absent;
}

application_record find_application_in(registry& memory, const std::string& name,
                                       const std::vector<std::string_view>& allowed) {
  application_record application = find_application(memory, name);
  if (std::find(allowed.begin(), allowed.end(), application.state) == allowed.end()) {
    const bool absent = application.state == application_state::not_created;
    throw failure::wrong_state(absent ? failure_kind::not_found : failure_kind::conflicting_state,
                               application.state);
  }
  return application;
}

package_record deployed_package(registry& memory, const std::string& package) {
  auto record = memory.transact([&](registry_view& view) { return view.packages.find(package); });
  if (record.state == package_state::not_deployed) {
    throw failure::wrong_state(failure_kind::not_found, record.state);
  }
  if (record.state != package_state::deployed || !record.metadata) {
    throw failure::wrong_state(failure_kind::conflicting_state, record.state);
  }
  return record;
}

void check_overrides(const json::value& body, const std::vector<std::string_view>& others,
                     std::vector<problem>& problems) {
  for (const auto& member : body.GetObject()) {
    const std::string type(json::view(member.name));
    if (std::find(others.begin(), others.end(), type) != others.end()) continue;
    if (!member.value.IsObject()) {
      problems.push_back({"$." + printable(type), printable(json::to_text(member.value)),
                          "an object {component: {property: value}}", ""});
      continue;
    }
    for (const auto& component : member.value.GetObject()) {
      if (component.value.IsObject()) continue;
      problems.push_back(
          {fmt::format("$.{}.{}", printable(type), printable(json::view(component.name))),
           printable(json::to_text(component.value)), "an object {property: value}", ""});
    }
  }
}

operation_record make_operation(const application_record& application, const std::string& verb,
                                const json::value& request, const std::string& user) {
  operation_record operation;
  operation.id = operation_runner::make_id();
  operation.noun = "application";
  operation.name = application.name;
  operation.verb = verb;
  operation.user = user;
  operation.state_before = application.state;
  operation.request = json::to_text(request);
  operation.accepted_at = now_ms();
  return operation;
}

}  // namespace manager
