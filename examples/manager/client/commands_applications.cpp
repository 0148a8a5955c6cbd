// dmctl create, start, stop, destroy: what changes applications.
// SPDX-License-Identifier: Apache-2.0
#include "client/command_tree.h"
#include "client/member.h"
#include "client/overrides.h"

#include <fmt/format.h>

namespace dmctl {
namespace {

const char* const group = "Applications";

struct stop_options {
  std::string application, operation, format;
  std::optional<bool> savepoint;
  bool drain = false;
  bool kill = false;
  bool accept_state_loss = false;
  std::string savepoints, logs;
};

void add_create(command_tree& tree) {
  struct given {
    std::string application;
    override_options body;
  };
  const auto values = std::make_shared<given>();
  CLI::App& create = tree.verb({"create"}, "Create an application of a deployed package", group);
  tree.needs(create, "application", values->application, "How it is called");
  tree.takes(create, "-p,--package", values->body.package, "<name>-<version>",
             value_kind::deployed_package);
  tree.takes(create, "-f,--file", values->body.file,
             "JSON file with properties, {\"TYPE\": {\"COMPONENT\": {…}}}; -: standard input",
             value_kind::file);
  tree.takes_many(create, "--set", values->body.sets,
                  "COMPONENT.PROPERTY=VALUE, on top of the file's; may be repeated");
  tree.does(create, [values](session& with) {
    if (values->body.package.empty() && values->body.file.empty()) {
      throw problem(exit_code::usage, "--package, or a --file that names one, is needed");
    }
    const json::document body = make_body(values->body, [&](const std::string& package) {
      return defaults_of(with.manager(), package);
    });
    return with.finish_write(
        with.manager().write("PUT", target({"applications", values->application}),
                             json::to_text(body), operations_of(values->application, "create")),
        "creation of " + values->application);
  });
}

void add_start(command_tree& tree) {
  const auto values = std::make_shared<stop_options>();
  CLI::App& start = tree.verb({"start"}, "Start an application", group);
  tree.needs(start, "application", values->application, "Which one",
             value_kind::created_application);
  start.add_flag("--accept-state-loss", values->accept_state_loss,
                 "Start without state where there is none, though it is required");
  tree.does(start, [values](session& with) {
    json::document body = json::make_object();
    if (values->accept_state_loss) {
      json::set(body, "accept_state_loss", true, body.GetAllocator());
    }
    return with.finish_write(
        with.manager().write("POST", target({"applications", values->application, "start"}),
                             json::to_text(body), operations_of(values->application, "start")),
        "start of " + values->application);
  });
}

json::document stop_body(const stop_options& given) {
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  if (given.savepoint) json::set(body, "savepoint", *given.savepoint, memory);
  if (given.drain) json::set(body, "drain", true, memory);
  if (given.kill) json::set(body, "kill", true, memory);
  if (!given.operation.empty()) json::set(body, "operation", given.operation, memory);
  if (!given.format.empty()) json::set(body, "format", given.format, memory);
  return body;
}

void add_stop(command_tree& tree) {
  const auto values = std::make_shared<stop_options>();
  CLI::App& stop = tree.verb({"stop"}, "Stop an application, by default with a savepoint", group);
  tree.needs(stop, "application", values->application, "Which one",
             value_kind::started_application);
  stop.add_flag_function(
      "--savepoint,!--no-savepoint",
      [values](std::int64_t count) { values->savepoint = count > 0; },
      "With a savepoint of each component, or without");
  stop.add_flag("--drain", values->drain,
                "Let the job finish what it has read, for good; with a savepoint");
  stop.add_flag("--kill", values->kill, "End it at once, without a savepoint");
  tree.takes(stop, "--operation", values->operation, "Id of the savepoint");
  tree.takes_one_of(stop, "--format", values->format, "Of the savepoint", {"canonical", "native"});
  tree.does(stop, [values](session& with) {
    return with.finish_write(
        with.manager().write("POST", target({"applications", values->application, "stop"}),
                             json::to_text(stop_body(*values)),
                             operations_of(values->application, "stop")),
        "stop of " + values->application);
  });
}

void add_destroy(command_tree& tree) {
  const auto values = std::make_shared<stop_options>();
  CLI::App& destroy = tree.verb({"destroy"}, "Stop an application and take it away", group);
  tree.needs(destroy, "application", values->application, "Which one", value_kind::application);
  tree.takes_one_of(destroy, "--savepoints", values->savepoints,
                    "What becomes of them (default: keep)", {"keep", "dispose"});
  tree.takes_one_of(destroy, "--logs", values->logs,
                    "What becomes of its logs on the node (default: remove)", {"keep", "remove"});
  tree.does(destroy, [values](session& with) {
    return with.finish_write(
        with.manager().write("DELETE",
                             target({"applications", values->application},
                                    {{"savepoints", values->savepoints}, {"logs", values->logs}}),
                             "", operations_of(values->application, "destroy")),
        "destruction of " + values->application);
  });
}

}  // namespace

void add_application_commands(command_tree& tree) {
  add_create(tree);
  add_start(tree);
  add_stop(tree);
  add_destroy(tree);
}

}  // namespace dmctl
