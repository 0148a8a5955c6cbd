// Applications: what clients ask for, and the dispatch of the work.
// SPDX-License-Identifier: Apache-2.0
#include "application/application_service.h"

#include "application/application_activity.h"
#include "application/application_creation.h"
#include "application/application_destruction.h"
#include "base/clock.h"
#include "base/names.h"
#include "package/package_metadata.h"
#include "package/package_service.h"

#include <fmt/format.h>

namespace manager {
namespace {

void check_name(const std::string& name) {
  if (is_name(name)) return;
  throw failure::invalid("Not an application name",
                         {{"application", printable(name), std::string(name_rule), ""}});
}

// {type: {component: {property: value}}}; anything else would be ignored silently.
void check_overrides(const json::value& body) {
  std::vector<problem> problems;
  for (const auto& member : body.GetObject()) {
    const std::string type(json::view(member.name));
    if (type == "package") continue;
    if (!member.value.IsObject()) {
      problems.push_back({"$." + printable(type), printable(json::to_text(member.value)),
                          "an object {component: {property: value}}", ""});
      continue;
    }
    for (const auto& component : member.value.GetObject()) {
      if (component.value.IsObject()) continue;
      problems.push_back(
          {fmt::format("$.{}.{}", printable(type), printable(json::view(component.name))),
           printable(json::to_text(component.value)), "an object {property: value}", ""});
    }
  }
  if (!problems.empty()) throw failure::invalid("Invalid request body", std::move(problems));
}

operation_record make_operation(const application_record& application, const std::string& verb,
                                const json::value& request, const std::string& user) {
  operation_record operation;
  operation.id = operation_runner::make_id();
  operation.noun = "application";
  operation.name = application.name;
  operation.verb = verb;
  operation.user = user;
  operation.state_before = application.state;
  operation.request = json::to_text(request);
  operation.accepted_at = now_ms();
  return operation;
}

package_record deployed_package(registry& memory, const std::string& package) {
  auto record = memory.transact([&](registry_view& view) { return view.packages.find(package); });
  if (record.state == package_state::not_deployed) {
    throw failure::wrong_state(failure_kind::not_found, record.state);
  }
  if (record.state != package_state::deployed || !record.metadata) {
    throw failure::wrong_state(failure_kind::conflicting_state, record.state);
  }
  return record;
}

std::string_view doing(const std::string& verb) {
  if (verb == "create") return "creating";
  if (verb == "start") return "starting";
  if (verb == "stop") return "stopping";
  return "deleting";
}

}  // namespace

application_service::application_service(const application_tools& tools, const authorizer& rules,
                                         operation_runner& runner, std::mutex& admission)
    : tools_(tools), authorizer_(rules), runner_(runner), admission_(admission) {}

application_record application_service::find(const std::string& name) {
  auto found =
      tools_.memory.transact([&](registry_view& view) { return view.applications.find(name); });
  if (found) return std::move(*found);
  application_record absent;
  absent.name = name;
  return absent;
}

bool application_service::has_components(const std::string& name, const std::string& desired) {
  const auto components = tools_.memory.transact(
      [&](registry_view& view) { return view.applications.components(name); });
  for (const component_record& component : components) {
    if (desired.empty() || component.desired == desired) return true;
  }
  return false;
}

void application_service::create(const std::string& name, const json::value& body,
                                 const std::string& user) {
  check_name(name);
  const std::string package(json::text_of(body, "package"));
  const std::lock_guard lock(admission_);
  application_record application = find(name);
  if (application.state != application_state::not_created) {
    throw failure::wrong_state(failure_kind::conflicting_state, application.state);
  }
  const package_record deployed = deployed_package(tools_.memory, package);
  authorizer_.check_may_run(authorizer_.check_known(user));
  check_overrides(body);

  json::document overrides = json::make_object();
  overrides.CopyFrom(body, overrides.GetAllocator());
  json::set(overrides, "user", user, overrides.GetAllocator());
  const package_metadata metadata(*deployed.metadata);
  const bool leftovers = has_components(name, "");
  application.package = package;
  application.user = user;
  application.overrides = json::to_text(overrides);
  application.defaults = json::to_text(metadata.all_defaults());
  application.information = std::nullopt;

  std::vector<problem> problems;
  const auto planned = plan_components(tools_.settings, application, metadata, problems);
  if (!problems.empty()) {
    throw failure::invalid("The application's descriptors are wrong", std::move(problems));
  }
  validate_components(tools_, application, planned, "properties", {}, "", nullptr);

  json::document request = json::make_object();
  json::set(request, "metadata", *deployed.metadata, request.GetAllocator());
  json::set(request, "clean_first", leftovers, request.GetAllocator());
  const operation_record operation = make_operation(application, "create", request, user);
  tools_.files.keep_for_operation(package, operation.id);
  application.state = application_state::creating;
  try {
    runner_.accept(operation, application_state::creating,
                   [&](registry_view& view) { view.applications.put(application); });
  } catch (...) {
    tools_.files.remove_of_operation(operation.id);
    throw;
  }
}

void application_service::accept(const application_record& application, const std::string& verb,
                                 const std::string& passing_state, const json::value& request,
                                 const std::string& user) {
  runner_.accept(
      make_operation(application, verb, request, user), passing_state, [&](registry_view& view) {
        view.applications.set_state(application.name, passing_state, application.information);
      });
}

void application_service::start(const std::string& name, const json::value& options,
                                const std::string& user) {
  const std::lock_guard lock(admission_);
  const application_record application = find(name);
  if (application.state == application_state::not_created) {
    throw failure::wrong_state(failure_kind::not_found, application.state);
  }
  if (application.state != application_state::created) {
    throw failure::wrong_state(failure_kind::conflicting_state, application.state);
  }
  authorizer_.check_owner(user, application.user, "application:start");
  authorizer_.check_may_run(authorizer_.check_known(application.user));
  accept(application, "start", application_state::starting, options, user);
}

void application_service::stop(const std::string& name, const json::value& options,
                               const std::string& user) {
  const std::lock_guard lock(admission_);
  const application_record application = find(name);
  if (application.state == application_state::not_created) {
    throw failure::wrong_state(failure_kind::not_found, application.state);
  }
  // After a start that failed for some components only, the others run and can be stopped (E47).
  const bool partly_started =
      application.state == application_state::created && has_components(name, "RUNNING");
  if (application.state != application_state::started && !partly_started) {
    throw failure::wrong_state(failure_kind::conflicting_state, application.state);
  }
  authorizer_.check_owner(user, application.user, "application:stop");
  accept(application, "stop", application_state::stopping, options, user);
}

void application_service::destroy(const std::string& name, const std::string& savepoints,
                                  const std::string& user) {
  const std::lock_guard lock(admission_);
  const application_record application = find(name);
  if (application.state == application_state::not_created && !has_components(name, "")) {
    throw failure::wrong_state(failure_kind::not_found, application.state);
  }
  // NOTCREATED with components: what a failed creation could not undo is destroyable (E46).
  if (application.state != application_state::created &&
      application.state != application_state::started &&
      application.state != application_state::not_created) {
    throw failure::wrong_state(failure_kind::conflicting_state, application.state);
  }
  authorizer_.check_owner(user, application.user, "application:destroy");
  json::document request = json::make_object();
  json::set(request, "savepoints", savepoints, request.GetAllocator());
  accept(application, "destroy", application_state::destroying, request, user);
}

operation_outcome application_service::run(const operation_record& operation,
                                           operation_context& context) {
  if (operation.verb == "start") return start_application(tools_, operation, context);
  if (operation.verb == "stop") return stop_application(tools_, operation, context);
  const application_record application = find(operation.name);
  if (operation.verb == "create") {
    create_application(tools_, operation, application, context);
    return {application_state::created, "",
            [operation](registry_view& view) {
              view.applications.set_state(operation.name, application_state::created, "");
            },
            [this, operation] { tools_.files.remove_of_operation(operation.id); }};
  }
  destroy_application(tools_, operation, application, context);
  return {application_state::not_created,
          "",
          [operation](registry_view& view) { view.applications.erase(operation.name); },
          {}};
}

operation_outcome application_service::failed(const operation_record& operation,
                                              const failure& why) {
  const std::string information = error_information(doing(operation.verb), operation.name, why);
  return {operation.state_before, information,
          [operation, information](registry_view& view) {
            view.applications.set_state(operation.name, operation.state_before, information);
          },
          [this, operation] { tools_.files.remove_of_operation(operation.id); }};
}

}  // namespace manager
