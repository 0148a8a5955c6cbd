// A plugin at work.
// SPDX-License-Identifier: Apache-2.0
#include "plugin/plugin_session.h"

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
