// /applications/<application>/figures: how its jobs do now, and did in the last hours, as this
// Deployment Manager has seen it. Calls no plugin.
// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"
#include "base/names.h"
#include "metrics/figure_sampler.h"
#include "operation/state_refusal.h"
#include "routes/query_reader.h"
#include "routes/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace manager {
namespace {

struct known_application {
  std::optional<application_record> record;
  std::vector<component_record> components;
};

json::value number(double value) {
  constexpr double largest_whole = 9'007'199'254'740'992.0;
  if (!std::isfinite(value)) return json::value();
  if (std::nearbyint(value) == value && std::abs(value) < largest_whole)
    return json::value(static_cast<std::int64_t>(value));
  return json::value(value);
}

json::value history_document(const metrics::figure_series& series,
                             std::chrono::milliseconds interval, json::allocator& memory) {
  json::value history(rapidjson::kObjectType);
  json::set(history, "interval_ms", static_cast<std::int64_t>(interval.count()), memory);
  json::value names(rapidjson::kArrayType);
  for (const std::string& name : series.names)
    names.PushBack(json::make_string(name, memory), memory);
  json::set(history, "names", std::move(names), memory);
  json::value points(rapidjson::kArrayType);
  for (const metrics::figure_point& point : series.points) {
    json::value row(rapidjson::kArrayType);
    row.PushBack(point.at, memory);
    for (std::size_t i = 0; i < series.names.size(); ++i)
      row.PushBack(i < point.values.size() ? number(point.values[i]) : json::value(), memory);
    points.PushBack(row, memory);
  }
  json::set(history, "points", std::move(points), memory);
  return history;
}

json::value document_of(const route_tools& tools, const component_record& component,
                        bool with_history, json::allocator& memory) {
  json::value entry(rapidjson::kObjectType);
  json::set(entry, "type", component.type, memory);
  json::set(entry, "component", component.name, memory);
  const auto known = tools.sampler.history().of(component, with_history);
  if (!known) {
    // No fault: nobody has asked.
    const auto interval = tools.settings.figures_interval;
    json::set(entry, "information",
              interval.count() == 0
                  ? std::string("nobody looks: figures_interval_ms is 0")
                  : fmt::format("not looked at yet: that is done every {} s",
                                std::max<std::int64_t>(1, interval.count() / 1000)),
              memory);
    return entry;
  }
  json::set(entry, "observed_at", to_rfc3339(known->observed_at), memory);
  if (known->current) {
    json::value figures(rapidjson::kObjectType);
    for (const auto& [name, value] : *known->current)
      json::set(figures, name, number(value), memory);
    json::set(entry, "figures", std::move(figures), memory);
  }
  if (!known->problem.empty()) json::set(entry, "error", known->problem, memory);
  if (with_history) {
    json::set(entry, "history", history_document(*known, tools.settings.figures_interval, memory),
              memory);
  }
  return entry;
}

failure without_components(const route_tools& tools, const std::string& name,
                           const std::optional<application_record>& known) {
  application_record absent;
  absent.name = name;
  const failure why = refused_by_state(tools.memory, known ? *known : absent,
                                       "a look at its figures", {"laid out"});
  return failure::wrong_state(failure_kind::not_found, *why.state(), why.what());
}

http_response get_figures(const route_tools& tools, const http_request& request) {
  query_reader query(request, {"component", "history"});
  const std::string wanted = query.component();
  const bool with_history = query.flag("history", false);
  query.check();
  const std::string& name = request.parameter("application");
  auto known = tools.memory.transact([&](registry_view& view) {
    return known_application{view.applications.find(name), view.applications.components(name)};
  });
  if (!known.record || known.components.empty())
    throw without_components(tools, name, known.record);
  tools.rules.check_owner(request.required_caller(), known.record->user,
                          "application:read_figures");
  if (!wanted.empty()) {
    std::erase_if(known.components, [&](const auto& one) { return one.name != wanted; });
    if (known.components.empty()) {
      throw failure(failure_kind::not_found,
                    fmt::format("{} has no component {}", name, printable(wanted)));
    }
  }
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  json::set(body, "application", name, memory);
  json::value components(rapidjson::kArrayType);
  for (const component_record& one : known.components)
    components.PushBack(document_of(tools, one, with_history, memory), memory);
  json::set(body, "components", std::move(components), memory);
  return http_response::of(body);
}

}  // namespace

void add_figure_routes(router& routes, const route_tools& tools) {
  routes.add("GET", "/applications/{application}/figures",
             [&tools](const http_request& request) { return get_figures(tools, request); });
}

}  // namespace manager
