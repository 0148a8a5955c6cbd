// The work of starting and stopping.
// SPDX-License-Identifier: Apache-2.0
#include "application/application_activity.h"

#include "application/component_request.h"
#include "base/log.h"
#include "base/parallel.h"
#include "package/package_service.h"

#include <fmt/format.h>

#include <optional>

namespace manager {
namespace {

constexpr std::size_t components_at_once = 4;

/// What one component's plugin answered.
struct answer {
  component_record component;
  std::optional<failure> problem;
  std::string state;    // "RUNNING", where the plugin says one
  std::string text;     // for people
  std::string desired;  // RUNNING or STOPPED
};

answer ask(const application_tools& tools, const operation_record& operation, plugin_verb verb,
           const component_record& component, operation_context& context) {
  answer result{component, std::nullopt, "", "", component.desired};
  try {
    json::document request = component_request(tools.settings.name_space, component);
    auto& memory = request.GetAllocator();
    const auto options = json::parse_or_throw(operation.request, "the journal's request");
    for (const auto& option : options.GetObject()) {
      json::set(request, json::view(option.name), json::copy(option.value, memory), memory);
    }
    json::set(request, "user", operation.user, memory);
    const auto timeout =
        verb == plugin_verb::start ? tools.settings.timeouts.start : tools.settings.timeouts.stop;
    const plugin_reply reply =
        tools.plugins.session(component.type)
            .run(verb, request,
                 {timeout, operation.id, &context.cancel,
                  [&](const json::value& event) { context.progress(component.name, event); }});
    result.state = json::text_of(reply.document, "state");
    result.text = json::text_of(reply.document, "information");
    const bool wanted = reply.ok() == (verb == plugin_verb::start);
    result.desired =
        json::optional_text_of(reply.document, "desired").value_or(wanted ? "RUNNING" : "STOPPED");
    if (reply.ok()) return result;
    result.problem =
        reply.to_failure(fmt::format("{} component {}", to_text(verb), shown(component)));
    // Only what the plugin says itself makes a failed start one that goes on.
    if (verb == plugin_verb::start && json::text_of(reply.document, "desired") != "RUNNING") {
      result.desired = "STOPPED";
    }
  } catch (const failure& problem) {
    result.problem = problem;
  } catch (const std::exception& problem) {
    result.problem = failure(failure_kind::unknown, problem.what());
  }
  return result;
}

std::vector<answer> ask_all(const application_tools& tools, const operation_record& operation,
                            plugin_verb verb, operation_context& context) {
  const auto records = tools.memory.transact(
      [&](registry_view& view) { return view.applications.components(operation.name); });
  std::vector<answer> answers(records.size());
  parallel_for(records.size(), components_at_once, [&](std::size_t i) {
    answers[i] = ask(tools, operation, verb, records[i], context);
  });
  // Interrupted by a shutdown: nothing is concluded, the next process asks again.
  context.cancel.check();
  return answers;
}

std::string described(const answer& one) {
  if (one.problem) return fmt::format("{} failed: {}", shown(one.component), one.problem->what());
  return fmt::format("{} is {}{}{}", shown(one.component), one.state.empty() ? "done" : one.state,
                     one.text.empty() ? "" : ": ", one.text);
}

operation_outcome conclude(const operation_record& operation, std::string state,
                           std::string information, std::vector<answer> answers) {
  operation_outcome outcome{std::move(state), std::move(information), {}, {}};
  outcome.record = [operation, answers = std::move(answers), state = outcome.state,
                    information = outcome.information](registry_view& view) {
    view.applications.set_state(operation.name, state, information);
    for (const answer& one : answers) view.applications.set_desired(one.component, one.desired);
  };
  return outcome;
}

// One component says it in its own words; of several, each is named.
std::string all_described(const std::vector<answer>& answers) {
  std::string text;
  for (const answer& one : answers) {
    if (answers.size() == 1 && one.problem) return one.problem->what();
    text += fmt::format("{}{}", text.empty() ? "" : "; ", described(one));
  }
  return text;
}

}  // namespace

operation_outcome start_application(const application_tools& tools,
                                    const operation_record& operation, operation_context& context) {
  auto answers = ask_all(tools, operation, plugin_verb::start, context);
  std::optional<failure_kind> refused;
  std::string awaited;
  for (const answer& one : answers) {
    if (!one.problem) continue;
    if (one.desired != "RUNNING") {
      if (!refused) refused = one.problem->kind();
    } else {
      awaited += fmt::format("{}{} is awaited: {}", awaited.empty() ? "" : "; ",
                             shown(one.component), one.problem->what());
    }
  }
  if (!refused) {
    return conclude(operation, application_state::started, awaited, std::move(answers));
  }
  const failure why(*refused, all_described(answers));
  return conclude(operation, application_state::created,
                  error_information("starting", operation.name, why), std::move(answers));
}

operation_outcome stop_application(const application_tools& tools,
                                   const operation_record& operation, operation_context& context) {
  auto answers = ask_all(tools, operation, plugin_verb::stop, context);
  for (const answer& one : answers) {
    if (!one.problem) continue;
    const failure why(one.problem->kind(), all_described(answers));
    return conclude(operation, operation.state_before,
                    error_information("stopping", operation.name, why), std::move(answers));
  }
  return conclude(operation, application_state::created, "", std::move(answers));
}

}  // namespace manager
