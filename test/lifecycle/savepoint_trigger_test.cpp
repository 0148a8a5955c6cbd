// The trigger verb: one savepoint per operation, and clear words where there can be none.
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <catch2/catch.hpp>
#include <thread>

#include "lifecycle/savepoint_trigger.h"
#include "support/deployment.h"

using namespace dm::context;
using namespace dm::input;
using namespace dm::lifecycle;
using namespace dm::observation;
using namespace dm::package;
using dm::status_code;
using dm::component::record_kind;
using dm::state::restore_point_state;
using dm::test::deployment;
using dm::test::require_good;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

trigger_reply trigger_with(deployment& d,
                           const std::function<void(trigger_request&)>& change = nullptr,
                           std::chrono::milliseconds limit = std::chrono::seconds(30)) {
  trigger_request request;
  request.data = d.data;
  request.user = "alice";
  request.operation = "sp-1";
  if (change) change(request);
  return trigger(d.session(), io::operation::within(limit), request);
}

dm::error refused(deployment& d, const trigger_reply& reply) {
  REQUIRE(reply.failure);
  CHECK_FALSE(reply.changed);
  CHECK(d.job_manager.savepoints_triggered() == 0);
  CHECK_FALSE(d.files->exists(d.state_directory() + "/savepoints/sp-1.requested.json"));
  return *reply.failure;
}

void run_it(deployment& d) {
  d.append(record_kind::run);
  d.play_guard();
}

}  // namespace

TEST_CASE("trigger replies with the verified savepoint") {
  deployment d;
  run_it(d);
  d.job_manager.script_savepoint({3, {}, true, 2});
  const trigger_reply reply = trigger_with(d);
  require_good(reply);
  CHECK(reply.changed);
  CHECK(reply.operation == "sp-1");
  REQUIRE(reply.savepoint);
  CHECK(reply.savepoint->state == restore_point_state::completed);
  CHECK(reply.savepoint->id == "sp-1");
  CHECK(reply.savepoint->epoch == 2);
  CHECK(reply.savepoint->file_count == 3);
  CHECK(reply.savepoint->duration_ms == 20);
  CHECK(reply.savepoint->user == "alice");
  CHECK(reply.savepoint->path.starts_with(d.state_directory() + "/savepoints/sp-1/savepoint-"));
  CHECK(d.log().wanted());
  CHECK(d.job_manager.job().state == "RUNNING");

  const trigger_reply again = trigger_with(d);
  require_good(again);
  CHECK_FALSE(again.changed);
  CHECK(again.savepoint->path == reply.savepoint->path);
  CHECK(d.job_manager.savepoints_triggered() == 1);
}

TEST_CASE("without an id every call is an operation of its own") {
  deployment d;
  run_it(d);
  const auto unnamed = [](trigger_request& request) { request.operation.clear(); };
  const trigger_reply first = trigger_with(d, unnamed);
  const trigger_reply second = trigger_with(d, unnamed);
  require_good(first);
  require_good(second);
  CHECK(first.operation != second.operation);
  CHECK(d.job_manager.savepoints_triggered() == 2);
}

TEST_CASE("the result stays known when nothing runs any more") {
  deployment d;
  d.append(record_kind::run);
  const std::string id = d.play_guard();
  const trigger_reply first = trigger_with(d);
  require_good(first);
  d.finish(id, "KILLED");
  d.job_manager.server().stop();
  const trigger_reply again = trigger_with(d);
  require_good(again);
  CHECK(again.savepoint->path == first.savepoint->path);
}

TEST_CASE("in parallel, the same id makes one savepoint") {
  deployment d;
  run_it(d);
  d.job_manager.script_savepoint({3, {}, true, 1});
  std::array<trigger_reply, 4> replies;
  std::vector<std::thread> threads;
  for (trigger_reply& reply : replies) threads.emplace_back([&] { reply = trigger_with(d); });
  for (std::thread& thread : threads) thread.join();
  for (const trigger_reply& reply : replies) {
    require_good(reply);
    CHECK("hdfs://" + reply.savepoint->path == d.job_manager.savepoint_paths().front());
  }
  CHECK(d.job_manager.savepoints_triggered() == 1);
}

TEST_CASE("a passed deadline leaves it going on, and says how to collect it") {
  deployment d;
  run_it(d);
  d.job_manager.script_savepoint({1'000'000, {}, true, 1});
  const trigger_reply late = trigger_with(d, nullptr, std::chrono::seconds(3));
  REQUIRE(late.failure);
  CHECK(late.failure->code == status_code::deadline_exceeded);
  REQUIRE(late.savepoint);
  CHECK(late.savepoint->state == restore_point_state::in_progress);
  d.job_manager.finish_savepoints();
  const trigger_reply collected = trigger_with(d);
  require_good(collected);
  CHECK_FALSE(collected.changed);
  CHECK(collected.savepoint->state == restore_point_state::completed);
  CHECK(d.job_manager.savepoints_triggered() == 1);
}

TEST_CASE("without waiting the reply says that it is in progress") {
  deployment d;
  run_it(d);
  d.job_manager.script_savepoint({1'000'000, {}, true, 1});
  const trigger_reply sent = trigger_with(d, [](trigger_request& r) { r.wait = false; });
  require_good(sent);
  CHECK(sent.changed);
  CHECK(sent.savepoint->state == restore_point_state::in_progress);
}

TEST_CASE("there is no savepoint of what does not run with all its tasks, and nothing is written") {
  deployment d;
  std::string words;
  SECTION("never started") { words = "nothing of it runs"; }
  SECTION("job gone") {
    d.append(record_kind::run);
    d.finish(d.play_guard(), "KILLED");
    words = "nothing of it runs";
  }
  SECTION("in the queue") {
    d.append(record_kind::run);
    d.play_guard("ACCEPTED");
    words = "ACCEPTED";
  }
  SECTION("restarting") {
    run_it(d);
    d.job_manager.change([](fake::flink_job& job) { job.state = "RESTARTING"; });
    words = "RESTARTING";
  }
  SECTION("tasks are scheduled") {
    run_it(d);
    d.job_manager.change([](fake::flink_job& job) { job.task_state = "SCHEDULED"; });
    words = "0 of 2 tasks";
  }
  SECTION("being stopped") {
    run_it(d);
    d.append(record_kind::stop);
    words = "a stop of it is recorded";
  }
  const dm::error error = refused(d, trigger_with(d));
  CHECK(error.code == status_code::failed_precondition);
  CHECK_FALSE(error.hint.empty());
  CAPTURE(error.message);
  CHECK(error.message.find(words) != std::string::npos);
}

TEST_CASE("what is silent is UNAVAILABLE, and nothing is written (INV-4)") {
  deployment d;
  run_it(d);
  SECTION("the JobManager") { d.job_manager.server().stop(); }
  SECTION("the ResourceManager") { d.resource_manager.server().stop(); }
  CHECK(refused(d, trigger_with(d)).code == status_code::unavailable);
}

TEST_CASE("Flink's failure is told with its reason, and stays recorded") {
  deployment d;
  run_it(d);
  d.job_manager.script_savepoint(
      {0, "java.io.IOException: Permission denied: user=nobody, access=WRITE\n\tat X", true, 1});
  for (int i = 0; i < 2; ++i) {
    const trigger_reply reply = trigger_with(d);
    REQUIRE(reply.failure);
    CHECK(reply.failure->code == status_code::failed_precondition);
    CHECK(reply.failure->message.find("Permission denied") != std::string::npos);
    CHECK(reply.failure->message.find("\tat") == std::string::npos);
    REQUIRE(reply.savepoint);
    CHECK(reply.savepoint->state == restore_point_state::failed);
    CHECK(reply.changed == (i == 0));
  }
  CHECK(d.job_manager.savepoints_triggered() == 1);
}

TEST_CASE("a JobManager that has begun anew is not asked for the operation of another job") {
  deployment d;
  run_it(d);
  d.job_manager.script_savepoint({1'000'000, {}, true, 1});
  require_good(trigger_with(d, [](trigger_request& r) { r.wait = false; }));
  fake::flink_job other;
  other.id = "ffffffffffffffffffffffffffffffff";
  d.job_manager.set_job(other);
  const trigger_reply reply = trigger_with(d);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::failed_precondition);
  CHECK(reply.failure->message.find("ffffffff") != std::string::npos);
  CHECK(d.job_manager.savepoints_triggered() == 1);
}

TEST_CASE("a directory of the caller's is used, if it is the operation's alone") {
  deployment d;
  run_it(d);
  const auto elsewhere = [](const char* operation) {
    return [operation](trigger_request& request) {
      request.operation = operation;
      request.directory = "hdfs:///pnda/flink/exports/monday";
    };
  };
  const trigger_reply reply = trigger_with(d, elsewhere("sp-1"));
  require_good(reply);
  CHECK(reply.savepoint->path.starts_with("/pnda/flink/exports/monday/savepoint-"));
  const trigger_reply again = trigger_with(d, elsewhere("sp-2"));
  REQUIRE(again.failure);
  CHECK(again.failure->code == status_code::failed_precondition);
  CHECK(d.job_manager.savepoints_triggered() == 1);
  const trigger_reply wrong = trigger_with(d, [](trigger_request& request) {
    request.operation = "sp-3";
    request.directory = "s3://bucket/x";
  });
  REQUIRE(wrong.failure);
  CHECK(wrong.failure->code == status_code::invalid_argument);
}

TEST_CASE("a savepoint that has completed retires older ones by the component's rule") {
  deployment d;
  run_it(d);
  d.data.retention.count = 2;
  for (const char* id : {"sp-1", "sp-2"}) {
    const trigger_reply reply = trigger_with(d, [id](trigger_request& r) { r.operation = id; });
    require_good(reply);
    CHECK(reply.retired.empty());
  }
  const trigger_reply third = trigger_with(d, [](trigger_request& r) { r.operation = "sp-3"; });
  require_good(third);
  CHECK(third.retired == std::vector<std::string>{"sp-1"});
  CHECK_FALSE(d.files->exists(d.state_directory() + "/savepoints/sp-1"));
  CHECK(d.files->exists(d.state_directory() + "/savepoints/sp-2"));
}

TEST_CASE("trigger works on another node (D-9)") {
  deployment d;
  run_it(d);
  const auto elsewhere = d.session_on("edge2");
  trigger_request request;
  request.data = d.data;
  const trigger_reply reply =
      trigger(*elsewhere, io::operation::within(std::chrono::seconds(30)), request);
  require_good(reply);
  CHECK(reply.savepoint->state == restore_point_state::completed);
}
