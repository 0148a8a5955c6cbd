// Upgrades: the way to the new version, the way back, and both after the death of the process.
// SPDX-License-Identifier: Apache-2.0
#include "application/application_upgrade.h"

#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

using manager_test::eventually;
using manager_test::manager_fixture;
using manager_test::write_simple_package;

namespace {

constexpr const char* to_2 = R"({"package":"app-2.0.0"})";

void deploy_both(manager_fixture& dm) {
  dm.deploy("app-1.0.0");
  dm.deploy("app-2.0.0");
}

void write_both(manager_fixture& dm) {
  write_simple_package(dm.repository(), "app-1.0.0");
  write_simple_package(dm.repository(), "app-2.0.0");
}

manager_test::answer upgrade(manager_fixture& dm, const std::string& body = to_2) {
  return dm.request("POST", "/applications/one/upgrade?user.name=daemon", body);
}

std::string package_of(manager_fixture& dm) {
  return dm.get("/applications/one").text("package_name");
}

std::vector<std::string> verbs(const manager_fixture& dm) {
  std::vector<std::string> result;
  for (const char* verb : {"stop", "destroy", "create", "start", "resume"}) {
    for (std::size_t i = 0; i < dm.calls(verb).size(); ++i) result.emplace_back(verb);
  }
  return result;
}

constexpr const char* throws_at_start =
    R"({"status":9,"reply":{"schema":1,"desired":"STOPPED","state":"FAILED",
        "error":{"code":"FAILED_PRECONDITION","message":"java.lang.Error: no such topic"}}})";

}  // namespace

TEST_CASE("a running application is stopped with a savepoint, swapped, and started") {
  manager_fixture dm;
  write_both(dm);
  dm.start();
  deploy_both(dm);
  dm.create_and_start("one", "app-1.0.0");
  REQUIRE(upgrade(dm).status == 202);
  const auto status = dm.wait_for_state("one", "STARTED");
  CHECK(status.text("information").empty());
  CHECK(package_of(dm) == "app-2.0.0");
  CHECK(verbs(dm) ==
        std::vector<std::string>{"stop", "destroy", "create", "create", "start", "start"});
  CHECK(dm.calls("destroy")[0]["request"]["savepoints"] == "keep");
  CHECK(dm.calls("destroy")[0]["request"]["logs"] == "keep");
  CHECK(dm.calls("create")[1]["request"]["package"] == "app-2.0.0");
  CHECK_FALSE(dm.calls("stop")[0]["request"].HasMember("savepoint"));
  CHECK(dm.get("/applications/one/savepoints").json["savepoints"].Size() == 1);
  CHECK(std::filesystem::is_empty(dm.directory() / "data/operations"));
}

TEST_CASE("while an upgrade has a component apart nobody is told that its files are missing") {
  manager_fixture dm;
  write_both(dm);
  dm.start();
  deploy_both(dm);
  dm.create_and_start("one", "app-1.0.0");
  dm.get("/applications/one/detail");
  dm.script("create", R"({"delay_ms":3000})");
  REQUIRE(upgrade(dm).status == 202);
  eventually([&] { return dm.calls("create").size() == 2; });
  // What a plugin says that looks for the files.
  dm.script("status", R"({"reply":{"components":[{"state":"FAILED","reason":"destroy it"}]}})");
  const auto detail = dm.get("/applications/one/detail");
  const auto& component = detail.json["components"][0];
  CHECK(manager::json::text_of(component, "reason") != "destroy it");
  CHECK(manager::json::text_of(component, "confidence") == "stale");
  CHECK(manager::json::text_of(component, "problem").find("upgrade (operation ") == 0);
  const auto summary = dm.get("/applications/one/summary");
  CHECK(summary.body.find("destroy it") == std::string::npos);
  const auto explained = dm.get("/applications/one/explain?user.name=daemon");
  CHECK(explained.status == 200);
  CHECK(explained.body.find("It is apart: upgrade (operation ") != std::string::npos);
  dm.script("status", "{}");
  dm.wait_for_state("one", "STARTED");
  CHECK(manager::json::text_of(dm.get("/applications/one/detail").json["components"][0],
                               "confidence") != "stale");
}

TEST_CASE("a stopped application is upgraded without a start") {
  manager_fixture dm;
  write_both(dm);
  dm.start();
  deploy_both(dm);
  dm.create("one", "app-1.0.0");
  REQUIRE(upgrade(dm).status == 202);
  dm.wait_for_state("one", "CREATED");
  CHECK(package_of(dm) == "app-2.0.0");
  CHECK(dm.calls("start").empty());
  CHECK(dm.calls("stop").empty());
}

TEST_CASE("the same package with another property keeps the other overrides") {
  manager_fixture dm;
  write_both(dm);
  dm.start();
  deploy_both(dm);
  REQUIRE(dm.request("PUT", "/applications/one?user.name=daemon",
                     R"({"package":"app-1.0.0","fake":{"main":{"count":4,"topic":"t","old":1}}})")
              .status == 202);
  dm.wait_for_state("one", "CREATED");
  REQUIRE(
      upgrade(dm, R"({"package":"app-1.0.0","fake":{"main":{"count":8,"old":null,"new":true}}})")
          .status == 202);
  dm.wait_for_state("one", "CREATED");
  const auto creates = dm.calls("create");
  REQUIRE(creates.size() == 2);
  const auto& properties = creates[1]["request"]["properties"];
  CHECK(properties["component_count"].GetInt() == 8);
  CHECK(properties["component_topic"] == "t");
  CHECK(properties["component_new"].GetBool());
  CHECK_FALSE(properties.HasMember("component_old"));
  CHECK(dm.get("/applications/one").json["overrides"]["fake"]["main"]["count"].GetInt() == 8);
}

TEST_CASE("a new version that does not start is rolled back from the savepoint of the stop") {
  manager_fixture dm;
  write_both(dm);
  dm.start();
  deploy_both(dm);
  dm.create_and_start("one", "app-1.0.0");
  dm.script("start-app-2.0.0", throws_at_start);
  REQUIRE(upgrade(dm).status == 202);
  const auto status = dm.wait_for_state("one", "STARTED");
  const std::string information = status.text("information");
  CHECK(information.starts_with("Error upgrading one FailedUpgrade, details: \""));
  CHECK(information.find("rolled back to app-1.0.0") != std::string::npos);
  CHECK(information.find("no such topic") != std::string::npos);
  CHECK(information.find("hdfs:///state/stop-0") != std::string::npos);
  CHECK(package_of(dm) == "app-1.0.0");
  const auto resumes = dm.calls("resume");
  REQUIRE(resumes.size() == 1);
  CHECK(resumes[0]["request"]["savepoint"] == "stop-0");
  // What ran before waits for a queue policy that refuses just now; what is new does not.
  CHECK(resumes[0]["request"]["keep_wanted"].GetBool());
  CHECK_FALSE(dm.calls("start").back()["request"]["keep_wanted"].GetBool());
  const auto stops = dm.calls("stop");
  REQUIRE(stops.size() == 2);
  CHECK_FALSE(stops[1]["request"]["savepoint"].GetBool());
  CHECK(dm.calls("create")[2]["request"]["package"] == "app-1.0.0");
  CHECK(dm.calls("destroy")[1]["request"]["savepoints"] == "keep");
  CHECK(dm.calls("destroy")[1]["request"]["logs"] == "keep");
  CHECK(std::filesystem::is_empty(dm.directory() / "data/operations"));
}

TEST_CASE("a new version that is still awaited when the time is up is rolled back") {
  manager_fixture dm;
  write_both(dm);
  dm.start();
  deploy_both(dm);
  dm.create_and_start("one", "app-1.0.0");
  dm.script("start-app-2.0.0",
            R"({"status":14,"reply":{"schema":1,"desired":"RUNNING","state":"STARTING",
                "error":{"code":"UNAVAILABLE","message":"no container yet"}}})");
  REQUIRE(upgrade(dm, R"({"package":"app-2.0.0","timeout_ms":1200})").status == 202);
  const auto status = dm.wait_for_state("one", "STARTED");
  CHECK(status.text("information").find("no container yet") != std::string::npos);
  CHECK(package_of(dm) == "app-1.0.0");
  // It was asked again within its time, not given up at the first sign of an outage.
  CHECK(dm.calls("start").size() > 2);
}

TEST_CASE("a new version that cannot be laid out is rolled back") {
  manager_fixture dm;
  write_both(dm);
  dm.start();
  deploy_both(dm);
  dm.create_and_start("one", "app-1.0.0");
  dm.script("create-app-1.0.0", R"({"status":8,"once":true})");
  REQUIRE(upgrade(dm).status == 202);
  const auto status = dm.wait_for_state("one", "STARTED");
  CHECK(status.text("information").find("rolled back") != std::string::npos);
  CHECK(package_of(dm) == "app-1.0.0");
  CHECK(dm.made("one", "main"));
}

TEST_CASE("files of the new version that are wrong leave everything as it is") {
  manager_fixture dm;
  write_both(dm);
  dm.start();
  deploy_both(dm);
  dm.create_and_start("one", "app-1.0.0");
  dm.script("validate-staged",
            R"({"status":3,"reply":{"schema":1,"error":{"code":"INVALID_ARGUMENT",
                "message":"main.jar is no jar","details":[]}}})");
  REQUIRE(upgrade(dm).status == 202);
  const auto status = dm.wait_for_state("one", "STARTED");
  CHECK(status.text("information").starts_with("Error upgrading one FailedValidation"));
  CHECK(status.text("information").find("main.jar is no jar") != std::string::npos);
  CHECK(package_of(dm) == "app-1.0.0");
  CHECK(dm.calls("stop").empty());
  CHECK(std::filesystem::is_empty(dm.directory() / "data/operations"));
}

TEST_CASE("a stop whose savepoint fails ends the upgrade, and the old version runs on") {
  manager_fixture dm;
  write_both(dm);
  dm.start();
  deploy_both(dm);
  dm.create_and_start("one", "app-1.0.0");
  dm.script("stop", R"({"status":9,"reply":{"schema":1,"desired":"RUNNING","state":"RUNNING",
      "error":{"code":"FAILED_PRECONDITION","message":"savepoints is not writable"}}})");
  REQUIRE(upgrade(dm).status == 202);
  const auto status = dm.wait_for_state("one", "STARTED");
  CHECK(status.text("information").find("savepoints is not writable") != std::string::npos);
  CHECK(package_of(dm) == "app-1.0.0");
  CHECK(dm.calls("destroy").empty());
  CHECK(dm.calls("resume").empty());
  CHECK(dm.calls("start").size() == 1);
}

TEST_CASE("an upgrade goes on after a kill in each of its phases") {
  // The verb during which the host dies, before it has done anything or after.
  const auto [verb, when] = GENERATE(table<std::string, std::string>({
      {"validate-staged", "kill_host"},
      {"stop", "kill_host"},
      {"stop", "kill_host_after"},
      {"destroy", "kill_host"},
      {"destroy", "kill_host_after"},
      {"create", "kill_host"},
      {"create", "kill_host_after"},
      {"start", "kill_host"},
      {"start", "kill_host_after"},
  }));
  INFO(verb << " " << when);
  manager_fixture dm;
  write_both(dm);
  dm.start_program();
  deploy_both(dm);
  dm.create_and_start("one", "app-1.0.0");
  dm.script(verb, "{\"" + when + R"(":true,"once":true})");
  dm.request_that_kills("POST", "/applications/one/upgrade?user.name=daemon", to_2);
  eventually([&] { return dm.program_ended(); });
  dm.kill_program();
  dm.start_program();
  dm.wait_for_state("one", "STARTED");
  CHECK(package_of(dm) == "app-2.0.0");
  CHECK(dm.get("/applications/one/status?user.name=daemon").text("information").empty());
  // One stop, one savepoint, under one operation.
  CHECK(dm.get("/applications/one/savepoints").json["savepoints"].Size() == 1);
  CHECK(manager::json::text_of(dm.calls("stop").front(), "correlation_id") ==
        manager::json::text_of(dm.calls("start").back(), "correlation_id"));
}

TEST_CASE("a roll-back goes on after a kill in each of its phases") {
  const auto [verb, when] = GENERATE(table<std::string, std::string>({
      {"stop-app-2.0.0", "kill_host"},
      {"stop-app-2.0.0", "kill_host_after"},
      {"destroy-app-2.0.0", "kill_host"},
      {"destroy-app-2.0.0", "kill_host_after"},
      {"create-app-2.0.0", "kill_host"},
      {"create-app-2.0.0", "kill_host_after"},
      {"resume", "kill_host"},
      {"resume", "kill_host_after"},
  }));
  INFO(verb << " " << when);
  manager_fixture dm;
  write_both(dm);
  dm.start_program();
  deploy_both(dm);
  dm.create_and_start("one", "app-1.0.0");
  dm.script("start-app-2.0.0", throws_at_start);
  dm.script(verb, "{\"" + when + R"(":true,"once":true})");
  dm.request_that_kills("POST", "/applications/one/upgrade?user.name=daemon", to_2);
  eventually([&] { return dm.program_ended(); });
  dm.kill_program();
  dm.start_program();
  const auto status = dm.wait_for_state("one", "STARTED");
  CHECK(package_of(dm) == "app-1.0.0");
  CHECK(status.text("information").find("no such topic") != std::string::npos);
  for (const auto& resume : dm.calls("resume")) CHECK(resume["request"]["savepoint"] == "stop-0");
  CHECK(dm.get("/applications/one/savepoints").json["savepoints"].Size() == 1);
}

TEST_CASE("a new version that cannot be unpacked at the moment is rolled back, not given up") {
  manager_fixture dm;
  write_both(dm);
  dm.configure("stage_root", R"("stage")");
  dm.start();
  deploy_both(dm);
  dm.create_and_start("one", "app-1.0.0");
  // The old version's removal and the new one's take their time; in between nothing can be
  // unpacked.
  dm.script("destroy", R"({"delay_ms":1500})");
  REQUIRE(upgrade(dm).status == 202);
  eventually([&] { return dm.calls("destroy").size() == 1; });
  std::filesystem::rename(dm.directory() / "stage", dm.directory() / "stage-of-before");
  manager_test::write_file(dm.directory() / "stage", "no directory");
  eventually([&] { return dm.calls("destroy").size() == 2; });
  std::filesystem::remove(dm.directory() / "stage");
  std::filesystem::rename(dm.directory() / "stage-of-before", dm.directory() / "stage");
  dm.unscript("destroy");
  const auto status = dm.wait_for_state("one", "STARTED");
  CHECK(package_of(dm) == "app-1.0.0");
  CHECK(status.text("information").find("rolled back to app-1.0.0") != std::string::npos);
  CHECK(status.text("information").find("unpack package app-2.0.0: ") != std::string::npos);
  CHECK(dm.calls("resume").front()["request"]["savepoint"] == "stop-0");
}

TEST_CASE("a roll-back that cannot be completed says what is left and what to do") {
  manager_fixture dm;
  write_both(dm);
  dm.start();
  deploy_both(dm);
  dm.create_and_start("one", "app-1.0.0");
  dm.script("start-app-2.0.0", throws_at_start);
  dm.script("create-app-2.0.0", R"({"status":8})");
  REQUIRE(upgrade(dm).status == 202);
  const auto status = dm.wait_for_state("one", "NOTCREATED");
  const std::string information = status.text("information");
  CHECK(information.find("lay_out_old") != std::string::npos);
  CHECK(information.find("hdfs:///state/stop-0") != std::string::npos);
  CHECK(information.find("no such topic") != std::string::npos);
  dm.unscript("create-app-2.0.0");
  REQUIRE(dm.request("PUT", "/applications/one?user.name=daemon", R"({"package":"app-1.0.0"})")
              .status == 202);
  dm.wait_for_state("one", "CREATED");
  CHECK(dm.get("/applications/one/savepoints").json["savepoints"].Size() == 1);
}

namespace {

// One component runs, the other one has completed by itself.
void start_with_completed(manager_fixture& dm) {
  for (const std::string version : {"app-1.0.0", "app-2.0.0"}) {
    manager_test::package_builder(dm.repository() / (version + ".tar.gz"))
        .file(version + "/fake/batch/x", "1")
        .file(version + "/fake/stream/x", "1")
        .close();
  }
  dm.start();
  deploy_both(dm);
  dm.create_and_start("one", "app-1.0.0");
  dm.script(
      "stop-batch",
      R"({"once":true,"reply":{"schema":1,"changed":true,"state":"COMPLETED","desired":"STOPPED"}})");
}

std::size_t starts_of(const manager_fixture& dm, const std::string& component) {
  std::size_t count = 0;
  for (const char* verb : {"start", "resume"}) {
    for (const auto& call : dm.calls(verb)) {
      if (call["request"]["component"] == component.c_str()) ++count;
    }
  }
  return count;
}

}  // namespace

TEST_CASE("what had completed by itself is not run again by an upgrade") {
  manager_fixture dm;
  start_with_completed(dm);
  REQUIRE(upgrade(dm).status == 202);
  const auto status = dm.wait_for_state("one", "STARTED");
  CHECK(package_of(dm) == "app-2.0.0");
  CHECK(starts_of(dm, "batch") == 1);
  CHECK(starts_of(dm, "stream") == 2);
  CHECK_THAT(status.text("information"),
             Catch::Matchers::Contains("not run again") && Catch::Matchers::Contains("fake/batch"));
}

TEST_CASE("nor by its roll-back, which says why the new version did not run") {
  manager_fixture dm;
  start_with_completed(dm);
  dm.script("start-stream",
            R"({"status":14,"reply":{"schema":1,"desired":"RUNNING","state":"STARTING",
                "error":{"code":"DEADLINE_EXCEEDED","message":"it is wanted, but does not run yet"}}})");
  dm.script("component-stream",
            R"({"state":"BACKOFF","summary":"RUNNING_WITH_ERRORS","desired":"RUNNING",
                "incarnations":[{"epoch":3},{"epoch":2,"cause":"no such topic: clicks"}]})");
  REQUIRE(upgrade(dm, R"({"package":"app-2.0.0","timeout_ms":1200})").status == 202);
  const auto status = dm.wait_for_state("one", "STARTED");
  CHECK(package_of(dm) == "app-1.0.0");
  CHECK(starts_of(dm, "batch") == 1);
  const std::string information = status.text("information");
  CHECK_THAT(information, Catch::Matchers::Contains("no such topic: clicks"));
  CHECK_THAT(information, !Catch::Matchers::Contains("is wanted"));
}
