// /applications/<application>/components: what an application consists of, and, for a host that
// takes over, what its plugins gave this one to keep.
// SPDX-License-Identifier: Apache-2.0
#include "base/names.h"
#include "operation/state_refusal.h"
#include "routes/query_reader.h"
#include "routes/routes.h"

#include <fmt/format.h>

#include <algorithm>

namespace manager {
namespace {

struct known_components {
  std::optional<application_record> application;
  std::vector<component_record> components;
};

known_components find(const route_tools& tools, const http_request& request) {
  const std::string& name = request.parameter("application");
  return tools.memory.transact([&](registry_view& view) {
    return known_components{view.applications.find(name), view.applications.components(name)};
  });
}

bool wants_data(const http_request& request, const std::vector<std::string_view>& parameters) {
  query_reader query(request, parameters);
  const bool wanted = query.flag("data", false);
  query.check();
  return wanted;
}

json::value document_of(const component_record& one, bool with_data, json::allocator& memory) {
  json::value entry(rapidjson::kObjectType);
  json::set(entry, "type", one.type, memory);
  json::set(entry, "component", one.name, memory);
  json::set(entry, "desired", one.desired, memory);
  json::set(entry, "created", one.data.has_value(), memory);
  if (!with_data) return entry;
  json::value data;
  if (one.data) {
    const auto parsed = json::parse_or_throw(*one.data, "the registry's create data");
    data = json::copy(parsed, memory);
  }
  json::set(entry, "data", std::move(data), memory);
  return entry;
}

// The data is the plugin's own and may say where things are: for the owner and administrators.
void check(const route_tools& tools, const http_request& request, const known_components& known,
           bool with_data) {
  if (with_data) {
    tools.rules.check_owner(request.required_caller(), known.application->user,
                            "application:read_data");
  } else {
    tools.rules.check_reader(request.user());
  }
}

// 404 whatever its state: one that is just being created may have none yet.
failure without_components(const route_tools& tools, const http_request& request,
                           const std::optional<application_record>& known) {
  application_record absent;
  absent.name = request.parameter("application");
  const failure why = refused_by_state(tools.memory, known ? *known : absent,
                                       "a list of its components", {"laid out"});
  return failure::wrong_state(failure_kind::not_found, *why.state(), why.what());
}

known_components existing(const route_tools& tools, const http_request& request) {
  auto known = find(tools, request);
  if (!known.application || known.components.empty()) {
    throw without_components(tools, request, known.application);
  }
  return known;
}

http_response list(const route_tools& tools, const http_request& request) {
  const bool with_data = wants_data(request, {"data"});
  const auto known = existing(tools, request);
  check(tools, request, known, with_data);
  json::document body = json::make_array();
  auto& memory = body.GetAllocator();
  for (const component_record& one : known.components) {
    body.PushBack(document_of(one, with_data, memory), memory);
  }
  return http_response::of(body);
}

http_response get(const route_tools& tools, const http_request& request) {
  const bool with_data = wants_data(request, {"data", "type"});
  const auto known = existing(tools, request);
  check(tools, request, known, with_data);
  const std::string& name = request.parameter("component");
  const std::string type = request.query_value("type").value_or("");
  std::vector<const component_record*> fitting;
  std::string all;
  for (const component_record& one : known.components) {
    all += fmt::format("{}{}/{}", all.empty() ? "" : ", ", one.type, one.name);
    if (one.name == name && (type.empty() || one.type == type)) fitting.push_back(&one);
  }
  if (fitting.empty()) {
    throw failure(failure_kind::not_found,
                  fmt::format("{} has no component {} (it has {})", known.application->name,
                              printable(name), all));
  }
  if (fitting.size() > 1) {
    throw failure::invalid("Several components have this name",
                           {{"type", "nothing", fmt::format("the type of one of {}", all), ""}});
  }
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  body.CopyFrom(document_of(*fitting.front(), with_data, memory), memory);
  return http_response::of(body);
}

}  // namespace

void add_component_routes(router& routes, const route_tools& tools) {
  routes.add("GET", "/applications/{application}/components",
             [&tools](const http_request& request) { return list(tools, request); });
  routes.add("GET", "/applications/{application}/components/{component}",
             [&tools](const http_request& request) { return get(tools, request); });
}

}  // namespace manager
