// Applications: what clients ask for, and the dispatch of the work.
// SPDX-License-Identifier: Apache-2.0
#include "application/application_service.h"

#include "application/application_activity.h"
#include "application/application_admission.h"
#include "application/application_creation.h"
#include "application/application_destruction.h"
#include "application/application_upgrade.h"
#include "application/component_answer.h"
#include "application/fleet_part.h"
#include "base/names.h"
#include "operation/state_refusal.h"
#include "package/package_metadata.h"
#include "package/package_service.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace manager {
namespace {

void check_name(const std::string& name) {
  if (is_name(name)) return;
  throw failure::invalid("Not an application name",
                         {{"application", printable(name), std::string(name_rule), ""}});
}

enum class application_verb { create, start, stop, resume, upgrade, destroy };

std::optional<application_verb> verb_of(const operation_record& operation) {
  static const std::map<std::string_view, application_verb> verbs = {
      {"create", application_verb::create},   {"start", application_verb::start},
      {"stop", application_verb::stop},       {"resume", application_verb::resume},
      {"upgrade", application_verb::upgrade}, {"destroy", application_verb::destroy}};
  const auto found = verbs.find(operation.verb);
  return found == verbs.end() ? std::nullopt : std::optional(found->second);
}

std::string_view doing(application_verb verb) {
  switch (verb) {
    case application_verb::create:
      return "creating";
    case application_verb::start:
      return "starting";
    case application_verb::stop:
      return "stopping";
    case application_verb::resume:
      return "resuming";
    case application_verb::upgrade:
      return "upgrading";
    case application_verb::destroy:
      break;
  }
  return "deleting";
}

// Those that a start or resume is of.
std::vector<component_record> components_to_start(registry& memory,
                                                  const operation_record& operation) {
  auto components = components_of(memory, operation.name);
  if (operation.verb != "resume") return components;
  const json::document request = request_of(operation);
  std::erase_if(components, [&](const component_record& one) {
    return one.type != json::text_of(request, "type") ||
           one.name != json::text_of(request, "component");
  });
  return components;
}

failure with_advice(const operation_record& operation, const failure& why) {
  return {why.kind(),
          fmt::format("{}. What it has begun is wanted and may come up by itself: the summary says "
                      "whether it has. Stop {} (POST /applications/{}/stop), or start it again",
                      why.what(), operation.name, operation.name)};
}

void add_types(const std::string& metadata, std::set<std::string>& types) {
  for (const auto& one : package_metadata(metadata).components()) types.insert(one.type);
}

}  // namespace

application_service::application_service(const application_tools& tools, const authorizer& rules,
                                         operation_runner& runner, std::mutex& admission)
    : tools_(tools), authorizer_(rules), runner_(runner), admission_(admission) {}

bool application_service::has_components(const std::string& name, const std::string& desired) {
  const auto components = tools_.memory.transact(
      [&](registry_view& view) { return view.applications.components(name); });
  for (const component_record& component : components) {
    if (desired.empty() || component.desired == desired) return true;
  }
  return false;
}

std::string application_service::create(const std::string& name, const json::value& body,
                                        const caller& who) {
  check_name(name);
  runner_.set_aside().check("application", name);
  const std::string package(json::text_of(body, "package"));
  const auto look = [&] {
    application_record application = find_application(tools_.memory, name);
    if (application.state != application_state::not_created) {
      throw refused_by_state(tools_.memory, application, "create",
                             {application_state::not_created});
    }
    return application;
  };
  application_record application = look();
  const package_record deployed = deployed_package(tools_.memory, package, "create");
  authorizer_.check_may_run(authorizer_.check_known(who.user));
  // What is left of an earlier creation is destroyed first, which is its owner's to ask for.
  const bool leftovers = has_components(name, "");
  if (leftovers) authorizer_.check_owner(who, application.user, "application:destroy");
  const package_metadata metadata(*deployed.metadata);
  std::vector<problem> problems;
  check_overrides(body, {"package"}, problems);
  if (problems.empty()) check_named_components(body, {"package"}, metadata, problems);
  if (!problems.empty()) throw failure::invalid("Invalid request body", std::move(problems));
  check_space(tools_, metadata);

  json::document overrides = json::make_object();
  overrides.CopyFrom(body, overrides.GetAllocator());
  json::set(overrides, "user", who.user, overrides.GetAllocator());
  application.package = package;
  application.user = who.user;
  application.overrides = json::to_text(overrides);
  application.defaults = json::to_text(metadata.all_defaults());
  application.information = std::nullopt;
  application.state = application_state::creating;
  // Not under the lock: plugins are asked, and others must be able to stop what runs meanwhile.
  validate_components(tools_, application, plan_or_throw(tools_.settings, application, metadata),
                      "properties", {}, "", nullptr);

  const std::lock_guard lock(admission_);
  look();
  if (deployed_package(tools_.memory, package, "create").metadata != deployed.metadata) {
    throw failure(failure_kind::conflicting_state,
                  fmt::format("package {} was deployed anew meanwhile; try again", package));
  }
  json::document request = json::make_object();
  json::set(request, "metadata", *deployed.metadata, request.GetAllocator());
  json::set(request, "clean_first", leftovers, request.GetAllocator());
  const operation_record operation = make_operation(look(), "create", request, who.user);
  try {
    tools_.files.keep_for_operation(package, operation.id);
    runner_.accept(operation, application_state::creating,
                   [&](registry_view& view) { view.applications.put(application); });
    return operation.id;
  } catch (...) {
    tools_.files.remove_of_operation(operation.id);
    throw;
  }
}

std::string application_service::replaceable(const application_record& application,
                                             bool kills) const {
  const auto under_way = runner_.board().view_of_object("application", application.name);
  if (!under_way) return {};
  const std::string& verb = under_way->operation.verb;
  const bool starts = verb == "start" || verb == "resume";
  const bool fits = (application.state == application_state::starting && starts) ||
                    (application.state == application_state::stopping && verb == "stop" && kills);
  return fits ? under_way->operation.id : "";
}

std::string application_service::accept(operation_record operation,
                                        const application_record& application,
                                        const std::string& passing_state,
                                        const std::string& earlier,
                                        const operation_runner::recorder& also) {
  // What an earlier operation has left to say is not this one's. A copy: it is used again when what
  // is replaced has returned.
  const auto record = [name = application.name, passing_state, also](registry_view& view) {
    view.applications.set_state(name, passing_state, std::nullopt);
    if (also) also(view);
  };
  if (earlier.empty()) {
    runner_.accept(operation, passing_state, record);
    return operation.id;
  }
  const auto under_way = runner_.board().view(earlier);
  if (under_way) operation.state_before = under_way->operation.state_before;
  if (!under_way || !runner_.accept_instead(earlier, operation, passing_state, record)) {
    // It has ended in this moment.
    throw refused_by_state(tools_.memory, find_application(tools_.memory, application.name),
                           operation.verb, {});
  }
  return operation.id;
}

std::string application_service::start(const std::string& name, const json::value& options,
                                       const caller& who) {
  runner_.set_aside().check("application", name);
  const auto look = [&] {
    return find_application_in(tools_.memory, name, "start", {application_state::created});
  };
  const application_record seen = look();
  authorizer_.check_owner(who, seen.user, "application:start");
  authorizer_.check_may_run(authorizer_.check_known(seen.user));
  check_plugins(tools_, name);

  const std::lock_guard lock(admission_);
  const application_record application = look();
  check_still_of_same_user(seen, application);
  return accept(make_operation(application, "start", options, who.user), application,
                application_state::starting);
}

std::string application_service::stop(const std::string& name, const json::value& options,
                                      const caller& who) {
  runner_.set_aside().check("application", name);
  const auto look = [&] {
    application_record found =
        find_application_in(tools_.memory, name, "stop",
                            {application_state::created, application_state::started,
                             application_state::starting, application_state::stopping});
    std::string earlier = replaceable(found, json::flag_of(options, "kill", false));
    // After a start that failed for some components only, the others run and can be stopped (E47).
    const bool partly_started =
        found.state == application_state::created && has_components(name, "RUNNING");
    if (found.state != application_state::started && !partly_started && earlier.empty()) {
      throw refused_by_state(tools_.memory, found, "stop", {application_state::started});
    }
    return std::pair(std::move(found), std::move(earlier));
  };
  const application_record seen = look().first;
  authorizer_.check_owner(who, seen.user, "application:stop");
  check_plugins(tools_, name);

  const std::lock_guard lock(admission_);
  const auto [application, earlier] = look();
  check_still_of_same_user(seen, application);
  // Whoever wants a savepoint for certain gets one under an id that a repeated stop carries too.
  json::document request;
  request.CopyFrom(options, request.GetAllocator());
  operation_record operation = make_operation(application, "stop", request, who.user);
  const bool wanted =
      json::flag_of(options, "savepoint", false) || json::flag_of(options, "drain", false);
  if (wanted && json::find(options, "operation") == nullptr) {
    json::set(request, "operation", operation.id, request.GetAllocator());
    operation.request = json::to_text(request);
  }
  return accept(std::move(operation), application, application_state::stopping, earlier);
}

std::string application_service::resume(const std::string& name, const json::value& options,
                                        const caller& who) {
  const application_record seen = resumable(name, who);
  check_plugins(tools_, name);

  const std::lock_guard lock(admission_);
  const application_record application = find_application_in(
      tools_.memory, name, "resume", {application_state::created, application_state::started});
  check_still_of_same_user(seen, application);
  return accept(make_operation(application, "resume", options, who.user), application,
                application_state::starting);
}

application_record application_service::resumable(const std::string& name, const caller& who) {
  runner_.set_aside().check("application", name);
  application_record application = find_application_in(
      tools_.memory, name, "resume", {application_state::created, application_state::started});
  authorizer_.check_owner(who, application.user, "application:resume");
  authorizer_.check_may_run(authorizer_.check_known(application.user));
  return application;
}

std::string application_service::destroy(const std::string& name, const std::string& savepoints,
                                         const caller& who) {
  runner_.set_aside().check("application", name);
  const std::vector<std::string_view> allowed = {application_state::created,
                                                 application_state::started};
  const auto look = [&] {
    application_record found = find_application(tools_.memory, name);
    if (found.state == application_state::not_created && !has_components(name, "")) {
      throw refused_by_state(tools_.memory, found, "destroy", allowed);
    }
    std::string earlier =
        found.state == application_state::starting ? replaceable(found, false) : std::string();
    // NOTCREATED with components: what a failed creation could not undo is destroyable (E46).
    if (found.state != application_state::created && found.state != application_state::started &&
        found.state != application_state::not_created && earlier.empty()) {
      throw refused_by_state(tools_.memory, found, "destroy", allowed);
    }
    return std::pair(std::move(found), std::move(earlier));
  };
  const application_record seen = look().first;
  authorizer_.check_owner(who, seen.user, "application:destroy");
  check_plugins(tools_, name);

  const std::lock_guard lock(admission_);
  const auto [application, earlier] = look();
  check_still_of_same_user(seen, application);
  json::document request = json::make_object();
  json::set(request, "savepoints", savepoints, request.GetAllocator());
  return accept(make_operation(application, "destroy", request, who.user), application,
                application_state::destroying, earlier);
}

std::string application_service::accept_part(const fleet_part& part) {
  const bool stops = part.verb == "stop";
  const std::string& name = part.application;
  const std::string& owner = part.components.front().user;
  runner_.set_aside().check("application", name);
  const auto look = [&] {
    application_record found = find_application(tools_.memory, name);
    if (found.state == application_state::not_created) {
      throw failure(failure_kind::not_found, fmt::format("{} is not there any more", name));
    }
    if (found.user != owner) {
      throw failure(failure_kind::conflicting_state,
                    fmt::format("{} was created anew by another account meanwhile", name));
    }
    return found;
  };
  look();
  if (!stops) authorizer_.check_may_run(authorizer_.check_known(owner));
  check_plugins(tools_, name);

  const std::lock_guard lock(admission_);
  const application_record application = look();
  const bool settled = application.state == application_state::created ||
                       application.state == application_state::started;
  std::string earlier;
  if (!settled) {
    const bool whole = components_of(tools_.memory, name).size() == part.components.size();
    if (stops && whole) earlier = replaceable(application, false);
    if (earlier.empty()) return {};
  }
  json::document request = json::make_object();
  json::set(request, "fleet", part.fleet, request.GetAllocator());
  operation_record operation = make_operation(application, part.verb, request, part.user);
  const auto begun = [components = part.components, stops,
                      child = operation.id](registry_view& view) {
    for (fleet_member one : components) {
      one.outcome = stops ? fleet_outcome::stopping : fleet_outcome::starting;
      one.child = child;
      view.fleets.put(one);
    }
  };
  return accept(std::move(operation), application,
                stops ? application_state::stopping : application_state::starting, earlier, begun);
}

operation_outcome application_service::run(const operation_record& operation,
                                           operation_context& context) {
  const auto verb = verb_of(operation).value();
  if (verb == application_verb::start || verb == application_verb::stop) {
    if (!fleet_of(operation).empty()) {
      return verb == application_verb::stop ? stop_part(tools_, operation, context)
                                            : start_part(tools_, operation, context);
    }
  }
  switch (verb) {
    case application_verb::create:
      break;
    case application_verb::start:
      return start_application(tools_, operation, context);
    case application_verb::stop:
      return stop_application(tools_, operation, context);
    case application_verb::resume:
      return resume_component(tools_, operation, context);
    case application_verb::upgrade:
      return upgrade_application(tools_, operation, context);
    case application_verb::destroy:
      try {
        destroy_application(tools_, operation, find_application(tools_.memory, operation.name),
                            context);
      } catch (const failure& why) {
        context.shutdown.check();
        return destroyed_in_part(tools_, operation, why, context);
      }
      return {application_state::not_created,
              "",
              [operation](registry_view& view) { view.applications.erase(operation.name); },
              {}};
  }
  create_application(tools_, operation, find_application(tools_.memory, operation.name), context);
  return {application_state::created, "",
          [operation](registry_view& view) {
            view.applications.set_state(operation.name, application_state::created, "");
          },
          [this, operation] { tools_.files.remove_of_operation(operation.id); }};
}

std::string application_service::obstacle(const operation_record& operation) {
  const auto verb = verb_of(operation);
  if (!verb) {
    return fmt::format("this version does not know how to {} an application",
                       printable(operation.verb));
  }
  std::set<std::string> types;
  try {
    if (*verb == application_verb::upgrade) {
      const upgrade_progress progress = upgrade_progress_from(operation.request);
      add_types(progress.from.metadata, types);
      add_types(progress.to.metadata, types);
    }
    if (*verb == application_verb::create) {
      add_types(std::string(json::text_of(request_of(operation), "metadata")), types);
    }
  } catch (const std::exception& problem) {
    return fmt::format("what the journal says of it cannot be read: {}", problem.what());
  }
  for (const auto& one : components_of(tools_.memory, operation.name)) types.insert(one.type);
  for (const std::string& type : types) {
    if (std::string why = tools_.plugins.obstacle(type); !why.empty()) return why;
  }
  return {};
}

operation_outcome application_service::failed(const operation_record& operation,
                                              const failure& why) {
  const application_verb verb = verb_of(operation).value();
  if (verb == application_verb::upgrade) return upgrade_given_up(tools_, operation, why);
  if ((verb == application_verb::start || verb == application_verb::stop) &&
      !fleet_of(operation).empty()) {
    return part_given_up(tools_, operation, why, doing(verb));
  }
  const bool starts = verb == application_verb::start || verb == application_verb::resume;
  // Cancelled is one of which nothing was done yet. Of every other nobody knows how far it came,
  // and what it has recorded comes up without it.
  const bool may_come_up = starts && why.kind() != failure_kind::cancelled;
  const std::string information =
      may_come_up ? error_information(doing(verb), operation.name, with_advice(operation, why))
                  : error_information(doing(verb), operation.name, why);
  const auto begun =
      may_come_up ? components_to_start(tools_.memory, operation) : std::vector<component_record>();
  return {operation.state_before, information,
          [operation, information, begun](registry_view& view) {
            view.applications.set_state(operation.name, operation.state_before, information);
            for (const component_record& one : begun) view.applications.set_desired(one, "RUNNING");
          },
          [this, operation] { tools_.files.remove_of_operation(operation.id); }};
}

}  // namespace manager
