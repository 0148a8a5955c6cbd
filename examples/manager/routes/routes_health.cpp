// /healthz: does this process answer? /readyz: can it take work? Neither calls a plugin nor a
// service.
// SPDX-License-Identifier: Apache-2.0
#include "routes/query_reader.h"
#include "routes/routes.h"

#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <exception>

namespace manager {
namespace {

http_response health(std::string_view status, int code) {
  json::document body = json::make_object();
  json::set(body, "status", status, body.GetAllocator());
  return http_response::of(body, code);
}

// Each a check that takes no time, and why it fails; empty: it does not.
std::string registry_problem(const route_tools& tools) {
  try {
    tools.memory.transact([](registry_view& view) { view.packages.deployed(); });
    return {};
  } catch (const std::exception& problem) {
    return problem.what();
  }
}

std::string directory_problem(const std::filesystem::path& directory) {
  if (::access(directory.c_str(), R_OK | W_OK | X_OK) == 0) return {};
  return directory.string() + ": " + std::strerror(errno);
}

std::string plugins_problem(const route_tools& tools) {
  std::string text;
  for (const auto& problems : {tools.plugins.problems(), tools.plugins.open_problems()}) {
    for (const std::string& one : problems) text += (text.empty() ? "" : "; ") + one;
  }
  if (text.empty() && tools.plugins.types().empty()) text = "no plugin is loaded";
  return text;
}

}  // namespace

void add_health_routes(router& routes, const route_tools& tools) {
  // Open: who watches the process needs no account.
  routes.add("GET", "/healthz",
             [](const http_request& request) {
               check_query(request, {});
               return health("ok", 200);
             },
             {.open = true});

  routes.add("GET", "/readyz", [&tools](const http_request& request) {
    check_query(request, {});
    tools.rules.check_reader(request.user());
    json::document body = json::make_object();
    auto& memory = body.GetAllocator();
    json::value checks(rapidjson::kObjectType);
    bool ready = true;
    const auto check = [&](std::string_view name, const std::string& problem) {
      ready = ready && problem.empty();
      json::set(checks, name, problem.empty() ? "pass" : problem, memory);
    };
    check("registry", registry_problem(tools));
    check("data_root", directory_problem(tools.settings.data_root));
    check("stage_root", directory_problem(tools.settings.stage_root));
    check("plugins", plugins_problem(tools));
    json::set(body, "status", ready ? "ready" : "not ready", memory);
    json::set(body, "checks", std::move(checks), memory);
    return http_response::of(body, ready ? 200 : 503);
  });
}

}  // namespace manager
