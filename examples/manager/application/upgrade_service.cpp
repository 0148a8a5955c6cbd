// What clients ask for about another version of an application.
// SPDX-License-Identifier: Apache-2.0
#include "application/upgrade_service.h"

#include "access/secrets.h"
#include "application/application_admission.h"
#include "application/application_creation.h"
#include "application/application_plan.h"
#include "application/application_upgrade.h"
#include "application/component_answer.h"
#include "application/creation_plan.h"
#include "application/properties.h"
#include "application/seen_components.h"
#include "base/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace manager {
namespace {

constexpr std::int64_t longest_timeout_ms = 86'400'000;
// "user" is refused with a sentence of its own.
const std::vector<std::string_view> upgrade_members = {"package", "timeout_ms",
                                                       "allow_non_restored_state", "user"};

void check_upgrade_body(const json::value& body) {
  std::vector<problem> problems;
  const json::value* package = json::find(body, "package");
  if (package == nullptr || !package->IsString() || !parse_package_name(json::view(*package))) {
    problems.push_back({"$.package", package == nullptr ? "nothing" : shown_value("", *package),
                        std::string(package_name_rule), ""});
  }
  if (json::find(body, "user") != nullptr) {
    problems.push_back({"$.user", "", "", "user is passed as URI parameter user.name"});
  }
  const json::value* timeout = json::find(body, "timeout_ms");
  if (timeout != nullptr && (!timeout->IsInt64() || timeout->GetInt64() < 1 ||
                             timeout->GetInt64() > longest_timeout_ms)) {
    problems.push_back({"$.timeout_ms", shown_value("", *timeout),
                        fmt::format("1 to {}", longest_timeout_ms), ""});
  }
  const json::value* allow = json::find(body, "allow_non_restored_state");
  if (allow != nullptr && !allow->IsBool()) {
    problems.push_back(
        {"$.allow_non_restored_state", shown_value("", *allow), "true or false", ""});
  }
  check_overrides(body, upgrade_members, problems);
  if (!problems.empty()) throw failure::invalid("Invalid request body", std::move(problems));
}

using component_names = std::set<std::pair<std::string, std::string>>;

// Overrides of components that neither version has would stay for ever: no body can name them.
void forget_others(json::value& overrides, const component_names& kept) {
  for (auto type = overrides.MemberBegin(); type != overrides.MemberEnd(); ++type) {
    if (!type->value.IsObject()) continue;
    for (auto one = type->value.MemberBegin(); one != type->value.MemberEnd();) {
      const bool known =
          kept.contains({std::string(json::view(type->name)), std::string(json::view(one->name))});
      one = known ? one + 1 : type->value.EraseMember(one);
    }
  }
}

// The application's overrides with the body's on top, property by property.
json::document merged_overrides(const application_record& application, const json::value& body) {
  json::document merged = json::parse_or_throw(application.overrides, "the registry's overrides");
  auto& memory = merged.GetAllocator();
  json::set(merged, "package", json::text_of(body, "package"), memory);
  for (const auto& type : body.GetObject()) {
    if (!type.value.IsObject()) continue;
    json::value& of_type = json::object_under(merged, json::view(type.name), memory);
    for (const auto& component : type.value.GetObject()) {
      json::value& into = json::object_under(of_type, json::view(component.name), memory);
      for (const auto& property : component.value.GetObject()) {
        if (property.value.IsNull()) {
          into.RemoveMember(property.name);
        } else {
          json::set(into, json::view(property.name), json::copy(property.value, memory), memory);
        }
      }
    }
  }
  return merged;
}

// What a creation may have in its one body, an application may have after any number of upgrades.
void check_merged(const json::value& merged, const std::string& text, std::uint64_t most_bytes) {
  std::vector<problem> problems;
  for (const auto& type : merged.GetObject()) {
    if (!type.value.IsObject()) continue;
    for (const auto& component : type.value.GetObject()) {
      const auto count = component.value.MemberCount();
      if (count <= most_properties) continue;
      problems.push_back({fmt::format("$.{}.{}", json::view(type.name), json::view(component.name)),
                          fmt::format("{} properties, with those that the application has", count),
                          fmt::format("at most {}; null takes one away", most_properties), ""});
    }
  }
  if (text.size() > most_bytes) {
    problems.push_back(
        {"$",
         fmt::format("{} bytes of properties, with those that the application has", text.size()),
         fmt::format("at most listen.request_bytes = {}; null takes a property away", most_bytes),
         ""});
  }
  if (!problems.empty()) throw failure::invalid("Invalid request body", std::move(problems));
}

// What the records say is not all: a job may live of which they know nothing, after a start that
// was given up for instance. An upgrade from CREATED takes no savepoint, so it must not meet one.
void refuse_live(const application_tools& tools, const std::string& name) {
  const auto components = components_of(tools.memory, name);
  const auto seen = see_now(tools, components, false, nullptr);
  for (std::size_t i = 0; i < components.size(); ++i) {
    if (!is_wanted_or_lives(seen[i])) continue;
    throw failure(failure_kind::conflicting_state,
                  fmt::format("{} of {} is {}, though {} is CREATED: start or stop it before the "
                              "upgrade",
                              shown(components[i]), name, json::text_of(seen[i], "state"), name));
  }
}

std::int64_t number_of(const json::value& body, std::string_view name, std::int64_t otherwise) {
  const json::value* found = json::find(body, name);
  return found == nullptr ? otherwise : found->GetInt64();
}

}  // namespace

upgrade_service::upgrade_service(const application_tools& tools, const authorizer& rules,
                                 operation_runner& runner, std::mutex& admission)
    : tools_(tools), authorizer_(rules), runner_(runner), admission_(admission) {}

application_version upgrade_service::next_version(const application_record& application,
                                                  const json::value& body, cancellation* left) {
  application_version next;
  next.package = json::text_of(body, "package");
  next.metadata = *deployed_package(tools_.memory, next.package, "upgrade").metadata;
  const package_metadata metadata(next.metadata);
  std::vector<problem> problems;
  check_named_components(body, upgrade_members, metadata, problems);
  if (!problems.empty()) throw failure::invalid("Invalid request body", std::move(problems));
  check_space(tools_, metadata);
  component_names kept;
  for (const auto& one : metadata.components()) kept.emplace(one.type, one.name);
  for (const auto& one : components_of(tools_.memory, application.name)) {
    kept.emplace(one.type, one.name);
  }
  json::document overrides = merged_overrides(application, body);
  forget_others(overrides, kept);
  next.overrides = json::to_text(overrides);
  check_merged(overrides, next.overrides, tools_.settings.request_bytes);
  next.defaults = json::to_text(metadata.all_defaults());
  const application_record changed = next.applied_to(application);
  validate_components(tools_, changed, plan_or_throw(tools_.settings, changed, metadata),
                      "properties", {}, "", left);
  return next;
}

std::string upgrade_service::installed_metadata(const application_record& application) {
  const auto installed = tools_.memory.transact(
      [&](registry_view& view) { return view.packages.find(application.package); });
  if (installed.state == package_state::deployed && installed.metadata) return *installed.metadata;
  if (application.package.empty()) {
    throw failure(failure_kind::conflicting_state,
                  fmt::format("which package {} was made from is not known, since it was adopted: "
                              "without it there is no way back from an upgrade. Destroy it and "
                              "create it again; its savepoints stay",
                              application.name));
  }
  throw failure(failure_kind::conflicting_state,
                fmt::format("package {}, which {} was made from, is {}: without it there is no way "
                            "back from the upgrade; deploy it again",
                            application.package, application.name, installed.state));
}

std::string upgrade_service::upgrade(const std::string& name, const json::value& body,
                                     const caller& who) {
  check_upgrade_body(body);
  runner_.set_aside().check("application", name);
  const auto look = [&] {
    return find_application_in(tools_.memory, name, "upgrade",
                               {application_state::created, application_state::started});
  };
  const application_record seen = look();
  authorizer_.check_owner(who, seen.user, "application:upgrade");
  authorizer_.check_may_run(authorizer_.check_known(seen.user));
  check_plugins(tools_, name);
  const auto refuse_parts = [&](const application_record& one) {
    for (const component_record& record : components_of(tools_.memory, name)) {
      if (one.state == application_state::started || record.desired != "RUNNING") continue;
      throw failure(failure_kind::conflicting_state,
                    fmt::format("{} of {} runs, though not all of its components do: start or stop "
                                "it before the upgrade",
                                shown(record), name));
    }
  };
  refuse_parts(seen);
  if (seen.state == application_state::created) refuse_live(tools_, name);
  upgrade_progress progress;
  progress.from.metadata = installed_metadata(seen);
  check_space(tools_, package_metadata(progress.from.metadata));  // for the way back
  // Not under the lock: plugins are asked, and others must be able to stop what runs meanwhile.
  progress.to = next_version(seen, body, nullptr);

  const std::lock_guard lock(admission_);
  const application_record application = look();
  refuse_parts(application);
  if (application.package != seen.package || application.overrides != seen.overrides ||
      application.user != seen.user || installed_metadata(seen) != progress.from.metadata ||
      deployed_package(tools_.memory, progress.to.package, "upgrade").metadata !=
          progress.to.metadata) {
    throw failure(failure_kind::conflicting_state,
                  fmt::format("{} or its package was changed meanwhile; try again", name));
  }
  progress.was_started = application.state == application_state::started;
  progress.descriptors = components_of(tools_.memory, name);
  // A part may rest, after a resume of another one.
  for (const component_record& one : progress.descriptors) {
    if (progress.was_started && one.desired != "RUNNING") progress.let_rest(one);
  }
  progress.from = {application.package, application.overrides, application.defaults,
                   progress.from.metadata};
  progress.allow_non_restored_state = json::flag_of(body, "allow_non_restored_state", false);
  progress.timeout_ms = number_of(body, "timeout_ms", tools_.settings.timeouts.start.count());
  // 0 is the plugin's own default for one call; the whole start needs an end.
  if (progress.timeout_ms == 0) progress.timeout_ms = verb_timeouts().start.count();

  operation_record operation =
      make_operation(application, "upgrade", json::make_object(), who.user);
  operation.request = to_text(progress);
  try {
    tools_.files.keep_for_operation(progress.from.package, operation.id, upgrade_from_archive);
    tools_.files.keep_for_operation(progress.to.package, operation.id, upgrade_to_archive);
    runner_.accept(operation, application_state::stopping, [&](registry_view& view) {
      view.applications.set_state(name, application_state::stopping,
                                  fmt::format("upgrade from {} to {}: {}", progress.from.package,
                                              progress.to.package, to_text(progress.phase)));
    });
    return operation.id;
  } catch (...) {
    tools_.files.remove_of_operation(operation.id);
    throw;
  }
}

json::document upgrade_service::plan_new(const std::string& name, const json::value& body,
                                         const caller& who, cancellation& left) {
  std::vector<problem> problems;
  if (!is_name(name))
    problems.push_back({"application", printable(name), std::string(name_rule), ""});
  for (const char* member : {"timeout_ms", "allow_non_restored_state"}) {
    if (json::find(body, member) == nullptr) continue;
    problems.push_back(
        {std::string("$.") + member, "", "", "is an upgrade's; a creation has none"});
  }
  if (!problems.empty()) throw failure::invalid("Invalid request", std::move(problems));
  application_record application;
  application.name = name;
  application.package = json::text_of(body, "package");
  application.user = who.user;
  const package_record deployed = deployed_package(tools_.memory, application.package, "create");
  authorizer_.check_may_run(authorizer_.check_known(who.user));
  json::document overrides = json::make_object();
  overrides.CopyFrom(body, overrides.GetAllocator());
  json::set(overrides, "user", who.user, overrides.GetAllocator());
  application.overrides = json::to_text(overrides);
  const package_metadata metadata(*deployed.metadata);
  check_named_components(body, upgrade_members, metadata, problems);
  if (!problems.empty()) throw failure::invalid("Invalid request body", std::move(problems));
  application.defaults = json::to_text(metadata.all_defaults());
  check_space(tools_, metadata);
  const plan_turns::turn own(turns_, who.user);
  return plan_creation(tools_, application, metadata, left);
}

json::document upgrade_service::plan(const std::string& name, const json::value& body,
                                     const caller& who, cancellation& left) {
  if (json::find(body, "package") == nullptr) {
    // What would be refused by the application's state is refused by its plan.
    const bool resumes = json::find(body, "savepoint") != nullptr;
    const auto application =
        resumes ? find_application_in(tools_.memory, name, "resume",
                                      {application_state::created, application_state::started})
                : find_application_in(tools_.memory, name, "start", {application_state::created});
    return plan_activity(tools_, application, body, who.user, left);
  }
  check_upgrade_body(body);
  if (!who.user.empty() &&
      find_application(tools_.memory, name).state == application_state::not_created) {
    return plan_new(name, body, who, left);
  }
  const application_record application = find_application_in(
      tools_.memory, name, "plan", {application_state::created, application_state::started});
  authorizer_.check_owner(who, application.user, "application:plan");
  const plan_turns::turn own(turns_, who.user);
  return plan_upgrade(tools_, application, next_version(application, body, &left), who.user, left);
}

}  // namespace manager
