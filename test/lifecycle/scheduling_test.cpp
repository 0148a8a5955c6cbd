// The verbs of a component whose runs Oozie begins: what they write, what they ask Oozie for, and
// what they make of its answers.
// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/scheduling.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "lifecycle/savepoint_plan.h"
#include "lifecycle/savepoint_resume.h"
#include "support/scheduled_deployment.h"

using dm::status_code;
using dm::component::decision;
using dm::component::outcome;
using dm::component::record_kind;
using dm::test::require_good;
using dm::test::scheduled_deployment;
namespace fake = dm::fake;
namespace io = dm::io;
namespace lifecycle = dm::lifecycle;

namespace {

using disturbance = fake::disturbance;

disturbance instead(int status, const std::string& body) {
  disturbance wrong;
  wrong.what = disturbance::kind::replace;
  wrong.instead = fake::text(status, body, "application/json");
  return wrong;
}
disturbance simply(disturbance::kind what, bool carried_out = false) {
  disturbance wrong;
  wrong.what = what;
  wrong.carried_out = carried_out;
  return wrong;
}

// The next submission alone.
void spoil_submission(scheduled_deployment& d, const disturbance& how) {
  auto once = std::make_shared<bool>(false);
  d.there.server().disturb([once, how](const fake::request& asked) -> std::optional<disturbance> {
    if (asked.method != "POST" || std::exchange(*once, true)) return std::nullopt;
    return how;
  });
}

lifecycle::destroy_reply destroy_it(scheduled_deployment& d) {
  return lifecycle::destroy(d.own, io::operation::within(std::chrono::seconds(30)),
                            {d.data, "alice"});
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("create writes what Oozie is to be given, and asks Oozie for nothing") {
  scheduled_deployment d("{'frequency':1440,'timezone':'Europe/Berlin','action':'ssh'}");
  const std::string workflow = d.on_hdfs("workflow.xml");
  CHECK(has(workflow, "--run</args>"));
  CHECK(has(workflow, "${wf:id()}.${wf:run()}"));
  CHECK(has(workflow, d.data.directory + "/guard.json"));
  CHECK(has(workflow, "<args>" + d.data.user + "</args>"));
  const std::string coordinator = d.on_hdfs("coordinator.xml");
  CHECK(has(coordinator, "${coord:days(1)}"));
  CHECK(has(coordinator, "Europe/Berlin"));
  CHECK(d.there.server().request_count() == 0);
  CHECK(d.log().newest_intent() == nullptr);
}

TEST_CASE("what a node without Oozie is asked to schedule is refused, and nothing is made") {
  scheduled_deployment d;
  lifecycle::create_request request;
  request.name = {"prod", "app", "other"};
  request.user = d.edge.user();
  request.package = "package-1.0.0";
  request.staged_path = d.edge.stage("staged-other");
  const auto properties = dm::test::json(
      "{'component_main_jar':'app.jar','component_flink_job_type':'batch',"
      "'component_flink_schedule':{'frequency':60}}");
  request.properties = dm::package::read_properties(properties);
  const auto made =
      lifecycle::create(d.session(), io::operation::within(std::chrono::seconds(30)), request);
  REQUIRE(made.failure);
  CHECK(made.failure->code == status_code::invalid_argument);
  REQUIRE(made.failure->details.size() == 1);
  CHECK(made.failure->details[0].path == "$.properties.component_flink_schedule");
  CHECK(has(made.failure->details[0].allowed, "oozie_url"));
  CHECK_FALSE(std::filesystem::exists(d.edge.install_root() + "/prod/app/other"));
}

TEST_CASE("start records the run, submits one coordinator and starts the guard") {
  scheduled_deployment d;
  const auto reply = d.start_it();
  require_good(reply);
  CHECK(reply.changed);
  CHECK(reply.state == "SCHEDULED");
  CHECK(reply.desired == "RUNNING");
  CHECK(d.log().wanted());
  CHECK(d.log().newest_intent()->user == "alice");
  REQUIRE(d.there.coordinators(d.coordinator_name()).size() == 1);
  CHECK(d.there.coordinators().front().user == d.data.user);
  CHECK(has(reply.information, d.living().front()));
  CHECK(d.program_state() == "RUNNING");
  CHECK(d.live_ids().empty());
  // A coordinator that is asked to start answers with an error; it runs by itself.
  for (const fake::request& asked : d.there.server().requests()) CHECK(asked.method != "PUT");
}

TEST_CASE("start says when the first run is due, once Oozie has made it") {
  scheduled_deployment d;
  require_good(d.start_it());
  d.there.add_action(d.living().front(), {0, "WAITING", "", "Fri, 27 Nov 2026 17:48:00 GMT", ""});
  const auto again = d.start_it();
  require_good(again);
  CHECK(has(again.information, "the next run is due at 2026-11-27T17:48:00.000Z"));
}

TEST_CASE("a repeated start of a schedule changes nothing (INV-5)") {
  scheduled_deployment d;
  require_good(d.start_it());
  const std::string first = d.living().front();
  for (int i = 0; i < 2; ++i) {
    const auto again = d.start_it();
    require_good(again);
    CHECK_FALSE(again.changed);
    CHECK(again.state == "SCHEDULED");
  }
  CHECK(d.there.coordinators().size() == 1);
  CHECK(d.log().newest_intent()->number == 1);
}

TEST_CASE("a coordinator that somebody has suspended goes on with a start") {
  scheduled_deployment d;
  require_good(d.start_it());
  const std::string id = d.living().front();
  d.there.set_status(id, "SUSPENDED");
  const auto again = d.start_it();
  require_good(again);
  CHECK(again.changed);
  CHECK(d.there.job(id)->status == "RUNNING");
  CHECK(d.there.coordinators().size() == 1);
}

TEST_CASE("one that has ended in Oozie, or that Oozie has lost, is followed by another") {
  scheduled_deployment d;
  require_good(d.start_it());
  const std::string first = d.living().front();
  SECTION("killed by somebody") { d.there.set_status(first, "KILLED"); }
  SECTION("its end has come") { d.there.set_status(first, "SUCCEEDED"); }
  SECTION("lost with Oozie's database") { d.there.forget(first); }
  const auto again = d.start_it();
  require_good(again);
  CHECK(again.changed);
  REQUIRE(d.living().size() == 1);
  CHECK(d.living().front() != first);
  CHECK(d.log().newest_intent()->number > 1);
}

TEST_CASE("a word for the coordinator that nobody knows starts nothing") {
  scheduled_deployment d;
  require_good(d.start_it());
  d.there.set_status(d.living().front(), "GONE");
  const auto again = d.start_it();
  REQUIRE(again.failure);
  CHECK(again.failure->code == status_code::unavailable);
  CHECK(has(again.failure->message, "GONE"));
  CHECK(d.there.coordinators().size() == 1);
}

TEST_CASE("an Oozie that gives no answer at start: nothing is recorded, nothing is started") {
  scheduled_deployment d;
  struct trouble {
    const char* what;
    std::optional<disturbance> how;  // nullopt: it is away
    status_code expected = status_code::unavailable;
  };
  const trouble all[] = {
      {"away", std::nullopt},
      {"reset", simply(disturbance::kind::reset)},
      {"half an answer", simply(disturbance::kind::half_body)},
      {"a page", instead(200, "<html>")},
      {"no object", instead(200, "[]")},
      {"another object", instead(200, "{}")},
      {"an error", instead(500, R"({"errorMessage":"E0603: SQL error"})")},
      {"an error without a code", instead(400, "[]")},
      {"nobody there of that path", instead(404, "")},
      {"it asks who this is", instead(401, ""), status_code::unauthenticated},
  };
  for (const trouble& one : all) {
    INFO(one.what);
    if (one.how) {
      d.there.server().disturb([&](const fake::request&) { return one.how; });
    } else {
      d.there.server().stop();
    }
    const auto reply = d.start_it();
    if (!one.how) d.there.server().start();
    REQUIRE(reply.failure);
    CHECK(reply.failure->code == one.expected);
    CHECK(reply.desired == "STOPPED");
    CHECK(d.log().newest_intent() == nullptr);
    CHECK(d.program_state() != "RUNNING");
  }
  CHECK(d.there.coordinators().empty());
}

TEST_CASE("an Oozie that hangs at start takes no longer than the call has") {
  scheduled_deployment d;
  d.there.server().disturb(
      [](const fake::request&) { return std::optional(simply(disturbance::kind::never)); });
  const auto reply = d.start_it(std::chrono::seconds(2));
  REQUIRE(reply.failure);
  CHECK(d.log().newest_intent() == nullptr);
  CHECK(d.program_state() != "RUNNING");
}

TEST_CASE("what Oozie refuses for good takes the start back, in its words") {
  for (const char* code : {"E0701", "E1002", "E1003", "E1004", "E0501"}) {
    INFO(code);
    scheduled_deployment d;
    d.there.refuse_submission(code, "that will not do");
    const auto reply = d.start_it();
    REQUIRE(reply.failure);
    CHECK(reply.failure->code == status_code::failed_precondition);
    CHECK(has(reply.failure->message, "was not started"));
    CHECK(has(reply.failure->message, "that will not do"));
    CHECK(reply.desired == "STOPPED");
    CHECK_FALSE(d.log().wanted());
    CHECK(d.log().newest_intent()->stop_cause == "start-failed");
    CHECK(d.program_state() != "RUNNING");
    CHECK(d.there.coordinators().empty());
  }
}

TEST_CASE("a code that may mean anything takes nothing back: it is wanted, and tried again") {
  scheduled_deployment d;
  d.there.refuse_submission("E0307", "Runtime error");
  const auto reply = d.start_it();
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::unavailable);
  CHECK(reply.desired == "RUNNING");
  CHECK(has(reply.failure->message, "is not known"));
  CHECK(d.log().wanted());
  CHECK(d.program_state() == "RUNNING");  // its guard goes on asking
  d.there.refuse_submission("", "");
  const auto again = d.start_it();
  require_good(again);
  CHECK(d.there.coordinators().size() == 1);
  CHECK(d.log().newest_intent()->number == 1);
}

TEST_CASE("a submission whose answer is lost is found again, and never made twice") {
  scheduled_deployment d;
  spoil_submission(d, simply(disturbance::kind::reset, true));
  const auto lost = d.start_it();
  REQUIRE(lost.failure);
  CHECK(lost.failure->code == status_code::unavailable);
  CHECK(lost.desired == "RUNNING");
  CHECK(d.there.coordinators().size() == 1);
  const auto again = d.start_it();
  require_good(again);
  CHECK(again.state == "SCHEDULED");
  CHECK(d.there.coordinators().size() == 1);
}

TEST_CASE("a submission that is taken, with an answer that says nothing, is not made twice") {
  scheduled_deployment d;
  disturbance odd = instead(201, "{}");
  odd.carried_out = true;
  spoil_submission(d, odd);
  REQUIRE(d.start_it().failure);
  require_good(d.start_it());
  CHECK(d.there.coordinators().size() == 1);
}

TEST_CASE("a schedule without its Oozie: start and stop say what is missing") {
  scheduled_deployment d;
  lifecycle::start_request request;
  request.data = d.data;
  const auto reply =
      lifecycle::start(d.session(), io::operation::within(std::chrono::seconds(30)), request);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::failed_precondition);
  CHECK(has(reply.failure->hint, "oozie_url"));
  CHECK(d.log().newest_intent() == nullptr);
}

TEST_CASE("stop kills the coordinator with its workflows, and ends what runs") {
  scheduled_deployment d;
  require_good(d.start_it());
  const std::string id = d.living().front();
  const std::string workflow = d.there.add_workflow(id);
  const std::string application = d.put_live(d.play_run(workflow));
  const auto reply = d.stop_it();
  require_good(reply);
  CHECK(reply.changed);
  CHECK(reply.desired == "STOPPED");
  CHECK(d.there.job(id)->status == "KILLED");
  CHECK(d.there.job(workflow)->status == "KILLED");
  CHECK(d.live_ids().empty());
  CHECK_FALSE(d.log().wanted());
  CHECK(d.program_state() != "RUNNING");
  const auto again = d.stop_it();
  require_good(again);
  CHECK_FALSE(again.changed);
}

TEST_CASE("stop while Oozie gives no answer ends what lives, and says what is not known") {
  scheduled_deployment d;
  require_good(d.start_it());
  const std::string id = d.living().front();
  d.put_live(d.play_run(d.there.add_workflow(id)));
  SECTION("it is away") { d.there.server().stop(); }
  SECTION("it answers something else") {
    d.there.server().disturb(
        [](const fake::request&) { return std::optional(instead(200, "<html>")); });
  }
  SECTION("it does not do it") {
    d.there.server().disturb([](const fake::request& asked) {
      return asked.method == "PUT" ? std::optional(instead(200, "")) : std::nullopt;
    });
  }
  const auto reply = d.stop_it();
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::unavailable);
  CHECK(has(reply.failure->message, "whether its coordinator in Oozie has ended is not known"));
  CHECK(d.live_ids().empty());
  CHECK_FALSE(d.log().wanted());
  CHECK(d.there.job(id)->status == "RUNNING");
  d.there.server().start();
  d.there.server().disturb(nullptr);
  require_good(d.stop_it());
  CHECK(d.there.job(id)->status == "KILLED");
}

TEST_CASE("a coordinator that is over, or that Oozie has lost, is no obstacle to a stop") {
  scheduled_deployment d;
  require_good(d.start_it());
  SECTION("over") { d.there.set_status(d.living().front(), "SUCCEEDED"); }
  SECTION("lost") { d.there.forget(d.living().front()); }
  require_good(d.stop_it());
  CHECK_FALSE(d.log().wanted());
}

TEST_CASE("stop kills a coordinator whose submission got no answer") {
  scheduled_deployment d;
  spoil_submission(d, simply(disturbance::kind::reset, true));
  REQUIRE(d.start_it().failure);
  REQUIRE(d.living().size() == 1);
  require_good(d.stop_it());
  CHECK(d.living().empty());
}

TEST_CASE("a start after a stop is another one, with a coordinator of its own") {
  scheduled_deployment d;
  require_good(d.start_it());
  require_good(d.stop_it());
  require_good(d.start_it());
  CHECK(d.there.coordinators().size() == 2);
  REQUIRE(d.living().size() == 1);
  CHECK(d.there.job(d.living().front())->name == d.coordinator_name());
}

TEST_CASE("destroy kills the coordinator, and removes what Oozie was given") {
  scheduled_deployment d;
  require_good(d.start_it());
  const auto reply = destroy_it(d);
  require_good(reply);
  CHECK(d.living().empty());
  CHECK(d.on_hdfs("workflow.xml").empty());
  CHECK(d.on_hdfs("coordinator.xml").empty());
  require_good(destroy_it(d));
}

TEST_CASE("destroy of what was never started needs no answer but the documents' end") {
  scheduled_deployment d;
  require_good(destroy_it(d));
  CHECK(d.on_hdfs("workflow.xml").empty());
}

TEST_CASE("destroy while Oozie is away removes nothing that its coordinator stands on") {
  scheduled_deployment d;
  require_good(d.start_it());
  d.there.server().stop();
  const auto reply = destroy_it(d);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::unavailable);
  CHECK_FALSE(d.on_hdfs("coordinator.xml").empty());
  CHECK(std::filesystem::exists(d.data.directory));
  d.there.server().start();
  require_good(destroy_it(d));
  CHECK(d.living().empty());
}

TEST_CASE("a schedule resumes from nothing") {
  scheduled_deployment d;
  require_good(d.start_it());
  require_good(d.stop_it());
  lifecycle::resume_request request;
  request.data = d.data;
  request.savepoint = "latest";
  const auto reply =
      lifecycle::resume(d.own, io::operation::within(std::chrono::seconds(30)), request);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::failed_precondition);
  CHECK(has(reply.failure->message, "has a schedule"));
}

TEST_CASE("a plan of a schedule says what its start does: no job is waited for") {
  scheduled_deployment d;
  lifecycle::plan_request request;
  request.data = d.data;
  const auto in_time = io::operation::within(std::chrono::seconds(30));
  const auto first = lifecycle::plan(d.own, in_time, request);
  require_good(first);
  CHECK(first.possible);
  REQUIRE(first.steps.size() == 1);
  CHECK(has(first.steps[0], "submit its coordinator to Oozie"));
  require_good(d.start_it());
  lifecycle::create_request next;
  next.name = d.data.name;
  next.user = d.edge.user();
  next.package = "package-1.1.0";
  next.staged_path = d.edge.stage("staged-next");
  const auto properties = dm::test::json(
      "{'component_main_jar':'app.jar','component_flink_job_type':'batch',"
      "'component_flink_schedule':{'frequency':1440}}");
  next.properties = dm::package::read_properties(properties);
  request.next = next;
  const auto upgrade = lifecycle::plan(d.own, in_time, request);
  require_good(upgrade);
  REQUIRE(upgrade.steps.size() == 3);
  CHECK(has(upgrade.steps[0], "kill its coordinator in Oozie"));
  CHECK(has(upgrade.steps[1], "package-1.1.0"));
  CHECK(has(upgrade.steps[2], "submit its coordinator to Oozie"));
}

TEST_CASE("a stopped schedule is STOPPED, whatever its last run came to, unless its end had come") {
  scheduled_deployment d;
  require_good(d.start_it());
  const std::string id = d.living().front();
  d.put_end(d.play_run(d.there.add_workflow(id, "SUCCEEDED")), outcome::completed, decision::none);
  SECTION("its end had come") {
    d.there.set_status(id, "SUCCEEDED");
    CHECK(d.stop_it().state == "COMPLETED");
  }
  SECTION("there would have been more runs") { CHECK(d.stop_it().state == "STOPPED"); }
}
