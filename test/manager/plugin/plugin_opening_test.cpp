// The beginning and the end of a plugin's session.
// SPDX-License-Identifier: Apache-2.0
#include "plugin/plugin_opening.h"

#include "plugin/plugin_session.h"
#include "plugin/supervised_step.h"
#include "support/manager_fixture.h"

#include <catch2/catch.hpp>

#include <optional>

using namespace manager;
using manager_test::eventually;
using manager_test::write_file;
using std::chrono::milliseconds;

namespace {

struct fake {
  manager_test::temporary_directory script;
  std::shared_ptr<const plugin_library> library = std::make_shared<const plugin_library>(
      std::filesystem::path(FAKE_PLUGIN_DIRECTORY) / "fake.so");
  std::shared_ptr<circuit_breaker> breaker = std::make_shared<circuit_breaker>();
  cancellation cancel;
  std::optional<plugin_session> session;

  void open(milliseconds longest = milliseconds(60'000)) {
    watchdog_limits limits;
    limits.open = longest;
    limits.grace = milliseconds(200);
    session.emplace(library, json::make_object(),
                    "{\"script\":" + json::quote(script.path().string()) + "}", limits, breaker,
                    &cancel);
  }
  std::string state() const {
    return std::string(to_text(breaker->state(std::chrono::steady_clock::now())));
  }
};

}  // namespace

TEST_CASE("a plugin whose open does not come back loses the thread; what it opens late is closed") {
  fake plugin;
  const auto stuck = stuck_plugin_calls();
  write_file(plugin.script / "open.json", R"({"deaf_ms":1500})");
  write_file(plugin.script / "close.json", "{}");
  CHECK_THROWS_WITH(plugin.open(milliseconds(100)),
                    Catch::Matchers::Contains("fake.so") &&
                        Catch::Matchers::Contains("has not come back from open within 100 ms"));
  CHECK(stuck_plugin_calls() == stuck + 1);
  CHECK(plugin.state() == "open");
  eventually([&] { return stuck_plugin_calls() == stuck; });
  CHECK(std::filesystem::exists(plugin.script / "closed"));
  CHECK(plugin.state() == "half-open");
  std::filesystem::remove(plugin.script / "open.json");
  plugin.open();
  CHECK(plugin.state() == "closed");
  CHECK(plugin.session->health().open);
  CHECK(plugin.session->has_savepoints());
}

TEST_CASE("a refusal of the environment is an answer, after which it may be tried again") {
  fake plugin;
  CHECK_THROWS_WITH(plugin_session(plugin.library, json::make_object(), "{}", {}, plugin.breaker),
                    Catch::Matchers::Contains("$.settings.script"));
  CHECK(plugin.state() == "closed");
}

TEST_CASE("at a shutdown an open is waited for no longer than the grace") {
  fake plugin;
  const auto stuck = stuck_plugin_calls();
  write_file(plugin.script / "open.json", R"({"deaf_ms":1500})");
  plugin.cancel.request();
  CHECK_THROWS_AS(plugin.open(), failure);
  eventually([&] { return stuck_plugin_calls() == stuck; });
}

TEST_CASE("a plugin whose close does not come back does not hold the end up") {
  fake plugin;
  const auto stuck = stuck_plugin_calls();
  plugin.open();
  write_file(plugin.script / "close.json", R"({"deaf_ms":1500})");
  plugin.session.reset();
  CHECK(stuck_plugin_calls() == stuck + 1);
  eventually([&] { return stuck_plugin_calls() == stuck; });
  CHECK(std::filesystem::exists(plugin.script / "closed"));
}
