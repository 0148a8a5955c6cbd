// What is asked for of the fleet.
// SPDX-License-Identifier: Apache-2.0
#include "fleet/fleet_request.h"

#include "fleet/name_pattern.h"

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
  const auto order = patterns("order");
  const std::string both = application + "/" + component;
  const auto found = std::find_if(order.begin(), order.end(), [&](std::string_view pattern) {
    const bool of_component = pattern.find('/') != std::string_view::npos;
    return fits_pattern(of_component ? both : application, pattern);
  });
  return found - order.begin();
}

bool fleet_request::fits(std::string_view member, std::string_view name) const {
  if (json::find(wish_, member) == nullptr) return true;
  const auto given = patterns(member);
  return std::any_of(given.begin(), given.end(),
                     [&](std::string_view pattern) { return fits_pattern(name, pattern); });
}

std::vector<std::string_view> fleet_request::patterns(std::string_view member) const {
  std::vector<std::string_view> found;
  const json::value* given = json::find(wish_, member);
  if (given == nullptr) return found;
  if (given->IsString()) return {json::view(*given)};
  for (const auto& one : given->GetArray()) found.push_back(json::view(one));
  return found;
}

std::int64_t fleet_request::number(std::string_view member, std::int64_t otherwise) const {
  const json::value* given = json::find(wish_, member);
  return given != nullptr && given->IsInt64() ? given->GetInt64() : otherwise;
}

}  // namespace manager
