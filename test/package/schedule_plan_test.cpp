// How Oozie begins a run of a component, by the node's settings and the component's own.
// SPDX-License-Identifier: Apache-2.0
#include "package/schedule_plan.h"

#include <catch2/catch.hpp>

using namespace dm::package;
using dm::input::settings;
using dm::oozie::action_kind;
using words = std::vector<std::string>;

namespace {

const dm::component::component_name name{"prod", "app", "report"};

settings a_node() {
  settings node;
  node.name_space = "prod";
  node.node = "edge1.example.com";
  node.install_root = "/opt";
  node.guard = "/usr/lib/dm/flink-guard";
  return node;
}

}  // namespace

TEST_CASE("by default the component's user logs in on its node") {
  const auto command = run_command_of(a_node(), name, {}, "pnda", "");
  CHECK(command.kind == action_kind::ssh);
  CHECK(command.host == "pnda@edge1.example.com");
  CHECK(command.guard == "/usr/lib/dm/flink-guard");
  CHECK(command.options == words{"--spec", "/opt/prod/app/report/guard.json", "--user", "pnda"});
  CHECK(command.queue.empty());
}

TEST_CASE("the node's settings say how, and the component's schedule has the last word") {
  settings node = a_node();
  node.oozie.action = action_kind::shell;
  node.oozie.ssh_host = "root@edge2";
  node.oozie.resource_manager = "rm1:8032";
  node.oozie.name_node = "hdfs://nn1:8020";
  const auto by_node = run_command_of(node, name, {}, "pnda", "low");
  CHECK(by_node.kind == action_kind::shell);
  CHECK(by_node.resource_manager == "rm1:8032");
  CHECK(by_node.name_node == "hdfs://nn1:8020");
  CHECK(by_node.queue == "low");
  dm::oozie::schedule own;
  own.action = action_kind::ssh;
  const auto by_component = run_command_of(node, name, own, "pnda", "low");
  CHECK(by_component.kind == action_kind::ssh);
  CHECK(by_component.host == "root@edge2");
}

TEST_CASE("a launcher runs where its component's job does") {
  settings node = a_node();
  descriptor none;
  CHECK(launcher_queue(node, none).empty());
  node.default_queue = "misc";
  CHECK(launcher_queue(node, none) == "misc");
  descriptor property;
  property.queue = "prod";
  CHECK(launcher_queue(node, property) == "prod");
  descriptor key;
  key.configuration = {{"yarn.application.queue", "fast"}};
  CHECK(launcher_queue(node, key) == "fast");
}

TEST_CASE("with a queue policy no launcher goes where the policy might not let it") {
  settings node = a_node();
  node.default_queue = "misc";
  node.queue_policy = "/etc/deployment-manager/queue-map";
  descriptor property;
  property.queue = "prod";
  CHECK(launcher_queue(node, property) == "misc");
  node.default_queue.clear();
  CHECK(launcher_queue(node, property).empty());
}
