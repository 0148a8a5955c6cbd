// /applications/<application>/upgrade and /plan.
// SPDX-License-Identifier: Apache-2.0
#include "routes/operation_answer.h"
#include "routes/request_body.h"
#include "routes/routes.h"

namespace manager {
namespace {

http_response upgrade(const route_tools& tools, const http_request& request) {
  const caller who = request.required_caller();
  check_query(request, {"wait"});
  const json::document body = read_object(request, tools.settings.request_bytes);
  wait_of(request);
  return accepted(tools, request,
                  tools.upgrades.upgrade(request.parameter("application"), body, who));
}

http_response plan(const route_tools& tools, const http_request& request) {
  tools.rules.check_reader(request.user());
  json::document body = read_object(request, tools.settings.request_bytes);
  if (json::find(body, "package") != nullptr) {
    check_query(request, {});
  } else {
    body =
        checked_body(request, std::move(body),
                     {component_member(),
                      flag_member("accept_state_loss"),
                      {"savepoint", "an id, latest, or an HDFS path", [](const json::value& given) {
                         return given.IsString() && !json::view(given).empty();
                       }}});
  }
  const bool upgrades = json::find(body, "package") != nullptr;
  cancellation nobody_leaves;
  return http_response::of(tools.upgrades.plan(
      request.parameter("application"), body, upgrades ? request.required_caller() : request.who,
      request.left == nullptr ? nobody_leaves : *request.left));
}

}  // namespace

void add_upgrade_routes(router& routes, const route_tools& tools) {
  routes.add("POST", "/applications/{application}/upgrade",
             [&tools](const http_request& request) { return upgrade(tools, request); });
  routes.add("POST", "/applications/{application}/plan",
             [&tools](const http_request& request) { return plan(tools, request); },
             {.needed = role::read, .lane = route_lane::outside, .until_left = true});
}

}  // namespace manager
