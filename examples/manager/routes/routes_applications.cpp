// /applications: creating, starting, stopping, destroying, and the records.
// SPDX-License-Identifier: Apache-2.0
#include "access/secrets.h"
#include "base/names.h"
#include "routes/operation_answer.h"
#include "routes/program_words.h"
#include "routes/request_body.h"
#include "routes/routes.h"

#include <fmt/format.h>

namespace manager {
namespace {

// The contract's order: body, package, user in the body, user.name; everything else is the
// service's.
http_response create(const route_tools& tools, const http_request& request) {
  check_query(request, {"wait"});
  std::string problem;
  const auto body = json::parse(request.body_text(tools.settings.request_bytes), problem);
  if (!body || !body->IsObject()) {
    throw failure(failure_kind::failed_validation,
                  fmt::format("Invalid request body{}{}", problem.empty() ? "" : ": ", problem));
  }
  check_members(*body);
  const json::value* package = json::find(*body, "package");
  if (package == nullptr) {
    throw failure(failure_kind::failed_validation, "Invalid request body. Missing field 'package'");
  }
  if (json::find(*body, "user") != nullptr) {
    throw failure(failure_kind::failed_validation,
                  "Invalid request body. User should be passed as URI parameter user.name");
  }
  const caller who = request.required_caller();
  if (!package->IsString() || !parse_package_name(json::view(*package))) {
    throw failure::invalid("Invalid request body", {{"$.package", shown_value("", *package),
                                                     std::string(package_name_rule), ""}});
  }
  wait_of(request);
  return accepted(tools, request,
                  tools.applications.create(request.parameter("application"), *body, who));
}

// What a plugin would refuse too, said before anything is accepted.
void check_stop_options(const json::value& options) {
  const bool kill = json::flag_of(options, "kill", false);
  const bool wanted = json::flag_of(options, "savepoint", false);
  const json::value* savepoint = json::find(options, "savepoint");
  const bool without = kill || (savepoint != nullptr && !wanted);
  const std::string allowed =
      kill ? "nothing with kill, which takes no savepoint" : "nothing with \"savepoint\": false";
  std::vector<problem> problems;
  if (kill && wanted) problems.push_back({"$.savepoint", "true", allowed, ""});
  for (const char* name : {"drain", "operation", "format"}) {
    const json::value* given = json::find(options, name);
    if (!without || given == nullptr || given->IsFalse()) continue;
    problems.push_back({std::string("$.") + name, json::to_text(*given), allowed, ""});
  }
  if (!problems.empty()) throw failure::invalid("Invalid request body", std::move(problems));
}

http_response start(const route_tools& tools, const http_request& request) {
  const caller who = request.required_caller();
  const json::document options = read_body(request, tools.settings.request_bytes,
                                           {flag_member("wait"), flag_member("accept_state_loss")});
  wait_of(request);
  return accepted(tools, request,
                  tools.applications.start(request.parameter("application"), options, who));
}

http_response stop(const route_tools& tools, const http_request& request) {
  const caller who = request.required_caller();
  const json::document options =
      read_body(request, tools.settings.request_bytes,
                {flag_member("wait"), flag_member("savepoint"), flag_member("drain"),
                 flag_member("kill"), operation_member(), format_member()});
  check_stop_options(options);
  wait_of(request);
  return accepted(tools, request,
                  tools.applications.stop(request.parameter("application"), options, who));
}

http_response destroy(const route_tools& tools, const http_request& request) {
  const caller who = request.required_caller();
  query_reader query(request, {"savepoints", "wait"});
  std::string savepoints = query.one_of("savepoints", {"keep", "dispose"});
  query.check();
  if (savepoints.empty()) savepoints = "keep";
  wait_of(request);
  return accepted(tools, request,
                  tools.applications.destroy(request.parameter("application"), savepoints, who));
}

http_response get_record(const route_tools& tools, const http_request& request) {
  check_query(request, {});
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
    const bool may_read = tools.rules.may_read_words(request.who, record->user);
    json::set(body, "information", words_for(may_read, record->information), memory);
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
               throw failure(
                   failure_kind::failed_validation,
                   fmt::format("{} is not a valid action (start, stop, upgrade, plan, savepoints)",
                               printable(request.parameter("action"))));
             });
}

}  // namespace manager
