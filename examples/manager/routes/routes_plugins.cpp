// /plugins: what is loaded, and whether it comes back from its calls.
// SPDX-License-Identifier: Apache-2.0
#include "routes/query_reader.h"
#include "routes/routes.h"

namespace manager {

void add_plugin_routes(router& routes, const route_tools& tools) {
  routes.add("GET", "/plugins", [&tools](const http_request& request) {
    check_query(request, {});
    tools.rules.check_reader(request.user());
    const auto health = tools.plugins.health();
    json::document body = json::make_array();
    auto& memory = body.GetAllocator();
    for (const auto& [type, library] : tools.plugins.libraries()) {
      json::value entry(rapidjson::kObjectType);
      json::set(entry, "type", type, memory);
      json::set(entry, "name", library->name(), memory);
      json::set(entry, "version", library->version(), memory);
      const plugin_health& now = health.at(type);
      json::set(entry, "open", now.open, memory);
      json::set(entry, "calls", static_cast<std::int64_t>(now.calls), memory);
      json::set(entry, "stuck", static_cast<std::int64_t>(now.stuck), memory);
      json::set(entry, "circuit", now.circuit, memory);
      body.PushBack(entry, memory);
    }
    return http_response::of(body);
  });
}

}  // namespace manager
