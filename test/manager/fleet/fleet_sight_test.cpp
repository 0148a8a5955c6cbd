// What a dry run shows.
// SPDX-License-Identifier: Apache-2.0
#include "fleet/fleet_sight.h"

#include "support/fleet_fixture.h"

using namespace manager_test;
namespace json = manager::json;

TEST_CASE("a dry run shows the state in which each component is") {
  manager_fixture dm;
  prepare(dm, {"a", "b", "c"});
  dm.start();
  set_up(dm, {"a", "b"});
  dm.deploy("c-1.0.0");
  dm.create("c", "c-1.0.0");
  dm.script("component-of-a", seen_of_a("STARTING"));
  const answer dry = post(dm, "/fleet/stop", R"({"all":true,"dry_run":true})");
  INFO(dry.body);
  REQUIRE(dry.status == 200);
  CHECK(of(dry, "a")["now"]["state"] == "STARTING");
  CHECK_FALSE(of(dry, "a")["savable"].GetBool());
  CHECK(of(dry, "b")["now"]["state"] == "RUNNING");
  CHECK(of(dry, "b")["savable"].GetBool());
  CHECK(outcome(dry, "c") == "NOT_RUNNING");
  CHECK_FALSE(of(dry, "c").HasMember("savable"));
  const answer plain = post(dm, "/fleet/stop", R"({"all":true,"savepoint":false,"dry_run":true})");
  CHECK_FALSE(of(plain, "b").HasMember("savable"));
  // A report has what they were when their turn came.
  dm.unscript("component-of-a");
  const answer told = ended(dm, done(dm, "/fleet/stop", R"({"all":true})"));
  CHECK_FALSE(of(told, "a").HasMember("now"));
}

TEST_CASE("one that lives though its start was given up is stopped, too") {
  manager_fixture dm;
  prepare(dm, {"a"});
  dm.start();
  dm.deploy("a-1.0.0");
  dm.create("a", "a-1.0.0");
  dm.script("component-of-a", seen_of_a("STARTING"));
  const answer dry = post(dm, "/fleet/stop", R"({"all":true,"dry_run":true})");
  CHECK(outcome(dry, "a") == "WAITING");
}

TEST_CASE("a dry run is always possible") {
  manager_fixture dm;
  prepare(dm, {"a", "b"});
  dm.start();
  set_up(dm, {"a", "b"});
  dm.script("stop", R"({"delay_ms":60000})");
  const std::string id = begin(dm, "/fleet/stop", R"({"application":"a"})");
  const answer stop = post(dm, "/fleet/stop", R"({"all":true,"dry_run":true})");
  INFO(stop.body);
  REQUIRE(stop.status == 200);
  CHECK(stop.text("status") == "DRY_RUN");
  CHECK(outcome(stop, "b") == "WAITING");
  CHECK(stop.json["warnings"][0]["path"] == "$");
  CHECK(std::string(stop.json["warnings"][0]["message"].GetString()).find(id) != std::string::npos);
  const answer start =
      post(dm, "/fleet/start", fmt::format(R"({{"from":"{}","dry_run":true}})", id));
  REQUIRE(start.status == 200);
  CHECK(start.json["components"].Empty());
  CHECK(start.json["warnings"][0]["path"] == "$.from");
  // What is meant is refused as before.
  CHECK(post(dm, "/fleet/stop", R"({"all":true})").status == 409);
  CHECK(post(dm, "/fleet/start", fmt::format(R"({{"from":"{}"}})", id)).status == 409);
}
