// What the plugins see of components at this moment.
// SPDX-License-Identifier: Apache-2.0
#include "application/seen_components.h"

#include "support/fake_session.h"

#include <catch2/catch.hpp>

using namespace manager;
using manager_test::fake_session;
using manager_test::write_file;

namespace {

struct seen_world : fake_session {
  registry memory{script / "registry"};
  package_files files{script / "data"};
  web_hdfs hdfs{settings.environment, std::chrono::seconds(1)};
  components_apart apart;
  application_tools tools{settings, memory, files, *plugins, hdfs, apart};
};

component_record laid_out(const std::string& type, const std::string& name) {
  return {"app", 0, type, name, "{}", "{}", "RUNNING"};
}

bool is_wanted_or_lives(const std::string& status) {
  return manager::is_wanted_or_lives(json::parse_or_throw(status, "test"));
}

std::string newest_cause(const std::string& status) {
  return manager::newest_cause(json::parse_or_throw(status, "test"));
}

}  // namespace

TEST_CASE("each component has its own answer, and an empty one where there is none") {
  seen_world world;
  component_record never = laid_out("fake", "never");
  never.data.reset();
  const auto seen = see_now(
      world.tools, {laid_out("fake", "b"), laid_out("gone", "x"), never, laid_out("fake", "a")},
      false, nullptr);
  REQUIRE(seen.size() == 4);
  CHECK(json::text_of(seen[0], "component") == "b");
  CHECK(seen[1].ObjectEmpty());
  CHECK(seen[2].ObjectEmpty());
  CHECK(json::text_of(seen[3], "component") == "a");
  CHECK(world.calls() == 1);
  write_file(world.script / "status.json", R"({"status":14})");
  const auto away = see_now(world.tools, {laid_out("fake", "a")}, false, nullptr);
  REQUIRE(away.size() == 1);
  CHECK(away[0].ObjectEmpty());
}

TEST_CASE("what is wanted or lives, and what nobody could tell") {
  for (const char* state : {"STARTING", "RUNNING", "RESTARTING", "STOPPING", "BACKOFF"}) {
    CHECK(is_wanted_or_lives(std::string(R"({"desired":"STOPPED","state":")") + state + "\"}"));
  }
  CHECK(is_wanted_or_lives(R"({"desired":"RUNNING","state":"FAILED"})"));
  CHECK_FALSE(is_wanted_or_lives(R"({"desired":"STOPPED","state":"STOPPED"})"));
  CHECK_FALSE(is_wanted_or_lives(R"({"desired":"STOPPED","state":"FAILED"})"));
  CHECK_FALSE(is_wanted_or_lives("{}"));
}

TEST_CASE("the newest run's cause, or the one before it, or what the status says") {
  CHECK(newest_cause(
            R"({"incarnations":[{"cause":""},{"cause":"newer"},{"cause":"old"}],"reason":"r"})") ==
        "newer");
  CHECK(newest_cause(R"({"incarnations":[{"epoch":1}],"reason":"r"})") == "r");
  CHECK(newest_cause(R"({"incarnations":[],"reason":"r"})") == "r");
  CHECK(newest_cause(R"({"incarnations":7,"reason":"r"})") == "r");
  CHECK(newest_cause("{}").empty());
}
