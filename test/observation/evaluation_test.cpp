// From what the sources said to a status.
// SPDX-License-Identifier: Apache-2.0
#include "observation/evaluation.h"

#include <catch2/catch.hpp>

#include "observation/facts.h"

using namespace dm::observation;
using dm::test::address;
using dm::test::facts;
using dm::test::noon;
using dm::test::proves;

TEST_CASE("what is wanted is told apart from what is") {
  CHECK(facts().evaluated().desired.empty());
  CHECK(facts().run().evaluated().desired == "RUNNING");
  CHECK(facts().run().incarnation().stop().application(2, "RUNNING").evaluated().desired ==
        "STOPPED");
  // Whoever is at work does not tell what is wanted.
  CHECK(facts().no_log("").application(2, "RUNNING").job("RUNNING").evaluated().desired.empty());
  CHECK(facts().no_log().guard("STOPPED").evaluated().desired.empty());
}

TEST_CASE("whether somebody watches is a value, of what lives and is wanted") {
  const auto lives = [] {
    return facts().run().incarnation().application(2, "RUNNING").job("RUNNING");
  };
  CHECK(lives().evaluated().watched == true);
  CHECK(lives().guard("FATAL").evaluated().watched == false);
  CHECK_FALSE(lives().supervisor_silent().evaluated().watched.has_value());
  CHECK_FALSE(lives().stop().guard("STOPPED").evaluated().watched.has_value());
  CHECK_FALSE(facts().run().evaluated().watched.has_value());
}

TEST_CASE("a status tells what it is about and where to look") {
  const component_status status =
      facts().run().incarnation().application(2, "RUNNING").job("RUNNING").evaluated();
  CHECK(status.application_id == "application_1_0002");
  CHECK(status.job_id == "79027c5e5ce9d22420e092835033910c");
  CHECK(status.job_name == "app-stream");
  CHECK(status.yarn_state == "RUNNING");
  CHECK(status.tracking_url.find("/proxy/application_1_0002") != std::string::npos);
  CHECK(status.guard_log == "/opt/prod/app/stream/logs/guard.log");
  CHECK(status.client_log == "/opt/prod/app/stream/logs/client-2.log");
  // Of what was refused before a client was started there is none.
  facts refused;
  refused.run().incarnation().end(dm::component::outcome::failed, dm::component::decision::restart,
                                  "the policy has no map");
  refused.f.log->ends.begin()->second.counts = false;
  CHECK(refused.evaluated().client_log.empty());
  CHECK(refused.evaluated().guard_log == "/opt/prod/app/stream/logs/guard.log");
  CHECK(proves(status, "resourcemanager " + address, "application_1_0002 is RUNNING"));
  CHECK(proves(status, "supervisord", "RUNNING"));
  CHECK(proves(status, "jobmanager http://node7:41233", "2 of 2 tasks"));
  CHECK(proves(status, "hdfs", "newest intent: run (record 1)"));
}

TEST_CASE("an application that ended before what the component is now is not told as its own") {
  const auto ended = [](facts given) { return given.application(2, "FINISHED", "SUCCEEDED"); };
  const auto id = [](const facts& given) { return given.evaluated().application_id; };
  const facts stopped = ended(facts().run().incarnation().stop());
  CHECK(id(stopped) == "application_1_0002");
  // Started again: nothing is submitted yet, then it is, then YARN has it.
  CHECK(id(facts(stopped).run()).empty());
  CHECK(facts(stopped).run().evaluated().yarn_state.empty());
  CHECK(facts(stopped).run().evaluated().summary == "STARTING");
  CHECK(id(facts(stopped).run().incarnation()).empty());
  CHECK(id(facts(stopped).run().incarnation().application(5, "ACCEPTED")) == "application_1_0005");
  // Its guard submits once more.
  CHECK(id(ended(facts().run().incarnation().incarnation())).empty());
  // YARN does not know the newest one any more.
  CHECK(id(ended(facts().run().incarnation().incarnation().known())) == "application_1_0003");
  // Destroyed and created again.
  CHECK(id(ended(facts().run().incarnation().stop(std::string(dm::component::destroyed)))).empty());
}

TEST_CASE("what has come to its end is as it is since then, whatever is stopped later") {
  const facts completed = facts().run().incarnation().end(dm::component::outcome::completed,
                                                          dm::component::decision::none);
  const auto ended = completed.evaluated().since;
  CHECK(facts(completed).stop().evaluated().state == component_state::completed);
  CHECK(facts(completed).stop().evaluated().since == ended);
}

TEST_CASE("detail adds to a status and changes nothing of it") {
  const std::vector<facts> all = {
      facts(), facts().run().incarnation().stop().application(2, "RUNNING").job("RUNNING"),
      facts().run().incarnation().application(2, "RUNNING").job("RUNNING")};
  for (const facts& given : all) {
    const component_status brief = given.evaluated(false);
    const component_status detailed = given.evaluated(true);
    CHECK(brief.state == detailed.state);
    CHECK(brief.desired == detailed.desired);
    CHECK(brief.confidence == detailed.confidence);
    CHECK(brief.reason == detailed.reason);
  }
}

TEST_CASE("another user's application is evidence, and never taken for the component's") {
  const component_status status = facts().foreign("bob").evaluated();
  CHECK(status.application_id.empty());
  CHECK(proves(status, "resourcemanager", "application_9_0001 of user bob"));
  CHECK(facts().foreign("bob", "FINISHED").evaluated().reason.empty());
}
