// /selftest/all: can this Deployment Manager do its work?
// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"
#include "routes/query_reader.h"
#include "routes/routes.h"

#include <fmt/format.h>

#include <exception>
#include <functional>
#include <stdexcept>

namespace manager {

void add_selftest_routes(router& routes, const route_tools& tools) {
  routes.add("GET", "/selftest/all",
             [&tools](const http_request& request) {
               check_query(request, {});
               tools.rules.check_reader(request.user());
               json::document body = json::make_object();
               auto& memory = body.GetAllocator();
               json::value checks(rapidjson::kObjectType);
               bool pass = true;
               const auto check = [&](const std::string& name, const std::function<void()>& work) {
                 std::string result = "pass";
                 try {
                   work();
                 } catch (const std::exception& problem) {
                   result = problem.what();
                   pass = false;
                 }
                 json::set(checks, name, result, memory);
               };
               check("registry", [&] {
                 tools.memory.transact([](registry_view& view) { view.packages.deployed(); });
               });
               check("staging", [&] { const private_directory stage(tools.settings.stage_root); });
               check("repository", [&] { tools.repository.list(request.user().value_or(""), 1); });
               check("plugins", [&] {
                 for (const std::string& problem : tools.plugins.problems())
                   throw std::runtime_error(problem);
                 for (const std::string& type : tools.memory.transact(
                          [](registry_view& view) { return view.applications.types(); })) {
                   const std::string why = tools.plugins.obstacle(type);
                   if (!why.empty()) throw std::runtime_error(why);
                 }
               });
               for (const std::string& type : tools.plugins.types()) {
                 check("plugin " + type, [&] {
                   const plugin_health health = tools.plugins.session(type).health();
                   if (health.stuck == 0) return;
                   throw std::runtime_error(
                       fmt::format("{} of its calls have not come back; its circuit is {}",
                                   health.stuck, health.circuit));
                 });
               }
               json::set(body, "status", pass ? "pass" : "fail", memory);
               json::set(body, "checks", std::move(checks), memory);
               return http_response::of(body);
             },
             {.lane = route_lane::outside});
}

}  // namespace manager
