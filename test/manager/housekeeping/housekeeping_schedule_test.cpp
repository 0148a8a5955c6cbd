// The schedule of clean-ups.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/housekeeping_schedule.h"

#include "base/clock.h"
#include "support/manager_fixture.h"

#include <catch2/catch.hpp>

using manager_test::manager_fixture;

namespace {

// What the schedule stands on, without the rest of a Deployment Manager.
struct parts {
  explicit parts(manager_fixture& dm)
      : settings(dm.settings()),
        memory(dm.directory().path() / "registry.sqlite"),
        files(dm.directory().path()),
        plugins(settings.plugins_path, settings.environment, settings.plugin_settings,
                settings.watchdog),
        hdfs(settings.environment, settings.hdfs_timeout),
        rules(settings.access),
        told({}, memory),
        runner(memory, told, events, {}),
        service({settings, memory, files, plugins, hdfs, apart}, rules, runner, admission),
        schedule(settings, memory, service) {
    runner.set_handler("housekeeping", service);
  }
  ~parts() { runner.shut_down(); }

  std::size_t ended() {
    return memory
        .transact(
            [](manager::registry_view& view) { return view.history.list({}, std::nullopt, 50); })
        .size();
  }

  manager::configuration settings;
  manager::registry memory;
  manager::package_files files;
  manager::plugin_directory plugins;
  manager::web_hdfs hdfs;
  manager::components_apart apart;
  manager::authorizer rules;
  manager::callbacks told;
  manager::event_hub events;
  std::mutex admission;
  manager::operation_runner runner;
  manager::housekeeping_service service;
  manager::housekeeping_schedule schedule;
};

constexpr std::int64_t minute = 60'000;
constexpr std::int64_t hour = 60 * minute;

}  // namespace

TEST_CASE("the first clean-up comes some minutes after the start, the next ones by the interval") {
  manager_fixture dm;
  dm.configure("housekeeping",
               R"({"interval_hours":24,"kinds":["staging"],"ages_days":{"staging":2}})");
  const std::int64_t now = manager::now_ms();
  {
    parts p(dm);
    CHECK_FALSE(p.schedule.look(now + minute));
    CHECK(p.schedule.look(now + 15 * minute));
    manager_test::eventually([&] { return p.ended() == 1; });
    CHECK_FALSE(p.schedule.look(now + 15 * minute));
    CHECK_FALSE(p.schedule.look(now + 23 * hour));
    CHECK(p.schedule.look(now + 25 * hour));
    manager_test::eventually([&] { return p.ended() == 2; });
  }
  const auto asked = dm.calls("clean");
  REQUIRE(asked.size() == 2);
  const auto& request = asked.front()["request"];
  CHECK(request["all"].GetBool());
  CHECK_FALSE(request["dry_run"].GetBool());
  CHECK(request["kinds"][0] == "staging");
  CHECK(request["ages_ms"]["staging"].GetInt64() == 2 * 24 * hour);
  // A restart is no reason for another one.
  parts again(dm);
  CHECK_FALSE(again.schedule.look(now + 20 * minute));
}

TEST_CASE(
    "where a clean-up is under way another one is not begun, and where none is wanted none is") {
  manager_fixture dm;
  dm.configure("housekeeping", R"({"interval_hours":1,"dry_run":true})");
  dm.script("clean", R"({"delay_ms":60000})");
  parts p(dm);
  const std::int64_t now = manager::now_ms();
  CHECK(p.schedule.wish()["dry_run"].GetBool());
  CHECK(p.schedule.look(now + hour));
  CHECK_FALSE(p.schedule.look(now + 3 * hour));
  CHECK(p.ended() == 0);
}
