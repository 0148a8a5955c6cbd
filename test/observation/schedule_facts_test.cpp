// What Oozie is asked about scheduled components, and what status tells of its answers.
// SPDX-License-Identifier: Apache-2.0
#include "observation/schedule_facts.h"

#include <catch2/catch.hpp>

#include "observation/facts.h"
#include "support/scheduled_deployment.h"

using dm::component::decision;
using dm::component::outcome;
using dm::observation::component_status;
using dm::test::facts;
using dm::test::noon;
using dm::test::proves;
using dm::test::require_good;
using dm::test::scheduled_deployment;
using std::chrono::minutes;
using state = dm::observation::component_state;
using sure = dm::observation::confidence;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

const std::string first = "0000005-261127173400269-oozie-flin-W";
const std::string second = "0000006-261127173400269-oozie-flin-W";

// Two runs that were begun, one that was missed between them, and two to come.
facts some_runs() {
  return facts()
      .coordinator("RUNNING")
      .action("SUCCEEDED", minutes(-120), first)
      .action("TIMEDOUT", minutes(-90))
      .action("KILLED", minutes(-60), second, "the run's guard ended without telling")
      .action("WAITING", minutes(5))
      .action("WAITING", minutes(65))
      .run();
}

fake::disturbance instead(int status, const std::string& body) {
  fake::disturbance wrong;
  wrong.what = fake::disturbance::kind::replace;
  wrong.instead = fake::text(status, body, "application/json");
  return wrong;
}

}  // namespace

TEST_CASE("the runs whose time has come, newest first, each with what it came to") {
  const component_status status = some_runs()
                                      .incarnation()
                                      .of_run(first + ".0")
                                      .known()
                                      .end(outcome::completed, decision::none)
                                      .evaluated(true);
  REQUIRE(status.schedule);
  const auto& told = *status.schedule;
  CHECK(told.coordinator_id == "0000004-261127173400269-oozie-flin-C");
  CHECK(told.coordinator_status == "RUNNING");
  CHECK(told.next_run_at == noon + minutes(5));
  CHECK(told.missed == 1);
  CHECK(told.problem.empty());
  REQUIRE(told.runs.size() == 3);
  CHECK(told.runs[0].number == 3);
  CHECK(told.runs[0].workflow_id == second);
  CHECK(told.runs[0].outcome.empty());
  CHECK(told.runs[0].epoch == 0);
  CHECK(told.runs[0].cause == "the run's guard ended without telling");
  CHECK(told.runs[1].missed);
  CHECK(told.runs[1].workflow_id.empty());
  CHECK(told.runs[2].outcome == "completed");
  CHECK(told.runs[2].epoch == 2);
  CHECK(told.runs[2].application_id == "application_1_0002");
  CHECK_FALSE(told.runs[2].job_id.empty());
  CHECK(told.runs[2].nominal_at == noon - minutes(120));
  CHECK(proves(status, "Oozie http://oozie:11000", "is RUNNING"));
}

TEST_CASE("without detail there is no list, and all else is the same") {
  const component_status status = some_runs().evaluated();
  REQUIRE(status.schedule);
  CHECK(status.schedule->runs.empty());
  CHECK(status.schedule->missed == 1);
  CHECK(status.schedule->next_run_at == noon + minutes(5));
}

TEST_CASE("why a run did not go well: Oozie's sentence, else the log's") {
  const component_status status = facts()
                                      .coordinator("RUNNING")
                                      .action("KILLED", minutes(-60), first)
                                      .run()
                                      .incarnation()
                                      .of_run(first + ".0")
                                      .end(outcome::failed, decision::give_up, "no such file")
                                      .evaluated(true);
  REQUIRE(status.schedule->runs.size() == 1);
  CHECK(status.schedule->runs[0].cause == "no such file");
  CHECK(status.schedule->runs[0].outcome == "failed");
}

TEST_CASE("of a workflow that was run again in Oozie the newest run tells") {
  const component_status status = facts()
                                      .coordinator("RUNNING")
                                      .action("SUCCEEDED", minutes(-60), first)
                                      .run()
                                      .incarnation()
                                      .of_run(first + ".0")
                                      .end(outcome::failed, decision::give_up)
                                      .incarnation()
                                      .of_run(first + ".1")
                                      .end(outcome::completed, decision::none)
                                      .evaluated(true);
  REQUIRE(status.schedule->runs.size() == 1);
  CHECK(status.schedule->runs[0].epoch == 3);
  CHECK(status.schedule->runs[0].outcome == "completed");
}

TEST_CASE("a run of another workflow whose id begins alike is another run") {
  const component_status status = facts()
                                      .coordinator("RUNNING")
                                      .action("SUCCEEDED", minutes(-60), first)
                                      .run()
                                      .incarnation()
                                      .of_run(first + "x.0")
                                      .end(outcome::completed, decision::none)
                                      .evaluated(true);
  CHECK(status.schedule->runs[0].epoch == 0);
}

TEST_CASE("a coordinator that is over has no next run") {
  for (const char* word : {"KILLED", "SUCCEEDED", "DONEWITHERROR", "FAILED"}) {
    INFO(word);
    CHECK(facts().coordinator(word).run().evaluated().schedule->next_run_at == io::wall_time{});
  }
  CHECK(facts().coordinator("RUNNING").run().evaluated().schedule->next_run_at ==
        noon + std::chrono::hours(2));
}

TEST_CASE("the summary of a schedule says whether its last run went well") {
  const auto summary = [](outcome came_to, decision judged) {
    return facts()
        .coordinator("RUNNING")
        .run()
        .incarnation()
        .end(came_to, judged)
        .evaluated()
        .summary;
  };
  CHECK(facts().coordinator("RUNNING").run().evaluated().summary == "RUNNING");
  CHECK(summary(outcome::completed, decision::none) == "RUNNING");
  CHECK(summary(outcome::stopped, decision::none) == "RUNNING");
  CHECK(summary(outcome::failed, decision::give_up) == "RUNNING_WITH_ERRORS");
  CHECK(summary(outcome::killed, decision::none) == "RUNNING_WITH_ERRORS");
  CHECK(summary(outcome::unknown, decision::give_up) == "RUNNING_WITH_ERRORS");
}

TEST_CASE("a component without a schedule has none of this") {
  CHECK_FALSE(facts().run().evaluated(true).schedule);
}

TEST_CASE("two requests tell all of one component") {
  scheduled_deployment d;
  require_good(d.start_it());
  d.there.server().forget_requests();
  const component_status status = d.status_of(true);
  CHECK(d.there.server().request_count() == 2);
  CHECK(status.state == state::scheduled);
  CHECK(status.confidence == sure::confirmed);
  CHECK(status.schedule->coordinator_id == d.living().front());
}

TEST_CASE("Oozie is not asked about what is not wanted") {
  scheduled_deployment d;
  CHECK(d.status_of().state == state::created);
  require_good(d.start_it());
  require_good(d.stop_it());
  d.there.server().forget_requests();
  const component_status status = d.status_of(true);
  CHECK(d.there.server().request_count() == 0);
  CHECK(status.state == state::stopped);
}

TEST_CASE("runs as Oozie has them, with their applications by the log") {
  scheduled_deployment d;
  require_good(d.start_it());
  const std::string coordinator = d.living().front();
  const std::string workflow = d.there.add_workflow(coordinator, "SUCCEEDED");
  d.there.add_action(coordinator, {0, "SKIPPED", "", "Fri, 27 Nov 2026 18:48:00 GMT", ""});
  d.there.add_action(coordinator, {0, "WAITING", "", "Fri, 27 Nov 2026 19:48:00 GMT", ""});
  const std::uint64_t epoch = d.play_run(workflow);
  d.put_end(epoch, outcome::completed, decision::none);
  const component_status status = d.status_of(true);
  REQUIRE(status.schedule);
  CHECK(status.state == state::scheduled);
  CHECK(io::to_rfc3339(status.schedule->next_run_at) == "2026-11-27T19:48:00.000Z");
  REQUIRE(status.schedule->runs.size() == 2);
  CHECK(status.schedule->runs[0].missed);
  CHECK(status.schedule->runs[1].epoch == epoch);
  CHECK(status.schedule->runs[1].outcome == "completed");
  CHECK(status.schedule->missed == 1);
}

TEST_CASE("the coordinator that lives is told, not one that a start of before left, nor others'") {
  scheduled_deployment d;
  require_good(d.start_it());
  const std::string own = d.living().front();
  d.there.add_coordinator(d.coordinator_name(), "KILLED", d.data.user);
  d.there.add_coordinator(d.coordinator_name(), "RUNNING", "somebody");
  CHECK(d.status_of().schedule->coordinator_id == own);
  d.there.forget(own);
  // What is left of its name has ended, or is another's.
  const component_status status = d.status_of();
  CHECK(status.schedule->coordinator_status == "KILLED");
  CHECK(status.state == state::failed);
}

TEST_CASE("trouble with Oozie is no proof: the state stays, as stale, with the problem") {
  scheduled_deployment d;
  require_good(d.start_it());
  struct trouble {
    const char* what;
    fake::disturbance how;
  };
  const trouble all[] = {
      {"a page in its place", instead(200, "<html>")},
      {"nothing", instead(200, "")},
      {"an array", instead(200, "[]")},
      {"an object without what was asked for", instead(200, "{}")},
      {"a list of no coordinators", instead(200, R"({"coordinatorjobs":[1,null,"x"]})")},
      {"an error of its own", instead(500, R"({"errorMessage":"E0603: SQL error"})")},
      {"an error that is no object", instead(400, "[]")},
      {"it asks who this is", instead(401, "")},
      {"it forbids it", instead(403, "")},
      {"a gateway's", instead(404, "not here")},
      {"reset", {fake::disturbance::kind::reset, false, {}, {}}},
      {"half an answer", {fake::disturbance::kind::half_body, false, {}, {}}},
  };
  for (const trouble& one : all) {
    INFO(one.what);
    d.there.server().disturb([&](const fake::request&) { return std::optional(one.how); });
    const component_status status = d.status_of(true);
    CHECK(status.state == state::scheduled);
    CHECK(status.confidence == sure::stale);
    REQUIRE(status.schedule);
    CHECK_FALSE(status.schedule->problem.empty());
    CHECK(status.schedule->coordinator_id.empty());
    CHECK(proves(status, "Oozie", status.schedule->problem));
  }
  d.there.server().disturb(nullptr);
  CHECK(d.status_of().confidence == sure::confirmed);
}

TEST_CASE("what could be told before the second answer failed is told") {
  scheduled_deployment d;
  require_good(d.start_it());
  d.there.server().disturb([&](const fake::request& asked) {
    return asked.path.find("/job/") == std::string::npos ? std::nullopt
                                                         : std::optional(instead(500, ""));
  });
  const component_status status = d.status_of(true);
  CHECK(status.state == state::scheduled);
  CHECK(status.confidence == sure::stale);
  CHECK(status.schedule->coordinator_id == d.living().front());
  CHECK_FALSE(status.schedule->problem.empty());
}

TEST_CASE("an Oozie that hangs takes no longer than the call has, and leaves the rest told") {
  scheduled_deployment d;
  require_good(d.start_it());
  d.there.server().disturb([](const fake::request&) {
    return std::optional(fake::disturbance{fake::disturbance::kind::never, false, {}, {}});
  });
  const auto told = dm::observation::status(d.own, io::operation::within(std::chrono::seconds(4)),
                                            {{d.data}, true});
  REQUIRE(told.size() == 1);
  CHECK(told.front().state == state::scheduled);
  CHECK(told.front().confidence == sure::stale);
  CHECK_FALSE(told.front().schedule->problem.empty());
  CHECK(told.front().desired == "RUNNING");
}

TEST_CASE("a deployment manager that knows no Oozie any more says so") {
  scheduled_deployment d;
  require_good(d.start_it());
  const auto told = dm::observation::status(
      d.session(), io::operation::within(std::chrono::seconds(30)), {{d.data}, false});
  CHECK(told.front().confidence == sure::stale);
  CHECK(told.front().schedule->problem.find("oozie_url") != std::string::npos);
}
