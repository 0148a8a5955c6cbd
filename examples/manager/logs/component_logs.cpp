// The logs of applications' components, as their plugins tell them.
// SPDX-License-Identifier: Apache-2.0
#include "logs/component_logs.h"

#include "application/component_request.h"
#include "base/names.h"
#include "base/parallel.h"
#include "savepoint/component_choice.h"

#include <fmt/format.h>

namespace manager {
namespace {

constexpr std::size_t asked_at_once = 8;

// What a read takes of its route, besides the source.
const route_words read_words = {{"offset", "offset"},
                                {"tail_lines", "tail"},
                                {"since", "since"},
                                {"grep", "grep"},
                                {"max_bytes", "bytes"}};

plugin_reply ask(const application_tools& tools, const component_record& component,
                 plugin_verb verb, const json::value& request, cancellation* cancel) {
  return tools.plugins.session_of_existing(component.type)
      .run(verb, request, {tools.settings.timeouts.logs, "", cancel, {}});
}

}  // namespace

std::vector<component_record> components_with_logs(const application_tools& tools,
                                                   const std::string& application,
                                                   const std::string& name) {
  const auto components = chosen_components(tools, application, name);
  std::vector<component_record> result;
  for (const component_record& one : components) {
    if (tools.plugins.session_of_existing(one.type).has(plugin_extension::logs))
      result.push_back(one);
  }
  // The session's own refusal names type and plugin.
  if (result.empty() && !components.empty()) {
    tools.plugins.session_of_existing(components.front().type)
        .run(plugin_verb::log_sources, json::make_object(), {});
  }
  return result;
}

json::document log_sources_of(const application_tools& tools, const component_record& component,
                              std::int64_t incarnations, cancellation* cancel) {
  json::document request = component_request(tools.settings.name_space, component);
  json::set(request, "incarnations", incarnations, request.GetAllocator());
  plugin_reply reply = ask(tools, component, plugin_verb::log_sources, request, cancel);
  if (!reply.ok()) {
    throw to_route_failure(reply, fmt::format("find the logs of component {}", shown(component)),
                           {{"incarnations", "incarnations"}});
  }
  return std::move(reply.document);
}

json::document list_logs(const application_tools& tools, const std::string& application,
                         const std::vector<component_record>& components,
                         std::int64_t incarnations) {
  std::vector<std::optional<json::document>> replies(components.size());
  std::vector<std::string> problems(components.size());
  parallel_for(components.size(), asked_at_once, [&](std::size_t i) {
    try {
      replies[i] = log_sources_of(tools, components[i], incarnations, nullptr);
    } catch (const std::exception& problem) {
      problems[i] = problem.what();
    }
  });
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  json::set(body, "application", application, memory);
  json::value list(rapidjson::kArrayType);
  for (std::size_t i = 0; i < components.size(); ++i) {
    json::value entry(rapidjson::kObjectType);
    json::set(entry, "type", components[i].type, memory);
    json::set(entry, "component", components[i].name, memory);
    if (replies[i]) {
      for (const char* member : {"sources", "missing"}) {
        const json::value* told = json::find(*replies[i], member);
        json::set(entry, member,
                  told == nullptr ? json::value(rapidjson::kArrayType) : json::copy(*told, memory),
                  memory);
      }
    } else {
      json::set(entry, "error", problems[i], memory);
    }
    list.PushBack(entry, memory);
  }
  json::set(body, "components", std::move(list), memory);
  return body;
}

json::document read_log(const application_tools& tools, const component_record& component,
                        const log_question& question, cancellation* cancel) {
  json::document request = component_request(tools.settings.name_space, component);
  auto& memory = request.GetAllocator();
  json::set(request, "source", question.source, memory);
  if (question.offset) json::set(request, "offset", *question.offset, memory);
  if (question.tail > 0) json::set(request, "tail_lines", question.tail, memory);
  if (!question.since.empty()) json::set(request, "since", question.since, memory);
  if (!question.grep.empty()) json::set(request, "grep", question.grep, memory);
  if (question.bytes > 0) json::set(request, "max_bytes", question.bytes, memory);
  plugin_reply reply = ask(tools, component, plugin_verb::log_read, request, cancel);
  // A text that is no id of a source names none either.
  if (reply.status == DM_STATUS_NOT_FOUND || refuses(reply, "source")) {
    throw failure(failure_kind::not_found,
                  fmt::format("component {} of {} has no log {}: GET /applications/{}/logs lists "
                              "those that there are",
                              shown(component), component.application, printable(question.source),
                              component.application));
  }
  if (!reply.ok()) {
    throw to_route_failure(
        reply, fmt::format("read {} of component {}", printable(question.source), shown(component)),
        read_words);
  }
  reply.document.RemoveMember("schema");
  return std::move(reply.document);
}

}  // namespace manager
