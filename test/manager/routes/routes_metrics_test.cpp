// GET /metrics.
// SPDX-License-Identifier: Apache-2.0
#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

#include <sstream>

using namespace manager_test;

TEST_CASE("metrics count what was asked, done and called, in lines that Prometheus reads") {
  manager_fixture running;
  write_simple_package(running.repository(), "a-1.0.0");
  running.start();
  running.deploy("a-1.0.0");
  running.create_and_start("app", "a-1.0.0");
  running.script("stop", R"({"status": 14})");
  running.request("POST", "/applications/app/stop?user.name=daemon");
  running.wait_for_state("app", "STARTED");
  CHECK(running.get("/nowhere").status == 404);
  // An operation is counted when its end is recorded, which clients may see a moment earlier.
  std::string text;
  eventually([&] {
    text = running.get("/metrics").body;
    return text.find(R"(verb="stop",outcome="failed"})") != std::string::npos &&
           text.find("deployment_manager_operations_running 0") != std::string::npos;
  });
  for (
      const char* part :
      {R"(deployment_manager_http_requests_total{method="PUT",route="/applications/{application}",code="202"})",
       R"(deployment_manager_http_requests_total{method="GET",route="none",code="404"})",
       R"(deployment_manager_operations_total{noun="application",verb="start",outcome="succeeded"})",
       R"(deployment_manager_operations_total{noun="application",verb="stop",outcome="failed"})",
       R"(deployment_manager_plugin_calls_total{type="fake",verb="stop",status="UNAVAILABLE"})",
       R"(deployment_manager_plugin_call_seconds_bucket{type="fake",verb="start",le="+Inf"})",
       "deployment_manager_operations_running 0", "process_resident_memory_bytes "}) {
    INFO(part);
    CHECK(text.find(part) != std::string::npos);
  }
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    INFO(line);
    CHECK((line.starts_with("# HELP ") || line.starts_with("# TYPE ") ||
           line.starts_with("deployment_manager_") || line.starts_with("process_")));
  }
}
