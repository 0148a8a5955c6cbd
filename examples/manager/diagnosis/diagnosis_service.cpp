// What the plugins tell of failures.
// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/diagnosis_service.h"

#include "application/application_admission.h"
#include "application/component_request.h"
#include "base/attempt.h"
#include "base/names.h"
#include "base/parallel.h"
#include "savepoint/component_choice.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <exception>
#include <functional>
#include <optional>
#include <utility>

namespace manager {
namespace {

constexpr std::size_t asked_at_once = 8;

using asked_options = std::function<void(json::document& request)>;

// What a component's plugin says, whatever that is, or why it says nothing.
struct answer {
  std::optional<plugin_reply> reply;
  std::optional<failure> problem;
};

answer ask(const application_tools& tools, const component_record& component, plugin_verb verb,
           std::chrono::milliseconds timeout, const asked_options& options) {
  try {
    json::document request = component_request(tools.settings.name_space, component);
    options(request);
    return {attempt_to(fmt::format("{} of component {}", to_text(verb), shown(component)),
                       [&] {
                         return tools.plugins.session_of_existing(component.type)
                             .run(verb, request, {timeout, "", nullptr, {}});
                       }),
            std::nullopt};
  } catch (const failure& why) {
    return {std::nullopt, why};
  } catch (const std::exception& why) {
    return {std::nullopt, failure(failure_kind::unknown, why.what())};
  }
}

// In the order of the components, some at a time: a service that is silent is waited for once, and
// not once for each.
std::vector<answer> ask_each(const application_tools& tools,
                             const std::vector<component_record>& components, plugin_verb verb,
                             std::chrono::milliseconds timeout, const asked_options& options) {
  std::vector<answer> answers(components.size());
  parallel_for(components.size(), asked_at_once, [&](std::size_t i) {
    answers[i] = ask(tools, components[i], verb, timeout, options);
  });
  return answers;
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
  const auto answers = ask_each(tools, components, verb, timeout, options);
  for (std::size_t i = 0; i < components.size(); ++i) {
    const component_record& component = components[i];
    const auto& [reply, why] = answers[i];
    json::value entry(rapidjson::kObjectType);
    json::set(entry, "type", component.type, memory);
    json::set(entry, "component", component.name, memory);
    if (reply && reply->ok()) {
      for (const auto& member : reply->document.GetObject()) {
        const std::string_view name = json::view(member.name);
        if (name != "schema") json::set(entry, name, json::copy(member.value, memory), memory);
      }
      answered = true;
    } else {
      const failure told =
          why ? *why
              : to_route_failure(*reply,
                                 fmt::format("{} of component {}", to_text(verb), shown(component)),
                                 {{"limit", "limit"}, {"after", "after"}});
      json::set(entry, "error", told.what(), memory);
      if (!problem) problem = told;
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
  const auto record =
      find_application_in(tools_.memory, application, "a look at its failures", existing_states);
  rules_.check_owner(who, record.user, action);
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
  const auto answers = ask_each(
      tools_, chosen, plugin_verb::incidents, tools_.settings.timeouts.list,
      [&](json::document& request) { json::set(request, "incident", id, request.GetAllocator()); });
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const component_record& one = chosen[i];
    const auto& [reply, why] = answers[i];
    // A text that is no id of an incident names none either.
    if (reply && (reply->status == DM_STATUS_NOT_FOUND || refuses(*reply, "incident"))) continue;
    if (!reply || !reply->ok()) {
      if (problem) continue;
      problem = why ? *why
                    : to_route_failure(*reply, fmt::format("incident {} of component {}",
                                                           printable(id), shown(one)));
      continue;
    }
    const json::value* list = json::find(reply->document, "incidents");
    if (list == nullptr || !list->IsArray() || list->Empty() || !(*list)[0].IsObject()) continue;
    json::document body = json::make_object();
    auto& memory = body.GetAllocator();
    json::set(body, "application", application, memory);
    json::set(body, "type", one.type, memory);
    json::set(body, "component", one.name, memory);
    for (const auto& member : (*list)[0].GetObject())
      json::set(body, json::view(member.name), json::copy(member.value, memory), memory);
    owners.push_back(one.name);
    found = std::move(body);
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
                fmt::format("{} has no incident {}: GET /applications/{}/incidents lists those "
                            "that there are",
                            application, printable(id), application));
}

json::document diagnosis_service::explain(const std::string& application,
                                          const std::string& component, const caller& who) const {
  auto chosen = components(application, component, who, "application:explain");
  // Their plugins would explain what an operation is about to make wrong.
  std::vector<std::pair<component_record, std::string>> apart;
  std::erase_if(chosen, [&](const component_record& one) {
    std::string why = tools_.apart.why(one);
    if (why.empty()) return false;
    apart.emplace_back(one, std::move(why));
    return true;
  });
  json::document body = of_each(tools_, application, chosen, plugin_verb::explain,
                                tools_.settings.timeouts.list, [](json::document&) {});
  auto& memory = body.GetAllocator();
  for (const auto& [one, why] : apart) {
    json::value entry(rapidjson::kObjectType);
    json::set(entry, "type", one.type, memory);
    json::set(entry, "component", one.name, memory);
    json::set(entry, "state", "UNKNOWN", memory);
    json::value sentences(rapidjson::kArrayType);
    sentences.PushBack(json::make_string("It is apart: " + why + ".", memory), memory);
    json::set(entry, "sentences", std::move(sentences), memory);
    json::set(entry, "facts", json::value(rapidjson::kArrayType), memory);
    json::set(entry, "rules", json::value(rapidjson::kArrayType), memory);
    json::find(body, "components")->PushBack(entry, memory);
  }
  return body;
}

}  // namespace manager
