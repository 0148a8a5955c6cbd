// /applications/<application>/incidents and …/explain, by HTTP.
// SPDX-License-Identifier: Apache-2.0
#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

using manager_test::manager_fixture;
using manager_test::write_simple_package;

namespace {

const std::string base = "/applications/one";

void prepare(manager_fixture& dm) {
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create_and_start("one", "app-1.0.0");
}

}  // namespace

TEST_CASE("incidents of each component, as its plugin lists them") {
  manager_fixture dm;
  prepare(dm);
  const auto listed = dm.get(base + "/incidents?user.name=daemon&limit=5");
  REQUIRE(listed.status == 200);
  CHECK(listed.text("application") == "one");
  const auto& entry = listed.json["components"][0];
  CHECK(entry["component"] == "main");
  CHECK(entry["type"] == "fake");
  CHECK(entry["incidents"][0]["id"] == "3-end");
  CHECK(entry["incidents"][0]["frame"] == "a.B.c(B.java:1)");
  CHECK_FALSE(entry["more"].GetBool());
  CHECK_FALSE(entry.HasMember("schema"));
  const auto asked = dm.calls("incidents");
  REQUIRE(asked.size() == 1);
  CHECK(asked[0]["request"]["limit"].GetInt() == 5);
  CHECK_FALSE(asked[0]["request"].HasMember("after"));
  CHECK(dm.get(base + "/incidents?user.name=daemon&after=3-end")
            .json["components"][0]["incidents"]
            .Empty());
}

TEST_CASE("one incident, whole") {
  manager_fixture dm;
  prepare(dm);
  const auto one = dm.get(base + "/incidents/3-end?user.name=daemon");
  REQUIRE(one.status == 200);
  CHECK(one.text("id") == "3-end");
  CHECK(one.text("component") == "main");
  CHECK(one.json["document"]["logs"][0]["source"] == "jobmanager.log");
  CHECK(dm.get(base + "/incidents/4-end?user.name=daemon").status == 404);
  CHECK(dm.get(base + "/incidents/NO.SUCH?user.name=daemon").status == 404);
  CHECK(dm.get(base + "/incidents/3-end?user.name=daemon&component=none").status == 404);
}

TEST_CASE("why a component is as it is") {
  manager_fixture dm;
  prepare(dm);
  const auto told = dm.get(base + "/explain?user.name=daemon&component=main");
  REQUIRE(told.status == 200);
  const auto& entry = told.json["components"][0];
  CHECK(entry["state"] == "RUNNING");
  CHECK(entry["sentences"].Size() == 2);
  CHECK(entry["facts"].Size() == 1);
  CHECK(entry["rules"].Size() == 1);
  CHECK_FALSE(told.json.HasMember("under_way"));
}

TEST_CASE("what is under way with the application is told with the explanation") {
  manager_fixture dm;
  prepare(dm);
  dm.script("stop", R"({"delay_ms":60000})");
  REQUIRE(dm.request("POST", base + "/stop?user.name=daemon").status == 202);
  const auto told = dm.get(base + "/explain?user.name=daemon");
  REQUIRE(told.status == 200);
  CHECK(told.json["under_way"]["verb"] == "stop");
  CHECK(told.json["under_way"]["user"] == "daemon");
}

TEST_CASE("only the owner, who shares a group with him, and administrators read them") {
  manager_fixture dm;
  prepare(dm);
  for (const char* path : {"/incidents", "/incidents/3-end", "/explain"}) {
    INFO(path);
    CHECK(dm.get(base + path).status == 400);
    CHECK(dm.get(base + path + "?user.name=no-such-account").status == 403);
    const auto refused = dm.get(base + path + "?user.name=nobody");
    CHECK(refused.status == 403);
    CHECK(refused.text("information").find("does not have authorization") != std::string::npos);
    CHECK(dm.get(std::string("/applications/absent") + path + "?user.name=daemon").status == 404);
  }
  CHECK(dm.calls("incidents").empty());
  CHECK(dm.calls("explain").empty());
}

TEST_CASE("wrong queries for incidents are refused with all that is wrong") {
  manager_fixture dm;
  prepare(dm);
  const auto wrong =
      dm.get(base + "/incidents?user.name=daemon&limit=0&component=a%20b&after=..%2f&typo=1");
  CHECK(wrong.status == 400);
  CHECK(wrong.json["details"].Size() == 4);
  CHECK(dm.get(base + "/incidents?user.name=daemon&limit=101").status == 400);
  CHECK(dm.get(base + "/explain?user.name=daemon&verify=true").status == 400);
  CHECK(dm.get(base + "/explain?user.name=daemon&component=main&component=main").status == 400);
}

TEST_CASE("a plugin's refusal of an id is the route's own") {
  manager_fixture dm;
  prepare(dm);
  const auto refuse = [&](const std::string& member) {
    dm.script("incidents",
              R"({"status":3,"reply":{"schema":1,"error":{"code":"INVALID_ARGUMENT","message":)"
              R"("The incidents request is not valid: $.)" +
                  member +
                  R"( is x where the id of an incident is needed","details":[{"path":"$.)" +
                  member + R"(","found":"x","allowed":"the id of an incident"}]}}})");
  };
  refuse("incident");
  const auto absent = dm.get(base + "/incidents/x?user.name=daemon");
  CHECK(absent.status == 404);
  CHECK(absent.text("information") ==
        "one has no incident x: GET /applications/one/incidents lists those that there are");
  refuse("after");
  const auto after = dm.get(base + "/incidents?after=x&user.name=daemon");
  CHECK(after.status == 400);
  CHECK(after.text("information") ==
        "Invalid query: after (found x, allowed: the id of an incident)");
  CHECK(dm.get(base + "/explain?user.name=daemon&component=a%20b").status == 400);
}
