// How the components are, looked at by a thread of its own and shown by /metrics.
// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"
#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

#include <cstdlib>

using namespace manager_test;

namespace {

std::string metrics_of(manager_fixture& running) {
  const answer text = running.get("/metrics");
  REQUIRE(text.status == 200);
  return "\n" + text.body;
}

bool shows(manager_fixture& running, const std::string& line) {
  return metrics_of(running).find("\n" + line) != std::string::npos;
}

}  // namespace

TEST_CASE("components are shown as they were seen last, and no scrape calls a plugin") {
  manager_fixture running;
  write_simple_package(running.repository(), "a-1.0.0");
  running.configure("metrics_interval_ms", "20");
  running.start();
  running.deploy("a-1.0.0");
  running.create_and_start("app", "a-1.0.0");
  eventually([&] {
    return shows(
        running,
        R"(deployment_manager_components{type="fake",state="RUNNING",confidence="confirmed"} 1)");
  });
  CHECK(shows(running, R"(deployment_manager_applications{state="STARTED"} 1)"));
  CHECK(shows(running, "deployment_manager_component_figures_age_seconds "));
  CHECK(shows(running,
              "deployment_manager_component_state"
              R"({application="app",type="fake",component="main",state="RUNNING",)"
              R"(confidence="confirmed",watched=""} 1)"));

  REQUIRE(running.request("POST", "/applications/app/savepoints?user.name=daemon").status == 202);
  eventually([&] {
    return shows(running,
                 "deployment_manager_component_savepoint_age_seconds"
                 R"({application="app",type="fake",component="main"} )");
  });

  running.script(
      "component-main",
      R"({"application":"app","component":"main","state":"RESTARTING","confidence":"confirmed",)"
      R"("summary":"RUNNING_WITH_ERRORS","restarts":{"count":7}})");
  eventually([&] {
    return shows(running,
                 "deployment_manager_component_restarts"
                 R"({application="app",type="fake",component="main"} 7)");
  });

  const bool watched = GENERATE(false, true);
  running.script("component-main", R"({"application":"app","component":"main","state":"RUNNING",)"
                                   R"("confidence":"confirmed","summary":"RUNNING","watched":)" +
                                       std::string(watched ? "true}" : "false}"));
  eventually([&] {
    return shows(running,
                 "deployment_manager_component_state"
                 R"({application="app",type="fake",component="main",state="RUNNING",)"
                 R"(confidence="confirmed",watched=")" +
                     std::string(watched ? "true" : "false") + "\"} 1");
  });

  running.script("status", R"({"status": 14})");
  eventually(
      [&] { return metrics_of(running).find(R"(confidence="stale")") != std::string::npos; });
}

TEST_CASE("how old the figures are does not change with the clock") {
  manager_fixture running;
  running.configure("metrics_interval_ms", "3600000");
  running.start();
  const std::string figure = "\ndeployment_manager_component_figures_age_seconds ";
  eventually([&] { return metrics_of(running).find(figure) != std::string::npos; });
  const manager::clock_change forward(std::chrono::hours(24));
  const std::string text = metrics_of(running);
  const double age = std::strtod(text.c_str() + text.find(figure) + figure.size(), nullptr);
  CHECK(age >= 0);
  CHECK(age < 3600);
}

TEST_CASE("with the interval 0 nobody looks, and a scrape calls no plugin") {
  manager_fixture running;
  write_simple_package(running.repository(), "a-1.0.0");
  running.configure("metrics_interval_ms", "0");
  running.start();
  running.deploy("a-1.0.0");
  running.create_and_start("app", "a-1.0.0");
  const auto before = running.calls("status").size();
  CHECK_FALSE(shows(running, "deployment_manager_component_figures_age_seconds"));
  CHECK(shows(running, R"(deployment_manager_applications{state="STARTED"} 1)"));
  CHECK(running.calls("status").size() == before);
  CHECK(running.calls("list").empty());
}

TEST_CASE("a plugin that hangs does not hold a scrape, nor the end") {
  manager_fixture running;
  write_simple_package(running.repository(), "a-1.0.0");
  running.configure("metrics_interval_ms", "20");
  running.start();
  running.deploy("a-1.0.0");
  running.create_and_start("app", "a-1.0.0");
  running.script("list", R"({"delay_ms": 600000})");
  const auto before = running.calls("list").size();
  eventually([&] { return running.calls("list").size() > before; });
  CHECK(shows(running, R"(deployment_manager_applications{state="STARTED"} 1)"));
  running.stop();
}
