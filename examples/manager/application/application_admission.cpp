// What is looked at before an operation on an application is accepted.
// SPDX-License-Identifier: Apache-2.0
#include "application/application_admission.h"

#include "access/secrets.h"
#include "application/properties.h"
#include "base/clock.h"
#include "base/disk_space.h"
#include "base/failure.h"
#include "base/names.h"
#include "operation/operation_id.h"
#include "operation/operation_runner.h"
#include "operation/state_refusal.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace manager {
namespace {

bool is_among(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void check_name(const std::string& path, std::string_view name, std::string_view what,
                std::vector<problem>& problems) {
  if (is_name(name)) return;
  problems.push_back(
      {path, fmt::format("{} \"{}\"", what, printable(name)), std::string(name_rule), ""});
}

problem twice(const std::string& path) { return {path, "twice", "once", ""}; }

}  // namespace

application_record find_application(registry& memory, const std::string& name) {
  auto found = memory.transact([&](registry_view& view) { return view.applications.find(name); });
  if (found) return std::move(*found);
  application_record absent;
  absent.name = name;
  return absent;
}

application_record find_application_in(registry& memory, const std::string& name,
                                       std::string_view wanted,
                                       const std::vector<std::string_view>& allowed) {
  application_record application = find_application(memory, name);
  if (is_among(allowed, application.state)) return application;
  throw refused_by_state(memory, application, wanted, allowed);
}

void check_still_of_same_user(const application_record& seen, const application_record& now) {
  if (seen.user == now.user) return;
  throw failure(failure_kind::conflicting_state,
                fmt::format("{} was created anew by another account meanwhile", now.name));
}

package_record deployed_package(registry& memory, const std::string& package,
                                std::string_view wanted) {
  return deployed_package(
      memory, memory.transact([&](registry_view& view) { return view.packages.find(package); }),
      wanted);
}

package_record deployed_package(registry& memory, package_record package, std::string_view wanted) {
  if (package.state == package_state::deployed && package.metadata) return package;
  throw refused_by_state(memory, package, wanted);
}

void check_plugins(const application_tools& tools, const std::string& name) {
  const auto components = tools.memory.transact(
      [&](registry_view& view) { return view.applications.components(name); });
  for (const component_record& component : components) {
    if (const std::string why = tools.plugins.obstacle(component.type); !why.empty()) {
      throw failure(failure_kind::failed_connection,
                    fmt::format("component {} of {} cannot be asked for anything: {}",
                                shown(component), name, why));
    }
  }
}

void check_space(const application_tools& tools, const package_metadata& metadata) {
  require_space(tools.settings.stage_root, metadata.disk_bytes(),
                tools.settings.limits.reserve_bytes);
}

void check_overrides(const json::value& body, const std::vector<std::string_view>& others,
                     std::vector<problem>& problems) {
  std::set<std::string_view> types;
  for (const auto& member : body.GetObject()) {
    const std::string_view type = json::view(member.name);
    if (problems.size() > most_problems) return;
    if (is_among(others, type)) continue;
    const std::string type_path = "$." + printable(type);
    check_name(type_path, type, "component type", problems);
    if (!types.insert(type).second) problems.push_back(twice(type_path));
    if (!member.value.IsObject()) {
      problems.push_back({type_path, shown_value(type, member.value),
                          "an object {component: {property: value}}", ""});
      continue;
    }
    std::set<std::string_view> names;
    for (const auto& component : member.value.GetObject()) {
      if (problems.size() > most_problems) return;
      const std::string_view name = json::view(component.name);
      const std::string path = fmt::format("{}.{}", type_path, printable(name));
      check_name(path, name, "component", problems);
      if (!names.insert(name).second) problems.push_back(twice(path));
      if (component.value.IsObject()) {
        check_property_names(path, component.value, problems);
      } else {
        problems.push_back(
            {path, shown_value(name, component.value), "an object {property: value}", ""});
      }
    }
  }
}

void check_named_components(const json::value& body, const std::vector<std::string_view>& others,
                            const package_metadata& metadata, std::vector<problem>& problems) {
  const auto known = metadata.components();
  std::set<std::string_view> types;
  std::set<std::pair<std::string_view, std::string_view>> names;
  std::string all;
  for (const auto& one : known) {
    types.emplace(one.type);
    names.emplace(one.type, one.name);
    all += fmt::format("{}{}.{}", all.empty() ? "" : ", ", one.type, one.name);
  }
  const std::string allowed = printable(all, 1000);
  for (const auto& member : body.GetObject()) {
    const std::string_view type = json::view(member.name);
    if (is_among(others, type) || !member.value.IsObject()) continue;
    if (member.value.ObjectEmpty() && !types.contains(type)) {
      problems.push_back({fmt::format("$.{}", printable(type)),
                          fmt::format("component type {}", printable(type)), allowed,
                          "the package has no component of this type"});
    }
    for (const auto& component : member.value.GetObject()) {
      const std::string_view name = json::view(component.name);
      if (problems.size() > most_problems) return;
      if (names.contains({type, name})) continue;
      problems.push_back({fmt::format("$.{}.{}", printable(type), printable(name)),
                          fmt::format("component {} of type {}", printable(name), printable(type)),
                          allowed, "the package has no such component"});
    }
    if (problems.size() > most_problems) return;
  }
}

operation_record make_operation(const application_record& application, const std::string& verb,
                                const json::value& request, const std::string& user) {
  operation_record operation;
  operation.id = make_operation_id();
  operation.noun = "application";
  operation.name = application.name;
  operation.verb = verb;
  operation.user = user;
  operation.state_before = application.state;
  operation.request = json::to_text(request);
  operation.accepted_at = now_ms();
  return operation;
}

}  // namespace manager
