// /applications: lists, states, details and summaries.
// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"
#include "base/names.h"
#include "observation/detail.h"
#include "observation/summary.h"
#include "operation/operation_document.h"
#include "routes/operation_answer.h"
#include "routes/request_body.h"

#include <fmt/format.h>

namespace manager {
namespace {

struct known_application {
  application_record record;
  std::vector<component_record> components;
};

// Record and components of one moment, so that a destroy in between leaves no half answer (N3).
std::optional<known_application> find(const route_tools& tools, const http_request& request,
                                      const std::vector<std::string_view>& parameters = {}) {
  check_query(request, parameters);
  tools.rules.check_reader(request.user());
  const std::string& name = request.parameter("application");
  return tools.memory.transact([&](registry_view& view) -> std::optional<known_application> {
    auto record = view.applications.find(name);
    if (!record) return std::nullopt;
    return known_application{std::move(*record), view.applications.components(name)};
  });
}

// Of an operation that is left alone people must know more than that it is under way.
std::optional<std::string> information_of(const route_tools& tools, const http_request& request,
                                          const std::optional<known_application>& known) {
  if (auto why = tools.runner.set_aside().why("application", request.parameter("application")))
    return why;
  return known ? known->record.information : std::nullopt;
}

// The summary's word; "UNKNOWN" where nothing was ever learnt.
std::string word_of(const route_tools& tools, const std::vector<component_record>& components) {
  std::vector<std::string> words;
  for (const observation& one : tools.seen.observe(components, false)) {
    if (one.status) words.emplace_back(json::text_of(*one.status, "summary"));
  }
  return words.empty() ? "UNKNOWN" : std::string(aggregate_word(words));
}

http_response status_now(const route_tools& tools, const http_request& request) {
  const auto known = find(tools, request, {"wait"});
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  json::set(body, "status",
            known ? std::string_view(known->record.state) : application_state::not_created, memory);
  json::set(body, "information", information_of(tools, request, known), memory);
  if (known && !known->record.operation.empty()) {
    json::value operation(rapidjson::kObjectType);
    json::set(operation, "id", known->record.operation, memory);
    json::set(operation, "verb", known->record.operation_verb, memory);
    json::set(operation, "at", to_rfc3339(known->record.informed_at), memory);
    json::set(body, "operation", std::move(operation), memory);
  }
  if (known && known->record.state == application_state::started) {
    json::set(body, "summary", word_of(tools, known->components), memory);
  }
  if (const auto progress =
          tools.runner.progress("application", request.parameter("application"))) {
    const auto parsed = json::parse_or_throw(*progress, "progress");
    json::set(body, "progress", json::copy(parsed, memory), memory);
  }
  const auto under_way =
      tools.runner.board().view_of_object("application", request.parameter("application"));
  if (under_way) {
    json::document operation = to_document(*under_way);
    operation.RemoveMember("progress");
    operation.RemoveMember("state_before");
    json::set(body, "under_way", json::copy(operation, memory), memory);
  }
  return http_response::of(body);
}

http_response get_status(const route_tools& tools, const http_request& request) {
  return when_settled(tools, request, "application", request.parameter("application"),
                      [&tools, request] { return status_now(tools, request); });
}

http_response get_detail(const route_tools& tools, const http_request& request) {
  const auto known = find(tools, request);
  if (!known || known->record.state == application_state::not_created) {
    throw failure::wrong_state(failure_kind::not_found, application_state::not_created);
  }
  // While it is being created there is nothing to ask for yet (N8).
  const bool creating = known->record.state == application_state::creating;
  const auto components = creating ? std::vector<component_record>() : known->components;
  return http_response::of(
      make_detail(known->record, components, tools.seen.observe(components, true)));
}

http_response get_summary(const route_tools& tools, const http_request& request) {
  const auto known = find(tools, request);
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  const bool exists = known && known->record.state != application_state::not_created;
  if (!exists || known->record.state == application_state::creating) {
    json::value state(rapidjson::kObjectType);
    json::set(state, "status", exists ? "Not Available" : "Not Created", memory);
    json::set(body, request.parameter("application"), std::move(state), memory);
  } else {
    add_summary(body, known->record.name, known->components,
                tools.seen.observe(known->components, false), memory);
  }
  return http_response::of(body);
}

http_response list_names(const std::vector<application_record>& records) {
  json::document body = json::make_array();
  for (const application_record& record : records) {
    body.PushBack(json::make_string(record.name, body.GetAllocator()), body.GetAllocator());
  }
  return http_response::of(body);
}

http_response list_states(const std::vector<application_record>& records) {
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  for (const application_record& record : records) {
    json::value entry(rapidjson::kObjectType);
    json::set(entry, "status", record.state, memory);
    json::set(entry, "information", record.information, memory);
    json::set(entry, "package_name", record.package, memory);
    json::set(entry, "user", record.user, memory);
    json::set(body, record.name, std::move(entry), memory);
  }
  return http_response::of(body);
}

// One status call per component type, for the components of all applications together.
http_response list_summaries(const route_tools& tools) {
  const auto components = tools.memory.transact(
      [](registry_view& view) { return view.applications.components_of_all(); });
  const auto seen = tools.seen.observe(components, false);
  json::document body = json::make_object();
  for (std::size_t begin = 0; begin < components.size();) {
    std::size_t end = begin;
    while (end < components.size() &&
           components[end].application == components[begin].application) {
      ++end;
    }
    const auto from = static_cast<std::ptrdiff_t>(begin);
    const auto to = static_cast<std::ptrdiff_t>(end);
    add_summary(body, components[begin].application,
                {components.begin() + from, components.begin() + to},
                {seen.begin() + from, seen.begin() + to}, body.GetAllocator());
    begin = end;
  }
  return http_response::of(body);
}

http_response list(const route_tools& tools, const http_request& request) {
  check_query(request, {"view"});
  tools.rules.check_reader(request.user());
  const std::string view_name = request.query_value("view").value_or("names");
  if (view_name == "summary") return list_summaries(tools);
  if (view_name != "names" && view_name != "status") {
    throw failure::invalid("Invalid query",
                           {{"view", printable(view_name), "names, status, summary", ""}});
  }
  const auto records =
      tools.memory.transact([](registry_view& view) { return view.applications.all(); });
  return view_name == "status" ? list_states(records) : list_names(records);
}

}  // namespace

void add_application_status_routes(router& routes, const route_tools& tools) {
  routes.add("GET", "/applications",
             [&tools](const http_request& request) { return list(tools, request); },
             {.lane_of = [](const http_request& request) {
               return request.query_value("view") == "summary" ? route_lane::outside
                                                               : route_lane::quick;
             }});
  routes.add("GET", "/applications/{application}/status",
             [&tools](const http_request& request) { return get_status(tools, request); });
  const route_options asks_plugins{.lane = route_lane::outside};
  routes.add(
      "GET", "/applications/{application}/detail",
      [&tools](const http_request& request) { return get_detail(tools, request); }, asks_plugins);
  routes.add(
      "GET", "/applications/{application}/summary",
      [&tools](const http_request& request) { return get_summary(tools, request); }, asks_plugins);
  routes.add("GET", "/applications/{application}/{query}",
             [](const http_request& request) -> http_response {
               throw failure(
                   failure_kind::failed_validation,
                   fmt::format("{} is not a valid query (status, detail, summary, savepoints)",
                               printable(request.parameter("query"))));
             });
}

}  // namespace manager
