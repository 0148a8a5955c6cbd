// The status verb against a fake cluster: who is asked, how often, and what comes of it.
// SPDX-License-Identifier: Apache-2.0
#include "observation/status.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "component/component_name.h"
#include "support/deployment.h"

using namespace dm::context;
using namespace dm::input;
using namespace dm::lifecycle;
using namespace dm::observation;
using namespace dm::package;
using dm::component::decision;
using dm::component::outcome;
using dm::component::record_kind;
using dm::test::deployment;
using state = component_state;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

std::vector<component_status> status_of(
    session& session, const std::vector<component_data>& components, bool detail = false,
    const io::operation& op = io::operation::within(std::chrono::seconds(30))) {
  return status(session, op, {components, detail});
}

component_status status_of(deployment& d, bool detail = false) {
  return status_of(d.session(), {d.data}, detail).front();
}

void run_it(deployment& d) {
  d.play_everything();
  start_request request;
  request.data = d.data;
  const auto started = start(d.session(), io::operation::within(std::chrono::seconds(30)), request);
  if (started.failure) FAIL(started.failure->text());
}

// All requests to all services since the last call.
struct counts {
  std::size_t supervisor, resource_manager, name_node, job_manager;
  std::size_t all() const { return supervisor + resource_manager + name_node + job_manager; }
};
counts requests(deployment& d) {
  const counts seen{d.edge.supervisord().server().request_count(),
                    d.resource_manager.server().request_count(),
                    d.name_node.server().request_count() + d.name_node.data_node().request_count(),
                    d.job_manager.server().request_count()};
  d.edge.supervisord().server().forget_requests();
  d.resource_manager.server().forget_requests();
  d.name_node.server().forget_requests();
  d.name_node.data_node().forget_requests();
  d.job_manager.server().forget_requests();
  return seen;
}

}  // namespace

TEST_CASE("a healthy component costs three requests") {
  deployment d;
  run_it(d);
  requests(d);
  const component_status status = status_of(d);
  const counts asked = requests(d);
  CHECK(status.state == state::running);
  CHECK(status.confidence == confidence::confirmed);
  CHECK(status.desired == "RUNNING");
  CHECK(asked.supervisor == 1);
  CHECK(asked.resource_manager == 1);
  CHECK(asked.job_manager == 1);
  CHECK(asked.name_node == 1);
}

TEST_CASE("fifty healthy components cost two requests and two for each job") {
  deployment d;
  std::vector<component_data> components;
  for (int i = 0; i < 50; ++i) {
    component_data data = d.data;
    data.name.component = "c" + std::to_string(i);
    data.id = dm::component::component_id(data.name);
    data.program = dm::component::program_name(data.name);
    components.push_back(data);
    fake::yarn_application application;
    application.tags = {"dm-fleet-prod", dm::component::component_tag(data.id),
                        dm::component::epoch_tag(data.id, 2)};
    application.user = data.user;
    application.am_rpc_address = d.job_manager.rpc_address();
    d.resource_manager.cluster().submit(application);
    fake::supervised_process guard;
    guard.name = data.program;
    guard.state = "RUNNING";
    d.edge.supervisord().add(guard);
  }
  requests(d);
  const auto statuses = status_of(d.session(), components);
  const counts asked = requests(d);
  REQUIRE(statuses.size() == 50);
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    CHECK(statuses[i].name == components[i].name);  // in the order of the request
    CHECK(statuses[i].state == state::running);
  }
  CHECK(asked.supervisor == 1);
  CHECK(asked.resource_manager == 1);
  CHECK(asked.job_manager == 50);
  CHECK(asked.name_node == 50);
  CHECK(asked.all() == 102);
}

TEST_CASE("a pending stop shows with and without detail, also where a guard is at work") {
  deployment d;
  run_it(d);
  d.append(record_kind::stop);  // as a stop leaves it whose time was up, or that did not wait
  const component_status brief = status_of(d);
  const component_status detailed = status_of(d, true);
  CHECK(brief.state == state::stopping);
  CHECK(brief.desired == "STOPPED");
  CHECK(brief.reason.find("stop again to go on with it") != std::string::npos);
  CHECK(detailed.state == brief.state);
  CHECK(detailed.desired == brief.desired);
  CHECK(detailed.reason == brief.reason);
}

TEST_CASE("a live job that nobody watches says so, and start brings its guard back") {
  deployment d;
  run_it(d);
  d.edge.supervisord().change(d.data.program,
                              [](fake::supervised_process& p) { p.state = "STOPPED"; });
  const component_status alone = status_of(d);
  CHECK(alone.state == state::running);
  CHECK(alone.reason.find("nobody watches it") != std::string::npos);
  CHECK(alone.reason.find("STOPPED") != std::string::npos);
  d.edge.supervisord().on_start([](const std::string&) {});  // a guard that follows what it finds
  start_request again;
  again.data = d.data;
  dm::test::require_good(
      start(d.session(), io::operation::within(std::chrono::seconds(30)), again));
  CHECK(d.program_state() == "RUNNING");
  CHECK(status_of(d).reason.empty());
}

TEST_CASE("a terminal job whose application stays is ending for a minute, then it has ended") {
  deployment d("batch");
  run_it(d);
  const auto ended = [&](std::chrono::seconds ago) {
    d.job_manager.change([&](fake::flink_job& job) {
      job.state = "FINISHED";
      job.task_state = "FINISHED";
      job.ended_ms = (io::now() - ago).time_since_epoch().count();
    });
    return status_of(d);
  };
  CHECK(ended(std::chrono::seconds(5)).state == state::stopping);
  const component_status over = ended(std::chrono::seconds(90));
  CHECK(over.state == state::completed);
  CHECK(over.reason.find("its application is still there") != std::string::npos);
}

TEST_CASE("another user's application with the component's tag is told, never taken for its own") {
  deployment d;
  fake::yarn_application application;
  application.tags = {"dm-fleet-prod", dm::component::component_tag(d.data.id),
                      dm::component::epoch_tag(d.data.id, 2)};
  application.user = "somebody-else";
  application.am_rpc_address = d.job_manager.rpc_address();
  const std::string id = d.resource_manager.cluster().submit(application);
  const component_status status = status_of(d);
  CHECK(status.state == state::created);
  CHECK(status.application_id.empty());
  CHECK(status.reason.find(id + " of user somebody-else") != std::string::npos);
}

TEST_CASE("a JobManager that does not answer is named, and its job is not said to be missing") {
  deployment d;
  run_it(d);
  d.job_manager.server().stop();
  const component_status status = status_of(*d.session_on("edge1"), {d.data}).front();
  CHECK(status.confidence == confidence::stale);
  CHECK(status.reason.find(d.job_manager.address() + " does not answer") != std::string::npos);
  CHECK(status.reason.find("does not show yet") == std::string::npos);
}

TEST_CASE("what was last known is what this session saw last, not that there is an application") {
  deployment d;
  run_it(d);
  const std::string id = d.live_ids().front();
  d.finish(id, "FAILED");
  d.job_manager.server().stop();
  CHECK(status_of(d).state == state::backoff);  // the guard looks into it
  d.resource_manager.server().stop();
  const component_status blind = status_of(d);
  CHECK(blind.state == state::backoff);
  CHECK(blind.confidence == confidence::stale);
  CHECK(blind.reason.find("last known at") != std::string::npos);
}

TEST_CASE("a job that Flink has restarted once has restarts, long afterwards too") {
  deployment d;
  run_it(d);
  d.job_manager.change([](fake::flink_job& job) {
    job.restarts = 1;
    job.modified_ms = job.started_ms + 60'000;  // days ago
    job.root_exception = "java.lang.IllegalStateException: old trouble\n\tat a.B.c(B.java:1)\n";
    job.exception_ms = job.started_ms + 55'000;
  });
  const component_status status = status_of(d);
  CHECK(status.state == state::running);
  REQUIRE(status.restarts);
  CHECK(status.restarts->count == 1);
  CHECK(status.reason.find("restarted once by Flink") != std::string::npos);
}

TEST_CASE("exceptions that are needed and do not come make the answer less sure") {
  deployment d;
  run_it(d);
  d.job_manager.change([](fake::flink_job& job) {
    job.state = "RESTARTING";
    job.task_state = "CANCELED";
  });
  d.job_manager.server().disturb([](const fake::request& asked) {
    fake::disturbance replaced;
    replaced.what = fake::disturbance::kind::replace;
    replaced.instead = fake::text(503, "not now", "text/plain");
    return asked.path.ends_with("/exceptions") ? std::optional(replaced) : std::nullopt;
  });
  const component_status status = status_of(d);
  CHECK(status.state == state::restarting);
  CHECK(status.confidence == confidence::stale);
}

TEST_CASE("two namespaces are two questions to YARN") {
  deployment d;
  run_it(d);
  component_data other = d.data;
  other.name.name_space = "test";
  other.id = dm::component::component_id(other.name);
  requests(d);
  const auto statuses = status_of(d.session(), {d.data, other});
  CHECK(statuses[0].state == state::running);
  CHECK(statuses[1].state == state::created);
  bool asked_for_prod = false;
  for (const auto& one : d.resource_manager.server().requests())
    asked_for_prod = asked_for_prod ||
                     one.argument("applicationTags") == dm::component::component_tag(d.data.id);
  CHECK(asked_for_prod);
}

TEST_CASE("nothing to look at is nothing to ask") {
  deployment d;
  CHECK(status_of(d.session(), std::vector<component_data>{}).empty());
}

TEST_CASE("a component that was never started is CREATED, once that is confirmed") {
  deployment d;
  const component_status status = status_of(d);
  CHECK(status.state == state::created);
  CHECK(status.confidence == confidence::confirmed);
  CHECK(status.desired.empty());
}

TEST_CASE("of a pair of ResourceManagers the standby leads to the active one") {
  deployment d;
  run_it(d);
  fake::resource_manager standby;
  standby.set_standby(GENERATE(true, false) ? d.resource_manager.address() : std::string());
  settings both = d.settings();
  both.resource_managers = {standby.address(), d.resource_manager.address()};
  session session(both);
  const auto statuses = status_of(session, {d.data});
  CHECK(statuses.front().state == state::running);
  CHECK(statuses.front().confidence == confidence::confirmed);
}

TEST_CASE("a dead ResourceManager beside the active one does no harm") {
  deployment d;
  run_it(d);
  settings both = d.settings();
  both.resource_managers = {"http://127.0.0.1:1", d.resource_manager.address()};
  session session(both);
  CHECK(status_of(session, {d.data}).front().state == state::running);
}

TEST_CASE("ResourceManager stopped: what was last known, not confirmed, never FAILED (INV-4)") {
  deployment d;
  run_it(d);
  const std::string id = d.live_ids().front();
  d.resource_manager.server().stop();
  const component_status blind = status_of(d);
  CHECK(blind.state == state::running);  // the job itself still answers at its last known address
  CHECK(blind.confidence == confidence::stale);
  CHECK(blind.reason.find("ResourceManager") != std::string::npos);

  d.job_manager.server().stop();
  const component_status blinder = status_of(d);
  CHECK(blinder.state == state::running);
  CHECK(blinder.confidence == confidence::stale);
  CHECK(blinder.application_id == id);

  d.name_node.server().stop();
  const component_status dark = status_of(d);
  CHECK(dark.state == state::running);  // as this session saw it last
  CHECK(dark.confidence == confidence::stale);
  const component_status unknown = status_of(*d.session_on("edge1"), {d.data}).front();
  CHECK(unknown.state == state::unknown);
  CHECK(unknown.confidence == confidence::unknown);

  d.resource_manager.server().start();
  d.job_manager.server().start();
  d.name_node.server().start();
  const component_status again = status_of(d);
  CHECK(again.state == state::running);
  CHECK(again.confidence == confidence::confirmed);
}

TEST_CASE("a standby alone, and answers that are no ResourceManager's, are silence (INV-4)") {
  deployment d;
  run_it(d);
  SECTION("standby") { d.resource_manager.set_standby(""); }
  SECTION("a web page") {
    d.resource_manager.server().disturb([](const fake::request&) {
      fake::disturbance replaced;
      replaced.what = fake::disturbance::kind::replace;
      replaced.instead = fake::text(200, "<html>welcome</html>", "text/html");
      return std::optional(replaced);
    });
  }
  const component_status status = status_of(d);
  CHECK(status.confidence == confidence::stale);
  CHECK(status.state == state::running);
}

TEST_CASE("a restarted ResourceManager's first empty list is no end (INV-4)") {
  deployment d;
  run_it(d);
  d.resource_manager.restart(1);
  const component_status status = status_of(d);
  CHECK(status.state == state::running);
  CHECK(status.confidence == confidence::confirmed);
}

TEST_CASE("JobManager silent: RUNNING as YARN says, and stale") {
  deployment d;
  run_it(d);
  d.job_manager.server().stop();
  const component_status status = status_of(d);
  CHECK(status.state == state::running);
  CHECK(status.confidence == confidence::stale);
  CHECK(status.reason.find(d.job_manager.address()) != std::string::npos);
}

TEST_CASE("one component's dead JobManager does not keep the others waiting for long") {
  deployment d;
  run_it(d);
  std::vector<component_data> components = {d.data};
  for (int i = 0; i < 8; ++i) {
    component_data data = d.data;
    data.name.component = "dead" + std::to_string(i);
    data.id = dm::component::component_id(data.name);
    components.push_back(data);
    fake::yarn_application application;
    application.tags = {"dm-fleet-prod", dm::component::component_tag(data.id),
                        dm::component::epoch_tag(data.id, 2)};
    application.user = data.user;
    application.am_rpc_address = "127.0.0.1:1";
    d.resource_manager.cluster().submit(application);
  }
  const auto statuses = status_of(d.session(), components);
  CHECK(statuses.front().confidence == confidence::confirmed);
  for (std::size_t i = 1; i < statuses.size(); ++i)
    CHECK(statuses[i].confidence == confidence::stale);
}

TEST_CASE("a failing job shows its restarts and the exception's own text") {
  deployment d;
  run_it(d);
  d.job_manager.change([](fake::flink_job& job) {
    job.state = "RESTARTING";
    job.task_state = "CANCELED";
    job.restarts = 12;
    job.root_exception =
        "java.lang.IllegalStateException: the sensor is on fire\n\tat a.B.c(B.java:1)\n";
    job.exception_ms = io::now().time_since_epoch().count() - 2000;
  });
  requests(d);
  const component_status status = status_of(d);
  CHECK(status.state == state::restarting);
  CHECK(status.reason.find("the sensor is on fire") != std::string::npos);
  REQUIRE(status.restarts);
  CHECK(status.restarts->count == 12);
  CHECK(requests(d).job_manager == 3);
}

TEST_CASE("supervisord away does not hide a job") {
  deployment d;
  run_it(d);
  d.edge.supervisord().server().stop();
  const component_status status = status_of(d);
  CHECK(status.state == state::running);
  CHECK(status.desired == "RUNNING");  // read from HDFS, since no guard was seen
}

TEST_CASE("a supervisord that hangs is no silence of the ResourceManager (INV-10)") {
  deployment d;
  d.edge.supervisord().server().disturb([](const fake::request&) {
    fake::disturbance hang;
    hang.what = fake::disturbance::kind::never;
    return hang;
  });
  dm::observation::status_request request;
  request.components = {d.data};
  const component_status status =
      dm::observation::status(d.session(), io::operation::within(std::chrono::seconds(12)), request)
          .front();
  INFO(status.reason);
  CHECK(status.state == state::created);
  CHECK(status.reason.find("ResourceManager does not answer") == std::string::npos);
}

TEST_CASE("status works on another node, without its supervisord (D-9)") {
  deployment d;
  run_it(d);
  const auto elsewhere = d.session_on("edge2");
  const component_status status = status_of(*elsewhere, {d.data}).front();
  CHECK(status.state == state::running);
  CHECK(status.desired == "RUNNING");
}

TEST_CASE("a damaged component says what is damaged") {
  deployment d;
  d.append(record_kind::run);
  std::filesystem::remove_all(d.data.directory + "/logs");
  d.edge.supervisord().change(d.data.program, [](fake::supervised_process& p) {
    p.state = "EXITED";
    p.exit_status = 3;
  });
  const component_status missing = status_of(d);
  CHECK(missing.state == state::failed);
  CHECK(missing.reason.find(d.data.directory + "/logs") != std::string::npos);
  std::filesystem::create_directory(d.data.directory + "/logs");
  d.data.user = "no-such-user-here";
  CHECK(status_of(d).reason.find("no-such-user-here") != std::string::npos);
}

TEST_CASE("links lead to the live job, and to the history server once it has ended") {
  deployment d;
  settings with_history = d.settings();
  with_history.history_server = "http://history:8082";
  session session(with_history);
  run_it(d);
  const std::string job = d.job_manager.job().id;
  const component_status live = status_of(session, {d.data}).front();
  CHECK(live.tracking_url ==
        d.resource_manager.address() + "/proxy/" + d.live_ids().front() + "/#/jobs/" + job);
  CHECK(live.history_url == "http://history:8082/#/jobs/" + job);
  d.finish(d.live_ids().front(), "SUCCEEDED");
  d.put_end(2, outcome::completed, decision::none);
  auto end = d.log().ends.at(2);
  const component_status over = status_of(session, {d.data}).front();
  CHECK(over.state == state::completed);
  if (!over.job_id.empty()) CHECK(over.tracking_url == over.history_url);
}

TEST_CASE("detail lists vertices and incarnations") {
  deployment d;
  run_it(d);
  const component_status status = status_of(d, true);
  CHECK(status.vertices.size() == 1);
  REQUIRE(status.incarnations.size() == 1);
  CHECK(status.incarnations.front().epoch == 2);
  CHECK(status.incarnations.front().application_id == d.live_ids().front());
  CHECK(status_of(d).vertices.empty());
}

TEST_CASE("status observes and changes nothing") {
  deployment d;
  run_it(d);
  const auto log = d.name_node.files().all_files();
  const auto files = dm::test::tree_of(d.edge.path());
  requests(d);
  for (const bool detail : {false, true}) status_of(d, detail);
  for (const auto& one : d.resource_manager.server().requests()) CHECK(one.method == "GET");
  for (const auto& one : d.job_manager.server().requests()) CHECK(one.method == "GET");
  for (const auto& one : d.name_node.server().requests()) CHECK(one.method == "GET");
  for (const auto& one : d.edge.supervisord().server().requests())
    CHECK(one.body.find("getProcessInfo") != std::string::npos);
  CHECK(d.name_node.files().all_files() == log);
  CHECK(dm::test::tree_of(d.edge.path()) == files);
}

TEST_CASE("a cancelled status answers at once, with what it knows") {
  deployment d;
  run_it(d);
  io::cancellation cancel;
  cancel.cancel();
  const auto statuses =
      status_of(d.session(), {d.data}, false, io::operation(io::steady_time::max(), &cancel));
  REQUIRE(statuses.size() == 1);
  CHECK(statuses.front().confidence != confidence::confirmed);
  CHECK(statuses.front().state != state::failed);
}
