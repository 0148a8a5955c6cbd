// One verb of one component, or of several at once, and what their plugins answered.
// SPDX-License-Identifier: Apache-2.0
#include "application/component_answer.h"

#include "application/component_request.h"
#include "base/parallel.h"
#include "plugin/plugin_retry.h"
#include "plugin/progress_event.h"

#include <fmt/format.h>

namespace manager {
namespace {

constexpr std::size_t components_at_once = 4;

bool makes_running(plugin_verb verb) {
  return verb == plugin_verb::start || verb == plugin_verb::resume;
}

// What is desired after a verb whose plugin does not say it.
std::string concluded(plugin_verb verb, const component_answer& answer) {
  if (!answer.problem) return makes_running(verb) ? "RUNNING" : "STOPPED";
  if (!makes_running(verb)) return "RUNNING";
  // A resume that was refused for what it names has touched nothing.
  const failure_kind kind = answer.problem->kind();
  const bool untouched = verb == plugin_verb::resume && (kind == failure_kind::not_found ||
                                                         kind == failure_kind::failed_validation);
  return untouched ? answer.component.desired : "STOPPED";
}

void read_savepoint(const json::value& reply, component_answer& into) {
  const json::value* savepoint = json::find(reply, "savepoint");
  if (savepoint == nullptr || !savepoint->IsObject()) return;
  into.savepoint = json::text_of(*savepoint, "id");
  into.savepoint_path = json::text_of(*savepoint, "path");
  into.savepoint_state = json::text_of(*savepoint, "state");
  const json::value* epoch = json::find(*savepoint, "epoch");
  if (epoch != nullptr && epoch->IsInt64()) into.epoch = epoch->GetInt64();
}

void read_restore_point(const json::value& reply, component_answer& into) {
  const json::value* point = json::find(reply, "restore_point");
  if (point == nullptr || !point->IsObject()) return;
  into.tells_start_point = true;
  into.restore_point = json::text_of(*point, "path");
}

component_answer ask(const application_tools& tools, const operation_record& operation,
                     const component_question& question, const component_record& component,
                     operation_context& context) {
  component_answer answer;
  answer.component = component;
  answer.desired = component.desired;
  const std::string doing =
      fmt::format("{} component {}", to_text(question.verb), shown(component));
  try {
    json::document request = component_request(tools.settings.name_space, component);
    auto& memory = request.GetAllocator();
    const json::document options = question.options(component);
    for (const auto& option : options.GetObject()) {
      json::set(request, json::view(option.name), json::copy(option.value, memory), memory);
    }
    json::set(request, "user", operation.user, memory);
    const plugin_reply reply = run_with_retries(
        tools.plugins.session(component.type), question.verb, request,
        {question.timeout, operation.id, &context.cancel,
         [&](const json::value& event) { context.progress(component.name, event); }});
    answer.state = json::text_of(reply.document, "state");
    answer.text = json::text_of(reply.document, "information");
    read_savepoint(reply.document, answer);
    read_restore_point(reply.document, answer);
    if (!reply.ok()) {
      answer.code = status_name(reply.status);
      answer.reason = reason_code_of(reply.document);
      answer.problem = with_advice(reply.to_failure(doing),
                                   advice_on(answer.reason, question.front, component.application));
    }
    const std::string_view said = json::text_of(reply.document, "desired");
    answer.says_running = said == "RUNNING";
    const bool refused = answer.problem && makes_running(question.verb) && !answer.says_running;
    answer.desired = said.empty() || refused ? concluded(question.verb, answer) : std::string(said);
    // null: the plugin could not tell, so what was wanted before still is.
    const json::value* desired = json::find(reply.document, "desired");
    if (answer.problem && desired != nullptr && desired->IsNull()) {
      answer.desired = component.desired;
      answer.desired_untold = true;
    }
  } catch (const failure& problem) {
    answer.problem = problem.while_doing(doing);
  } catch (const std::exception& problem) {
    answer.problem = failure(failure_kind::unknown, problem.what()).while_doing(doing);
  }
  return answer;
}

// Others may go on for minutes: nobody is to wait that long to learn of it.
void tell_failure(const component_answer& answer, operation_context& context) {
  if (!answer.problem || !context.progress) return;
  context.progress(answer.component.name, progress_event("failed", answer.problem->what()));
}

std::string described(const component_answer& one) {
  if (one.problem) return fmt::format("{} failed: {}", shown(one.component), one.problem->what());
  return fmt::format("{} is {}{}{}", shown(one.component), one.state.empty() ? "done" : one.state,
                     one.text.empty() ? "" : ": ", one.text);
}

}  // namespace

std::vector<component_answer> ask_components(const application_tools& tools,
                                             const operation_record& operation,
                                             const component_question& question,
                                             const std::vector<component_record>& components,
                                             operation_context& context) {
  std::vector<component_answer> answers(components.size());
  parallel_for(components.size(), components_at_once, [&](std::size_t i) {
    answers[i] = ask(tools, operation, question, components[i], context);
    tell_failure(answers[i], context);
  });
  context.shutdown.check();
  return answers;
}

operation_outcome conclude(const operation_record& operation, const std::string& state,
                           const std::string& information,
                           const std::vector<component_answer>& answers, operation_end end) {
  operation_outcome outcome{state, information, {}, {}, end};
  outcome.record = [operation, answers, state, information](registry_view& view) {
    view.applications.set_state(operation.name, state, information);
    for (const component_answer& one : answers) {
      view.applications.set_desired(one.component, one.desired);
    }
  };
  return outcome;
}

std::string all_described(const std::vector<component_answer>& answers) {
  std::string text;
  for (const component_answer& one : answers) {
    if (answers.size() == 1 && one.problem) return one.problem->what();
    text += fmt::format("{}{}", text.empty() ? "" : "; ", described(one));
  }
  return text;
}

std::vector<component_record> components_of(registry& memory, const std::string& application) {
  return memory.transact(
      [&](registry_view& view) { return view.applications.components(application); });
}

}  // namespace manager
