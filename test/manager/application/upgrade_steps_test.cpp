// Single steps of an upgrade, in an application of two components.
// SPDX-License-Identifier: Apache-2.0
#include "application/upgrade_steps.h"

#include "base/clock.h"
#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

using manager_test::manager_fixture;
using manager_test::package_builder;

namespace {

void write_pair(manager_fixture& dm, const std::string& package,
                const std::vector<std::string>& components) {
  package_builder builder(dm.repository() / (package + ".tar.gz"));
  for (const std::string& one : components) builder.file(package + "/fake/" + one + "/x", "1");
  builder.close();
}

void prepare(manager_fixture& dm, const std::vector<std::string>& next) {
  write_pair(dm, "pair-1.0.0", {"first", "second"});
  write_pair(dm, "pair-2.0.0", next);
  dm.start();
  dm.deploy("pair-1.0.0");
  dm.deploy("pair-2.0.0");
  dm.create_and_start("one", "pair-1.0.0");
}

manager_test::answer upgrade(manager_fixture& dm, const std::string& more = "") {
  return dm.request("POST", "/applications/one/upgrade?user.name=daemon",
                    R"({"package":"pair-2.0.0")" + more + "}");
}

}  // namespace

TEST_CASE("when one component cannot be stopped, the other one is brought up again") {
  manager_fixture dm;
  prepare(dm, {"first", "second"});
  dm.script("stop-second", R"({"status":9,"reply":{"schema":1,"desired":"RUNNING",
      "error":{"code":"FAILED_PRECONDITION","message":"it is RESTARTING"}}})");
  REQUIRE(upgrade(dm).status == 202);
  const auto status = dm.wait_for_state("one", "STARTED");
  CHECK(status.text("information").find("it is RESTARTING") != std::string::npos);
  const auto resumes = dm.calls("resume");
  REQUIRE(resumes.size() == 1);
  CHECK(resumes[0]["request"]["component"] == "first");
  CHECK(resumes[0]["request"]["savepoint"] == "stop-0");
  CHECK(dm.calls("destroy").empty());
}

TEST_CASE("components may come and go with a version, and come back with a roll-back") {
  manager_fixture dm;
  prepare(dm, {"second", "third"});
  SECTION("the new version has its components only") {
    REQUIRE(upgrade(dm).status == 202);
    dm.wait_for_state("one", "STARTED");
    CHECK_FALSE(dm.made("one", "first"));
    CHECK(dm.made("one", "third"));
    // Of what the new version does not have, nobody would take the logs over.
    for (const auto& call : dm.calls("destroy")) {
      const std::string component = call["request"]["component"].GetString();
      CHECK(call["request"].HasMember("logs") == (component == "second"));
    }
    const auto detail = dm.get("/applications/one/detail");
    CHECK(detail.json["components"].Size() == 2);
  }
  SECTION("the old version has its own again") {
    dm.script("start-third", R"({"status":9})");
    REQUIRE(upgrade(dm).status == 202);
    dm.wait_for_state("one", "STARTED");
    CHECK(dm.made("one", "first"));
    CHECK_FALSE(dm.made("one", "third"));
    CHECK(dm.get("/applications/one/detail").json["components"].Size() == 2);
    CHECK(dm.calls("resume").size() == 2);
  }
}

TEST_CASE("state that the new version has no place for is left behind only where that is allowed") {
  manager_fixture dm;
  prepare(dm, {"first", "second"});
  REQUIRE(upgrade(dm, R"(,"allow_non_restored_state":true)").status == 202);
  dm.wait_for_state("one", "STARTED");
  const auto resumes = dm.calls("resume");
  REQUIRE(resumes.size() == 2);
  for (const auto& one : resumes) {
    CHECK(one["request"]["allow_non_restored_state"].GetBool());
    CHECK(one["request"]["savepoint"] == "stop-0");
  }
}

TEST_CASE("a clock that is set while the new version starts takes none of its time") {
  manager_fixture dm;
  prepare(dm, {"first", "second"});
  // Wanted and not there yet, so it is asked for again until its time is up.
  dm.script("start-second", R"({"status":4,"delay_ms":200,"reply":{"schema":1,"desired":"RUNNING",
      "error":{"code":"DEADLINE_EXCEEDED","message":"it is ACCEPTED"}}})");
  const std::size_t before = dm.calls("start").size();
  REQUIRE(upgrade(dm).status == 202);
  const auto tries = [&] {
    std::size_t count = 0;
    const auto all = dm.calls("start");
    for (std::size_t i = before; i < all.size(); ++i) {
      if (all[i]["request"]["component"] == "second") ++count;
    }
    return count;
  };
  manager_test::eventually([&] { return tries() >= 1; });
  const manager::clock_change forward(std::chrono::hours(24));
  const std::size_t seen = tries();
  manager_test::eventually([&] {
    return tries() > seen + 1 || dm.get("/applications/one/status").text("status") == "STARTED";
  });
  dm.unscript("start-second");
  dm.wait_for_state("one", "STARTED");
  CHECK(dm.get("/applications/one").text("package_name") == "pair-2.0.0");
}

TEST_CASE("a new version that cannot be cancelled is killed on the way back") {
  manager_fixture dm;
  prepare(dm, {"first", "second"});
  dm.script("start-second", R"({"status":9})");
  dm.script("stop-pair-2.0.0", R"({"status":14,"once":true})");
  REQUIRE(upgrade(dm).status == 202);
  dm.wait_for_state("one", "STARTED");
  bool killed = false;
  for (const auto& stop : dm.calls("stop")) {
    killed = killed || manager::json::flag_of(stop["request"], "kill", false);
  }
  CHECK(killed);
  CHECK(dm.get("/applications/one").text("package_name") == "pair-1.0.0");
}

TEST_CASE("a step of the way back is tried again while a service does not answer") {
  manager_fixture dm;
  prepare(dm, {"first", "second"});
  dm.script("start-second", R"({"status":9})");
  dm.script("destroy-pair-2.0.0", R"({"status":14,"once":true})");
  REQUIRE(upgrade(dm).status == 202);
  const auto status = dm.wait_for_state("one", "STARTED");
  CHECK(status.text("information").find("rolled back to pair-1.0.0") != std::string::npos);
}
