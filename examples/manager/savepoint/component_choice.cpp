// Which components of an application a request about savepoints means.
// SPDX-License-Identifier: Apache-2.0
#include "savepoint/component_choice.h"

#include "application/component_answer.h"
#include "base/names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace manager {
namespace {

std::string all_shown(const std::vector<component_record>& components) {
  std::vector<std::string> names;
  for (const component_record& one : components) names.push_back(shown(one));
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

std::vector<component_record> chosen_components(const application_tools& tools,
                                                const std::string& application,
                                                const std::string& name) {
  const auto all = components_of(tools.memory, application);
  std::vector<component_record> chosen;
  for (const component_record& one : all) {
    if (one.data && (name.empty() || one.name == name)) chosen.push_back(one);
  }
  if (chosen.empty() && !name.empty()) {
    throw failure(failure_kind::not_found,
                  fmt::format("{} has no component {} (it has: {})", application, printable(name),
                              all_shown(all)));
  }
  return chosen;
}

std::vector<component_record> with_savepoints(const application_tools& tools,
                                              const std::vector<component_record>& components) {
  std::vector<component_record> result;
  for (const component_record& one : components) {
    if (tools.plugins.session_of_existing(one.type).has_savepoints()) result.push_back(one);
  }
  // The session's own refusal names type and plugin.
  if (result.empty() && !components.empty()) {
    tools.plugins.session_of_existing(components.front().type)
        .run(plugin_verb::list, json::make_object(), {});
  }
  return result;
}

component_record only_component(const std::vector<component_record>& components,
                                const std::string& application) {
  if (components.size() == 1) return components.front();
  if (components.empty()) {
    throw failure(failure_kind::not_found,
                  fmt::format("{} has no component that is laid out", application));
  }
  throw failure::invalid("Several components are meant",
                         {{"component", "nothing", all_shown(components), ""}});
}

failure to_route_failure(const plugin_reply& reply, std::string_view doing) {
  failure why = reply.to_failure(doing);
  if (reply.status != DM_STATUS_FAILED_PRECONDITION) return why;
  return {failure_kind::conflicting_state, why.what(), why.problems()};
}

}  // namespace manager
