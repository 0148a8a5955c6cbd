// Plans: what would be done, and that nothing is.
// SPDX-License-Identifier: Apache-2.0
#include "application/application_plan.h"

#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

using manager_test::manager_fixture;
using manager_test::package_builder;

namespace {

void prepare(manager_fixture& dm) {
  package_builder(dm.repository() / "pair-1.0.0.tar.gz")
      .file("pair-1.0.0/fake/first/x", "1")
      .file("pair-1.0.0/fake/second/y", "2")
      .close();
  package_builder(dm.repository() / "pair-2.0.0.tar.gz")
      .file("pair-2.0.0/fake/second/y", "3")
      .file("pair-2.0.0/fake/third/z", "4")
      .close();
  dm.start();
  dm.deploy("pair-1.0.0");
  dm.deploy("pair-2.0.0");
  dm.create("one", "pair-1.0.0");
}

manager_test::answer plan(manager_fixture& dm, const std::string& body) {
  return dm.request("POST", "/applications/one/plan?user.name=daemon", body);
}

bool has_step(const manager_test::answer& answer, const std::string& text) {
  for (const auto& step : answer.json["steps"].GetArray()) {
    if (std::string(step.GetString()).find(text) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("the plan of a start is that of each component, and all steps together") {
  manager_fixture dm;
  prepare(dm);
  const auto planned = plan(dm, "{}");
  CHECK(planned.status == 200);
  CHECK(planned.json["possible"].GetBool());
  REQUIRE(planned.json["components"].Size() == 2);
  CHECK(planned.json["components"][0]["component"] == "first");
  CHECK(planned.json["components"][0]["type"] == "fake");
  CHECK(planned.json["components"][0]["why"] == "nothing is known");
  CHECK_FALSE(planned.json["components"][0].HasMember("schema"));
  CHECK(has_step(planned, "fake/first: start"));
  CHECK(has_step(planned, "fake/second: start"));
}

TEST_CASE("the plan of a resume is one component's") {
  manager_fixture dm;
  prepare(dm);
  CHECK(plan(dm, R"({"savepoint":"x"})").status == 400);
  const auto planned = plan(dm, R"({"savepoint":"x","component":"second"})");
  CHECK(planned.status == 200);
  CHECK_FALSE(planned.json["possible"].GetBool());
  CHECK(planned.json["obstacles"][0] == "fake/second: there is no x");
  CHECK(plan(dm, R"({"component":"fourth"})").status == 404);
}

TEST_CASE("the plan of an upgrade names what comes and goes, and touches nothing") {
  manager_fixture dm;
  prepare(dm);
  const auto planned = plan(dm, R"({"package":"pair-2.0.0","fake":{"second":{"n":2}}})");
  CHECK(planned.status == 200);
  CHECK(planned.text("package") == "pair-1.0.0");
  CHECK(planned.text("next_package") == "pair-2.0.0");
  CHECK(planned.json["components"].Size() == 1);
  CHECK(has_step(planned, "fake/first: is not in pair-2.0.0"));
  CHECK(has_step(planned, "fake/third: is new in pair-2.0.0"));
  CHECK(has_step(planned, "fake/second: stop, lay out pair-2.0.0"));
  const auto asked = dm.calls("plan");
  REQUIRE(asked.size() == 1);
  const auto& next = asked[0]["request"]["next"];
  CHECK(next["properties"]["component_n"].GetInt() == 2);
  CHECK(next["user"] == "daemon");
  CHECK(std::string(next["staged_path"].GetString()).ends_with("pair-2.0.0/fake/second"));
  CHECK(dm.calls("create").size() == 2);
  CHECK(dm.get("/applications/one").text("package_name") == "pair-1.0.0");
}

TEST_CASE("the plan of an upgrade tells the plugin whether the new version is started") {
  manager_fixture dm;
  prepare(dm);
  const auto started = [&](const char* component) {
    const auto calls = dm.calls("plan");
    for (auto call = calls.rbegin(); call != calls.rend(); ++call) {
      if ((*call)["request"]["component"] == component)
        return (*call)["request"]["next"]["start"].GetBool();
    }
    FAIL(component << " was not asked for");
    return false;
  };
  REQUIRE(plan(dm, R"({"package":"pair-1.0.0"})").status == 200);
  CHECK_FALSE(started("first"));  // CREATED before, CREATED afterwards
  CHECK(has_step(plan(dm, R"({"package":"pair-2.0.0"})"), "laid out, and not started"));
  REQUIRE(dm.request("POST", "/applications/one/start?user.name=daemon").status == 202);
  dm.wait_for_state("one", "STARTED");
  dm.script("component-second",
            R"({"state":"COMPLETED","summary":"FINISHED_SUCCEEDED","desired":"RUNNING"})");
  REQUIRE(plan(dm, R"({"package":"pair-1.0.0"})").status == 200);
  CHECK(started("first"));
  CHECK_FALSE(started("second"));  // would do its work twice
}

TEST_CASE("a start that is refused has no plan either") {
  manager_fixture dm;
  prepare(dm);
  REQUIRE(dm.request("POST", "/applications/one/start?user.name=daemon").status == 202);
  dm.wait_for_state("one", "STARTED");
  const auto refused = dm.request("POST", "/applications/one/start?user.name=daemon");
  const auto planned = plan(dm, "{}");
  CHECK(planned.status == 409);
  CHECK(planned.text("information") == refused.text("information"));
}

TEST_CASE("files that are wrong, and questions that could not be answered, are errors") {
  manager_fixture dm;
  prepare(dm);
  dm.script("validate-staged", R"({"status":3,"reply":{"schema":1,"error":{
      "code":"INVALID_ARGUMENT","message":"no jar","details":[]}}})");
  CHECK(plan(dm, R"({"package":"pair-2.0.0"})").status == 400);
  dm.script("plan", R"({"status":14})");
  CHECK(plan(dm, "{}").status == 503);
}
