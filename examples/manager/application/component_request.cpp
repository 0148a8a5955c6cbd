// The request documents that this host sends to plugins.
// SPDX-License-Identifier: Apache-2.0
#include "application/component_request.h"

namespace manager {
namespace {

constexpr std::int64_t schema = 1;

void add_names(json::value& into, const std::string& name_space, const component_record& component,
               json::allocator& memory) {
  json::set(into, "namespace", name_space, memory);
  json::set(into, "application", component.application, memory);
  json::set(into, "component", component.name, memory);
  if (component.data) {
    const json::document data = json::parse_or_throw(*component.data, "the registry's create data");
    json::set(into, "data", json::copy(data, memory), memory);
  }
}

}  // namespace

json::document component_request(const std::string& name_space, const component_record& component) {
  json::document request = json::make_object();
  json::set(request, "schema", schema, request.GetAllocator());
  add_names(request, name_space, component, request.GetAllocator());
  return request;
}

json::document validate_request(const std::string& scope, const std::string& name_space,
                                const std::string& component, const json::value& properties) {
  json::document request = json::make_object();
  auto& memory = request.GetAllocator();
  json::set(request, "schema", schema, memory);
  json::set(request, "scope", scope, memory);
  json::set(request, "online", false, memory);
  json::set(request, "namespace", name_space, memory);
  json::set(request, "component", component, memory);
  json::set(request, "properties", json::copy(properties, memory), memory);
  return request;
}

json::document status_request(const std::string& name_space,
                              const std::vector<const component_record*>& components, bool detail) {
  json::document request = json::make_object();
  auto& memory = request.GetAllocator();
  json::set(request, "schema", schema, memory);
  json::value list(rapidjson::kArrayType);
  for (const component_record* component : components) {
    json::value entry(rapidjson::kObjectType);
    add_names(entry, name_space, *component, memory);
    list.PushBack(entry, memory);
  }
  json::set(request, "components", std::move(list), memory);
  json::set(request, "detail", detail, memory);
  return request;
}

}  // namespace manager
