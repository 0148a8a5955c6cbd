// What a status repeats of its sources, whatever state comes of it.
// SPDX-License-Identifier: Apache-2.0
#include "observation/status_report.h"

#include <catch2/catch.hpp>

#include "observation/facts.h"

using namespace dm::input;
using namespace dm::observation;
using dm::component::decision;
using dm::component::outcome;
using dm::test::facts;
using dm::test::noon;
using dm::test::proves;
namespace io = dm::io;

TEST_CASE("a silent source is part of the evidence") {
  const component_status status =
      facts().yarn_silent().no_log().supervisor_silent().job_manager_silent().evaluated();
  CHECK(proves(status, "resourcemanager", "Connection refused"));
  CHECK(proves(status, "hdfs", "safe mode"));
  CHECK(proves(status, "supervisord", "no such socket"));
  CHECK(proves(status, "jobmanager", "timed out"));
}

TEST_CASE("incarnations are listed newest first, with detail alone") {
  facts f;
  f.run()
      .incarnation()
      .known()
      .end(outcome::failed, decision::restart, "boo")
      .incarnation()
      .known();
  f.f.log->records.at(3).restore_path = "/state/savepoints/sp-1/savepoint-79027c-0123456789ab";
  f.application(3, "RUNNING").job("RUNNING");
  CHECK(f.evaluated(false).incarnations.empty());
  const component_status status = f.evaluated(true);
  REQUIRE(status.incarnations.size() == 2);
  CHECK(status.incarnations[0].epoch == 3);
  CHECK(status.incarnations[0].application_id == "application_1_0003");
  CHECK(status.incarnations[0].outcome.empty());
  CHECK(status.incarnations[0].ended_at == io::wall_time{});
  CHECK(status.incarnations[0].restore_point ==
        "/state/savepoints/sp-1/savepoint-79027c-0123456789ab");
  CHECK(status.incarnations[1].restore_point.empty());
  CHECK(status.incarnations[1].epoch == 2);
  CHECK(status.incarnations[1].outcome == "failed");
  CHECK(status.incarnations[1].cause == "boo");
}

TEST_CASE("of each incarnation: who told its cause, of what class, where it was thrown, its log") {
  facts f;
  f.run().incarnation().known().end(outcome::failed, decision::restart, "boo").incarnation();
  dm::component::end_fact& end = f.f.log->ends.at(2);
  end.source = "job archive";
  end.failure_class = "user_exception";
  end.frame = "a.B.c(B.java:1)";
  const component_status status = f.evaluated(true);
  REQUIRE(status.incarnations.size() == 2);
  const incarnation_report& failed = status.incarnations[1];
  CHECK(failed.source == "job archive");
  CHECK(failed.failure_class == "user_exception");
  CHECK(failed.frame == "a.B.c(B.java:1)");
  CHECK(failed.client_log == "/opt/prod/app/stream/logs/client-2.log");
  CHECK(status.incarnations[0].source.empty());
  // A claimed epoch of which nothing was submitted has no client's log.
  end.counts = false;
  CHECK(f.evaluated(true).incarnations[1].client_log.empty());
}

TEST_CASE("the queue is YARN's word, and what the policy said stands with each incarnation") {
  facts f;
  f.run().incarnation().known();
  f.f.log->records.at(2).queue_policy = dm::component::queue_answer{
      "prod", dm::component::queue_word::queue, "root.applications.prod", ""};
  f.application(2, "RUNNING").job("RUNNING");
  const component_status status = f.evaluated(true);
  CHECK(status.queue == "default");
  REQUIRE(status.incarnations.size() == 1);
  REQUIRE(status.incarnations[0].queue_policy);
  CHECK(status.incarnations[0].queue_policy->queue == "root.applications.prod");
  CHECK(status.failed_as == dm::flink::failure_class::unknown);
}

TEST_CASE("a state that rests on an end says what that failed as") {
  facts f;
  f.run().incarnation().known().end(outcome::failed, decision::restart, "boo");
  f.f.log->ends.at(2).failure_class = "queue_policy_refused";
  const component_status status = f.evaluated(true);
  CHECK(status.state == dm::component::component_state::backoff);
  CHECK(status.failed_as == dm::flink::failure_class::queue_policy_refused);
}
