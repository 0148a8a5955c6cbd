// dmctl plan and upgrade.
// SPDX-License-Identifier: Apache-2.0
#include "client/command_tree.h"
#include "client/measure.h"
#include "client/member.h"
#include "client/overrides.h"
#include "client/view_plan.h"

#include <fmt/format.h>

namespace dmctl {
namespace {

const char* const group = "Versions";

struct given_version {
  std::string application;
  override_options body;
  std::string savepoint, component, start_timeout;
  bool accept_state_loss = false;
  bool allow_non_restored_state = false;
};

void takes_version(command_tree& tree, CLI::App& command, given_version& values) {
  tree.takes(command, "-p,--package", values.body.package, "The version that comes",
             value_kind::deployed_package);
  tree.takes(command, "-f,--file", values.body.file,
             "JSON file with properties, as of create; -: standard input", value_kind::file);
  tree.takes_many(command, "--set", values.body.sets,
                  "COMPONENT.PROPERTY=VALUE, on top; may be repeated");
}

bool names_a_change(const given_version& values) {
  return !values.body.package.empty() || !values.body.file.empty() || !values.body.sets.empty();
}

std::string package_of(server& manager, const std::string& application) {
  const json::document told = manager.get(target({"applications", application}));
  const std::string package = text_member(told, "package_name");
  if (!package.empty()) return package;
  throw problem(exit_code::not_found, fmt::format("there is no application {}", application));
}

// Without --package it is the version that is installed, with other properties.
json::document body_of(session& with, const given_version& values) {
  override_options options = values.body;
  if (options.package.empty() && options.file.empty()) {
    options.package = package_of(with.manager(), values.application);
  }
  json::document body = make_body(
      options, [&](const std::string& package) { return defaults_of(with.manager(), package); });
  auto& memory = body.GetAllocator();
  if (json::find(body, "package") == nullptr) {
    json::set(body, "package", package_of(with.manager(), values.application), memory);
  }
  if (values.allow_non_restored_state) {
    json::set(body, "allow_non_restored_state", true, memory);
  }
  if (!values.start_timeout.empty()) {
    const auto limit = parse_duration(values.start_timeout);
    if (!limit) {
      throw problem(exit_code::usage, fmt::format("--start-timeout: allowed: {}", duration_rule));
    }
    json::set(body, "timeout_ms", std::int64_t{limit->count()}, memory);
  }
  return body;
}

exit_code plan(session& with, const given_version& values) {
  const bool version = names_a_change(values) || values.allow_non_restored_state;
  const bool activity =
      !values.savepoint.empty() || !values.component.empty() || values.accept_state_loss;
  if (version && activity) {
    throw problem(exit_code::usage,
                  "a plan is of an upgrade (--package, --file, --set) or of a start or resume "
                  "(--savepoint, --component, --accept-state-loss)");
  }
  json::document body = version ? body_of(with, values) : json::make_object();
  auto& memory = body.GetAllocator();
  if (!values.savepoint.empty()) json::set(body, "savepoint", values.savepoint, memory);
  if (!values.component.empty()) json::set(body, "component", values.component, memory);
  if (values.accept_state_loss) json::set(body, "accept_state_loss", true, memory);
  const json::document told = with.manager().ask_with_body(
      target({"applications", values.application, "plan"}), json::to_text(body));
  if (with.out().json()) {
    with.out().document(told);
  } else {
    show_plan(told, with.out());
  }
  return flag_member(told, "possible") ? exit_code::done : exit_code::failed;
}

}  // namespace

void add_version_commands(command_tree& tree) {
  const auto values = std::make_shared<given_version>();
  CLI::App& planned =
      tree.verb({"plan"}, "Say what a start, a resume or an upgrade would do; do nothing", group);
  tree.needs(planned, "application", values->application, "Which one", value_kind::application);
  takes_version(tree, planned, *values);
  tree.takes(planned, "--savepoint", values->savepoint, "Of a resume: id, latest, or an HDFS path",
             value_kind::restore_point);
  tree.takes(planned, "--component", values->component, "That one only", value_kind::component);
  planned.add_flag("--accept-state-loss", values->accept_state_loss, "Of a start, as there");
  tree.does(planned, [values](session& with) { return plan(with, *values); });

  CLI::App& upgrade = tree.verb(
      {"upgrade"}, "Bring an application to another version, or to other properties", group);
  tree.needs(upgrade, "application", values->application, "Which one", value_kind::application);
  takes_version(tree, upgrade, *values);
  upgrade.add_flag("--allow-non-restored-state", values->allow_non_restored_state,
                   "State that the new version has no place for is left behind");
  tree.takes(upgrade, "--start-timeout", values->start_timeout,
             "How long the new version has until it runs; else it is rolled back");
  tree.does(upgrade, [values](session& with) {
    // Of the installed version with the properties that it has nothing would come but a restart.
    if (!names_a_change(*values))
      throw problem(exit_code::usage, "--package, --file or --set is needed: what is to change");
    const std::string body = json::to_text(body_of(with, *values));
    return with.finish_write(
        with.manager().write("POST", target({"applications", values->application, "upgrade"}), body,
                             operations_of(values->application, "upgrade")),
        "upgrade of " + values->application);
  });
}

}  // namespace dmctl
