// Plugins by component type.
// SPDX-License-Identifier: Apache-2.0
#include "plugin/plugin_directory.h"

#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

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
