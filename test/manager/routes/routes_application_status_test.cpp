// /applications/<application>: states, details, summaries, by HTTP.
// SPDX-License-Identifier: Apache-2.0
#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

using manager_test::manager_fixture;
using manager_test::write_simple_package;

TEST_CASE("detail and summary of what does not exist") {
  manager_fixture dm;
  dm.start();
  CHECK(dm.get("/applications/one/status?user.name=daemon").body ==
        R"({"status":"NOTCREATED","information":null})");
  const auto detail = dm.get("/applications/one/detail");
  CHECK(detail.status == 404);
  CHECK(detail.text("status") == "NOTCREATED");
  const auto summary = dm.get("/applications/one/summary");
  CHECK(summary.status == 200);
  CHECK(summary.body == R"({"one":{"status":"Not Created"}})");
}

TEST_CASE("detail and summary while it is created, created, and running") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.script("create", R"({"delay_ms":1500,"once":true})");
  REQUIRE(dm.request("PUT", "/applications/one?user.name=daemon", R"({"package":"app-1.0.0"})")
              .status == 202);
  const auto creating = dm.get("/applications/one/detail");
  CHECK(creating.status == 200);
  CHECK(creating.json["yarn_applications"].ObjectEmpty());
  CHECK(creating.text("status") == "CREATING");
  CHECK(dm.get("/applications/one/summary").body == R"({"one":{"status":"Not Available"}})");
  dm.wait_for_state("one", "CREATED");
  CHECK(dm.get("/applications/one/detail").json["yarn_applications"].ObjectEmpty());
  CHECK(dm.get("/applications/one/summary").json["one"]["aggregate_status"] == "CREATED");

  REQUIRE(dm.request("POST", "/applications/one/start?user.name=daemon").status == 202);
  dm.wait_for_state("one", "STARTED");
  const auto detail = dm.get("/applications/one/detail");
  CHECK(detail.text("name") == "one");
  CHECK(detail.text("status") == "STARTED");
  const auto& yarn = detail.json["yarn_applications"]["fake-main"];
  CHECK(yarn["yarn-id"] == "application_1_0001");
  CHECK(yarn["yarn-state"] == "RUNNING");
  CHECK(yarn["yarn-start-time"].GetInt64() == 1700000000000);
  CHECK(yarn["component"] == "main");
  CHECK(yarn["type"] == "fake");

  const auto summary = dm.get("/applications/one/summary");
  const auto& entry = summary.json["one"]["fake-1"];
  CHECK(summary.json["one"]["aggregate_status"] == "RUNNING");
  CHECK(entry["aggregate_status"] == "RUNNING");
  CHECK(entry["yarnId"] == "application_1_0001");
  CHECK(entry["tracking_url"] == "http://rm/proxy/#/jobs/abc");
  CHECK(entry["trackingUrl"] == "http://rm/proxy/#/jobs/abc");
  CHECK(entry["name"] == "one-main-job");
  CHECK(entry["componentType"] == "Fake");
  CHECK(entry["information"]["state"] == "OK");
  CHECK(entry["information"]["flinkJid"] == "abc");
  CHECK(entry["information"]["vertices"][0]["status"] == "RUNNING");
}

TEST_CASE("a plugin that cannot tell leaves the last answer, marked as stale") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create_and_start("one", "app-1.0.0");
  REQUIRE(dm.get("/applications/one/summary").json["one"]["aggregate_status"] == "RUNNING");
  dm.script("status", R"({"status":14})");
  const auto stale = dm.get("/applications/one/summary");
  CHECK(stale.json["one"]["aggregate_status"] == "RUNNING");
  CHECK(stale.json["one"]["fake-1"]["confidence"] == "stale");
  const auto status = dm.get("/applications/one/status?user.name=daemon");
  CHECK(status.text("summary") == "RUNNING");
  CHECK(status.text("problem").find("status of components of type fake") == 0);
  dm.create("two", "app-1.0.0");
  CHECK(dm.get("/applications/two/summary").json["two"]["status"] == "Not Available");
}

TEST_CASE("information is of one operation, has its time, and goes when the next one is accepted") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  dm.script("start", R"({"status":9,"once":true})");
  REQUIRE(dm.request("POST", "/applications/one/start?user.name=daemon").status == 202);
  manager_test::eventually([&] {
    return dm.get("/applications/one/status?user.name=daemon")
        .text("information")
        .starts_with("Error starting one FailedStart");
  });
  const auto failed = dm.get("/applications/one/status");
  CHECK(failed.json["operation"]["verb"] == "start");
  CHECK(failed.json["operation"]["at"].IsString());
  dm.script("start", R"({"delay_ms":60000})");
  REQUIRE(dm.request("POST", "/applications/one/start?user.name=daemon").status == 202);
  const auto starting = dm.get("/applications/one/status?user.name=daemon");
  CHECK(starting.text("status") == "STARTING");
  CHECK(starting.json["information"].IsNull());
  CHECK(starting.json["operation"]["id"] != failed.json["operation"]["id"]);
}

TEST_CASE("status carries the summary's word while an application is started") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create_and_start("one", "app-1.0.0");
  dm.script("status", R"({"reply":{"schema":1,"components":[{"summary":"RUNNING_WITH_ERRORS"}]}})");
  CHECK(dm.get("/applications/one/status").text("summary") == "RUNNING_WITH_ERRORS");
}

TEST_CASE("a query parameter that is not known is refused, with those that are") {
  manager_fixture dm;
  dm.start();
  const auto refused = dm.request("DELETE", "/applications/one?user.name=daemon&savepoint=dispose");
  CHECK(refused.status == 400);
  CHECK(refused.json["details"][0]["path"] == "savepoint");
  CHECK(refused.json["details"][0]["allowed"] == "user.name, savepoints, wait");
  for (const char* path : {"/applications", "/applications/one", "/applications/one/status",
                           "/packages", "/packages/a-1.0.0", "/repository/packages"}) {
    CHECK(dm.get(std::string(path) + "?veiw=names").status == 400);
  }
}

TEST_CASE("a word that is an old one has a problem beside it") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create_and_start("one", "app-1.0.0");
  CHECK_FALSE(dm.get("/applications/one/status?user.name=daemon").json.HasMember("problem"));
  const std::string confidence = GENERATE("stale", "unknown");
  dm.script("component-main",
            R"({"state":"RUNNING","summary":"RUNNING","desired":"RUNNING","confidence":")" +
                confidence + R"(","observed_at":"2024-01-01T00:00:00.000Z",)" +
                R"("reason":"the NameNode does not answer"})");
  const auto status = dm.wait_for("/applications/one/status", "summary", "RUNNING");
  manager_test::eventually([&] {
    return dm.get("/applications/one/status?user.name=daemon").json.HasMember("problem");
  });
  CHECK_THAT(dm.get("/applications/one/status?user.name=daemon").text("problem"),
             Catch::Matchers::Contains("fake/main") &&
                 Catch::Matchers::Contains("the NameNode does not answer"));
}

TEST_CASE(
    "what failed and lives all the same has its word while CREATED, and no upgrade meets it") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  write_simple_package(dm.repository(), "app-2.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.deploy("app-2.0.0");
  dm.create("one", "app-1.0.0");
  dm.script("start", R"({"status":9,"once":true})");
  REQUIRE(dm.request("POST", "/applications/one/start?user.name=daemon&wait=60").status == 200);
  CHECK_FALSE(dm.get("/applications/one/status").json.HasMember("summary"));
  dm.script("component-main", R"({"state":"STARTING","summary":"STARTING","desired":"RUNNING"})");
  dm.wait_for("/applications/one/status", "summary", "STARTING");
  const auto refused = dm.request("POST", "/applications/one/upgrade?user.name=daemon",
                                  R"({"package":"app-2.0.0"})");
  CHECK(refused.status == 409);
  CHECK_THAT(refused.text("information"), Catch::Matchers::Contains("start or stop it"));
  CHECK(dm.calls("destroy").empty());
}
