// The restarts of a job within Flink.
// SPDX-License-Identifier: Apache-2.0
#include "observation/restarts.h"

#include <catch2/catch.hpp>

#include "observation/facts.h"

using namespace dm::observation;
using dm::test::facts;
using dm::test::noon;

TEST_CASE("restarts by Flink are counted, dated and explained") {
  const component_status status = facts()
                                      .run()
                                      .incarnation()
                                      .application(2, "RUNNING")
                                      .job("RUNNING")
                                      .restarted(7, std::chrono::seconds(3))
                                      .evaluated();
  REQUIRE(status.restarts);
  CHECK(status.restarts->count == 7);
  CHECK(status.restarts->since_at == noon - std::chrono::seconds(3));
  CHECK(status.restarts->exception.find("boo") != std::string::npos);
  CHECK_FALSE(
      facts().run().incarnation().application(2, "RUNNING").job("RUNNING").evaluated().restarts);
}

TEST_CASE("a job that has not been restarted has no restarts, whatever it has thrown") {
  const auto failing = facts()
                           .run()
                           .incarnation()
                           .application(2, "RUNNING")
                           .job("FAILING", 0)
                           .restarted(0, std::chrono::seconds(1));
  CHECK_FALSE(restarts_of(failing.f));
  CHECK(newest_exception(failing.f).find("boo") != std::string::npos);
}

TEST_CASE("a job that runs with an exception behind it was restarted, though the metric lags") {
  const auto running = facts()
                           .run()
                           .incarnation()
                           .application(2, "RUNNING")
                           .job("RUNNING")
                           .restarted(0, std::chrono::seconds(3));
  REQUIRE(restarts_of(running.f));
  CHECK(restarts_of(running.f)->count == 1);
  CHECK(described(*restarts_of(running.f)).find("restarted once by Flink") == 0);
}
