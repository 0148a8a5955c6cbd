// /: the page for who comes with a browser, for others what can be asked.
// SPDX-License-Identifier: Apache-2.0
#include "routes/query_reader.h"
#include "routes/routes.h"

namespace manager {
namespace {

// Those that only say what is allowed in their place.
bool is_a_hint(const std::string& pattern) {
  return pattern.ends_with("/{action}") || pattern.ends_with("/{query}");
}

}  // namespace

void add_index_routes(router& routes, const route_tools& tools) {
  routes.add("GET", "/",
             [&routes, &tools](const http_request& request) {
               check_query(request, {});
               if (wants_page(request)) return get_page(request);
               tools.rules.check_reader(request.user());
               json::document body = json::make_object();
               auto& memory = body.GetAllocator();
               json::value list(rapidjson::kArrayType);
               for (const auto& [method, pattern] : routes.table()) {
                 if (is_a_hint(pattern)) continue;
                 json::value entry(rapidjson::kObjectType);
                 json::set(entry, "method", method, memory);
                 json::set(entry, "path", pattern, memory);
                 list.PushBack(entry, memory);
               }
               json::set(body, "routes", std::move(list), memory);
               http_response response = http_response::of(body);
               response.headers.emplace_back("Vary", "Accept");
               return response;
             },
             {.before_token = wants_page});
}

}  // namespace manager
