// Figures of what runs: asked for from time to time, kept, and told to whoever listens.
// SPDX-License-Identifier: Apache-2.0
#include "metrics/figure_sampler.h"

#include "fake/http_server.h"
#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

#include <atomic>

using namespace manager_test;

namespace {

void run_application(manager_fixture& running) {
  write_simple_package(running.repository(), "a-1.0.0");
  running.start();
  running.deploy("a-1.0.0");
  running.create_and_start("app", "a-1.0.0");
}

answer figures_of(manager_fixture& running) {
  return running.get("/applications/app/figures?user.name=daemon");
}

bool has_figures(manager_fixture& running) {
  const answer told = figures_of(running);
  REQUIRE(told.status == 200);
  return told.json["components"][0].HasMember("figures");
}

}  // namespace

TEST_CASE(
    "figures of running components are told to metric_logger_url, as a console looks for them") {
  dm::fake::http_server receiver(
      [](const dm::fake::request&) { return dm::fake::json(200, "{}"); });
  manager_fixture running;
  running.configure("figures_interval_ms", "50");
  running.configure("metrics_interval_ms", "50");
  running.configure_environment("metric_logger_url", receiver.address() + "/metrics");
  run_application(running);
  const auto told = [&](const std::string& part) {
    for (const auto& request : receiver.requests()) {
      if (request.body.find(part) != std::string::npos) return true;
    }
    return false;
  };
  eventually([&] {
    return told(R"("metric":"application.kpi.app.main.records_in","value":42,"causes":"[]")");
  });
  CHECK(told(R"("source":"application.app")"));
  eventually(
      [&] { return told(R"("metric":"application.kpi.app.main.state","value":"RUNNING")"); });
}

TEST_CASE("where nobody listens nothing is sent, and figures are there all the same") {
  manager_fixture running;
  running.configure("figures_interval_ms", "50");
  run_application(running);
  eventually([&] { return has_figures(running); });
  CHECK(running.get("/metrics").body.find("metric_messages_total") == std::string::npos);
  CHECK(
      running.get("/metrics")
          .body.find(
              R"(deployment_manager_component_uptime_seconds{application="app",type="fake",component="main"} 60)") !=
      std::string::npos);
}

TEST_CASE("with the interval 0 nobody asks") {
  manager_fixture running;
  running.configure("figures_interval_ms", "0");
  run_application(running);
  const answer told = figures_of(running);
  CHECK(told.status == 200);
  CHECK(std::string(told.json["components"][0]["information"].GetString())
            .find("figures_interval_ms") != std::string::npos);
  CHECK(running.calls("figures").empty());
}

TEST_CASE("only what is wanted is asked for, and a plugin that fails leaves what was seen") {
  manager_fixture running;
  running.configure("figures_interval_ms", "50");
  run_application(running);
  eventually([&] { return has_figures(running); });
  running.script("figures", R"({"status": 14})");
  eventually([&] {
    const answer told = figures_of(running);
    return told.json["components"][0].HasMember("error");
  });
  running.unscript("figures");
  eventually([&] { return has_figures(running); });
  REQUIRE(running.request("POST", "/applications/app/stop?user.name=daemon").status == 202);
  running.wait_for_state("app", "CREATED");
  eventually([&] { return !has_figures(running); });
}

TEST_CASE("a plugin that hangs, and a receiver that does, hold neither a request nor the end") {
  dm::fake::http_server receiver([](const dm::fake::request&) {
    std::this_thread::sleep_for(std::chrono::seconds(2));
    return dm::fake::json(500, "{}");
  });
  manager_fixture running;
  running.configure("figures_interval_ms", "50");
  running.configure_environment("metric_logger_url", receiver.address());
  run_application(running);
  eventually([&] { return receiver.request_count() > 0; });
  running.script("figures", R"({"delay_ms": 600000})");
  const auto before = running.calls("figures").size();
  eventually([&] { return running.calls("figures").size() > before; });
  CHECK(figures_of(running).status == 200);
  running.stop();
}
