// The work of starting, stopping and resuming.
// SPDX-License-Identifier: Apache-2.0
#include "application/application_activity.h"

#include "application/seen_components.h"
#include "package/package_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace manager {
namespace {

component_question same_options_for_all(plugin_verb verb, std::chrono::milliseconds timeout,
                                        const operation_record& operation) {
  return {verb, timeout, [&operation](const component_record&) { return request_of(operation); },
          advice_front::application};
}

// A resume that was refused before anything was done leaves a job that runs, which its reply need
// not say; what the plugin observes does.
bool runs_on(const application_tools& tools, const component_record& component,
             operation_context& context) {
  const auto seen = see_now(tools, {component}, false, &context.shutdown);
  context.shutdown.check();
  const json::value& entry = seen.front();
  return json::text_of(entry, "desired") == "RUNNING" && json::text_of(entry, "state") != "FAILED";
}

}  // namespace

json::document request_of(const operation_record& operation) {
  return json::parse_or_throw(operation.request, "the journal's request");
}

operation_outcome start_application(const application_tools& tools,
                                    const operation_record& operation, operation_context& context) {
  const auto answers = ask_components(
      tools, operation,
      same_options_for_all(plugin_verb::start, tools.settings.timeouts.start, operation),
      components_of(tools.memory, operation.name), context);
  std::optional<failure_kind> refused;
  std::string awaited;
  for (const component_answer& one : answers) {
    if (!one.problem) continue;
    if (one.desired != "RUNNING") {
      if (!refused) refused = one.problem->kind();
    } else {
      awaited += fmt::format("{}{} is awaited: {}", awaited.empty() ? "" : "; ",
                             shown(one.component), one.problem->what());
    }
  }
  if (!refused) {
    auto outcome = conclude(operation, application_state::started, awaited, answers);
    if (!awaited.empty()) outcome.end = operation_end::awaited;
    return outcome;
  }
  const failure why(*refused, all_described(answers));
  return conclude(operation, application_state::created,
                  error_information("starting", operation.name, why), answers,
                  operation_end::failed);
}

operation_outcome stop_application(const application_tools& tools,
                                   const operation_record& operation, operation_context& context) {
  const auto answers = ask_components(
      tools, operation,
      same_options_for_all(plugin_verb::stop, tools.settings.timeouts.stop, operation),
      components_of(tools.memory, operation.name), context);
  const auto failed = std::find_if(answers.begin(), answers.end(),
                                   [](const auto& one) { return one.problem.has_value(); });
  if (failed == answers.end()) return conclude(operation, application_state::created, "", answers);
  const bool wanted_again = std::any_of(answers.begin(), answers.end(), [](const auto& one) {
    return one.problem && one.says_running;
  });
  const failure why(failed->problem->kind(), all_described(answers));
  return conclude(operation, wanted_again ? application_state::started : operation.state_before,
                  error_information("stopping", operation.name, why), answers,
                  operation_end::failed);
}

operation_outcome resume_component(const application_tools& tools,
                                   const operation_record& operation, operation_context& context) {
  json::document request = request_of(operation);
  const std::string type(json::text_of(request, "type"));
  const std::string name(json::text_of(request, "component"));
  request.RemoveMember("type");
  request.RemoveMember("component");
  const auto all = components_of(tools.memory, operation.name);
  std::vector<component_record> named;
  bool others_run = false;
  for (const component_record& record : all) {
    if (record.type == type && record.name == name) {
      named.push_back(record);
    } else {
      others_run = others_run || record.desired == "RUNNING";
    }
  }
  const component_question question{plugin_verb::resume, tools.settings.timeouts.resume,
                                    [&request](const component_record&) {
                                      json::document options;
                                      options.CopyFrom(request, options.GetAllocator());
                                      return options;
                                    },
                                    advice_front::application};
  auto answers = ask_components(tools, operation, question, named, context);
  for (component_answer& one : answers) {
    if (!one.problem) continue;
    const bool refused = one.desired != "RUNNING" && one.component.desired == "RUNNING";
    if (refused && runs_on(tools, one.component, context)) one.desired = "RUNNING";
    const bool runs = one.desired == "RUNNING" || others_run;
    return conclude(operation, runs ? application_state::started : application_state::created,
                    error_information("resuming", operation.name, *one.problem), answers,
                    operation_end::failed);
  }
  return conclude(operation, application_state::started, "", answers);
}

}  // namespace manager
