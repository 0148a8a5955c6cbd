// Asking plugins, and keeping answers for a moment.
// SPDX-License-Identifier: Apache-2.0
#include "observation/observations.h"

#include "base/clock.h"
#include "support/fake_session.h"

#include <catch2/catch.hpp>

using namespace manager;
using manager_test::fake_session;
using manager_test::write_file;

namespace {

const std::vector<component_record> two = {{"app", 0, "fake", "a", "{}", "{}", "RUNNING"},
                                           {"app", 1, "fake", "b", "{}", "{}", "RUNNING"}};

}  // namespace

TEST_CASE("one call for all, then answers are kept for the configured time") {
  fake_session plugin;
  plugin.settings.status_cache = std::chrono::minutes(1);
  components_apart apart;
  observations seen(plugin.settings, *plugin.plugins, apart);
  const auto first = seen.observe(two, false);
  REQUIRE(first.size() == 2);
  CHECK(json::text_of(*first[1].status, "component") == "b");
  seen.observe({two[1]}, false);
  CHECK(plugin.calls() == 1);
  seen.observe(two, true);
  CHECK(plugin.calls() == 2);
}

TEST_CASE("an answer is as old as it is, whatever becomes of the clock") {
  fake_session plugin;
  plugin.settings.status_cache = std::chrono::minutes(30);
  components_apart apart;
  observations seen(plugin.settings, *plugin.plugins, apart);
  const std::int64_t before = manager::now_ms();
  seen.observe(two, false);
  std::chrono::hours by{0};
  SECTION("set back: what an operation has changed is seen") { by = std::chrono::hours(-1); }
  SECTION("set forward: an answer is not older than it is") { by = std::chrono::hours(1); }
  const manager::clock_change change(by);
  seen.observe(two, false);
  CHECK(plugin.calls() == 1);
  seen.changed("app");
  const auto fresh = seen.observe(two, false);
  CHECK(plugin.calls() == 2);
  // What is shown is the clock's time all the same.
  const std::int64_t moved = fresh[0].asked_at - before;
  CHECK((by.count() < 0 ? moved < 0 : moved > 1'800'000));
}

TEST_CASE("a failure keeps the last answer and says why") {
  fake_session plugin;
  plugin.settings.status_cache = std::chrono::milliseconds(0);
  components_apart apart;
  observations seen(plugin.settings, *plugin.plugins, apart);
  std::string broken;
  SECTION("a status") { broken = R"({"status":14})"; }
  SECTION("too few answers") { broken = R"({"reply":{"components":[]}})"; }
  SECTION("no list") { broken = R"({"reply":{"components":7}})"; }
  seen.observe(two, false);
  write_file(plugin.script / "status.json", broken);
  const auto later = seen.observe(two, false);
  CHECK(later[0].status != nullptr);
  CHECK_FALSE(later[0].problem.empty());
  const auto never = seen.observe({{"new", 0, "fake", "x", "{}", "{}", "STOPPED"}}, false);
  CHECK(never[0].status == nullptr);
  CHECK_FALSE(never[0].problem.empty());
}

TEST_CASE("a type without a plugin is a problem, not an exception") {
  fake_session plugin;
  components_apart apart;
  observations seen(plugin.settings, *plugin.plugins, apart);
  const auto result = seen.observe({{"app", 0, "gone", "x", "{}", "{}", "RUNNING"}}, false);
  CHECK(result[0].problem.find("gone") != std::string::npos);
}

TEST_CASE(
    "a component that an operation has apart is not asked for: its last answer is told, and why") {
  fake_session plugin;
  plugin.settings.status_cache = std::chrono::milliseconds(0);
  components_apart apart;
  observations seen(plugin.settings, *plugin.plugins, apart);
  seen.observe(two, false);
  apart.take(two[0], "upgrade (operation 17) takes its files away");
  const auto during = seen.observe(two, false);
  CHECK(plugin.calls() == 2);  // for the other one
  REQUIRE(during[0].status);
  CHECK(during[0].problem == "upgrade (operation 17) takes its files away");
  CHECK(during[1].problem.empty());
  SECTION("nothing was known of it") {
    const component_record fresh{"app", 2, "fake", "c", "{}", "{}", "RUNNING"};
    apart.take(fresh, "so it is");
    const auto never = seen.observe({fresh}, false);
    CHECK_FALSE(never[0].status);
    CHECK(never[0].problem == "so it is");
    CHECK(plugin.calls() == 2);
  }
  SECTION("it is whole again") { apart.put_back(two[0]); }
  SECTION("the operation has ended") { apart.forget("app"); }
  CHECK(seen.observe({two[1]}, false)[0].problem.empty());
  if (apart.why(two[0]).empty()) CHECK(seen.observe({two[0]}, false)[0].problem.empty());
}
