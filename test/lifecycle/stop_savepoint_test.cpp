// Stop with a savepoint: never called stopped without it, never restarted after it, and taken back
// when it fails.
// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/stop_savepoint.h"

#include <array>
#include <catch2/catch.hpp>
#include <thread>

#include "flink/savepoint_rest.h"
#include "lifecycle/stop.h"
#include "support/deployment.h"

using namespace dm::context;
using namespace dm::input;
using namespace dm::lifecycle;
using namespace dm::observation;
using namespace dm::package;
using namespace dm::savepoint;
using dm::status_code;
using dm::component::outcome;
using dm::component::record_kind;
using dm::state::restore_point_state;
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
  if (change) change(request);
  return stop(d.session(), io::operation::within(limit), request);
}

// Stopped with exactly one savepoint, which is known, and nothing that could come up again.
void require_stopped(deployment& d, const stop_reply& reply) {
  require_good(reply);
  CHECK(reply.state == "STOPPED");
  CHECK(reply.desired == "STOPPED");
  REQUIRE(reply.savepoint);
  CHECK(reply.savepoint->state == restore_point_state::completed);
  REQUIRE(d.job_manager.savepoint_paths().size() == 1);
  CHECK("hdfs://" + reply.savepoint->path == d.job_manager.savepoint_paths().front());
  CHECK(d.job_manager.savepoints_triggered() == 1);
  CHECK_FALSE(d.log().wanted());
  CHECK(d.log().newest_intent()->savepoint_operation == reply.savepoint->id);
  CHECK(d.live_ids().empty());
  CHECK(d.resource_manager.cluster().applications().size() == 1);
  CHECK(d.program_state() == "STOPPED");
}

// A failed savepoint's stop: as if nobody had asked.
void require_running(deployment& d, const stop_reply& reply) {
  REQUIRE(reply.failure);
  CHECK_FALSE(reply.changed);
  CHECK(reply.desired == "RUNNING");
  CHECK(reply.failure->why == dm::reason_code::savepoint_failed);
  // The options are those of who asks: a fleet, an upgrade and a single stop have others.
  CHECK(reply.failure->hint.find('"') == std::string::npos);
  CHECK(d.log().wanted());
  REQUIRE(d.log().current_incarnation());
  CHECK(d.log().current_incarnation()->number == 2);
  CHECK(d.live_ids().size() == 1);
  CHECK(d.job_manager.job().state != "CANCELED");
  CHECK(d.program_state() == "RUNNING");
}

constexpr const char* disk_full = "java.io.IOException: No space left on device\n\tat X";

}  // namespace

TEST_CASE("stop takes a savepoint, verifies it, and only then is the component stopped") {
  deployment d;
  d.run();
  d.job_manager.script_savepoint({3, {}, true, 2});
  const stop_reply reply = stop_with(d);
  require_stopped(d, reply);
  CHECK(reply.changed);
  CHECK(reply.savepoint->operation == dm::state::operation_kind::stop);
  CHECK(reply.savepoint->file_count == 3);
  CHECK(reply.information.find(reply.savepoint->path) != std::string::npos);
  CHECK(d.resource_manager.kills_asked() == 0);
  CHECK(d.log().ends.at(2).outcome == outcome::stopped);

  const stop_reply again = stop_with(d);
  require_stopped(d, again);
  CHECK_FALSE(again.changed);
  CHECK(again.savepoint->path == reply.savepoint->path);
}

TEST_CASE("an attached streaming job is stopped with a savepoint like any other") {
  deployment d;
  d.data.submission = dm::flink::submission_mode::attached;
  d.run();
  require_stopped(d, stop_with(d));
}

TEST_CASE("the savepoint's request, then the stop, then Flink: in that order") {
  deployment d;
  d.run();
  bool in_order = false;
  d.job_manager.server().disturb([&](const fake::request& asked) {
    if (asked.method == "POST") {
      const std::string operation = d.log().newest_intent()->savepoint_operation;
      in_order =
          !d.log().wanted() && !operation.empty() &&
          d.files->exists(d.state_directory() + "/savepoints/" + operation + ".requested.json");
    }
    return std::optional<fake::disturbance>();
  });
  require_stopped(d, stop_with(d));
  CHECK(in_order);
}

TEST_CASE("a savepoint that fails leaves the job running and wanted, and says why") {
  deployment d;
  d.run();
  d.job_manager.script_savepoint({0, disk_full, true, 1});
  const std::uint64_t run = d.log().newest_intent()->number;
  const stop_reply reply = stop_with(d);
  require_running(d, reply);
  CHECK(reply.failure->code == status_code::failed_precondition);
  CHECK(reply.failure->message.find("No space left on device") != std::string::npos);
  CHECK(reply.state == "RUNNING");
  REQUIRE(reply.savepoint);
  CHECK(reply.savepoint->state == restore_point_state::failed);
  CHECK(d.log().newest_intent()->continues == run);
  CHECK(d.log().newest_intent()->node == d.data.node);

  // The next one is another operation, and may succeed.
  d.job_manager.script_savepoint({});
  const stop_reply second = stop_with(d);
  require_good(second);
  CHECK(second.state == "STOPPED");
  CHECK(second.savepoint->id != reply.savepoint->id);
  CHECK(d.live_ids().empty());
}

TEST_CASE("a savepoint that fails leaves the client of an attached run alone") {
  deployment d;
  d.data.submission = dm::flink::submission_mode::attached;
  d.run();
  REQUIRE(d.program_state() == "RUNNING");
  d.job_manager.script_savepoint({0, disk_full, true, 1});
  bool stopped = false;  // its guard, and the client with it
  d.edge.supervisord().on_stop([&](const std::string&) { stopped = true; });
  const stop_reply reply = stop_with(d);
  require_running(d, reply);
  CHECK_FALSE(stopped);
  CHECK(d.program_state() == "RUNNING");
}

TEST_CASE("a savepoint that is whole counts, though Flink could not stop the job with it (D-52)") {
  deployment d;
  d.run();
  constexpr const char* not_stopped =
      "org.apache.flink.runtime.checkpoint.StopWithSavepointStoppingException: A savepoint has "
      "been "
      "created at hdfs:///x, but the corresponding job 79027c5e5ce9d22420e092835033910c didn't "
      "terminate successfully";
  d.job_manager.script_savepoint({1, not_stopped, true, 1});
  d.job_manager.server().disturb([&](const fake::request& asked) {
    // Flink is asked about the operation before it is told to take it, too.
    if (asked.method == "GET" && asked.path.find("/savepoints/") != std::string::npos &&
        d.job_manager.savepoints_triggered() > 0) {
      const std::string operation = d.log().newest_intent()->savepoint_operation;
      if (!operation.empty()) {
        d.files->put(d.state_directory() + "/savepoints/" + operation +
                         "/savepoint-79027c-0123456789ab/_metadata",
                     deployment::metadata(9));
      }
    }
    return std::optional<fake::disturbance>();
  });
  const stop_reply reply = stop_with(d);
  require_running(d, reply);
  CHECK(reply.progress == stop_progress::taken_back);
  CHECK(reply.failure->message.find("is complete at") != std::string::npos);
  CHECK(reply.failure->message.find("A savepoint has been created") != std::string::npos);
  REQUIRE(reply.savepoint);
  CHECK(reply.savepoint->state == restore_point_state::completed);
}

TEST_CASE("a guard that has read the stop and ended is started again") {
  deployment d;
  d.run();
  d.job_manager.script_savepoint({0, disk_full, true, 1});
  d.job_manager.server().disturb([&](const fake::request& asked) {
    if (asked.method == "POST") {
      d.edge.supervisord().change(
          d.data.program, [](fake::supervised_process& process) { process.state = "EXITED"; });
    }
    return std::optional<fake::disturbance>();
  });
  require_running(d, stop_with(d));
}

TEST_CASE("a job whose tasks do not all run is not stopped with a savepoint: at once, untouched") {
  deployment d;
  std::string words;
  SECTION("scheduled") {
    d.run();
    d.job_manager.change([](fake::flink_job& job) { job.task_state = "SCHEDULED"; });
    words = "0 of 2 tasks";
  }
  SECTION("restarting") {
    d.run();
    d.job_manager.change([](fake::flink_job& job) { job.state = "RESTARTING"; });
    words = "RESTARTING";
  }
  SECTION("its application waits in the queue") {
    d.append(record_kind::run);
    d.play_guard("ACCEPTED");
    words = "ACCEPTED";
  }
  const auto number = d.log().newest_number();
  const stop_reply reply = stop_with(d);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::failed_precondition);
  CHECK(reply.failure->message.find(words) != std::string::npos);
  CHECK(reply.failure->why == dm::reason_code::tasks_not_running);
  CHECK(reply.failure->hint.find('"') == std::string::npos);
  CHECK(reply.desired == "RUNNING");
  CHECK_FALSE(reply.changed);
  CHECK(d.log().newest_number() == number);
  CHECK(d.files->names(d.state_directory() + "/savepoints").empty());
  CHECK(d.live_ids().size() == 1);

  require_good(stop_with(d, [](stop_request& request) { request.kill = true; }));
  CHECK(d.live_ids().empty());
}

TEST_CASE("a silent JobManager: nothing is recorded that could lose the state (INV-4)") {
  deployment d;
  d.run();
  const auto number = d.log().newest_number();
  d.job_manager.server().stop();
  const stop_reply reply = stop_with(d);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::unavailable);
  CHECK(reply.desired == "RUNNING");
  CHECK(d.log().newest_number() == number);
  d.job_manager.server().start();
  require_stopped(d, stop_with(d));
}

TEST_CASE("killed at any place, a repeated stop carries the same savepoint on (INV-5)") {
  deployment d;
  d.data.flink_version = GENERATE("1.20.5", "1.13.6");
  CAPTURE(d.data.flink_version);
  d.run();
  const auto ended = [&](const std::string&) { d.finish(d.live_ids().front(), "SUCCEEDED"); };
  SECTION("after the savepoint's request was recorded") {
    d.job_manager.server().disturb(
        [&](const fake::request&) { return std::optional<fake::disturbance>(); });
    stop_request request;
    request.data = d.data;
    component_view view(d.session(), d.data);
    const auto live = find_live_job(view, {}, d.log());
    REQUIRE(live);
    stop_reply ignored;
    REQUIRE(stop_savepoint(view, {}, request).prepare(d.log(), **live, ignored));
  }
  SECTION("while it is under way") {
    d.job_manager.script_savepoint({1'000'000, {}, true, 1});
    const stop_reply late = stop_with(d, nullptr, std::chrono::seconds(5));
    REQUIRE(late.failure);
    CHECK(late.state == "STOPPING");
    CHECK(late.desired == "STOPPED");
    CHECK(late.changed);
    CHECK(late.failure->code == status_code::deadline_exceeded);
    d.job_manager.finish_savepoints();
  }
  SECTION("after it has completed, unread: its JobManager waits for somebody to ask") {
    d.job_manager.script_savepoint({1'000'000, {}, true, 1});
    require_good(stop_with(d, [](stop_request& request) { request.wait = false; }));
    d.job_manager.finish_savepoints();
    CHECK(d.live_ids().size() == 1);
  }
  SECTION("after somebody else has read the only result") {
    d.job_manager.script_savepoint({1'000'000, {}, true, 1});
    require_good(stop_with(d, [](stop_request& request) { request.wait = false; }));
    d.job_manager.finish_savepoints();
    ended("");
    d.job_manager.server().stop();
  }
  require_stopped(d, stop_with(d));
}

TEST_CASE("two stops at once take one savepoint, and both know it") {
  deployment d;
  d.run();
  d.job_manager.script_savepoint({4, {}, true, 1});
  std::array<stop_reply, 2> replies;
  std::vector<std::thread> threads;
  for (stop_reply& reply : replies) threads.emplace_back([&] { reply = stop_with(d); });
  for (std::thread& thread : threads) thread.join();
  for (const stop_reply& reply : replies) require_stopped(d, reply);
}

TEST_CASE("a job that ends before its savepoint stays stopped, and is not called saved") {
  deployment d;
  d.run();
  d.put_savepoint("sp-1", 2, 50);
  d.job_manager.script_savepoint({1'000'000, {}, true, 1});
  require_good(stop_with(d, [](stop_request& request) { request.wait = false; }));
  d.finish(d.live_ids().front(), "FAILED");
  d.job_manager.server().stop();
  const stop_reply reply = stop_with(d);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::failed_precondition);
  CHECK(reply.state == "STOPPED");
  CHECK(reply.desired == "STOPPED");
  CHECK(reply.failure->message.find("sp-1") != std::string::npos);
  CHECK_FALSE(d.log().wanted());

  const stop_reply again = stop_with(d);
  require_good(again);
  CHECK(again.state == "STOPPED");
  CHECK_FALSE(again.changed);
  CHECK(again.savepoint->state == restore_point_state::failed);
}

TEST_CASE("a stop that asks for a savepoint takes one, whatever an earlier stop said") {
  deployment d;
  d.run();
  d.append(record_kind::stop);  // without one; it has ended nothing so far
  SECTION("by default") {
    const stop_reply reply = stop_with(d);
    require_stopped(d, reply);
    CHECK(reply.changed);
  }
  SECTION("by name") {
    const stop_reply reply =
        stop_with(d, [](stop_request& request) { request.operation = "keep-my-state"; });
    require_stopped(d, reply);
    CHECK(reply.savepoint->id == "keep-my-state");
  }
  SECTION("or says why not: silent") {
    d.job_manager.server().stop();
    const stop_reply reply = stop_with(d);
    REQUIRE(reply.failure);
    CHECK(reply.failure->code == status_code::unavailable);
    CHECK(reply.desired == "STOPPED");
    CHECK(d.live_ids().size() == 1);
  }
  SECTION("or says why not: its tasks do not run") {
    d.job_manager.change([](fake::flink_job& job) { job.task_state = "SCHEDULED"; });
    const stop_reply reply = stop_with(d);
    REQUIRE(reply.failure);
    CHECK(reply.failure->code == status_code::failed_precondition);
    CHECK(reply.progress == stop_progress::unsaveable);
    CHECK(d.live_ids().size() == 1);
  }
  SECTION("or says why not: it is being cancelled already") {
    d.job_manager.change([](fake::flink_job& job) { job.state = "CANCELLING"; });
    std::thread soon([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      d.finish(d.live_ids().front(), "KILLED");
    });
    const stop_reply reply = stop_with(d);
    soon.join();
    require_good(reply);
    CHECK(reply.state == "STOPPED");
    CHECK(reply.information.find("no savepoint was taken") != std::string::npos);
  }
}

TEST_CASE("an application with two jobs is not stopped with the savepoint of one") {
  deployment d;
  d.run();
  const std::string other = "0123456789abcdef0123456789abcdef";
  const auto overview = [](const std::string& id) {
    return R"({"jid":")" + id +
           R"(","name":"job","start-time":1795439455951,"end-time":-1,"duration":6678,"state":"RUNNING","last-modification":1795439456263,"tasks":{"running":2,"total":2,"canceling":0,"canceled":0,"created":0,"deploying":0,"failed":0,"finished":0,"initializing":0,"reconciling":0,"scheduled":0}})";
  };
  d.job_manager.server().disturb([&](const fake::request& asked) {
    fake::disturbance two;
    two.what = fake::disturbance::kind::replace;
    two.instead = fake::json(
        200, "{\"jobs\":[" + overview(d.job_manager.job().id) + "," + overview(other) + "]}");
    return asked.path == "/jobs/overview" ? std::optional(two) : std::nullopt;
  });
  const auto number = d.log().newest_number();
  const stop_reply reply = stop_with(d);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::failed_precondition);
  CHECK(reply.failure->message.find(other) != std::string::npos);
  CHECK(reply.failure->why == dm::reason_code::several_jobs);
  CHECK(reply.progress == stop_progress::refused);  // so that destroy does not go on either
  CHECK(d.log().newest_number() == number);
  CHECK(d.live_ids().size() == 1);
}

TEST_CASE("a stop that was killed before it was recorded is repeated for the job that lives now") {
  deployment d;
  d.run();
  stop_request request;
  request.data = d.data;
  request.operation = "nightly";
  component_view view(d.session(), d.data);
  const auto live = find_live_job(view, {}, d.log());
  REQUIRE(live);
  stop_reply ignored;
  REQUIRE(stop_savepoint(view, {}, request).prepare(d.log(), **live, ignored));

  // Its guard has started the job again meanwhile.
  d.finish(d.live_ids().front(), "FAILED");
  d.put_end(2, outcome::failed, dm::component::decision::restart);
  d.job_manager.change([](fake::flink_job& job) { job.id = "0123456789abcdef0123456789abcdef"; });
  d.play_guard();
  const stop_reply reply =
      stop(d.session(), io::operation::within(std::chrono::seconds(30)), request);
  require_good(reply);
  CHECK(reply.state == "STOPPED");
  REQUIRE(reply.savepoint);
  CHECK(reply.savepoint->id == "nightly");
  CHECK(reply.savepoint->state == restore_point_state::completed);
  CHECK(d.job_manager.savepoints_triggered() == 1);
}

TEST_CASE("a stop that waits for its savepoint can be told to go on without") {
  deployment d;
  d.run();
  d.job_manager.script_savepoint({1'000'000, {}, true, 1});
  require_good(stop_with(d, [](stop_request& request) { request.wait = false; }));
  const std::string operation = d.log().newest_intent()->savepoint_operation;
  const bool kill = GENERATE(false, true);
  const stop_reply reply = stop_with(d, [kill](stop_request& request) {
    request.kill = kill;
    if (!kill) request.savepoint = false;
  });
  require_good(reply);
  CHECK(reply.changed);
  CHECK(reply.state == "STOPPED");
  CHECK(d.live_ids().empty());
  CHECK(d.log().newest_intent()->savepoint_operation.empty());
  auto hdfs = d.session().hdfs_for(d.data.user);
  dm::state::savepoint_ledger ledger(hdfs, d.state_directory());
  const auto result = ledger.recorded_result({}, operation);
  REQUIRE(*result);
  CHECK_FALSE((*result)->completed);
  const stop_reply again = stop_with(d);
  require_good(again);
  CHECK_FALSE(again.changed);
}

TEST_CASE("the caller's operation id is used; one that was used already is refused") {
  deployment d;
  d.run();
  const auto named = [](stop_request& request) { request.operation = "before-upgrade"; };
  d.job_manager.script_savepoint({0, disk_full, true, 1});
  require_running(d, stop_with(d, named));
  d.job_manager.script_savepoint({});
  const stop_reply again = stop_with(d, named);
  REQUIRE(again.failure);
  CHECK(again.failure->code == status_code::failed_precondition);
  CHECK(again.failure->message.find("No space left") != std::string::npos);
  CHECK(again.desired == "RUNNING");
  CHECK(d.job_manager.savepoints_triggered() == 1);
  const stop_reply other =
      stop_with(d, [](stop_request& request) { request.operation = "before-upgrade-2"; });
  require_good(other);
  CHECK(other.savepoint->id == "before-upgrade-2");
}

TEST_CASE("drain is asked of Flink; contradictions are refused") {
  deployment d;
  d.run();
  const auto refused = [&](const std::function<void(stop_request&)>& change) {
    const stop_reply reply = stop_with(d, change);
    REQUIRE(reply.failure);
    CHECK(reply.failure->code == status_code::invalid_argument);
    CHECK(d.log().wanted());
  };
  refused([](stop_request& request) {
    request.drain = true;
    request.savepoint = false;
  });
  refused([](stop_request& request) {
    request.kill = true;
    request.savepoint = true;
  });
  refused([](stop_request& request) { request.drain = request.kill = true; });
  refused([](stop_request& request) { request.operation = "../x"; });
  refused([](stop_request& request) {
    request.operation = "x";
    request.savepoint = false;
  });

  d.job_manager.server().forget_requests();
  require_stopped(d, stop_with(d, [](stop_request& request) { request.drain = true; }));
  bool drained = false;
  for (const fake::request& asked : d.job_manager.server().requests())
    drained = drained || asked.body.find("\"drain\":true") != std::string::npos;
  CHECK(drained);
}

TEST_CASE("what keeps no state is cancelled, unless a savepoint is asked for") {
  const bool batch = GENERATE(false, true);
  deployment d(batch ? "batch" : "streaming");
  if (!batch) d.data.state = dm::component::state_policy::none;
  d.run();
  SECTION("by default") {
    const stop_reply reply = stop_with(d);
    require_good(reply);
    CHECK_FALSE(reply.savepoint);
    CHECK(d.job_manager.job().state == "CANCELED");
    CHECK(d.log().newest_intent()->savepoint_operation.empty());
  }
  SECTION("asked for") {
    const bool by_name = GENERATE(false, true);
    require_stopped(d, stop_with(d, [by_name](stop_request& request) {
                      if (by_name) request.operation = "last";
                      if (!by_name) request.savepoint = true;
                    }));
  }
}

TEST_CASE("nothing lives: stop needs no savepoint") {
  deployment d;
  d.play_stopped_run();
  d.append(record_kind::run);
  const stop_reply reply = stop_with(d);
  require_good(reply);
  CHECK(reply.changed);
  CHECK(reply.state == "STOPPED");
  CHECK_FALSE(reply.savepoint);
}

TEST_CASE("without waiting, the stop is asked for and collected later") {
  deployment d;
  d.run();
  d.job_manager.script_savepoint({1'000'000, {}, true, 1});
  const stop_reply asked = stop_with(d, [](stop_request& request) { request.wait = false; });
  require_good(asked);
  CHECK(asked.changed);
  CHECK(asked.state == "STOPPING");
  REQUIRE(asked.savepoint);
  CHECK(asked.savepoint->state == restore_point_state::in_progress);
  d.job_manager.finish_savepoints();
  require_stopped(d, stop_with(d));
}

TEST_CASE("stop with a savepoint works on another node; a failed one as well (D-9)") {
  deployment d;
  d.run();
  d.edge.supervisord().server().forget_requests();
  const auto elsewhere = d.session_on("edge2");
  const bool fails = GENERATE(false, true);
  if (fails) d.job_manager.script_savepoint({0, disk_full, true, 1});
  stop_request request;
  request.data = d.data;
  const stop_reply reply =
      stop(*elsewhere, io::operation::within(std::chrono::seconds(30)), request);
  CHECK(reply.failure.has_value() == fails);
  CHECK(d.log().wanted() == fails);
  CHECK(d.live_ids().empty() != fails);
  if (fails) CHECK(d.log().newest_intent()->node == d.data.node);
  CHECK(d.edge.supervisord().server().request_count() == 0);
}

TEST_CASE("a stop's savepoint retires older ones by the component's rule") {
  deployment d;
  d.run();
  const std::string old = d.put_savepoint("sp-1", 2, 50);
  d.data.retention.count = 1;
  require_stopped(d, stop_with(d));
  CHECK_FALSE(d.files->exists(old));
}

TEST_CASE("a start after the stop resumes from its savepoint") {
  deployment d;
  d.run();
  const stop_reply stopped = stop_with(d);
  require_stopped(d, stopped);
  d.run();
  CHECK(d.log().newest_incarnation()->restore_path == stopped.savepoint->path);
}
