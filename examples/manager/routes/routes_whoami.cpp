// /whoami: who asks, as this Deployment Manager sees it, and what he may do.
// SPDX-License-Identifier: Apache-2.0
#include "access/account.h"
#include "routes/query_reader.h"
#include "routes/routes.h"

#include <optional>

namespace manager {
namespace {

http_response get_whoami(const http_request& request) {
  check_query(request, {});
  const caller& who = request.who;
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  const std::optional<std::string> nobody;
  json::set(body, "user", who.user.empty() ? nobody : who.user, memory);
  json::set(body, "by", who.by.empty() ? nobody : who.by, memory);
  json::set(body, "proof", to_text(who.how), memory);
  json::value roles(rapidjson::kArrayType);
  for (const role one : {role::read, role::deploy, role::operate, role::administer}) {
    if (who.roles.has(one)) roles.PushBack(json::make_string(to_text(one), memory), memory);
  }
  json::set(body, "roles", std::move(roles), memory);
  // Where names are believed a name may be none, which other routes say in the original's order.
  json::set(body, "account", !who.user.empty() && find_account(who.user).has_value(), memory);
  return http_response::of(body);
}

}  // namespace

void add_whoami_routes(router& routes, const route_tools&) {
  routes.add("GET", "/whoami", get_whoami);
}

}  // namespace manager
