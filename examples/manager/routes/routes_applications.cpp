// /applications: creating, starting, stopping, destroying, and the records.
// SPDX-License-Identifier: Apache-2.0
#include "access/secrets.h"
#include "base/names.h"
#include "routes/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace manager {
namespace {

// The contract's order: body, package, user in the body, user.name; everything else is the
// service's.
http_response create(const route_tools& tools, const http_request& request) {
  std::string problem;
  const auto body = json::parse(request.body_text(tools.settings.request_bytes), problem);
  if (!body || !body->IsObject()) {
    throw failure(failure_kind::failed_validation,
                  fmt::format("Invalid request body{}{}", problem.empty() ? "" : ": ", problem));
  }
  const json::value* package = json::find(*body, "package");
  if (package == nullptr) {
    throw failure(failure_kind::failed_validation, "Invalid request body. Missing field 'package'");
  }
  if (json::find(*body, "user") != nullptr) {
    throw failure(failure_kind::failed_validation,
                  "Invalid request body. User should be passed as URI parameter user.name");
  }
  const std::string user = request.required_user();
  if (!package->IsString()) {
    throw failure::invalid(
        "Invalid request body",
        {{"$.package", printable(json::to_text(*package)), std::string(package_name_rule), ""}});
  }
  tools.applications.create(request.parameter("application"), *body, user);
  return http_response::accepted();
}

// The contract has no body here; an empty one means the defaults. What is given must be known,
// since a misspelt "accept_state_loss" must not go unnoticed.
json::document options_of(const route_tools& tools, const http_request& request,
                          const std::vector<std::string_view>& allowed) {
  const std::string text = request.body_text(tools.settings.request_bytes);
  json::document options = json::make_object();
  if (text.find_first_not_of(" \t\r\n") != std::string::npos) {
    std::string problem;
    auto parsed = json::parse(text, problem);
    if (!parsed || !parsed->IsObject()) {
      throw failure(failure_kind::failed_validation,
                    fmt::format("Invalid request body{}{}", problem.empty() ? "" : ": ", problem));
    }
    options = std::move(*parsed);
  }
  for (const std::string_view name : allowed) {
    const auto given = request.query_value(name);
    if (!given) continue;
    if (*given != "true" && *given != "false") {
      throw failure::invalid("Invalid query",
                             {{std::string(name), printable(*given), "true or false", ""}});
    }
    json::set(options, name, *given == "true", options.GetAllocator());
  }
  std::vector<problem> problems;
  for (const auto& option : options.GetObject()) {
    const std::string_view name = json::view(option.name);
    if (std::find(allowed.begin(), allowed.end(), name) == allowed.end()) {
      problems.push_back({"$." + printable(name), printable(json::to_text(option.value)),
                          fmt::format("{}", fmt::join(allowed, ", ")), "is not a known option"});
    } else if (!option.value.IsBool()) {
      problems.push_back(
          {"$." + printable(name), printable(json::to_text(option.value)), "true or false", ""});
    }
  }
  if (!problems.empty()) throw failure::invalid("Invalid request body", std::move(problems));
  return options;
}

http_response start(const route_tools& tools, const http_request& request) {
  const std::string user = request.required_user();
  const json::document options = options_of(tools, request, {"wait", "accept_state_loss"});
  tools.applications.start(request.parameter("application"), options, user);
  return http_response::accepted();
}

http_response stop(const route_tools& tools, const http_request& request) {
  const std::string user = request.required_user();
  const json::document options = options_of(tools, request, {"wait", "savepoint", "drain", "kill"});
  tools.applications.stop(request.parameter("application"), options, user);
  return http_response::accepted();
}

http_response destroy(const route_tools& tools, const http_request& request) {
  const std::string user = request.required_user();
  const std::string savepoints = request.query_value("savepoints").value_or("keep");
  if (savepoints != "keep" && savepoints != "dispose") {
    throw failure::invalid("Invalid query",
                           {{"savepoints", printable(savepoints), "keep, dispose", ""}});
  }
  tools.applications.destroy(request.parameter("application"), savepoints, user);
  return http_response::accepted();
}

http_response get_record(const route_tools& tools, const http_request& request) {
  tools.rules.check_reader(request.user());
  const auto record = tools.memory.transact([&](registry_view& view) {
    return view.applications.find(request.parameter("application"));
  });
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  if (record) {
    const auto overrides = json::parse_or_throw(record->overrides, "the registry's overrides");
    const auto defaults = json::parse_or_throw(record->defaults, "the registry's defaults");
    json::set(body, "overrides", with_masked_secrets(overrides, memory), memory);
    json::set(body, "defaults", with_masked_secrets(defaults, memory), memory);
    json::set(body, "name", record->name, memory);
    json::set(body, "package_name", record->package, memory);
    json::set(body, "status", record->state, memory);
    json::set(body, "information", record->information, memory);
  } else {
    json::set(body, "status", application_state::not_created, memory);
    json::set(body, "information", std::optional<std::string>(), memory);
  }
  return http_response::of(body);
}

}  // namespace

void add_application_routes(router& routes, const route_tools& tools) {
  routes.add("GET", "/applications/{application}",
             [&tools](const http_request& request) { return get_record(tools, request); });
  routes.add("PUT", "/applications/{application}",
             [&tools](const http_request& request) { return create(tools, request); });
  routes.add("DELETE", "/applications/{application}",
             [&tools](const http_request& request) { return destroy(tools, request); });
  routes.add("POST", "/applications/{application}/start",
             [&tools](const http_request& request) { return start(tools, request); });
  routes.add("POST", "/applications/{application}/stop",
             [&tools](const http_request& request) { return stop(tools, request); });
  routes.add("POST", "/applications/{application}/{action}",
             [](const http_request& request) -> http_response {
               throw failure(failure_kind::failed_validation,
                             fmt::format("{} is not a valid action (start|stop)",
                                         printable(request.parameter("action"))));
             });
}

}  // namespace manager
