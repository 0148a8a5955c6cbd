// /applications/<application>/incidents and …/explain: what was kept of failures, and why a
// component is as it is.
// SPDX-License-Identifier: Apache-2.0
#include "base/names.h"
#include "diagnosis/diagnosis_service.h"
#include "routes/list_query.h"
#include "routes/operation_answer.h"
#include "routes/routes.h"

#include <fmt/format.h>

namespace manager {
namespace {

constexpr std::int64_t longest_page = 100;
constexpr std::size_t longest_id = 64;

bool is_id(std::string_view text) {
  return text.size() <= longest_id &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

http_response list(const route_tools& tools, const http_request& request) {
  const caller who = request.required_caller();
  list_query query(request, {"component"});
  incident_filter filter;
  filter.component = query.component();
  filter.limit = query.limit(filter.limit, longest_page);
  filter.after = query.text("after", "the id of the last incident of the page before", is_id);
  query.check();
  return http_response::of(
      tools.diagnosis.incidents(request.parameter("application"), filter, who));
}

std::string component_of(const http_request& request) {
  query_reader query(request, {"component"});
  std::string given = query.component();
  query.check();
  return given;
}

http_response one(const route_tools& tools, const http_request& request) {
  const caller who = request.required_caller();
  const std::string component = component_of(request);
  const std::string& id = request.parameter("incident");
  if (!is_id(id)) {
    throw failure(failure_kind::not_found,
                  fmt::format("there is no incident {}: GET /applications/{}/incidents lists "
                              "those that there are",
                              printable(id), printable(request.parameter("application"))));
  }
  return http_response::of(
      tools.diagnosis.incident(request.parameter("application"), component, id, who));
}

http_response explain(const route_tools& tools, const http_request& request) {
  const caller who = request.required_caller();
  const std::string& name = request.parameter("application");
  json::document body = tools.diagnosis.explain(name, component_of(request), who);
  // Of an upgrade the plugins know no more than the stops and starts that it consists of.
  add_under_way(body, tools, "application", name);
  return http_response::of(body);
}

}  // namespace

void add_diagnosis_routes(router& routes, const route_tools& tools) {
  const route_options asks_plugins{.lane = route_lane::outside};
  routes.add(
      "GET", "/applications/{application}/incidents",
      [&tools](const http_request& request) { return list(tools, request); }, asks_plugins);
  routes.add(
      "GET", "/applications/{application}/incidents/{incident}",
      [&tools](const http_request& request) { return one(tools, request); }, asks_plugins);
  routes.add(
      "GET", "/applications/{application}/explain",
      [&tools](const http_request& request) { return explain(tools, request); }, asks_plugins);
}

}  // namespace manager
