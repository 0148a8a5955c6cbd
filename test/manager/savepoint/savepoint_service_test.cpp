// Triggering, disposing and pinning, also across the death of the process.
// SPDX-License-Identifier: Apache-2.0
#include "savepoint/savepoint_service.h"

#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

#include <thread>

using manager_test::eventually;
using manager_test::manager_fixture;
using manager_test::write_simple_package;

namespace {

void prepare(manager_fixture& dm, bool as_program = false) {
  write_simple_package(dm.repository(), "app-1.0.0");
  as_program ? dm.start_program() : dm.start();
  dm.deploy("app-1.0.0");
  dm.create_and_start("one", "app-1.0.0");
}

manager_test::answer trigger(manager_fixture& dm, const std::string& body = "") {
  return dm.request("POST", "/applications/one/savepoints?user.name=daemon", body);
}

manager_test::answer get(manager_fixture& dm, const std::string& id) {
  return dm.get("/applications/one/savepoints/" + id);
}

void wait_for_savepoint(manager_fixture& dm, const std::string& id, const std::string& state) {
  dm.wait_for("/applications/one/savepoints/" + id, "state", state);
  eventually([&] { return !get(dm, id).json.HasMember("under_way"); });
}

std::string information(manager_fixture& dm) {
  return dm.get("/applications/one/status?user.name=daemon").text("information");
}

}  // namespace

TEST_CASE("a savepoint is taken beside everything else, and can be seen from the first moment") {
  manager_fixture dm;
  prepare(dm);
  dm.script("trigger", R"({"delay_ms":60000,"event":{"phase":"waiting"}})");
  const auto accepted = trigger(dm);
  CHECK(accepted.status == 202);
  const std::string id = accepted.text("operation");
  CHECK(id.size() == 32);
  CHECK(accepted.json["components"][0]["component"] == "main");
  CHECK(get(dm, id).text("state") == "IN_PROGRESS");
  CHECK(get(dm, id).text("under_way") == "trigger");
  CHECK(dm.get("/applications/one/status").text("status") == "STARTED");
  CHECK(information(dm) == "Taking savepoint " + id + " for daemon");
  // The application can be stopped meanwhile, and the savepoint's word does not cover the stop's.
  REQUIRE(dm.request("POST", "/applications/one/stop?user.name=daemon").status == 202);
  dm.wait_for_state("one", "CREATED");
}

TEST_CASE("its end is told by the list and by the application's information") {
  manager_fixture dm;
  prepare(dm);
  REQUIRE(trigger(dm, R"({"operation":"nightly","format":"native","directory":"/x"})").status ==
          202);
  wait_for_savepoint(dm, "nightly", "COMPLETED");
  CHECK(information(dm) == "Savepoint nightly completed (fake/main: hdfs:///state/nightly)");
  const auto request = std::move(dm.calls("trigger").front());
  CHECK(request["request"]["operation"] == "nightly");
  CHECK(request["request"]["format"] == "native");
  CHECK(request["request"]["directory"] == "/x");
  CHECK(request["request"]["user"] == "daemon");
  CHECK_FALSE(request["request"].HasMember("components"));
}

TEST_CASE("one that fails says why, and the application's state stays") {
  manager_fixture dm;
  prepare(dm);
  dm.script("trigger", R"({"status":9,"reply":{"schema":1,"error":{"code":"FAILED_PRECONDITION",
      "message":"not all tasks run","details":[]}}})");
  REQUIRE(trigger(dm, R"({"operation":"nightly"})").status == 202);
  eventually([&] { return information(dm).starts_with("Error taking savepoint one/nightly"); });
  CHECK(information(dm).find("not all tasks run") != std::string::npos);
  CHECK(dm.get("/applications/one/status").text("status") == "STARTED");
  CHECK(get(dm, "nightly").status == 404);
}

TEST_CASE("the same id sent by many at once is one operation") {
  manager_fixture dm;
  prepare(dm);
  dm.script("trigger", R"({"delay_ms":60000})");
  std::atomic<int> accepted{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&] {
      if (trigger(dm, R"({"operation":"nightly"})").status == 202) ++accepted;
    });
  }
  for (auto& caller : callers) caller.join();
  CHECK(accepted == 8);
  eventually([&] { return !dm.calls("trigger").empty(); });
  // All workers are free but that one: a second operation would have begun, too.
  REQUIRE(dm.request("POST", "/applications/one/stop?user.name=daemon").status == 202);
  dm.wait_for_state("one", "CREATED");
  CHECK(dm.calls("trigger").size() == 1);
}

TEST_CASE("a savepoint under way when the process is killed is asked for under its id again") {
  manager_fixture dm;
  const std::string when = GENERATE("kill_host", "kill_host_after");
  INFO(when);
  prepare(dm, true);
  dm.script("trigger", "{\"" + when + R"(":true,"once":true})");
  dm.request_that_kills("POST", "/applications/one/savepoints?user.name=daemon",
                        R"({"operation":"nightly"})");
  eventually([&] { return dm.program_ended(); });
  dm.kill_program();
  dm.start_program();
  wait_for_savepoint(dm, "nightly", "COMPLETED");
  const auto calls = dm.calls("trigger");
  REQUIRE(calls.size() == 2);
  for (const auto& one : calls) CHECK(one["request"]["operation"] == "nightly");
  CHECK(calls[0]["correlation_id"] == calls[1]["correlation_id"]);
  CHECK(dm.get("/applications/one/savepoints").json["savepoints"].Size() == 1);
}

TEST_CASE("an outage is waited for a little") {
  manager_fixture dm;
  prepare(dm);
  dm.script("trigger", R"({"status":14,"once":true})");
  REQUIRE(trigger(dm, R"({"operation":"nightly"})").status == 202);
  wait_for_savepoint(dm, "nightly", "COMPLETED");
  CHECK(dm.calls("trigger").size() == 2);
}

TEST_CASE("savepoints are found when the registry was lost and the application created again") {
  manager_fixture dm;
  prepare(dm);
  REQUIRE(trigger(dm, R"({"operation":"nightly"})").status == 202);
  wait_for_savepoint(dm, "nightly", "COMPLETED");
  dm.stop();
  std::filesystem::remove_all(dm.directory() / "data");
  dm.start();
  CHECK(get(dm, "nightly").status == 404);
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  CHECK(get(dm, "nightly").text("state") == "COMPLETED");
}

TEST_CASE("a savepoint is disposed of, unless the plugin refuses, which is told") {
  manager_fixture dm;
  prepare(dm);
  REQUIRE(trigger(dm, R"({"operation":"nightly"})").status == 202);
  wait_for_savepoint(dm, "nightly", "COMPLETED");
  const std::string path = "/applications/one/savepoints/nightly";
  const auto pinned = dm.request("POST", path + "/pin?user.name=daemon", R"({"reason":"audit"})");
  CHECK(pinned.status == 200);
  CHECK(pinned.json["pinned"].GetBool());
  CHECK(dm.calls("pin")[0]["request"]["reason"] == "audit");
  REQUIRE(dm.request("DELETE", path + "?user.name=daemon&force=true").status == 202);
  eventually([&] { return information(dm).find("it is pinned") != std::string::npos; });
  CHECK(dm.calls("dispose")[0]["request"]["force"].GetBool());
  CHECK(get(dm, "nightly").text("state") == "COMPLETED");
  const auto unpinned = dm.request("POST", path + "/pin?user.name=daemon", R"({"pinned":false})");
  CHECK_FALSE(unpinned.json["pinned"].GetBool());
  REQUIRE(dm.request("DELETE", path + "?user.name=daemon").status == 202);
  wait_for_savepoint(dm, "nightly", "DISPOSED");
  eventually([&] { return information(dm) == "Savepoint nightly disposed of"; });
}

TEST_CASE("a disposal under way when the process is killed is carried on") {
  manager_fixture dm;
  prepare(dm, true);
  REQUIRE(trigger(dm, R"({"operation":"nightly"})").status == 202);
  wait_for_savepoint(dm, "nightly", "COMPLETED");
  dm.script("dispose", R"({"delay_ms":60000})");
  REQUIRE(dm.request("DELETE", "/applications/one/savepoints/nightly?user.name=daemon").status ==
          202);
  eventually([&] { return dm.calls("dispose").size() == 1; });
  CHECK(get(dm, "nightly").text("under_way") == "dispose");
  // Once more is the same disposal; taking one under that id is refused meanwhile.
  CHECK(dm.request("DELETE", "/applications/one/savepoints/nightly?user.name=daemon").status ==
        202);
  CHECK(trigger(dm, R"({"operation":"nightly"})").status == 409);
  dm.kill_program();
  dm.unscript("dispose");
  dm.start_program();
  wait_for_savepoint(dm, "nightly", "DISPOSED");
}
