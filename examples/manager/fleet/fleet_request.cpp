// What is asked for of the fleet.
// SPDX-License-Identifier: Apache-2.0
#include "fleet/fleet_request.h"

#include "fleet/name_pattern.h"
#include "registry/fleet_facts.h"

#include <algorithm>

namespace manager {

bool are_patterns(const json::value& given) {
  const auto is_one = [](const json::value& one) {
    return one.IsString() && is_name_pattern(json::view(one));
  };
  if (given.IsString()) return is_one(given);
  return given.IsArray() && !given.Empty() && given.Size() <= most_patterns &&
         std::all_of(given.Begin(), given.End(), is_one);
}

bool fits_order(const std::string& application, const std::string& component,
                std::string_view pattern) {
  const bool of_component = pattern.find('/') != std::string_view::npos;
  return fits_pattern(of_component ? application + "/" + component : application, pattern);
}

bool fleet_request::has_filter() const {
  return std::any_of(std::begin(fleet_filters), std::end(fleet_filters),
                     [&](std::string_view name) { return json::find(wish_, name) != nullptr; });
}

bool fleet_request::chooses(const application_record& application,
                            const component_record& component) const {
  return fits("application", application.name) && fits("component", component.name) &&
         fits("type", component.type) && fits("package", application.package) &&
         fits("user", application.user);
}

std::int64_t fleet_request::rank(const std::string& application,
                                 const std::string& component) const {
  const auto order = patterns_in(wish_, "order");
  const auto found = std::find_if(order.begin(), order.end(), [&](std::string_view pattern) {
    return fits_order(application, component, pattern);
  });
  return found - order.begin();
}

bool fleet_request::chooses_queue(std::string_view queue) const {
  const auto given = patterns_in(wish_, "queue");
  return given.empty() || std::any_of(given.begin(), given.end(), [&](std::string_view pattern) {
           return fits_queue_pattern(queue, pattern);
         });
}

bool fleet_request::fits(std::string_view member, std::string_view name) const {
  if (json::find(wish_, member) == nullptr) return true;
  const auto given = patterns_in(wish_, member);
  return std::any_of(given.begin(), given.end(),
                     [&](std::string_view pattern) { return fits_pattern(name, pattern); });
}

std::vector<std::string_view> patterns_in(const json::value& wish, std::string_view member) {
  std::vector<std::string_view> found;
  const json::value* given = json::find(wish, member);
  if (given == nullptr) return found;
  if (given->IsString()) return {json::view(*given)};
  for (const auto& one : given->GetArray()) found.push_back(json::view(one));
  return found;
}

std::int64_t fleet_request::number(std::string_view member, std::int64_t otherwise) const {
  const json::value* given = json::find(wish_, member);
  return given != nullptr && given->IsInt64() ? given->GetInt64() : otherwise;
}

std::string same_request(const std::string& verb, const json::value& wish) {
  json::document form = json::make_object();
  auto& memory = form.GetAllocator();
  const auto set_list = [&](std::string_view member, const std::vector<std::string_view>& given) {
    json::value list(rapidjson::kArrayType);
    for (const std::string_view one : given) list.PushBack(json::make_string(one, memory), memory);
    json::set(form, member, std::move(list), memory);
  };
  for (const std::string_view member : fleet_filters) {
    auto given = patterns_in(wish, member);
    std::sort(given.begin(), given.end());
    given.erase(std::unique(given.begin(), given.end()), given.end());
    set_list(member, given);
  }
  const auto number = [&](std::string_view member, std::int64_t otherwise) {
    const json::value* given = json::find(wish, member);
    json::set(form, member, given != nullptr && given->IsInt64() ? given->GetInt64() : otherwise,
              memory);
  };
  const bool stops = verb == "stop";
  set_list("order", patterns_in(wish, "order"));
  number("parallel", usual_parallel);
  number("patience_s", stops ? usual_stop_patience_s : usual_patience_s);
  json::set(form, "all", json::flag_of(wish, "all", false), memory);
  const auto how = json::text_of(wish, "if_not_saved");
  json::set(form, "if_not_saved", how.empty() ? std::string_view("leave") : how, memory);
  // Not given is not the same as true: then the plugin decides.
  const json::value* savepoint = json::find(wish, "savepoint");
  if (savepoint != nullptr) json::set(form, "savepoint", json::copy(*savepoint, memory), memory);
  for (const char* member : {"format", "from"})
    json::set(form, member, json::text_of(wish, member), memory);
  return json::to_text(form);
}

}  // namespace manager
