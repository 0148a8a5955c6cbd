// Runs one create, one removal of a component's files, one trigger or one stop, and ends: a process
// for crash_test to kill.
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <string_view>

#include "io/file.h"
#include "lifecycle/create.h"
#include "lifecycle/savepoint_trigger.h"
#include "lifecycle/stop.h"
#include "placement/component_files.h"

namespace {

using namespace dm;

// run_once create|remove|trigger|stop <environment document> <request document>
result<void> run(std::string_view verb, const std::string& environment,
                 const std::string& request) {
  constexpr std::size_t limit = 1 << 20;
  const auto environment_text = io::read_file(environment, limit);
  const auto request_text = io::read_file(request, limit);
  if (!environment_text) return fail(environment_text.error());
  if (!request_text) return fail(request_text.error());
  auto settings = input::read_settings(*environment_text, "");
  if (!settings) return fail(settings.error());
  const auto document = io::parse_json(*request_text, "the request");
  if (!document) return fail(document.error());
  const auto text = [&](const char* name) { return io::string_member_or(*document, name, ""); };
  const component::component_name name{text("namespace"), text("application"), text("component")};
  // A cluster elsewhere than the environment says.
  if (!text("resource_manager").empty()) settings->resource_managers = {text("resource_manager")};
  if (!text("name_node").empty()) settings->name_nodes = {text("name_node")};
  context::session session(std::move(*settings));
  const auto op = io::operation::within(std::chrono::seconds(60));
  if (verb == "create") {
    lifecycle::create_request create;
    create.name = name;
    create.user = text("user");
    create.staged_path = text("staged_path");
    create.properties = package::read_properties((*document)["properties"]);
    auto reply = lifecycle::create(session, op, create);
    return reply.failure ? result<void>(fail(*reply.failure)) : result<void>();
  }
  const auto data = input::read_component_data((*document)["data"], name);
  if (!data) return fail(data.error());
  if (verb == "trigger") {
    lifecycle::trigger_request trigger;
    trigger.data = *data;
    trigger.operation = text("operation");
    auto reply = lifecycle::trigger(session, op, trigger);
    return reply.failure ? result<void>(fail(*reply.failure)) : result<void>();
  }
  if (verb == "stop") {
    lifecycle::stop_request stop;
    stop.data = *data;
    auto reply = lifecycle::stop(session, op, stop);
    return reply.failure ? result<void>(fail(*reply.failure)) : result<void>();
  }
  const auto removed =
      placement::remove_component_files(session.settings(), session.http(), op, *data);
  return removed ? result<void>() : result<void>(fail(removed.error()));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const auto done = run(argv[1], argv[2], argv[3]);
  if (done) return 0;
  std::fprintf(stderr, "%s\n", done.error().text().c_str());
  return 1;
}
