// Repeating what may succeed later by itself.
// SPDX-License-Identifier: Apache-2.0
#include "plugin/plugin_retry.h"

#include "support/manager_fixture.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <thread>

using namespace manager;
using manager_test::write_file;

namespace {

constexpr const char* away =
    R"({"status":14,"once":true,"reply":{"error":{"code":"UNAVAILABLE","message":"YARN is away","retry":true}}})";

struct opened {
  manager_test::temporary_directory script;
  plugin_session session{std::make_shared<const plugin_library>(
                             std::filesystem::path(FAKE_PLUGIN_DIRECTORY) / "fake.so"),
                         json::make_object(),
                         "{\"script\":" + json::quote(script.path().string()) + "}"};
  std::vector<std::string> told;

  plugin_reply start(std::chrono::milliseconds timeout, cancellation* cancel = nullptr) {
    return run(plugin_verb::start, timeout, cancel);
  }
  plugin_reply run(plugin_verb verb, std::chrono::milliseconds timeout,
                   cancellation* cancel = nullptr) {
    plugin_call call;
    call.timeout = timeout;
    call.cancel = cancel;
    call.on_event = [this](const json::value& event) {
      told.emplace_back(json::text_of(event, "message"));
    };
    return run_with_retries(session, verb,
                            json::parse_or_throw(R"({"application":"a","component":"c"})", "test"),
                            call);
  }
  std::size_t calls() const {
    const std::string text = manager_test::read_file(script.path() / "calls");
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }
};

}  // namespace

TEST_CASE("what is unavailable is tried again until it succeeds, and whoever waits is told") {
  opened plugin;
  write_file(plugin.script / "start.json", away);
  CHECK(plugin.start(std::chrono::seconds(60)).ok());
  CHECK(plugin.calls() == 2);
  REQUIRE(plugin.told.size() == 1);
  CHECK_THAT(plugin.told[0], Catch::Matchers::Contains("tried 1 time") &&
                                 Catch::Matchers::Contains("YARN is away"));
}

TEST_CASE(
    "its deadline ends the trying; what is wanted already, or says nothing, is not repeated") {
  opened plugin;
  const std::string script = GENERATE(
      std::string(R"({"status":14,"reply":{"error":{"code":"UNAVAILABLE","retry":true}}})"),
      std::string(
          R"({"status":14,"reply":{"desired":"RUNNING","error":{"code":"UNAVAILABLE","retry":true}}})"),
      std::string(
          R"({"status":14,"reply":{"data":{},"error":{"code":"UNAVAILABLE","retry":true}}})"),
      std::string(R"({"status":14,"reply":{"error":{"code":"UNAVAILABLE","retry":false}}})"),
      std::string(R"({"status":9,"reply":{"error":{"code":"FAILED_PRECONDITION","retry":true}}})"));
  write_file(plugin.script / "start.json", script);
  CHECK_FALSE(plugin.start(std::chrono::milliseconds(900)).ok());
  CHECK(plugin.calls() == 1);
}

TEST_CASE(
    "a stop that could not be told is told again: its job is wanted still, and would run on") {
  opened plugin;
  const plugin_verb verb = GENERATE(plugin_verb::stop, plugin_verb::destroy);
  write_file(
      plugin.script / (std::string(to_text(verb)) + ".json"),
      R"({"status":14,"once":true,"reply":{"desired":"RUNNING","error":{"code":"UNAVAILABLE","message":"YARN is away","retry":true}}})");
  CHECK(plugin.run(verb, std::chrono::seconds(60)).ok());
  CHECK(plugin.calls() == 2);
  CHECK(plugin.told.size() == 1);
}

TEST_CASE("a cancel ends the pause") {
  opened plugin;
  write_file(plugin.script / "start.json",
             R"({"status":14,"reply":{"error":{"code":"UNAVAILABLE","retry":true}}})");
  cancellation cancel;
  std::thread other([&] {
    manager_test::eventually([&] { return plugin.calls() == 2; });
    cancel.request("enough");
  });
  CHECK(plugin.start(std::chrono::hours(1), &cancel).status == DM_STATUS_UNAVAILABLE);
  other.join();
  CHECK(plugin.calls() == 2);
}
