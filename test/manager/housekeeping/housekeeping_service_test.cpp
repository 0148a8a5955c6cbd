// Clean-ups as operations: one at a time, in rounds, cancelled, and across the death of the
// process.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/housekeeping_service.h"

#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

using manager_test::eventually;
using manager_test::manager_fixture;
using manager_test::write_simple_package;

namespace {

// The test's own account administers.
void administer(manager_fixture& dm) { dm.configure("access", R"({"administrators":["daemon"]})"); }

void leave(manager_fixture& dm, int count) {
  for (int i = 0; i < count; ++i) {
    manager_test::write_file(dm.directory().path() / "script" / ("left-a" + std::to_string(i)),
                             "x");
  }
}

manager_test::answer clean(manager_fixture& dm, const std::string& body,
                           const std::string& query = "") {
  return dm.request("POST", "/housekeeping?user.name=daemon" + query, body);
}

}  // namespace

TEST_CASE("a clean-up goes on in rounds until nothing is left, and the history tells what it did") {
  manager_fixture dm;
  administer(dm);
  dm.start();
  leave(dm, 5);
  const auto ended = clean(dm, R"({"all":true,"dry_run":false,"kinds":["staging"]})", "&wait=60");
  REQUIRE(ended.status == 200);
  CHECK(ended.text("status") == "SUCCEEDED");
  CHECK(ended.text("kind") == "housekeeping");
  CHECK(ended.text("verb") == "clean");
  CHECK(ended.text("object") == "test");
  CHECK(ended.text("information") == "Removed 5 (staging 5), 5.0 kB");
  CHECK(dm.calls("clean").size() == 3);
  const auto asked = std::move(dm.calls("clean").front());
  CHECK(asked["request"]["all"].GetBool());
  CHECK_FALSE(asked["request"]["dry_run"].GetBool());
  CHECK(asked["request"]["kinds"][0] == "staging");
  CHECK(dm.get("/operations?kind=housekeeping&verb=clean").json["operations"].Size() == 1);
}

TEST_CASE("a dry run, which is the default, removes nothing") {
  manager_fixture dm;
  administer(dm);
  dm.start();
  leave(dm, 1);
  const auto ended = clean(dm, R"({"all":true})", "&wait=60");
  CHECK(ended.text("information") == "Would remove 1 (staging 1), 1.0 kB");
  CHECK(std::filesystem::exists(dm.directory().path() / "script" / "left-a0"));
  const auto named = clean(dm, R"({"entries":["a0","a9"],"dry_run":false})", "&wait=60");
  CHECK(named.text("information") == "Removed 1 (staging 1), 1.0 kB; gone, or never there 1");
}

TEST_CASE("one at a time: the second is told of the first, which can be cancelled") {
  manager_fixture dm;
  administer(dm);
  dm.start();
  dm.script("clean", R"({"delay_ms":60000})");
  const auto first = clean(dm, R"({"all":true,"dry_run":false})");
  REQUIRE(first.status == 202);
  const auto second = clean(dm, R"({"all":true})");
  CHECK(second.status == 409);
  CHECK(second.text("information").find("daemon") != std::string::npos);
  const auto listed = dm.get("/operations?kind=housekeeping");
  REQUIRE(listed.json["operations"].Size() == 1);
  const std::string id = listed.json["operations"][0]["id"].GetString();
  eventually([&] { return !dm.calls("clean").empty(); });
  CHECK(dm.request("DELETE", "/operations/" + id + "?user.name=daemon").status == 202);
  dm.wait_for("/operations/" + id, "status", "CANCELLED");
  dm.unscript("clean");
  CHECK(clean(dm, R"({"all":true})", "&wait=60").text("status") == "SUCCEEDED");
}

TEST_CASE("killed in the middle it goes on in the next process, under the same id") {
  manager_fixture dm;
  administer(dm);
  leave(dm, 3);
  dm.start_program();
  dm.script("clean", R"({"kill_host_after":true,"once":true})");
  clean(dm, R"({"all":true,"dry_run":false})");
  eventually([&] { return dm.program_ended(); });
  dm.start_program();
  eventually([&] {
    const auto listed = dm.get("/operations?kind=housekeeping&status=SUCCEEDED");
    return listed.status == 200 && listed.json["operations"].Size() == 1;
  });
  for (int i = 0; i < 3; ++i) {
    CHECK_FALSE(
        std::filesystem::exists(dm.directory().path() / "script" / ("left-a" + std::to_string(i))));
  }
  const auto calls = dm.calls("clean");
  CHECK(calls.front()["correlation_id"] == calls.back()["correlation_id"]);
}

TEST_CASE("a plugin's refusal fails the operation, and says why") {
  manager_fixture dm;
  administer(dm);
  dm.start();
  dm.script("clean", R"({"status":3,"reply":{"schema":1,"error":{"code":"INVALID_ARGUMENT",)"
                     R"("message":"no such kind","details":[],"retry":false}}})");
  const auto ended = clean(dm, R"({"all":true,"kinds":["nonsense"]})", "&wait=60");
  CHECK(ended.text("status") == "FAILED");
  CHECK(ended.text("information").find("no such kind") != std::string::npos);
}

TEST_CASE("what is being created is a record too: nothing of it may pass for a leftover") {
  manager_fixture dm;
  administer(dm);
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.script("create", R"({"delay_ms":60000})");
  REQUIRE(dm.request("PUT", "/applications/one?user.name=daemon", R"({"package":"app-1.0.0"})")
              .status == 202);
  eventually([&] { return !dm.calls("create").empty(); });
  REQUIRE(dm.get("/housekeeping?user.name=daemon").status == 200);
  const auto asked = std::move(dm.calls("inspect").front());
  REQUIRE(asked["request"]["records"].Size() == 1);
  CHECK(asked["request"]["records"][0]["component"] == "main");
}

TEST_CASE("an application with the namespace's name is not told of a clean-up as its own") {
  manager_fixture dm;
  administer(dm);
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create("test", "app-1.0.0");
  const auto before = dm.get("/applications/test/status").json["operation"]["verb"] == "create";
  CHECK(before);
  REQUIRE(clean(dm, R"({"all":true})", "&wait=60").status == 200);
  CHECK(dm.get("/applications/test/status").json["operation"]["verb"] == "create");
}
