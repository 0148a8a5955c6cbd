// The one ordered property map that a plugin gets for a component.
// SPDX-License-Identifier: Apache-2.0
#include "application/properties.h"

namespace manager {
namespace {

void add_all(json::document& into, std::string_view prefix, const json::value& from) {
  for (const auto& member : from.GetObject()) {
    const std::string name = std::string(prefix) + std::string(json::view(member.name));
    json::set(into, name, json::copy(member.value, into.GetAllocator()), into.GetAllocator());
  }
}

}  // namespace

json::document package_properties(const json::value& environment, const json::value& defaults) {
  json::document result = json::make_object();
  add_all(result, "environment_", environment);
  add_all(result, "component_", defaults);
  return result;
}

json::document application_properties(const json::value& environment, const json::value& defaults,
                                      const json::value* overrides, const component_identity& who) {
  json::document result = package_properties(environment, defaults);
  if (overrides != nullptr && overrides->IsObject()) add_all(result, "component_", *overrides);
  auto& memory = result.GetAllocator();
  json::set(result, "component_application", who.application, memory);
  json::set(result, "component_name", who.component, memory);
  json::set(result, "component_job_name", who.job_name(), memory);
  json::set(result, "application_hdfs_root", who.application_hdfs_root(), memory);
  json::set(result, "component_hdfs_root", who.application_hdfs_root() + "/" + who.component,
            memory);
  json::set(result, "application_user", who.user, memory);
  return result;
}

}  // namespace manager
