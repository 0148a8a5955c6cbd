// What a run prints: Java properties that fit into Oozie's capture-output.
// SPDX-License-Identifier: Apache-2.0
#include "guard/run_report.h"

#include <catch2/catch.hpp>

using namespace dm::guard;

TEST_CASE("a run's report, what is not known left out") {
  run_report report;
  report.run = "0000003-1-oozie-W.0";
  report.outcome = "completed";
  report.epoch = 4;
  report.application_id = "application_1_0001";
  CHECK(to_properties(report) ==
        "outcome=completed\nrun=0000003-1-oozie-W.0\nepoch=4\napplication_id=application_1_0001\n");
}

TEST_CASE("no cause makes it longer than Oozie takes, or another line of it") {
  run_report report;
  report.run = std::string(200, 'r');
  report.outcome = "failed";
  report.cause = "a\nb\\u0041=x \xC3\xA4" + std::string(5000, '\\');
  const std::string text = to_properties(report);
  CHECK(text.size() <= 2000);
  CHECK(text.find("cause=a\n") != std::string::npos);
  report.cause = "back\\slash \xC3\xA4 end";
  CHECK(to_properties(report).find("cause=back\\\\slash ? end\n") != std::string::npos);
}
