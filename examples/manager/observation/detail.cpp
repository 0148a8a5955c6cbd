// The detail of an application.
// SPDX-License-Identifier: Apache-2.0
#include "observation/detail.h"

namespace manager {

json::document make_detail(const application_record& application,
                           const std::vector<component_record>& components,
                           const std::vector<observation>& seen) {
  json::document result = json::make_object();
  auto& memory = result.GetAllocator();
  json::value on_yarn(rapidjson::kObjectType);
  json::value all(rapidjson::kArrayType);
  for (std::size_t i = 0; i < components.size(); ++i) {
    const component_record& component = components[i];
    json::value entry(rapidjson::kObjectType);
    if (seen[i].status) entry.CopyFrom(*seen[i].status, memory);
    json::set(entry, "component", component.name, memory);
    json::set(entry, "type", component.type, memory);
    if (!seen[i].problem.empty()) {
      json::set(entry, "confidence", seen[i].status ? "stale" : "unknown", memory);
      json::set(entry, "problem", seen[i].problem, memory);
    }
    const std::string_view id = json::text_of(entry, "application_id");
    if (!id.empty()) {
      const json::value* began = json::find(entry, "yarn_start_time");
      json::value yarn(rapidjson::kObjectType);
      json::set(yarn, "component", component.name, memory);
      json::set(yarn, "type", component.type, memory);
      json::set(yarn, "yarn-id", id, memory);
      json::set(yarn, "yarn-start-time",
                std::int64_t{began != nullptr && began->IsInt64() ? began->GetInt64() : 0}, memory);
      json::set(yarn, "yarn-state", json::text_of(entry, "yarn_state"), memory);
      if (!seen[i].problem.empty()) json::set(yarn, "confidence", "stale", memory);
      json::set(on_yarn, component.type + "-" + component.name, std::move(yarn), memory);
    }
    all.PushBack(entry, memory);
  }
  json::set(result, "yarn_applications", std::move(on_yarn), memory);
  json::set(result, "status", application.state, memory);
  json::set(result, "name", application.name, memory);
  json::set(result, "components", std::move(all), memory);
  return result;
}

}  // namespace manager
