// Starting and stopping applications of several components.
// SPDX-License-Identifier: Apache-2.0
#include "application/application_activity.h"

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
  dm.start();
  dm.deploy("pair-1.0.0");
  dm.create("one", "pair-1.0.0");
}

manager_test::answer post(manager_fixture& dm, const std::string& action) {
  return dm.request("POST", "/applications/one/" + action + "?user.name=daemon");
}

}  // namespace

TEST_CASE("of two components one fails to start: both are tried, and the answer says which runs") {
  manager_fixture dm;
  prepare(dm);
  dm.script("start-first", R"({"status":9,"reply":{"schema":1,"desired":"STOPPED","state":"FAILED",
      "error":{"code":"FAILED_PRECONDITION","message":"no such queue: fast","hint":"set component_queue"}}})");
  REQUIRE(post(dm, "start").status == 202);
  const auto status = dm.wait_for_state("one", "CREATED");
  const std::string information = status.text("information");
  CHECK(information.starts_with("Error starting one FailedStart, details: \""));
  CHECK(information.find("no such queue: fast") != std::string::npos);
  CHECK(information.find("fake/second is RUNNING") != std::string::npos);
  CHECK(dm.calls("start").size() == 2);

  SECTION("what runs can be stopped") {
    REQUIRE(post(dm, "stop").status == 202);
    CHECK(dm.wait_for_state("one", "CREATED").text("information").empty());
    CHECK(post(dm, "stop").status == 409);
  }
  SECTION("a second start completes it") {
    dm.unscript("start-first");
    REQUIRE(post(dm, "start").status == 202);
    dm.wait_for_state("one", "STARTED");
  }
}

TEST_CASE("a start that goes on at the cluster is STARTED with what is awaited") {
  manager_fixture dm;
  prepare(dm);
  dm.script("start-second",
            R"({"status":4,"reply":{"schema":1,"desired":"RUNNING","state":"STARTING",
      "error":{"code":"DEADLINE_EXCEEDED","message":"YARN has not accepted it yet"}}})");
  REQUIRE(post(dm, "start").status == 202);
  const auto status = dm.wait_for_state("one", "STARTED");
  CHECK(status.text("information").find("YARN has not accepted it yet") != std::string::npos);
}

TEST_CASE("a start whose plugin says nothing about what it wants has failed") {
  manager_fixture dm;
  prepare(dm);
  dm.script("start", R"({"status":14})");
  REQUIRE(post(dm, "start").status == 202);
  const auto status = dm.wait_for_state("one", "CREATED");
  CHECK(status.text("information").find("FailedConnection") != std::string::npos);
}

TEST_CASE("a stop that fails falls back to STARTED, after all were asked") {
  manager_fixture dm;
  prepare(dm);
  REQUIRE(post(dm, "start").status == 202);
  dm.wait_for_state("one", "STARTED");
  dm.script("stop-first", R"({"status":14})");
  REQUIRE(post(dm, "stop").status == 202);
  const auto status = dm.wait_for_state("one", "STARTED");
  CHECK(status.text("information").starts_with("Error stopping one"));
  CHECK(dm.calls("stop").size() == 2);
}
