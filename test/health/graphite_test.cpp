// What Graphite is sent.
// SPDX-License-Identifier: Apache-2.0
#include "health/graphite.h"

#include <catch2/catch.hpp>

#include "report_fixture.h"

using namespace dm::health;
using dm::test::some_report;

TEST_CASE("only numbers are sent, health as one") {
  report all = some_report();
  CHECK(graphite_lines(all) ==
        "flink.history_server_available_success 1 1795438656\n"
        "flink.history_server_available_ms 12 1795438656\n"
        "hadoop.flink.health 0 1795438656\n");
  all.findings.back().warn("slow");
  all.metric = "flink.health";
  CHECK(graphite_lines(all).find("flink.health 1 1795438656\n") != std::string::npos);
  all.findings.back().fault("away");
  CHECK(graphite_lines(all).find("flink.health 2 1795438656\n") != std::string::npos);
}
