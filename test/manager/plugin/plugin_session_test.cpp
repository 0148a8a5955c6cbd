// A plugin at work.
// SPDX-License-Identifier: Apache-2.0
#include "plugin/plugin_session.h"

#include "plugin/supervised_step.h"
#include "support/manager_fixture.h"

#include <catch2/catch.hpp>

#include <thread>

using namespace manager;
using manager_test::temporary_directory;
using manager_test::write_file;

namespace {

struct opened {
  temporary_directory script;
  plugin_session session{std::make_shared<const plugin_library>(
                             std::filesystem::path(FAKE_PLUGIN_DIRECTORY) / "fake.so"),
                         json::make_object(),
                         "{\"script\":" + json::quote(script.path().string()) + "}"};

  plugin_reply run(plugin_verb verb, const plugin_call& call = {}) {
    return session.run(verb, json::parse_or_throw(R"({"application":"a","component":"c"})", "test"),
                       call);
  }
};

}  // namespace

TEST_CASE("replies, events and errors arrive") {
  opened plugin;
  CHECK(plugin.run(plugin_verb::create).ok());
  write_file(
      plugin.script / "start.json",
      R"({"event":{"phase":"waiting"},"status":9,"reply":{"error":{"code":"FAILED_PRECONDITION",
              "message":"not now","hint":"Try later","cause":[{"source":"rm","message":"queue full"}],
              "details":[{"path":"$.q","found":"x","allowed":"y"}]}}})");
  std::string phase;
  plugin_call call;
  call.correlation_id = "abc";
  call.on_event = [&](const json::value& event) { phase = json::text_of(event, "phase"); };
  const auto reply = plugin.run(plugin_verb::start, call);
  CHECK(phase == "waiting");
  const failure why = reply.to_failure("start c");
  CHECK(std::string(why.what()) ==
        "start c: FAILED_PRECONDITION: not now. $.q (found x, allowed: y). rm: queue full. Try "
        "later");
  CHECK(why.problems().size() == 1);
  CHECK(manager_test::read_file(plugin.script / "calls").find("\"correlation_id\":\"abc\"") !=
        std::string::npos);
}

TEST_CASE(
    "an operation is cancelled from another thread, and one that was cancelled before never "
    "begins") {
  opened plugin;
  write_file(plugin.script / "start.json", R"({"delay_ms":60000})");
  cancellation cancel;
  plugin_call call;
  call.cancel = &cancel;
  std::thread other([&] {
    manager_test::eventually([&] { return std::filesystem::exists(plugin.script / "calls"); });
    cancel.request();
  });
  CHECK(plugin.run(plugin_verb::start, call).status == DM_STATUS_CANCELLED);
  other.join();
  CHECK_THROWS_AS(plugin.run(plugin_verb::start, call), failure);
}

TEST_CASE("operations run side by side on one session") {
  opened plugin;
  write_file(plugin.script / "start.json", R"({"delay_ms":200})");
  std::vector<std::thread> threads;
  std::atomic<int> done{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { done += plugin.run(plugin_verb::start).ok() ? 1 : 0; });
  }
  for (auto& thread : threads) thread.join();
  CHECK(done == 8);
}

TEST_CASE("statuses that this host does not know are INTERNAL") {
  opened plugin;
  write_file(plugin.script / "stop.json", R"({"status":77,"reply":{"odd":1}})");
  const auto reply = plugin.run(plugin_verb::stop);
  CHECK(status_name(reply.status) == "INTERNAL");
  CHECK(std::string(reply.to_failure("stop").what()) ==
        "stop: INTERNAL: the plugin gave no reason");
}

TEST_CASE("the verbs of dm.savepoint/1 go to the plugin's extension") {
  opened plugin;
  CHECK(plugin.session.has_savepoints());
  for (const auto verb :
       {plugin_verb::trigger, plugin_verb::list, plugin_verb::resume, plugin_verb::dispose,
        plugin_verb::pin, plugin_verb::unpin, plugin_verb::plan}) {
    const std::string name(to_text(verb));
    write_file(plugin.script / (name + ".json"), R"({"reply":{"verb":")" + name + R"("}})");
    CHECK(json::text_of(plugin.run(verb).document, "verb") == name);
  }
}

TEST_CASE("a plugin without the extension refuses its verbs by type and file") {
  const temporary_directory script;
  plugin_session session{std::make_shared<const plugin_library>(
                             std::filesystem::path(PLAIN_PLUGIN_DIRECTORY) / "fake.so"),
                         json::make_object(),
                         "{\"script\":" + json::quote(script.path().string()) + "}"};
  CHECK_FALSE(session.has_savepoints());
  try {
    session.run(plugin_verb::trigger, json::make_object(), {});
    FAIL("it was run");
  } catch (const failure& why) {
    CHECK(why.kind() == failure_kind::not_offered);
    CHECK_THAT(why.what(), Catch::Matchers::Contains("type fake have no trigger") &&
                               Catch::Matchers::Contains("fake.so"));
  }
}

TEST_CASE("statuses are found by their names") {
  CHECK(status_named("FAILED_PRECONDITION") == DM_STATUS_FAILED_PRECONDITION);
  CHECK(status_named("UNAVAILABLE") == DM_STATUS_UNAVAILABLE);
  CHECK(status_named("NEWER_THAN_THIS_HOST") == DM_STATUS_INTERNAL);
}

namespace {

struct watched {
  temporary_directory script;
  std::optional<plugin_session> session;

  watched() {
    watchdog_limits limits;
    limits.grace = std::chrono::milliseconds(200);
    limits.breaker.failures = 1;
    limits.breaker.pause = std::chrono::milliseconds(300);
    session.emplace(std::make_shared<const plugin_library>(
                        std::filesystem::path(FAKE_PLUGIN_DIRECTORY) / "fake.so"),
                    json::make_object(), "{\"script\":" + json::quote(script.path().string()) + "}",
                    limits);
  }
  plugin_reply start(std::chrono::milliseconds timeout, cancellation* cancel = nullptr) {
    plugin_call call;
    call.timeout = timeout;
    call.cancel = cancel;
    return session->run(plugin_verb::start,
                        json::parse_or_throw(R"({"application":"a","component":"c"})", "test"),
                        call);
  }
};

}  // namespace

TEST_CASE("a plugin that does not keep its time loses the thread, and then its callers") {
  watched plugin;
  write_file(plugin.script / "start.json", R"({"deaf_ms":3000})");
  CHECK_THROWS_WITH(plugin.start(std::chrono::milliseconds(100)),
                    Catch::Matchers::Contains("has not come back from start"));
  CHECK(plugin.session->health().stuck == 1);
  CHECK(stuck_plugin_calls() >= 1);
  CHECK_THROWS_WITH(plugin.start(std::chrono::milliseconds(100)),
                    Catch::Matchers::Contains("is not tried until"));
  std::filesystem::remove(plugin.script / "start.json");
  manager_test::eventually([&] { return plugin.session->health().circuit == "half-open"; });
  CHECK(plugin.start(std::chrono::seconds(10)).ok());
  CHECK(plugin.session->health().circuit == "closed");
  manager_test::eventually([&] { return plugin.session->health().stuck == 0; });
}

TEST_CASE("one that is deaf to a cancel is left after the grace") {
  watched plugin;
  write_file(plugin.script / "start.json", R"({"deaf_ms":3000})");
  cancellation cancel;
  std::thread other([&] {
    manager_test::eventually([&] { return plugin.session->health().calls == 1; });
    cancel.request();
  });
  CHECK_THROWS_AS(plugin.start(std::chrono::hours(1), &cancel), failure);
  other.join();
  manager_test::eventually([&] { return plugin.session->health().calls == 0; });
}

TEST_CASE("an end of the session cancels what runs without a cancellation of its own") {
  watched plugin;
  write_file(plugin.script / "start.json", R"({"delay_ms":60000})");
  std::thread other([&] {
    manager_test::eventually([&] { return plugin.session->health().calls == 1; });
    plugin.session->cancel_calls();
  });
  CHECK(plugin.start(std::chrono::hours(1)).status == DM_STATUS_CANCELLED);
  other.join();
}
