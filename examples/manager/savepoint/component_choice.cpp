// Which components of an application a request about savepoints means.
// SPDX-License-Identifier: Apache-2.0
#include "savepoint/component_choice.h"

#include "application/component_answer.h"
#include "base/names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace manager {
namespace {

std::string all_shown(const std::vector<component_record>& components) {
  std::vector<std::string> names;
  for (const component_record& one : components) names.push_back(shown(one));
  return fmt::format("{}", fmt::join(names, ", "));
}

// "kinds" of "$.kinds[0]".
std::string_view member_of(std::string_view path) {
  if (!path.starts_with("$.")) return {};
  path.remove_prefix(2);
  return path.substr(0, path.find_first_of(".["));
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

failure to_route_failure(const plugin_reply& reply, std::string_view doing,
                         const route_words& words) {
  failure why = reply.to_failure(doing);
  if (reply.status == DM_STATUS_FAILED_PRECONDITION) {
    return {failure_kind::conflicting_state, why.what(), why.problems()};
  }
  if (reply.status != DM_STATUS_INVALID_ARGUMENT || why.problems().empty()) return why;
  std::vector<problem> own = why.problems();
  for (problem& one : own) {
    const auto word = std::find_if(words.begin(), words.end(), [&](const auto& known) {
      return member_of(one.path) == known.first;
    });
    // What this host has made up itself is no fault of who asks.
    if (word == words.end()) return why;
    one.path = word->second;
  }
  return failure::invalid("Invalid query", std::move(own));
}

bool refuses(const plugin_reply& reply, std::string_view member) {
  if (reply.status != DM_STATUS_INVALID_ARGUMENT) return false;
  const failure why = reply.to_failure("");
  return std::any_of(why.problems().begin(), why.problems().end(),
                     [&](const problem& one) { return member_of(one.path) == member; });
}

}  // namespace manager
