// What is counted where it happens. The counters are the whole process's, so the names here are its
// own.
// SPDX-License-Identifier: Apache-2.0
#include "metrics/counted.h"

#include <catch2/catch.hpp>

#include <string>

namespace metrics = manager::metrics;
using namespace std::chrono_literals;

namespace {

bool shows(const std::string& line) {
  metrics::exposition text;
  metrics::write_counted(text);
  INFO(text.text());
  return text.text().find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("requests are counted by pattern and code, methods that nobody has as one") {
  metrics::request_answered("GET", "/counted/{x}", 200, 20ms);
  metrics::request_answered("GET", "/counted/{x}", 404, 2s);
  metrics::request_answered("BREW", "/counted/{x}", 405, 1ms);
  metrics::request_answered("COFFEE", "/counted/{x}", 405, 1ms);
  const std::string name = "deployment_manager_http_requests_total";
  CHECK(shows(name + R"({method="GET",route="/counted/{x}",code="200"} 1)"));
  CHECK(shows(name + R"({method="other",route="/counted/{x}",code="405"} 2)"));
  CHECK(shows(R"(deployment_manager_http_request_seconds_count{route="/counted/{x}"} 4)"));
}

TEST_CASE("operations and plugin calls are counted with how they ended and what they took") {
  metrics::operation_ended("counted", "start", "succeeded", 3s);
  metrics::operation_ended("counted", "start", "failed", 3s);
  metrics::plugin_answered("counted", "stop", "UNAVAILABLE", 40ms);
  const std::string name = "deployment_manager_operations_total";
  CHECK(shows(name + R"({noun="counted",verb="start",outcome="succeeded"} 1)"));
  CHECK(shows(name + R"({noun="counted",verb="start",outcome="failed"} 1)"));
  CHECK(shows(R"(deployment_manager_operation_seconds_sum{noun="counted",verb="start"} 6)"));
  CHECK(
      shows("deployment_manager_plugin_calls_total"
            R"({type="counted",verb="stop",status="UNAVAILABLE"} 1)"));
  CHECK(
      shows("deployment_manager_plugin_call_seconds_bucket"
            R"({type="counted",verb="stop",le="0.05"} 1)"));
}
