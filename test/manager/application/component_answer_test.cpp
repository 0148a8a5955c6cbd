// What is concluded from the answers of plugins.
// SPDX-License-Identifier: Apache-2.0
#include "application/component_answer.h"

#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

using namespace manager;
using manager_test::manager_fixture;
using manager_test::write_simple_package;

namespace {

component_answer answer_of(const std::string& name, const char* problem) {
  component_answer one;
  one.component.type = "fake";
  one.component.name = name;
  one.state = "RUNNING";
  if (problem != nullptr) one.problem = failure(failure_kind::failed_creation, problem);
  return one;
}

}  // namespace

TEST_CASE("one component says it in its own words, of several each is named") {
  CHECK(all_described({answer_of("a", "no queue")}) == "no queue");
  CHECK(all_described({answer_of("a", "no queue"), answer_of("b", nullptr)}) ==
        "fake/a failed: no queue; fake/b is RUNNING");
}

TEST_CASE("a stop whose savepoint failed leaves the application STARTED, in the plugin's words") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create_and_start("one", "app-1.0.0");
  dm.script("stop", R"({"status":9,"reply":{"schema":1,"desired":"RUNNING","state":"RUNNING",
      "error":{"code":"FAILED_PRECONDITION","message":"permission denied on savepoints"}}})");
  REQUIRE(dm.request("POST", "/applications/one/stop?user.name=daemon").status == 202);
  const auto status = dm.wait_for_state("one", "STARTED");
  CHECK(status.text("information").find("permission denied on savepoints") != std::string::npos);
  dm.unscript("stop");
  REQUIRE(dm.request("POST", "/applications/one/stop?user.name=daemon").status == 202);
  dm.wait_for_state("one", "CREATED");
}

TEST_CASE("a stop that is to take a savepoint takes it under one id, also after a kill") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start_program();
  dm.deploy("app-1.0.0");
  dm.create_and_start("one", "app-1.0.0");
  dm.script("stop", R"({"delay_ms":60000})");
  REQUIRE(dm.request("POST", "/applications/one/stop?user.name=daemon",
                     R"({"savepoint":true,"format":"native"})")
              .status == 202);
  manager_test::eventually([&] { return dm.calls("stop").size() == 1; });
  dm.kill_program();
  dm.unscript("stop");
  dm.start_program();
  dm.wait_for_state("one", "CREATED");
  const auto stops = dm.calls("stop");
  REQUIRE(stops.size() == 2);
  CHECK(stops[0]["request"]["operation"] == stops[1]["request"]["operation"]);
  CHECK(stops[1]["request"]["format"] == "native");
  CHECK(dm.get("/applications/one/savepoints").json["savepoints"].Size() == 1);
}

TEST_CASE("options of a stop that contradict each other are refused at once") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create_and_start("one", "app-1.0.0");
  for (const char* body :
       {R"({"kill":true,"savepoint":true})", R"({"kill":true,"drain":true})",
        R"({"savepoint":false,"drain":true})", R"({"savepoint":false,"operation":"x"})"}) {
    INFO(body);
    CHECK(dm.request("POST", "/applications/one/stop?user.name=daemon", body).status == 400);
  }
  CHECK(dm.calls("stop").empty());
}
