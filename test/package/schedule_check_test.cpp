// Whether this node has what a component's schedule needs.
// SPDX-License-Identifier: Apache-2.0
#include "package/schedule_check.h"

#include <catch2/catch.hpp>

using namespace dm::package;
using dm::input::settings;
using dm::oozie::action_kind;

namespace {

const dm::component::component_name name{"prod", "app", "report"};

settings with_oozie() {
  settings node;
  node.name_space = "prod";
  node.node = "edge1";
  node.install_root = "/opt";
  node.guard = "/usr/lib/dm/flink-guard";
  node.oozie.url = "http://oozie:11000/oozie";
  return node;
}

descriptor_reading scheduled(std::optional<action_kind> action = std::nullopt) {
  descriptor_reading reading;
  reading.descriptor.schedule.emplace().minutes = 60;
  reading.descriptor.schedule->action = action;
  return reading;
}

// What is wrong with it, all with the property's path.
std::vector<std::string> wrong(const settings& node, descriptor_reading reading) {
  check_schedule(node, name, reading);
  std::vector<std::string> found;
  for (const dm::problem& one : reading.problems) {
    CHECK(one.path == "$.properties.component_flink_schedule");
    CHECK_FALSE(one.allowed.empty());
    found.push_back(one.found);
  }
  return found;
}

}  // namespace

TEST_CASE("a component without a schedule needs nothing of Oozie") { CHECK(wrong({}, {}).empty()); }

TEST_CASE("a schedule needs to know Oozie") {
  settings node = with_oozie();
  CHECK(wrong(node, scheduled()).empty());
  node.oozie.url.clear();
  REQUIRE(wrong(node, scheduled()).size() == 1);
  CHECK(wrong(node, scheduled()).front().find("knows no Oozie") != std::string::npos);
}

TEST_CASE("a shell action needs ResourceManager and NameNode, and all that is missing is told") {
  settings node = with_oozie();
  CHECK(wrong(node, scheduled(action_kind::ssh)).empty());
  CHECK(wrong(node, scheduled(action_kind::shell)).size() == 2);
  node.oozie.action = action_kind::shell;
  CHECK(wrong(node, scheduled()).size() == 2);
  CHECK(wrong(node, scheduled(action_kind::ssh)).empty());
  node.oozie.resource_manager = "rm1:8032";
  REQUIRE(wrong(node, scheduled()).size() == 1);
  CHECK(wrong(node, scheduled()).front().find("NameNode") != std::string::npos);
  node.oozie.name_node = "hdfs://nn1:8020";
  CHECK(wrong(node, scheduled()).empty());
}

TEST_CASE("what Oozie, or a login shell, would split or read is refused before anything is made") {
  for (const char* path : {"/opt/a b/flink-guard", "/opt/${x}/flink-guard", "/opt/$(id)"}) {
    INFO(path);
    settings node = with_oozie();
    node.guard = path;
    CHECK(wrong(node, scheduled()).size() == 1);
    node = with_oozie();
    node.install_root = path;
    CHECK(wrong(node, scheduled()).size() == 1);
  }
}

TEST_CASE("what is wrong elsewhere is not told once more as the schedule's") {
  settings node = with_oozie();
  node.guard = "/opt/a b/flink-guard";
  descriptor_reading reading = scheduled();
  reading.problems.push_back({"$.properties.component_flink_parallelism", "0", "1 or more"});
  check_schedule(node, name, reading);
  CHECK(reading.problems.count() == 1);
}
