// /packages: what is deployed, deploying and undeploying.
// SPDX-License-Identifier: Apache-2.0
#include "access/secrets.h"
#include "base/names.h"
#include "package/package_metadata.h"
#include "routes/list_query.h"
#include "routes/operation_answer.h"
#include "routes/package_digest.h"
#include "routes/query_reader.h"

namespace manager {
namespace {

const std::vector<std::string_view> states = {package_state::not_deployed, package_state::deploying,
                                              package_state::deployed, package_state::undeploying};

// Of an operation that is left alone people must know more than that it is under way.
std::optional<std::string> information_of(const route_tools& tools, const package_record& record) {
  auto why = tools.runner.set_aside().why("package", record.name);
  return why ? why : record.information;
}

package_record record_of(const route_tools& tools, const http_request& request,
                         const std::vector<std::string_view>& parameters = {}) {
  check_query(request, parameters);
  tools.rules.check_reader(request.user());
  const std::string& package = request.parameter("package");
  return tools.memory.transact([&](registry_view& view) { return view.packages.find(package); });
}

http_response get_package(const route_tools& tools, const http_request& request) {
  const package_record record = record_of(tools, request);
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  const auto name = parse_package_name(record.name);
  json::set(body, "name", name ? name->name : printable(record.name), memory);
  json::set(body, "version", name ? std::optional(name->version) : std::nullopt, memory);
  json::set(body, "status", record.state, memory);
  json::set(body, "user", record.user, memory);
  if (record.state == package_state::deployed && record.metadata) {
    const json::document defaults = package_metadata(*record.metadata).all_defaults();
    json::set(body, "defaults", with_masked_secrets(defaults, memory), memory);
  } else {
    json::set(body, "defaults", std::optional<std::string>(), memory);
  }
  json::set(body, "information", record.information, memory);
  set_digest(body, record, memory);
  return http_response::of(body);
}

http_response status_now(const route_tools& tools, const http_request& request) {
  const package_record record = record_of(tools, request, {"wait"});
  json::document body = json::make_object();
  json::set(body, "status", record.state, body.GetAllocator());
  json::set(body, "information", information_of(tools, record), body.GetAllocator());
  add_set_aside(body, tools, "package", record.name);
  return http_response::of(body);
}

http_response get_status(const route_tools& tools, const http_request& request) {
  return when_settled(tools, request, "package", request.parameter("package"),
                      [&tools, request] { return status_now(tools, request); });
}

json::document names_of(const std::vector<package_record>& page) {
  json::document body = json::make_array();
  for (const package_record& one : page) {
    body.PushBack(json::make_string(one.name, body.GetAllocator()), body.GetAllocator());
  }
  return body;
}

json::document states_of(const route_tools& tools, const std::vector<package_record>& page) {
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  for (const package_record& one : page) {
    json::value entry(rapidjson::kObjectType);
    json::set(entry, "status", one.state, memory);
    json::set(entry, "information", information_of(tools, one), memory);
    json::set(entry, "user", one.user, memory);
    set_digest(entry, one, memory);
    json::set(body, one.name, std::move(entry), memory);
  }
  return body;
}

http_response list(const route_tools& tools, const http_request& request) {
  tools.rules.check_reader(request.user());
  list_query query(request, {"view", "status", "name", "prefix"});
  const std::string view_name = query.one_of("view", {"names", "status"});
  package_filter filter;
  if (const std::string state = query.one_of("status", states); !state.empty()) {
    filter.state = state;
  }
  filter.name = query.text("name", package_title_rule, is_package_title);
  filter.prefix = query.prefix();
  const std::string after = query.after_name();
  const std::int64_t limit = query.limit(no_limit);
  query.check();
  auto page = tools.memory.transact(
      [&](registry_view& view) { return view.packages.list(filter, after, one_more_than(limit)); });
  const bool more = cut_to_page(page, limit);
  http_response response =
      http_response::of(view_name == "status" ? states_of(tools, page) : names_of(page));
  if (more) query.set_next(response, page.back().name);
  return response;
}

}  // namespace

void add_package_routes(router& routes, const route_tools& tools) {
  routes.add("GET", "/packages",
             [&tools](const http_request& request) { return list(tools, request); });
  routes.add("GET", "/packages/{package}",
             [&tools](const http_request& request) { return get_package(tools, request); });
  routes.add("GET", "/packages/{package}/status",
             [&tools](const http_request& request) { return get_status(tools, request); });
  routes.add("PUT", "/packages/{package}",
             [&tools](const http_request& request) {
               check_query(request, {"wait"});
               wait_of(request);
               return accepted(
                   tools, request,
                   tools.packages.deploy(request.parameter("package"), request.required_caller()));
             },
             {.needed = role::deploy});
  routes.add("DELETE", "/packages/{package}",
             [&tools](const http_request& request) {
               check_query(request, {"wait"});
               wait_of(request);
               return accepted(tools, request,
                               tools.packages.undeploy(request.parameter("package"),
                                                       request.required_caller()));
             },
             {.needed = role::deploy});
}

}  // namespace manager
