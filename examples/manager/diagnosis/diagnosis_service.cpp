// What the plugins tell of failures.
// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/diagnosis_service.h"

#include "application/component_request.h"
#include "base/attempt.h"
#include "base/names.h"
#include "savepoint/component_choice.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <functional>
#include <optional>
#include <utility>

namespace manager {
namespace {

using asked_options = std::function<void(json::document& request)>;

plugin_reply ask(const application_tools& tools, const component_record& component,
                 plugin_verb verb, std::chrono::milliseconds timeout,
                 const asked_options& options) {
  json::document request = component_request(tools.settings.name_space, component);
  options(request);
  return attempt_to(fmt::format("{} of component {}", to_text(verb), shown(component)), [&] {
    return tools.plugins.session_of_existing(component.type)
        .run(verb, request, {timeout, "", nullptr, {}});
  });
}

// {"application", "components": [...]}: each with what its plugin says, or why it does not. Where
// none answers, that is the answer.
json::document of_each(const application_tools& tools, const std::string& application,
                       const std::vector<component_record>& components, plugin_verb verb,
                       std::chrono::milliseconds timeout, const asked_options& options) {
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  json::set(body, "application", application, memory);
  json::value list(rapidjson::kArrayType);
  std::optional<failure> problem;
  bool answered = components.empty();
  for (const component_record& component : components) {
    json::value entry(rapidjson::kObjectType);
    json::set(entry, "type", component.type, memory);
    json::set(entry, "component", component.name, memory);
    try {
      const plugin_reply reply = ask(tools, component, verb, timeout, options);
      if (!reply.ok()) {
        throw to_route_failure(reply,
                               fmt::format("{} of component {}", to_text(verb), shown(component)));
      }
      for (const auto& member : reply.document.GetObject()) {
        const std::string_view name = json::view(member.name);
        if (name != "schema") json::set(entry, name, json::copy(member.value, memory), memory);
      }
      answered = true;
    } catch (const failure& why) {
      json::set(entry, "error", why.what(), memory);
      if (!problem) problem = why;
    }
    list.PushBack(entry, memory);
  }
  if (!answered) throw failure(*problem);
  json::set(body, "components", std::move(list), memory);
  return body;
}

}  // namespace

std::vector<component_record> diagnosis_service::components(const std::string& application,
                                                            const std::string& component,
                                                            const caller& who,
                                                            std::string_view action) const {
  const auto record = tools_.memory.transact(
      [&](registry_view& view) { return view.applications.find(application); });
  if (!record) {
    throw failure(failure_kind::not_found,
                  fmt::format("there is no application {}", printable(application)));
  }
  rules_.check_owner(who, record->user, action);
  return chosen_components(tools_, application, component);
}

json::document diagnosis_service::incidents(const std::string& application,
                                            const incident_filter& filter,
                                            const caller& who) const {
  const auto chosen = components(application, filter.component, who, "application:incidents");
  if (!filter.after.empty() && chosen.size() > 1) only_component(chosen, application);  // throws
  return of_each(tools_, application, chosen, plugin_verb::incidents, tools_.settings.timeouts.list,
                 [&](json::document& request) {
                   auto& memory = request.GetAllocator();
                   json::set(request, "limit", filter.limit, memory);
                   if (!filter.after.empty()) json::set(request, "after", filter.after, memory);
                 });
}

json::document diagnosis_service::incident(const std::string& application,
                                           const std::string& component, const std::string& id,
                                           const caller& who) const {
  const auto chosen = components(application, component, who, "application:incidents");
  std::optional<json::document> found;
  std::vector<std::string> owners;
  std::optional<failure> problem;
  for (const component_record& one : chosen) {
    try {
      const plugin_reply reply = ask(tools_, one, plugin_verb::incidents,
                                     tools_.settings.timeouts.list, [&](json::document& request) {
                                       json::set(request, "incident", id, request.GetAllocator());
                                     });
      if (reply.status == DM_STATUS_NOT_FOUND) continue;
      if (!reply.ok()) {
        throw to_route_failure(
            reply, fmt::format("incident {} of component {}", printable(id), shown(one)));
      }
      const json::value* list = json::find(reply.document, "incidents");
      if (list == nullptr || !list->IsArray() || list->Empty()) continue;
      json::document body = json::make_object();
      auto& memory = body.GetAllocator();
      json::set(body, "application", application, memory);
      json::set(body, "type", one.type, memory);
      json::set(body, "component", one.name, memory);
      if (!(*list)[0].IsObject()) continue;
      for (const auto& member : (*list)[0].GetObject())
        json::set(body, json::view(member.name), json::copy(member.value, memory), memory);
      owners.push_back(one.name);
      found = std::move(body);
    } catch (const failure& why) {
      if (!problem) problem = why;
    }
  }
  if (owners.size() > 1) {
    throw failure::invalid(
        "Several components have such an incident",
        {{"component", "nothing", fmt::format("{}", fmt::join(owners, ", ")), ""}});
  }
  if (found) return std::move(*found);
  // One that could not be asked may have it.
  if (problem) throw failure(*problem);
  throw failure(failure_kind::not_found,
                fmt::format("{} has no incident {}", printable(application), printable(id)));
}

json::document diagnosis_service::explain(const std::string& application,
                                          const std::string& component, const caller& who) const {
  const auto chosen = components(application, component, who, "application:explain");
  return of_each(tools_, application, chosen, plugin_verb::explain, tools_.settings.timeouts.list,
                 [](json::document&) {});
}

}  // namespace manager
