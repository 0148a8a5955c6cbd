// Savepoints of applications: what clients ask for, and the work of triggering and disposing.
// SPDX-License-Identifier: Apache-2.0
#include "savepoint/savepoint_service.h"

#include "application/application_activity.h"
#include "application/application_admission.h"
#include "application/component_answer.h"
#include "application/component_request.h"
#include "base/attempt.h"
#include "base/names.h"
#include "package/package_service.h"
#include "savepoint/component_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace manager {
namespace {

constexpr int most_tries = 3;
constexpr std::chrono::milliseconds first_pause{1'000};

const std::vector<std::string_view> settled_states = {application_state::created,
                                                      application_state::started};

enum class savepoint_verb { trigger, dispose };

std::optional<savepoint_verb> verb_of(const operation_record& operation) {
  if (operation.verb == "trigger") return savepoint_verb::trigger;
  if (operation.verb == "dispose") return savepoint_verb::dispose;
  return std::nullopt;
}

std::string key_of(const std::string& application, const std::string& id) {
  return application + "/" + id;
}

std::string application_of(const operation_record& operation) {
  return operation.name.substr(0, operation.name.find('/'));
}

failure unknown_savepoint(const std::string& application, const std::string& id) {
  return {failure_kind::not_found, fmt::format("{} has no savepoint or retained checkpoint {}; GET "
                                               "/applications/{}/savepoints lists them",
                                               application, printable(id), application)};
}

// What has ended for good cannot be resumed from: that is said at once. Of the others the plugin
// finds out.
void check_resumable(const found_savepoint& found, const std::string& application,
                     const std::string& id) {
  const std::string_view state = json::text_of(found.point, "state");
  constexpr std::array<std::string_view, 4> ended = {"FAILED", "CLAIMED", "DISPOSING", "DISPOSED"};
  if (std::find(ended.begin(), ended.end(), state) == ended.end()) return;
  const std::string_view reason = json::text_of(found.point, "reason");
  throw failure(
      failure_kind::conflicting_state,
      fmt::format("{} cannot be resumed from {}: it is {}{}{}; resume from another one that GET "
                  "/applications/{}/savepoints lists as COMPLETED, or from \"latest\"",
                  application, id, state, reason.empty() ? "" : ", ", reason, application));
}

json::value names_of(const std::vector<component_record>& components, json::allocator& memory) {
  json::value list(rapidjson::kArrayType);
  for (const component_record& one : components) {
    json::value entry(rapidjson::kObjectType);
    json::set(entry, "type", one.type, memory);
    json::set(entry, "component", one.name, memory);
    list.PushBack(entry, memory);
  }
  return list;
}

// Those that the journal's request names, as they are by now.
std::vector<component_record> named_components(const application_tools& tools,
                                               const operation_record& operation,
                                               const json::value& request) {
  std::vector<component_record> result;
  for (component_record& one : components_of(tools.memory, application_of(operation))) {
    for (const auto& name : request["components"].GetArray()) {
      const bool same =
          json::text_of(name, "type") == one.type && json::text_of(name, "component") == one.name;
      if (same && one.data) result.push_back(std::move(one));
    }
  }
  return result;
}

bool to_be_asked_again(const std::vector<component_answer>& answers) {
  return std::any_of(answers.begin(), answers.end(), [](const auto& one) {
    return one.problem && one.problem->kind() == failure_kind::failed_connection;
  });
}

operation_outcome outcome_of(const operation_record& operation, const std::string& state,
                             const std::string& information) {
  return {state,
          information,
          [application = application_of(operation), information](registry_view& view) {
            view.applications.set_settled_information(application, information);
          },
          {}};
}

}  // namespace

savepoint_service::savepoint_service(const application_tools& tools, const authorizer& rules,
                                     operation_runner& runner, std::mutex& admission)
    : tools_(tools), authorizer_(rules), runner_(runner), admission_(admission) {}

std::optional<operation_record> savepoint_service::under_way(const std::string& application,
                                                             const std::string& id) {
  return tools_.memory.transact([&](registry_view& view) {
    return view.operations.find_of("savepoint", key_of(application, id));
  });
}

json::document savepoint_service::list(const std::string& application,
                                       const savepoint_filter& filter) {
  find_application_in(tools_.memory, application, "a list of its savepoints", existing_states);
  return list_savepoints(tools_, application, filter);
}

found_savepoint savepoint_service::known(const std::string& application,
                                         const std::string& component, const std::string& id) {
  auto found = find_savepoint(tools_, application, component, id, false);
  if (!found) throw unknown_savepoint(application, id);
  return std::move(*found);
}

json::document savepoint_service::get(const std::string& application, const std::string& component,
                                      const std::string& id, bool verify) {
  find_application_in(tools_.memory, application, "a look at its savepoints", existing_states);
  // In this order: what has ended by the time of the second look has left its record before.
  const auto operation = under_way(application, id);
  auto found = find_savepoint(tools_, application, component, id, verify);
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  if (found) {
    body = std::move(found->point);
    json::set(body, "type", found->component.type, body.GetAllocator());
    json::set(body, "component", found->component.name, body.GetAllocator());
  } else if (operation && operation->verb == "trigger") {
    json::set(body, "id", id, memory);
    json::set(body, "kind", "savepoint", memory);
    json::set(body, "state", "IN_PROGRESS", memory);
    json::set(body, "operation", "trigger", memory);
    json::set(body, "pinned", false, memory);
    json::set(body, "user", operation->user, memory);
  } else {
    throw unknown_savepoint(application, id);
  }
  if (operation) {
    // Nobody waits for what is left alone.
    const auto left = runner_.set_aside().find(operation->id);
    json::set(body, left ? "information" : "under_way",
              left ? left->explanation() : operation->verb, body.GetAllocator());
  }
  return body;
}

std::string savepoint_service::accept(operation_record operation,
                                      const application_record& application, const std::string& id,
                                      const std::string& information) {
  operation.noun = "savepoint";
  operation.name = key_of(application.name, id);
  runner_.accept(operation, application.state, [&](registry_view& view) {
    view.applications.set_settled_information(application.name, information);
  });
  return operation.id;
}

savepoint_service::accepted savepoint_service::trigger(const std::string& name,
                                                       const json::value& options,
                                                       const caller& who) {
  runner_.set_aside().check("application", name);
  const auto look = [&] {
    return find_application_in(tools_.memory, name, "trigger", settled_states);
  };
  const application_record seen = look();
  authorizer_.check_owner(who, seen.user, "application:trigger");
  const auto components = with_savepoints(
      tools_, chosen_components(tools_, name, std::string(json::text_of(options, "component"))));

  const std::lock_guard lock(admission_);
  const application_record application = look();
  check_still_of_same_user(seen, application);

  json::document request = json::make_object();
  auto& memory = request.GetAllocator();
  for (const char* member : {"format", "directory"}) {
    const json::value* given = json::find(options, member);
    if (given != nullptr) json::set(request, member, json::copy(*given, memory), memory);
  }
  operation_record operation = make_operation(application, "trigger", request, who.user);
  const std::string id = json::optional_text_of(options, "operation").value_or(operation.id);
  json::document answer = json::make_object();
  json::set(answer, "operation", id, answer.GetAllocator());
  json::set(answer, "components", names_of(components, answer.GetAllocator()),
            answer.GetAllocator());
  runner_.set_aside().check("savepoint", key_of(name, id));
  if (const auto earlier = under_way(name, id)) {
    if (earlier->verb == "trigger") return {earlier->id, std::move(answer)};
    throw failure(
        failure_kind::conflicting_state,
        fmt::format("of savepoint {} of {} there is a {} under way; take another operation "
                    "id",
                    id, name, printable(earlier->verb)));
  }
  json::set(request, "operation", id, memory);
  json::set(request, "components", names_of(components, memory), memory);
  operation.request = json::to_text(request);
  return {accept(std::move(operation), application, id,
                 fmt::format("Taking savepoint {} for {}", id, who.user)),
          std::move(answer)};
}

std::string savepoint_service::dispose(const std::string& name, const std::string& component,
                                       const std::string& id, bool force, const caller& who) {
  runner_.set_aside().check("application", name);
  runner_.set_aside().check("savepoint", key_of(name, id));
  const auto look = [&] {
    return find_application_in(tools_.memory, name, "dispose", settled_states);
  };
  const application_record seen = look();
  authorizer_.check_owner(who, seen.user, "application:dispose");
  // Not under the lock: HDFS is asked.
  const found_savepoint found = known(name, component, id);

  const std::lock_guard lock(admission_);
  const application_record application = look();
  check_still_of_same_user(seen, application);
  if (const auto earlier = under_way(name, id)) {
    if (earlier->verb == "dispose") return earlier->id;
    throw failure(
        failure_kind::conflicting_state,
        fmt::format("of savepoint {} of {} there is a {} under way; dispose of it afterwards", id,
                    name, printable(earlier->verb)));
  }
  json::document request = json::make_object();
  auto& memory = request.GetAllocator();
  json::set(request, "savepoint", id, memory);
  json::set(request, "force", force, memory);
  json::set(request, "components", names_of({found.component}, memory), memory);
  return accept(make_operation(application, "dispose", request, who.user), application, id,
                fmt::format("Disposing of savepoint {} for {}", id, who.user));
}

json::document savepoint_service::pin(const std::string& name, const std::string& id,
                                      const json::value& options, const caller& who) {
  const bool pins = json::flag_of(options, "pinned", true);
  const application_record application =
      find_application_in(tools_.memory, name, pins ? "pin" : "unpin", existing_states);
  authorizer_.check_owner(who, application.user, "application:pin");
  const auto found = known(name, std::string(json::text_of(options, "component")), id);
  json::document request = component_request(tools_.settings.name_space, found.component);
  auto& memory = request.GetAllocator();
  json::set(request, "savepoint", id, memory);
  json::set(request, "user", who.user, memory);
  const json::value* reason = json::find(options, "reason");
  if (pins && reason != nullptr) json::set(request, "reason", json::copy(*reason, memory), memory);
  const std::string doing = fmt::format("{} savepoint {} of component {}", pins ? "pin" : "unpin",
                                        id, shown(found.component));
  const plugin_reply reply = attempt_to(doing, [&] {
    return tools_.plugins.session_of_existing(found.component.type)
        .run(pins ? plugin_verb::pin : plugin_verb::unpin, request,
             {tools_.settings.timeouts.pin, "", nullptr, {}});
  });
  if (!reply.ok()) throw to_route_failure(reply, doing);
  json::document body = json::make_object();
  auto& body_memory = body.GetAllocator();
  json::set(body, "id", id, body_memory);
  json::set(body, "type", found.component.type, body_memory);
  json::set(body, "component", found.component.name, body_memory);
  json::set(body, "changed", json::flag_of(reply.document, "changed", false), body_memory);
  json::set(body, "pinned", json::flag_of(reply.document, "pinned", pins), body_memory);
  return body;
}

component_record savepoint_service::component_to_resume(const std::string& application,
                                                        const std::string& component,
                                                        const std::string& savepoint) {
  const bool is_id = savepoint != "latest" && savepoint.find('/') == std::string::npos;
  if (is_id) {
    const found_savepoint found = known(application, component, savepoint);
    check_resumable(found, application, savepoint);
    return found.component;
  }
  return only_component(with_savepoints(tools_, chosen_components(tools_, application, component)),
                        application);
}

operation_outcome savepoint_service::run(const operation_record& operation,
                                         operation_context& context) {
  const bool triggers = verb_of(operation).value() == savepoint_verb::trigger;
  const json::document request = request_of(operation);
  const std::string id = operation.name.substr(operation.name.find('/') + 1);
  const component_question question{
      triggers ? plugin_verb::trigger : plugin_verb::dispose,
      triggers ? tools_.settings.timeouts.trigger : tools_.settings.timeouts.dispose,
      [&request](const component_record&) {
        json::document options;
        options.CopyFrom(request, options.GetAllocator());
        options.RemoveMember("components");
        return options;
      }};
  auto pause = first_pause;
  for (int tried = 1;; ++tried) {
    const auto components = named_components(tools_, operation, request);
    if (components.empty()) {
      return failed(operation, failure(failure_kind::not_found,
                                       fmt::format("none of the components that were asked for is "
                                                   "there any more in {}",
                                                   application_of(operation))));
    }
    const auto answers = ask_components(tools_, operation, question, components, context);
    // The same id again asks what became of it, and collects the result.
    if (to_be_asked_again(answers) && tried < most_tries) {
      context.cancel.pause(pause);
      pause *= 2;
      continue;
    }
    for (const component_answer& one : answers) {
      if (one.problem) {
        return failed(operation, failure(one.problem->kind(), all_described(answers)));
      }
    }
    std::string paths;
    for (const component_answer& one : answers) {
      if (one.savepoint_path.empty()) continue;
      paths += fmt::format("{}{}: {}", paths.empty() ? "" : ", ", shown(one.component),
                           one.savepoint_path);
    }
    return outcome_of(operation, triggers ? "COMPLETED" : "DISPOSED",
                      triggers ? fmt::format("Savepoint {} completed ({})", id, paths)
                               : fmt::format("Savepoint {} disposed of", id));
  }
}

std::string savepoint_service::obstacle(const operation_record& operation) {
  if (!verb_of(operation)) {
    return fmt::format("this version does not know how to {} a savepoint",
                       printable(operation.verb));
  }
  for (const auto& one : components_of(tools_.memory, application_of(operation))) {
    if (std::string why = tools_.plugins.obstacle(one.type); !why.empty()) return why;
  }
  return {};
}

operation_outcome savepoint_service::failed(const operation_record& operation, const failure& why) {
  return as_failed(
      outcome_of(operation, "FAILED",
                 error_information(verb_of(operation).value() == savepoint_verb::trigger
                                       ? "taking savepoint"
                                       : "disposing of savepoint",
                                   operation.name, why)));
}

}  // namespace manager
