// /packages: what is deployed, deploying and undeploying.
// SPDX-License-Identifier: Apache-2.0
#include "access/secrets.h"
#include "base/names.h"
#include "package/package_metadata.h"
#include "routes/operation_answer.h"
#include "routes/request_body.h"

namespace manager {
namespace {

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
  return http_response::of(body);
}

http_response status_now(const route_tools& tools, const http_request& request) {
  const package_record record = record_of(tools, request, {"wait"});
  json::document body = json::make_object();
  json::set(body, "status", record.state, body.GetAllocator());
  const auto set_aside = tools.runner.set_aside().why("package", record.name);
  json::set(body, "information", set_aside ? set_aside : record.information, body.GetAllocator());
  return http_response::of(body);
}

http_response get_status(const route_tools& tools, const http_request& request) {
  return when_settled(tools, request, "package", request.parameter("package"),
                      [&tools, request] { return status_now(tools, request); });
}

http_response list_of(const std::vector<std::string>& names) {
  json::document body = json::make_array();
  for (const std::string& name : names) {
    body.PushBack(json::make_string(name, body.GetAllocator()), body.GetAllocator());
  }
  return http_response::of(body);
}

}  // namespace

void add_package_routes(router& routes, const route_tools& tools) {
  routes.add("GET", "/packages", [&tools](const http_request& request) {
    check_query(request, {});
    tools.rules.check_reader(request.user());
    return list_of(
        tools.memory.transact([](registry_view& view) { return view.packages.deployed(); }));
  });
  routes.add("GET", "/packages/{package}",
             [&tools](const http_request& request) { return get_package(tools, request); });
  routes.add("GET", "/packages/{package}/status",
             [&tools](const http_request& request) { return get_status(tools, request); });
  routes.add("GET", "/packages/{package}/applications", [&tools](const http_request& request) {
    check_query(request, {});
    tools.rules.check_reader(request.user());
    return list_of(tools.memory.transact([&](registry_view& view) {
      return view.applications.names_of_package(request.parameter("package"));
    }));
  });
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
