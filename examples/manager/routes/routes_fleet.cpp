// /fleet: all applications with their components in one answer, or what has changed since the last
// one; /fleet/history-server: how Flink's history server is.
// SPDX-License-Identifier: Apache-2.0
#include "access/secrets.h"
#include "base/clock.h"
#include "http/negotiation.h"
#include "observation/history_server.h"
#include "plugin/plugin_extensions.h"
#include "routes/program_words.h"
#include "routes/query_reader.h"
#include "routes/routes.h"

#include <fmt/format.h>

namespace manager {
namespace {

constexpr plugin_extension all_extensions[] = {
    plugin_extension::savepoint, plugin_extension::logs, plugin_extension::diagnosis,
    plugin_extension::metrics, plugin_extension::housekeeping};

// What the page offers depends on what the plugins have. Nobody waits here for one to be opened.
json::value types_of(const route_tools& tools, json::allocator& memory) {
  json::value types(rapidjson::kObjectType);
  const auto health = tools.plugins.health();
  for (const auto& [type, library] : tools.plugins.libraries()) {
    const plugin_health& now = health.at(type);
    json::value entry(rapidjson::kObjectType);
    json::set(entry, "version", library->version(), memory);
    json::set(entry, "open", now.open, memory);
    json::set(entry, "stuck", static_cast<std::int64_t>(now.stuck), memory);
    json::set(entry, "circuit", now.circuit, memory);
    json::value extensions(rapidjson::kArrayType);
    if (now.open) {
      const plugin_session& session = tools.plugins.session(type);
      for (const plugin_extension one : all_extensions) {
        if (session.has(one)) extensions.PushBack(json::make_string(id_of(one), memory), memory);
      }
    }
    json::set(entry, "extensions", std::move(extensions), memory);
    json::set(types, type, std::move(entry), memory);
  }
  return types;
}

std::string text_or_number(const json::value& environment, std::string_view name) {
  const json::value* found = json::find(environment, name);
  if (found == nullptr) return {};
  return found->IsString() ? std::string(json::view(*found)) : json::to_text(*found);
}

// Where people find more: YARN's page of an application, and the history server's own.
json::value links_of(const json::value& environment, json::allocator& memory) {
  json::value links(rapidjson::kObjectType);
  const std::string host = text_or_number(environment, "yarn_resource_manager_host");
  const std::string port = text_or_number(environment, "yarn_resource_manager_port");
  if (!host.empty() && !port.empty()) {
    json::set(links, "yarn_application", fmt::format("http://{}:{}/cluster/app/", host, port),
              memory);
  }
  const std::string history = history_server_address(environment);
  if (!history.empty()) json::set(links, "history_server", history, memory);
  return links;
}

// True: everybody's; else of those owners for whom the caller may act.
json::value owners_of(const route_tools& tools, const caller& who,
                      const std::set<std::string>& owners, json::allocator& memory) {
  if (who.roles.has(role::administer)) return json::value(true);
  json::value found(rapidjson::kArrayType);
  for (const std::string& owner : owners) {
    if (tools.rules.may_act_for(who, owner)) {
      found.PushBack(json::make_string(owner, memory), memory);
    }
  }
  return found;
}

// Why an operation is left alone this host says itself.
void withhold_of_entry(json::document& entry) {
  const bool own = json::flag_of(entry, "set_aside", false);
  withhold_words(own ? *json::find(entry, "components") : entry, entry.GetAllocator());
}

http_response get_fleet(const route_tools& tools, const http_request& request) {
  check_query(request, {"since"});
  tools.rules.check_reader(request.user());
  const fleet::answer seen = tools.everything.look(request.query_value("since").value_or(""));
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  json::set(body, "revision", seen.changes.revision, memory);
  json::set(body, "whole", seen.changes.whole, memory);
  json::set(body, "now", to_rfc3339(now_ms()), memory);
  if (seen.observed_at != 0) json::set(body, "observed_at", to_rfc3339(seen.observed_at), memory);
  json::value applications(rapidjson::kArrayType);
  for (const std::string& text : seen.changes.texts) {
    json::document entry = json::parse_or_throw(text, "fleet");
    if (!tools.rules.may_read_words(request.who, std::string(json::text_of(entry, "user")))) {
      withhold_of_entry(entry);
    }
    applications.PushBack(json::copy(entry, memory), memory);
  }
  json::set(body, "applications", std::move(applications), memory);
  json::value gone(rapidjson::kArrayType);
  for (const std::string& name : seen.changes.gone) {
    gone.PushBack(json::make_string(name, memory), memory);
  }
  json::set(body, "gone", std::move(gone), memory);
  json::set(body, "owners", owners_of(tools, request.who, seen.owners, memory), memory);
  json::set(body, "types", types_of(tools, memory), memory);
  json::set(body, "links", links_of(without_secrets(tools.settings.environment), memory), memory);
  http_response response = http_response::of(body);
  compress(response, request);
  return response;
}

http_response get_history_server(const route_tools& tools, const http_request& request) {
  check_query(request, {});
  tools.rules.check_reader(request.user());
  const history_server::health found = tools.history.look();
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  json::set(body, "state", found.state, memory);
  json::set(body, "version", found.version, memory);
  json::set(body, "ms", found.took_ms, memory);
  json::set(body, "observed_at", to_rfc3339(found.asked_at), memory);
  json::value causes(rapidjson::kArrayType);
  if (!found.cause.empty()) causes.PushBack(json::make_string(found.cause, memory), memory);
  json::set(body, "causes", std::move(causes), memory);
  return http_response::of(body);
}

}  // namespace

void add_fleet_routes(router& routes, const route_tools& tools) {
  const route_options asks_others{.lane = route_lane::outside};
  routes.add(
      "GET", "/fleet", [&tools](const http_request& request) { return get_fleet(tools, request); },
      asks_others);
  routes.add(
      "GET", "/fleet/history-server",
      [&tools](const http_request& request) { return get_history_server(tools, request); },
      asks_others);
}

}  // namespace manager
