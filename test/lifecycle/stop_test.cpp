// The stop verb: in which order it records and ends, what it waits for, what it says when it
// cannot.
// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/stop.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <thread>

#include "lifecycle/ending.h"
#include "support/deployment.h"

using namespace dm::context;
using namespace dm::input;
using namespace dm::lifecycle;
using namespace dm::observation;
using namespace dm::package;
using dm::status_code;
using dm::component::decision;
using dm::component::outcome;
using dm::component::record_kind;
using dm::test::deployment;
using dm::test::require_good;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

stop_reply stop_with(deployment& d, const std::function<void(stop_request&)>& change = nullptr,
                     std::chrono::milliseconds limit = std::chrono::seconds(30)) {
  stop_request request;
  request.data = d.data;
  request.user = "alice";
  request.savepoint = false;
  if (change) change(request);
  return stop(d.session(), io::operation::within(limit), request);
}

}  // namespace

TEST_CASE("stop records it, cancels the job, waits for YARN and ends the guard") {
  deployment d;
  const std::string id = d.run();
  d.name_node.files().put("/user/" + d.data.user + "/.flink/" + id + "/app.jar", "left by Flink");
  const stop_reply reply = stop_with(d);
  require_good(reply);
  CHECK(reply.changed);
  CHECK(reply.state == "STOPPED");
  CHECK(d.job_manager.job().state == "CANCELED");
  CHECK(d.live_ids().empty());
  CHECK(d.resource_manager.kills_asked() == 0);
  CHECK_FALSE(d.log().wanted());
  CHECK(d.log().newest_intent()->user == "alice");
  CHECK(d.log().newest_intent()->stop_cause == "stop");
  CHECK(d.log().ends.at(2).outcome == outcome::stopped);
  CHECK(d.log().ends.at(2).application_id == id);
  CHECK(d.program_state() == "STOPPED");
  CHECK_FALSE(d.name_node.files().exists("/user/" + d.data.user + "/.flink/" + id));
}

TEST_CASE("a repeated stop changes nothing (INV-5)") {
  deployment d;
  d.run();
  require_good(stop_with(d));
  const auto number = d.log().newest_number();
  const stop_reply again = stop_with(d);
  require_good(again);
  CHECK_FALSE(again.changed);
  CHECK(again.state == "STOPPED");
  CHECK(d.log().newest_number() == number);
}

TEST_CASE("stop of what was never started changes nothing") {
  deployment d;
  const stop_reply reply = stop_with(d);
  require_good(reply);
  CHECK_FALSE(reply.changed);
  CHECK(reply.state == "STOPPED");
  CHECK(d.log().newest_number() == 0);
}

TEST_CASE("stop is recorded before anything is ended, so that a crash between restarts nothing") {
  deployment d;
  d.run();
  bool recorded = false;
  d.job_manager.on_end([&](const std::string&) {
    recorded = !d.log().wanted();
    for (const std::string& id : d.live_ids()) d.finish(id, "KILLED");
  });
  require_good(stop_with(d));
  CHECK(recorded);
}

TEST_CASE(
    "an application that waits in the queue is killed, again and again until it is dead (D-32)") {
  deployment d;
  d.append(record_kind::run);
  const std::string id = d.play_guard("ACCEPTED");
  d.resource_manager.set_kill(fake::resource_manager::kill_behaviour::lost, 3);
  const stop_reply reply = stop_with(d);
  require_good(reply);
  CHECK(reply.state == "STOPPED");
  CHECK(d.resource_manager.kills_asked() >= 4);
  CHECK(d.resource_manager.cluster().find(id)->state == "KILLED");
}

TEST_CASE("applications of every epoch are ended, and of no other component") {
  deployment d;
  d.append(record_kind::run);
  d.put_live(d.append(record_kind::incarnation), "ACCEPTED");
  d.put_live(d.append(record_kind::incarnation), "ACCEPTED");
  fake::yarn_application other;
  other.tags = {"dm-fleet-prod", "dm-component-0000000000000000"};
  const std::string id = d.resource_manager.cluster().submit(other);
  require_good(stop_with(d));
  CHECK(d.live_ids().empty());
  CHECK(d.resource_manager.cluster().find(id)->state == "RUNNING");
}

TEST_CASE(
    "after a failover YARN knows no address: the job is cancelled at the last known one (D-33)") {
  deployment d;
  const std::string id = d.run();
  d.resource_manager.cluster().change(id, [](fake::yarn_application& a) {
    a.state = "ACCEPTED";
    a.am_rpc_address.clear();
  });
  require_good(stop_with(d));
  CHECK(d.resource_manager.kills_asked() == 0);
  CHECK(d.job_manager.job().state == "CANCELED");
}

TEST_CASE("a JobManager that does not answer: stop waits, and kills only when told so") {
  deployment d;
  d.run();
  d.job_manager.server().stop();
  const stop_reply late = stop_with(d, nullptr, std::chrono::seconds(5));
  REQUIRE(late.failure);
  CHECK(late.failure->code == status_code::deadline_exceeded);
  CHECK(late.state == "STOPPING");
  CHECK(late.changed);
  CHECK(late.failure->message.find("does not answer") != std::string::npos);
  CHECK(late.failure->why == dm::reason_code::end_not_seen);
  CHECK(d.resource_manager.kills_asked() == 0);
  CHECK(d.live_ids().size() == 1);
  CHECK_FALSE(d.log().wanted());

  const stop_reply killed = stop_with(d, [](stop_request& request) { request.kill = true; });
  require_good(killed);
  CHECK(killed.state == "STOPPED");
  CHECK(d.live_ids().empty());
}

TEST_CASE("a silent ResourceManager: stop is recorded, and not said to be done (INV-4)") {
  deployment d;
  d.run();
  d.resource_manager.server().stop();
  const stop_reply reply = stop_with(d, nullptr, std::chrono::seconds(5));
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::deadline_exceeded);
  CHECK_FALSE(reply.failure->causes.empty());  // YARN's silence
  CHECK(reply.desired == "STOPPED");
  CHECK(reply.state == "STOPPING");
  CHECK_FALSE(d.log().wanted());
  CHECK(d.program_state() == "RUNNING");  // the guard is there to see the end
  d.resource_manager.server().start();
  const stop_reply again = stop_with(d);
  require_good(again);
  CHECK_FALSE(again.changed);
  CHECK(again.state == "STOPPED");
}

TEST_CASE("a stop that is cancelled while YARN is silent is CANCELLED (DM-19)") {
  deployment d;
  d.run();
  d.resource_manager.server().stop();
  io::cancellation cancel;
  std::thread soon([&] {
    dm::test::eventually([&] { return !d.log().wanted(); });
    cancel.cancel();
  });
  stop_request request;
  request.data = d.data;
  request.savepoint = false;
  const stop_reply reply = stop(
      d.session(),
      io::operation(std::chrono::steady_clock::now() + std::chrono::minutes(1), &cancel), request);
  soon.join();
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::cancelled);
  CHECK(reply.desired == "STOPPED");
}

TEST_CASE(
    "a restarted ResourceManager that knows nothing yet is not believed while the JobManager "
    "answers (INV-4)") {
  deployment d;
  const std::string id = d.run();
  d.resource_manager.restart(3);
  const stop_reply reply = stop_with(d);
  require_good(reply);
  CHECK(reply.state == "STOPPED");
  CHECK(d.job_manager.job().state == "CANCELED");
  CHECK(d.resource_manager.cluster().find(id)->terminal());
}

TEST_CASE("an application that YARN lost for good does not keep a stop from ending") {
  deployment d;
  const std::string id = d.run();
  d.resource_manager.cluster().forget(id);
  d.job_manager.server().stop();
  const stop_reply reply = stop_with(d);
  require_good(reply);
  CHECK(reply.state == "STOPPED");
}

TEST_CASE("HDFS away: nothing is ended that could not be recorded") {
  deployment d;
  d.run();
  d.name_node.server().stop();
  const stop_reply reply = stop_with(d);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::unavailable);
  CHECK(reply.desired.empty());
  CHECK(reply.state.empty());
  CHECK(d.live_ids().size() == 1);
  CHECK(d.job_manager.job().state == "RUNNING");
  CHECK(d.program_state() == "RUNNING");
}

TEST_CASE("a kill that is refused is told as that, with who was refused") {
  deployment d;
  d.append(record_kind::run);
  d.play_guard("ACCEPTED");
  d.resource_manager.set_kill(fake::resource_manager::kill_behaviour::refused);
  const stop_reply reply = stop_with(d);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::permission_denied);
  CHECK(reply.failure->message.find(d.data.user) != std::string::npos);
}

TEST_CASE("stop without waiting asks for the end and returns") {
  deployment d;
  d.run();
  d.job_manager.on_end(nullptr);  // its application ends later
  const stop_reply asked = stop_with(d, [](stop_request& request) { request.wait = false; });
  require_good(asked);
  CHECK(asked.changed);
  CHECK(asked.state == "STOPPING");
  CHECK_FALSE(d.log().wanted());
  d.finish(d.live_ids().front(), "KILLED");
  const stop_reply done = stop_with(d);
  require_good(done);
  CHECK(done.state == "STOPPED");
}

TEST_CASE("what an interrupted client submits at the last moment is ended as well (INV-1)") {
  deployment d;
  d.run();
  d.edge.supervisord().on_stop([&](const std::string&) { d.put_live(9, "ACCEPTED"); });
  require_good(stop_with(d));
  CHECK(d.live_ids().empty());
  CHECK(d.resource_manager.cluster().applications().size() == 2);
}

TEST_CASE("what a ResourceManager shows moments after the client was ended is ended as well") {
  deployment d;
  d.append(record_kind::run);
  const std::uint64_t epoch = d.append(record_kind::incarnation);
  d.edge.supervisord().change(d.data.program,
                              [](fake::supervised_process& process) { process.state = "RUNNING"; });
  std::thread late;
  d.edge.supervisord().on_stop([&](const std::string&) {
    late = std::thread([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      d.put_live(epoch, "ACCEPTED");
    });
  });
  require_good(stop_with(d));
  late.join();
  CHECK(d.resource_manager.cluster().applications().size() == 1);
  CHECK(d.live_ids().empty());
}

TEST_CASE("no room on HDFS: what only ends the job works, and its record follows when it can") {
  deployment d;
  d.run();
  const bool kill = GENERATE(false, true);
  const std::uint64_t number = d.log().newest_number();
  d.name_node.server().disturb([](const fake::request& asked) {
    fake::disturbance full;
    full.what = fake::disturbance::kind::replace;
    full.instead = fake::json(
        403,
        R"({"RemoteException":{"exception":"DSQuotaExceededException","javaClassName":"org.apache.hadoop.hdfs.protocol.DSQuotaExceededException","message":"The DiskSpace quota of /pnda is exceeded"}})");
    return asked.method == "PUT" ? std::optional(full) : std::nullopt;
  });
  const stop_reply reply = stop_with(d, [&](stop_request& request) {
    request.kill = kill;
    if (kill) request.savepoint.reset();
  });
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::resource_exhausted);
  CHECK(reply.failure->message.find("has ended") != std::string::npos);
  CHECK(reply.progress == stop_progress::unrecorded);
  CHECK(reply.state == "STOPPED");
  CHECK(reply.desired == "RUNNING");  // by the log
  CHECK(d.live_ids().empty());
  CHECK(d.program_state() == "STOPPED");
  CHECK(d.log().newest_number() == number);

  d.name_node.server().disturb(nullptr);
  const stop_reply again = stop_with(d);
  require_good(again);
  CHECK(again.desired == "STOPPED");
  CHECK_FALSE(d.log().wanted());
  CHECK(d.log().ends.at(2).outcome == outcome::stopped);
}

TEST_CASE("an application that does not leave with its job is ended after a while") {
  deployment d("batch");
  d.run();
  d.append(record_kind::stop);
  d.job_manager.change([](fake::flink_job& job) {
    job.state = "FINISHED";
    job.ended_ms = job.started_ms + 5000;
  });
  const io::operation op = io::operation::within(std::chrono::seconds(30));
  component_view view(d.session(), d.data);
  ending ending(view, op, {false, std::nullopt, std::chrono::milliseconds(200)});
  REQUIRE(ending.until_nothing_lives());
  CHECK(d.live_ids().empty());
  CHECK(d.resource_manager.kills_asked() > 0);
  CHECK(ending.record_end().value() == "COMPLETED");
  CHECK(d.log().ends.at(2).outcome == outcome::completed);
}

TEST_CASE("a record of the original is not called stopped while its job runs") {
  deployment d;
  d.data.state_root.clear();
  d.data.node.clear();
  const stop_reply reply = stop_with(d);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::unimplemented);
  CHECK(reply.state.empty());
  CHECK(reply.desired.empty());
}

TEST_CASE("a job that has completed stays COMPLETED") {
  deployment d("batch");
  d.append(record_kind::run);
  d.finish(d.play_guard(), "SUCCEEDED");
  d.put_end(2, outcome::completed, decision::none);
  const stop_reply reply = stop_with(d);
  require_good(reply);
  CHECK(reply.state == "COMPLETED");
  CHECK(d.log().ends.at(2).outcome == outcome::completed);
}

TEST_CASE("an attached run is not completed because one of its applications is") {
  deployment d("batch");
  d.data.submission = dm::flink::submission_mode::attached;
  d.finish(d.run(), "SUCCEEDED");
  const stop_reply reply = stop_with(d);
  require_good(reply);
  CHECK(reply.state == "STOPPED");
  CHECK(d.log().ends.at(2).outcome == outcome::stopped);
}

TEST_CASE("a job that had ended before the stop has ended by itself, though no guard recorded it") {
  deployment d;
  const std::string id = d.run();
  SECTION("completed") {
    d.finish(id, "SUCCEEDED");
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const stop_reply reply = stop_with(d);
    require_good(reply);
    CHECK(reply.state == "COMPLETED");
    CHECK(d.log().ends.at(2).outcome == outcome::completed);
    CHECK(d.log().ends.at(2).ended_at < d.log().newest_intent()->written_at);
  }
  SECTION("failed") {
    d.finish(id, "FAILED");
    d.resource_manager.cluster().change(
        id, [](fake::yarn_application& application) { application.diagnostics = "out of memory"; });
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const stop_reply reply = stop_with(d);
    require_good(reply);
    CHECK(reply.state == "STOPPED");
    CHECK(d.log().ends.at(2).outcome == outcome::failed);
    CHECK(d.log().ends.at(2).cause == "out of memory");
  }
}

TEST_CASE("stop works on another node; that node's supervisord is not asked (D-9)") {
  deployment d;
  d.run();
  d.edge.supervisord().server().forget_requests();
  const auto elsewhere = d.session_on("edge2");
  stop_request request;
  request.data = d.data;
  const stop_reply reply =
      stop(*elsewhere, io::operation::within(std::chrono::seconds(30)), request);
  require_good(reply);
  CHECK(reply.state == "STOPPED");
  CHECK(d.live_ids().empty());
  CHECK(d.log().newest_intent()->node == "edge2");
  CHECK(d.edge.supervisord().server().request_count() == 0);
}

TEST_CASE("supervisord away: the job is ended, and the error says what is left") {
  deployment d;
  d.run();
  d.edge.supervisord().server().stop();
  const stop_reply reply = stop_with(d);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::unavailable);
  CHECK(reply.failure->message.find("has ended") != std::string::npos);
  CHECK(d.live_ids().empty());
  d.edge.supervisord().server().start();
  require_good(stop_with(d));
  CHECK(d.program_state() == "STOPPED");
}

TEST_CASE("a program file that is gone does not keep a job running") {
  deployment d;
  d.run();
  std::filesystem::remove(d.data.program_file);
  require_good(stop_with(d));
  CHECK(d.live_ids().empty());
}
