// Plugins by component type.
// SPDX-License-Identifier: Apache-2.0
#include "plugin/plugin_directory.h"

#include "plugin/supervised_step.h"
#include "support/manager_fixture.h"

#include <catch2/catch.hpp>

#include <array>
#include <thread>

using namespace manager;

namespace {

const std::filesystem::path fake = std::filesystem::path(FAKE_PLUGIN_DIRECTORY) / "fake.so";
using settings_map = std::map<std::string, std::string, std::less<>>;

}  // namespace

TEST_CASE("a session is made at first use, and tried again after a failure") {
  const manager_test::temporary_directory directory;
  const auto environment = json::make_object();
  settings_map settings;
  plugin_directory plugins(FAKE_PLUGIN_DIRECTORY, environment, settings);
  CHECK(plugins.types() == std::vector<std::string>{"fake"});
  CHECK_THROWS_WITH(plugins.session("fake"), Catch::Matchers::Contains("$.settings.script"));
  settings["fake"] = "{\"script\":" + json::quote(directory.path().string()) + "}";
  plugin_session& session = plugins.session("fake");
  CHECK(&session == &plugins.session("fake"));
  CHECK_THROWS_WITH(plugins.session("flink"), Catch::Matchers::Contains("\"flink\"") &&
                                                  Catch::Matchers::Contains("known: fake"));
}

TEST_CASE("a type without a plugin is wrong in a package, and away where there are components") {
  const auto environment = json::make_object();
  const settings_map settings;
  plugin_directory plugins(FAKE_PLUGIN_DIRECTORY, environment, settings);
  const auto kind_of = [](auto&& work) {
    try {
      work();
    } catch (const failure& why) {
      return why.kind();
    }
    return failure_kind::unknown;
  };
  CHECK(kind_of([&] { plugins.session("flink"); }) == failure_kind::failed_validation);
  CHECK(kind_of([&] { plugins.session_of_existing("flink"); }) == failure_kind::failed_connection);
}

TEST_CASE("bad libraries are left out, two of a type are refused") {
  const manager_test::temporary_directory directory;
  const auto environment = json::make_object();
  const settings_map settings;
  manager_test::write_file(directory / "bad.so", "x");
  manager_test::write_file(directory / "readme.txt", "x");
  std::filesystem::copy(fake, directory / "a.so");
  {
    const plugin_directory plugins(directory.path(), environment, settings);
    CHECK(plugins.types().size() == 1);
    CHECK(plugins.problems().size() == 1);
  }
  std::filesystem::copy(fake, directory / "b.so");
  CHECK_THROWS_WITH(plugin_directory(directory.path(), environment, settings),
                    Catch::Matchers::Contains("a.so") && Catch::Matchers::Contains("b.so"));
}

TEST_CASE("a library that does not come back from being loaded is left out, as others are") {
  const auto stuck = stuck_plugin_calls();
  const manager_test::temporary_directory directory;
  const auto environment = json::make_object();
  const settings_map settings;
  std::filesystem::copy(std::filesystem::path(SLOW_PLUGIN_DIRECTORY) / "slow.so",
                        directory / "slow.so");
  watchdog_limits limits;
  limits.open = std::chrono::milliseconds(100);
  const plugin_directory plugins(directory.path(), environment, settings, limits);
  CHECK(plugins.types().empty());
  REQUIRE(plugins.problems().size() == 1);
  CHECK(plugins.problems()[0].find("slow.so has not come back from being loaded within 100 ms") !=
        std::string::npos);
  manager_test::eventually([&] { return stuck_plugin_calls() == stuck; });
}

TEST_CASE("who waits for an open that hangs is told, and so is who asks how the plugin does") {
  const auto stuck = stuck_plugin_calls();
  const manager_test::temporary_directory directory;
  const auto environment = json::make_object();
  const settings_map settings = {
      {"fake", "{\"script\":" + json::quote(directory.path().string()) + "}"}};
  watchdog_limits limits;
  limits.open = std::chrono::milliseconds(300);
  plugin_directory plugins(FAKE_PLUGIN_DIRECTORY, environment, settings, limits);
  CHECK_FALSE(plugins.health().at("fake").open);
  CHECK(plugins.open_problems().empty());
  manager_test::write_file(directory / "open.json", R"({"deaf_ms":3000})");
  std::string refused;
  std::thread first([&] { refused = plugins.obstacle("fake"); });
  manager_test::eventually([&] { return plugins.health().at("fake").calls == 1; });
  CHECK(plugins.open_problems().size() == 1);
  first.join();
  CHECK(refused.find("has not come back from open within 300 ms") != std::string::npos);
  // The second is not kept waiting for another thread.
  CHECK(plugins.obstacle("fake").find("has not come back from open within 300 ms") !=
        std::string::npos);
  const plugin_health seen = plugins.health().at("fake");
  CHECK_FALSE(seen.open);
  CHECK(seen.stuck == 1);
  CHECK(seen.circuit == "open");
  REQUIRE(plugins.open_problems().size() == 1);
  CHECK(plugins.open_problems()[0].find("has not come back") != std::string::npos);
  std::filesystem::remove(directory / "open.json");
  manager_test::eventually([&] { return stuck_plugin_calls() == stuck; });
  CHECK(plugins.obstacle("fake").empty());
  CHECK(plugins.open_problems().empty());
  CHECK(plugins.health().at("fake").open);
}

TEST_CASE("of many who need a session at the same time one opens it, and all have it") {
  const manager_test::temporary_directory directory;
  const auto environment = json::make_object();
  const settings_map settings = {
      {"fake", "{\"script\":" + json::quote(directory.path().string()) + "}"}};
  plugin_directory plugins(FAKE_PLUGIN_DIRECTORY, environment, settings);
  manager_test::write_file(directory / "open.json", R"({"deaf_ms":200})");
  std::vector<std::thread> threads;
  std::array<plugin_session*, 4> seen{};
  for (auto& one : seen) threads.emplace_back([&] { one = &plugins.session("fake"); });
  for (auto& thread : threads) thread.join();
  for (const auto* one : seen) CHECK(one == seen[0]);
}
