// Which components are meant, and plugins that have no savepoints.
// SPDX-License-Identifier: Apache-2.0
#include "savepoint/component_choice.h"

#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

using manager_test::manager_fixture;
using manager_test::write_simple_package;

TEST_CASE("a plugin without the extension is 501, with type and plugin in the text") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.configure("plugins_path", manager::json::quote(PLAIN_PLUGIN_DIRECTORY));
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create_and_start("one", "app-1.0.0");
  const std::string user = "?user.name=daemon";
  for (const auto& [method, path] :
       std::vector<std::pair<std::string, std::string>>{{"GET", "/savepoints"},
                                                        {"POST", "/savepoints" + user},
                                                        {"GET", "/savepoints/x"},
                                                        {"DELETE", "/savepoints/x" + user},
                                                        {"POST", "/savepoints/x/resume" + user},
                                                        {"POST", "/savepoints/x/pin" + user},
                                                        {"POST", "/plan"}}) {
    INFO(method << " " << path);
    const bool plans = path == "/plan";  // of a resume
    const auto refused =
        dm.request(method, "/applications/one" + path, plans ? R"({"savepoint":"latest"})" : "");
    CHECK(refused.status == 501);
    const std::string text = refused.text("information");
    CHECK(text.find("type fake") != std::string::npos);
    CHECK(text.find("fake.so") != std::string::npos);
    CHECK(text.find("dm.savepoint/1") != std::string::npos);
  }
}

TEST_CASE("such a plugin's components are upgraded, and rolled back by a plain start") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  write_simple_package(dm.repository(), "app-2.0.0");
  dm.configure("plugins_path", manager::json::quote(PLAIN_PLUGIN_DIRECTORY));
  dm.script("stop", R"({"reply":{"schema":1,"changed":true,"state":"STOPPED"}})");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.deploy("app-2.0.0");
  dm.create_and_start("one", "app-1.0.0");
  dm.script("start-app-2.0.0", R"({"status":9})");
  REQUIRE(
      dm.request("POST", "/applications/one/upgrade?user.name=daemon", R"({"package":"app-2.0.0"})")
          .status == 202);
  const auto status = dm.wait_for_state("one", "STARTED");
  CHECK(status.text("information").find("no savepoint was taken") != std::string::npos);
  CHECK(dm.calls("start").size() == 3);
  CHECK(dm.get("/applications/one").text("package_name") == "app-1.0.0");
}

TEST_CASE("one of several must be named") {
  std::vector<manager::component_record> components(2);
  components[0].type = components[1].type = "flink";
  components[0].name = "a";
  components[1].name = "b";
  CHECK_THROWS_WITH(manager::only_component(components, "one"),
                    Catch::Matchers::Contains("flink/a, flink/b"));
  components.pop_back();
  CHECK(manager::only_component(components, "one").name == "a");
  CHECK_THROWS_AS(manager::only_component({}, "one"), manager::failure);
}

TEST_CASE("what the state of things forbids is a conflict") {
  const manager::plugin_reply refused{DM_STATUS_FAILED_PRECONDITION, manager::json::make_object()};
  CHECK(manager::to_route_failure(refused, "pin").kind() ==
        manager::failure_kind::conflicting_state);
  const manager::plugin_reply away{DM_STATUS_UNAVAILABLE, manager::json::make_object()};
  CHECK(manager::to_route_failure(away, "pin").kind() == manager::failure_kind::failed_connection);
}
