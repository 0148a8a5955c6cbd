// The start verb: what it records, when it waits, and on what it gives up.
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <filesystem>

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
using dm::test::eventually;
using dm::test::require_good;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

start_reply start_within(deployment& d, std::chrono::milliseconds limit, bool wait = true) {
  start_request request;
  request.data = d.data;
  request.user = "alice";
  request.wait = wait;
  return start(d.session(), io::operation::within(limit), request);
}

start_reply start_it(deployment& d, bool wait = true) {
  return start_within(d, std::chrono::seconds(30), wait);
}

}  // namespace

TEST_CASE("start records the run, starts the guard and waits for the tasks") {
  deployment d;
  d.play_everything();
  const start_reply reply = start_it(d);
  require_good(reply);
  CHECK(reply.changed);
  CHECK(reply.state == "RUNNING");
  CHECK(reply.desired == "RUNNING");
  CHECK(reply.application_id == d.live_ids().front());
  CHECK(reply.job_id == d.job_manager.job().id);
  CHECK(reply.tracking_url.find(reply.application_id) != std::string::npos);
  CHECK(d.program_state() == "RUNNING");
  const auto log = d.log();
  CHECK(log.wanted());
  CHECK(log.newest_intent()->user == "alice");
  CHECK(log.newest_intent()->node == d.data.node);
  CHECK_FALSE(log.newest_intent()->accept_state_loss);
}

TEST_CASE("a repeated start changes nothing (INV-5)") {
  deployment d;
  d.play_everything();
  require_good(start_it(d));
  const std::string id = d.live_ids().front();
  for (int i = 0; i < 2; ++i) {
    const start_reply again = start_it(d);
    require_good(again);
    CHECK_FALSE(again.changed);
    CHECK(again.state == "RUNNING");
    CHECK(again.application_id == id);
  }
  CHECK(d.log().newest_intent()->number == 1);
  CHECK(d.resource_manager.cluster().applications().size() == 1);
}

TEST_CASE("start without waiting returns as soon as the guard is started") {
  deployment d;
  const start_reply reply = start_it(d, false);
  require_good(reply);
  CHECK(reply.changed);
  CHECK(reply.state == "STARTING");
  CHECK(reply.desired == "RUNNING");
  CHECK(d.log().wanted());
  CHECK(d.program_state() == "RUNNING");
}

TEST_CASE("a job is not running before its tasks are") {
  deployment d;
  d.play_everything();
  d.job_manager.change([](fake::flink_job& job) { job.task_state = "SCHEDULED"; });
  const start_reply late = start_within(d, std::chrono::seconds(5));
  REQUIRE(late.failure);
  CHECK(late.failure->code == status_code::deadline_exceeded);
  CHECK(late.desired == "RUNNING");
  CHECK(late.state == "STARTING");
  CHECK(late.failure->message.find("wanted") != std::string::npos);
  CHECK(d.log().wanted());  // it will come up, without another start
  CHECK(d.live_ids().size() == 1);
  d.job_manager.change([](fake::flink_job& job) { job.task_state = "RUNNING"; });
  const start_reply again = start_it(d);
  require_good(again);
  CHECK_FALSE(again.changed);
  CHECK(again.state == "RUNNING");
}

TEST_CASE("what is awaited is told while it waits") {
  deployment d;
  d.play_everything();
  d.job_manager.change([](fake::flink_job& job) { job.task_state = "SCHEDULED"; });
  std::vector<std::string> told;
  io::operation op = io::operation::within(std::chrono::seconds(5));
  std::optional<std::int64_t> done;
  std::optional<std::int64_t> total;
  std::string application;
  std::string job;
  op.set_events(
      [&](std::string_view phase, std::string_view message, const io::progress_facts& facts) {
        told.push_back(std::string(phase) + ": " + std::string(message));
        done = facts.done;
        total = facts.total;
        application = facts.application_id;
        job = facts.job_id;
      });
  start_request request;
  request.data = d.data;
  (void)start(d.session(), op, request);
  REQUIRE_FALSE(told.empty());
  CHECK(told.back().find("start: STARTING") == 0);
  CHECK(told.back().find("0 of 2 tasks") != std::string::npos);
  CHECK(done == 0);
  CHECK(total == 2);
  CHECK(application == d.live_ids().front());
  CHECK(job == d.job_manager.job().id);
}

TEST_CASE("YARN down at start: the component stays wanted and waits (INV-4)") {
  deployment d;
  d.resource_manager.server().stop();
  const start_reply reply = start_within(d, std::chrono::seconds(5));
  REQUIRE(reply.failure);
  CHECK(reply.desired == "RUNNING");
  CHECK(d.log().wanted());
  CHECK(d.log().newest_intent()->number == 1);
  CHECK(d.program_state() == "RUNNING");
}

TEST_CASE("HDFS away: nothing is started that could not be recorded") {
  deployment d;
  d.name_node.server().stop();
  const start_reply reply = start_it(d);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::unavailable);
  CHECK(reply.desired.empty());  // what the log says is not known
  CHECK(reply.state.empty());
  CHECK(d.program_state() != "RUNNING");
  d.name_node.server().start();
  CHECK(d.log().newest_intent() == nullptr);
}

TEST_CASE("HDFS away when a running component is started again: nothing is taken back") {
  deployment d;
  d.play_everything();
  require_good(start_it(d));
  d.name_node.server().stop();
  const start_reply reply = start_it(d);
  REQUIRE(reply.failure);
  CHECK(reply.desired.empty());
  CHECK(reply.state.empty());
  CHECK(d.program_state() == "RUNNING");
  CHECK(d.live_ids().size() == 1);
}

TEST_CASE("a start that fails for good while HDFS takes no record is not said to be unwanted") {
  deployment d;
  d.edge.supervisord().on_start([&](const std::string&) {
    d.finish(d.play_guard(), "FAILED");
    d.put_end(d.log().newest_incarnation()->number, outcome::failed, decision::give_up, "no luck");
    d.name_node.server().disturb([](const fake::request& asked) {
      fake::disturbance away;
      away.what = fake::disturbance::kind::replace;
      away.instead = fake::text(503, "");
      return asked.method == "PUT" ? std::optional(away) : std::nullopt;
    });
  });
  const start_reply reply = start_it(d);
  REQUIRE(reply.failure);
  CHECK(reply.failure->message.find("no luck") != std::string::npos);
  CHECK(reply.desired == "RUNNING");
  CHECK(reply.failure->hint.find("still wanted") != std::string::npos);
  CHECK(d.log().wanted());
}

namespace {

// What a guard records that the queue policy has refused.
void refuse_in_policy(deployment& d) {
  dm::cluster::hdfs hdfs = d.session().hdfs_for(d.data.user);
  dm::component::component_log log(hdfs,
                                   dm::component::hdfs_directory(d.data.state_root, d.data.name));
  dm::component::log_record record;
  record.kind = record_kind::incarnation;
  record.node = d.data.node;
  record.intent = d.log().newest_intent()->number;
  record.queue_policy = dm::component::queue_answer{"prod", dm::component::queue_word::not_allowed,
                                                    "", "Error: No matching queue."};
  const auto claimed = log.claim({}, record, d.log().newest_number());
  REQUIRE(claimed);
  REQUIRE(*claimed);
  dm::component::end_fact end;
  end.epoch = **claimed;
  end.outcome = outcome::failed;
  end.failure_class = "queue_policy_refused";
  end.cause = "the queue policy does not allow it";
  end.decision = decision::restart;
  end.ended_at = io::now();
  end.restart_at = end.ended_at + std::chrono::minutes(5);
  end.counts = false;
  REQUIRE(log.write_end({}, end));
}

}  // namespace

TEST_CASE("a start whose queue the policy refuses ends at once, in its words, and is taken back") {
  deployment d;
  d.edge.supervisord().on_start([&](const std::string&) { refuse_in_policy(d); });
  const start_reply reply = start_it(d);
  REQUIRE(reply.failure);
  INFO(reply.failure->text());
  CHECK(reply.failure->code == status_code::failed_precondition);
  CHECK(reply.failure->message.find("was not submitted") != std::string::npos);
  CHECK(reply.failure->message.find("Error: No matching queue.") != std::string::npos);
  CHECK(reply.failure->message.find("next attempt") == std::string::npos);
  CHECK(reply.failure->causes.empty());
  CHECK(reply.failure->hint.find("client-") == std::string::npos);  // there was none
  CHECK(reply.desired == "STOPPED");
  CHECK_FALSE(d.log().wanted());
  CHECK(d.program_state() != "RUNNING");
}

TEST_CASE("what was wanted before goes on waiting for the queue policy, whoever starts it again") {
  deployment d;
  d.edge.supervisord().on_start([&](const std::string&) { refuse_in_policy(d); });
  require_good(start_it(d, false));
  const start_reply again = start_within(d, std::chrono::seconds(5));
  REQUIRE(again.failure);
  CHECK(again.failure->code == status_code::deadline_exceeded);
  CHECK(again.state == "BACKOFF");
  CHECK(d.log().wanted());
}

TEST_CASE(
    "what is to run again stays wanted whatever the queue policy says, and the answer comes at "
    "once") {
  deployment d;
  d.edge.supervisord().on_start([&](const std::string&) { refuse_in_policy(d); });
  start_request request;
  request.data = d.data;
  request.user = "pnda";
  request.keep_wanted = true;
  const start_reply reply =
      start(d.session(), io::operation::within(std::chrono::seconds(30)), request);
  REQUIRE(reply.failure);
  INFO(reply.failure->text());
  CHECK(reply.failure->code == status_code::unavailable);
  CHECK(reply.failure->message.find("Error: No matching queue.") != std::string::npos);
  CHECK(reply.failure->hint.find("stays wanted") != std::string::npos);
  CHECK(reply.desired == "RUNNING");
  CHECK(d.log().wanted());
  CHECK(d.program_state() == "RUNNING");
}

TEST_CASE("start and stop do not make supervisord read its files (D-54)") {
  deployment d;
  d.edge.supervisord().server().forget_requests();
  d.play_everything();
  require_good(start_it(d));
  stop_request request;
  request.data = d.data;
  require_good(stop(d.session(), io::operation::within(std::chrono::seconds(30)), request));
  require_good(start_it(d));
  for (const fake::request& asked : d.edge.supervisord().server().requests())
    CHECK(asked.body.find("reloadConfig") == std::string::npos);
}

TEST_CASE(
    "a guard that was about to end when the run was recorded is followed by one that reads it") {
  deployment d;
  d.edge.supervisord().change(d.data.program,
                              [](fake::supervised_process& process) { process.state = "RUNNING"; });
  d.play_everything();
  const start_reply reply = start_it(d);
  require_good(reply);
  CHECK(reply.state == "RUNNING");
  CHECK(d.live_ids().size() == 1);
}

TEST_CASE("no state root on HDFS: the administrator's command is in the hint") {
  deployment d;
  d.name_node.files().remove("/pnda", true);
  const start_reply reply = start_it(d);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::failed_precondition);
  CHECK(reply.failure->hint.find("hdfs dfs -mkdir") != std::string::npos);
}

TEST_CASE(
    "a confirmed failure ends the start: stop is recorded, the guard ends, the cause is told") {
  deployment d;
  d.edge.supervisord().on_start([&](const std::string&) {
    d.finish(d.play_guard(), "FAILED");
    d.put_end(d.log().newest_incarnation()->number, outcome::failed, decision::give_up,
              "java.lang.IllegalStateException: no luck");
    d.edge.supervisord().change(d.data.program, [](fake::supervised_process& p) {
      p.state = "EXITED";
      p.exit_status = 3;
    });
  });
  const start_reply reply = start_it(d);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::failed_precondition);
  CHECK(reply.failure->message.find("no luck") != std::string::npos);
  CHECK(reply.failure->component == "prod/app/stream");
  CHECK(reply.failure->hint.find("guard.log") != std::string::npos);
  CHECK(reply.state == "FAILED");
  CHECK(reply.desired == "STOPPED");
  CHECK_FALSE(d.log().wanted());
  CHECK(d.log().newest_intent()->stop_cause == "start-failed");
  CHECK(d.program_state() != "RUNNING");

  // Once the cause is corrected, it is asked for anew.
  d.play_everything();
  const start_reply again = start_it(d);
  require_good(again);
  CHECK(again.changed);
  CHECK(again.state == "RUNNING");
}

TEST_CASE("an application that the guard itself has killed is no end before the guard says why") {
  deployment d;
  std::atomic<bool> submitted{false};
  d.edge.supervisord().on_start([&](const std::string&) {
    d.resource_manager.cluster().kill(d.play_guard(), "pnda");
    submitted = true;
  });
  std::thread guard([&] {
    eventually([&] { return submitted.load(); });
    std::this_thread::sleep_for(std::chrono::seconds(3));
    d.put_end(d.log().newest_incarnation()->number, outcome::failed, decision::give_up,
              "the program calls execute() more than once");
  });
  const start_reply reply = start_it(d);
  guard.join();
  REQUIRE(reply.failure);
  CHECK(reply.failure->message.find("execute() more than once") != std::string::npos);
  CHECK(reply.state == "FAILED");
}

TEST_CASE("a back-off is waited through: the guard tries again") {
  deployment d;
  std::atomic<int> times{0};
  d.edge.supervisord().on_start([&](const std::string&) {
    if (++times > 1) return;
    d.finish(d.play_guard(), "FAILED");
    d.put_end(d.log().newest_incarnation()->number, outcome::failed, decision::restart,
              "no luck yet");
  });
  std::thread guard([&] {
    eventually([&] { return times > 0; });
    std::this_thread::sleep_for(std::chrono::seconds(3));
    d.play_guard();
  });
  const start_reply reply = start_it(d);
  guard.join();
  require_good(reply);
  CHECK(reply.state == "RUNNING");
}

TEST_CASE("a JobManager that does not answer proves nothing: start goes on waiting") {
  deployment d;
  d.play_everything();
  d.job_manager.server().stop();
  const start_reply late = start_within(d, std::chrono::seconds(5));
  REQUIRE(late.failure);
  CHECK(late.failure->code == status_code::deadline_exceeded);
  CHECK(late.desired == "RUNNING");
  d.job_manager.server().start();
  const start_reply again = start_it(d);
  require_good(again);
  CHECK(again.state == "RUNNING");
}

TEST_CASE("a failure that is only last known does not end a start (INV-4)") {
  deployment d;
  d.edge.supervisord().on_start([&](const std::string&) {
    d.finish(d.play_guard(), "FAILED");
    d.put_end(d.log().newest_incarnation()->number, outcome::failed, decision::give_up, "no luck");
    d.resource_manager.server().stop();
  });
  const start_reply reply = start_within(d, std::chrono::seconds(5));
  REQUIRE(reply.failure);
  CHECK(reply.failure->code != status_code::failed_precondition);
  CHECK(d.log().wanted());
}

TEST_CASE("what the guard has given up is asked for anew; what has completed is not (INV-5)") {
  struct row {
    outcome ended;
    decision judged;
    bool anew;
  };
  for (const row& r :
       {row{outcome::failed, decision::give_up, true}, row{outcome::killed, decision::none, true},
        row{outcome::unknown, decision::give_up, true},
        row{outcome::completed, decision::none, false},
        row{outcome::failed, decision::restart, false}}) {
    CAPTURE(to_string(r.ended), to_string(r.judged));
    deployment d("batch");
    d.append(record_kind::run);
    d.finish(d.play_guard(), "SUCCEEDED");
    d.put_end(2, r.ended, r.judged);
    const start_reply reply = start_it(d, false);
    require_good(reply);
    CHECK(d.log().newest_intent()->number == (r.anew ? 3 : 1));
  }
}

TEST_CASE("a completed batch component is COMPLETED, and not run again") {
  deployment d("batch");
  d.append(record_kind::run);
  d.finish(d.play_guard(), "SUCCEEDED");
  d.put_end(2, outcome::completed, decision::none);
  const start_reply reply = start_it(d);
  require_good(reply);
  CHECK(reply.state == "COMPLETED");
  CHECK(d.resource_manager.cluster().applications().size() == 1);
  CHECK(d.log().newest_number() == 2);
}

TEST_CASE("start on another node is refused, naming the node, and changes nothing (D-9)") {
  deployment d;
  start_request request;
  request.data = d.data;
  const auto elsewhere = d.session_on("edge2");
  const start_reply reply =
      start(*elsewhere, io::operation::within(std::chrono::seconds(10)), request);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::failed_precondition);
  CHECK(reply.failure->message.find("edge1") != std::string::npos);
  CHECK(reply.failure->message.find("edge2") != std::string::npos);
  CHECK(d.log().newest_intent() == nullptr);
}

TEST_CASE("a program file that is gone is a designed error, before anything is recorded") {
  deployment d;
  std::filesystem::remove(d.data.program_file);
  const start_reply reply = start_it(d);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::failed_precondition);
  CHECK(reply.failure->message.find(d.data.program_file) != std::string::npos);
  CHECK(d.log().newest_intent() == nullptr);
}

TEST_CASE("supervisord away: the component is wanted, and will come up with it") {
  deployment d;
  d.edge.supervisord().server().stop();
  const start_reply reply = start_it(d);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::unavailable);
  CHECK(reply.desired == "RUNNING");
  CHECK(d.log().wanted());
  d.edge.supervisord().server().start();
  d.play_everything();
  const start_reply again = start_it(d);
  require_good(again);
  CHECK(again.state == "RUNNING");
  CHECK(d.log().newest_intent()->number == 1);
}

TEST_CASE("another program's damaged file does not keep a known one from being started") {
  deployment d;
  d.edge.supervisord().fail_reload("Invalid user name ghost in section 'program:other'");
  d.play_everything();
  const start_reply reply = start_it(d);
  require_good(reply);
  CHECK(reply.state == "RUNNING");
}

TEST_CASE("a cancelled start leaves the component wanted") {
  deployment d;
  io::cancellation cancel;
  std::thread soon([&] {
    eventually([&] { return d.program_state() == "RUNNING"; });
    cancel.cancel();
  });
  start_request request;
  request.data = d.data;
  const start_reply reply = start(
      d.session(),
      io::operation(std::chrono::steady_clock::now() + std::chrono::minutes(1), &cancel), request);
  soon.join();
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::cancelled);
  CHECK(reply.desired == "RUNNING");
  CHECK(d.log().wanted());
}

TEST_CASE("start goes on from the newest savepoint, says which and why, and proves it") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  d.put_savepoint("sp-1", epoch, 3);
  const std::string path = d.put_savepoint("sp-2", epoch, 5);
  d.play_everything();
  const start_reply reply = start_it(d);
  require_good(reply);
  CHECK(reply.state == "RUNNING");
  REQUIRE(reply.restore_point);
  CHECK(reply.restore_point->id == "sp-2");
  CHECK(reply.restore_point->path == path);
  CHECK_FALSE(reply.restore_point->why.empty());
  CHECK(d.log().newest_incarnation()->restore_path == path);
  CHECK(d.log().newest_intent()->restore_path.empty());
  const start_reply again = start_it(d);
  require_good(again);
  CHECK_FALSE(again.changed);
  REQUIRE(again.restore_point);
  CHECK(again.restore_point->id == "sp-2");
}

TEST_CASE("a first start is without state, and says so") {
  deployment d;
  d.play_everything();
  const start_reply reply = start_it(d);
  require_good(reply);
  REQUIRE(reply.restore_point);
  CHECK(reply.restore_point->id.empty());
  CHECK(reply.restore_point->path.empty());
  CHECK_FALSE(reply.restore_point->why.empty());
}

TEST_CASE("running tasks alone do not prove a restore: the JobManager has to name the point") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  const std::string path = d.put_savepoint("sp-1", epoch);
  d.edge.supervisord().on_start([&](const std::string&) {
    d.play_guard();
    d.job_manager.change([](fake::flink_job& job) { job.restored_path.clear(); });
  });
  const start_reply late = start_within(d, std::chrono::seconds(5));
  REQUIRE(late.failure);
  CHECK(late.failure->code == status_code::deadline_exceeded);
  CHECK(late.failure->message.find("not proven") != std::string::npos);
  REQUIRE_FALSE(late.failure->causes.empty());
  CHECK(late.failure->causes.back().message.find(path) != std::string::npos);
  CHECK(late.desired == "RUNNING");
  CHECK(d.log().wanted());
  d.job_manager.change([&](fake::flink_job& job) { job.restored_path = "hdfs://nn:8020" + path; });
  const start_reply again = start_it(d);
  require_good(again);
  CHECK(again.restore_point->path == path);
}

TEST_CASE("state required and none there: refused before anything is recorded (INV-2)") {
  deployment d;
  d.data.state = dm::component::state_policy::required;
  d.play_everything();
  const start_reply reply = start_it(d);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::failed_precondition);
  CHECK(reply.failure->message.find("was not started") != std::string::npos);
  CHECK(reply.failure->component == "prod/app/stream");
  CHECK(reply.desired == "STOPPED");
  CHECK(d.log().newest_intent() == nullptr);
  CHECK(d.live_ids().empty());

  start_request request;
  request.data = d.data;
  request.accept_state_loss = true;
  const start_reply allowed =
      start(d.session(), io::operation::within(std::chrono::seconds(30)), request);
  require_good(allowed);
  CHECK(allowed.state == "RUNNING");
  CHECK(d.log().newest_intent()->accept_state_loss);
}

TEST_CASE("a damaged savepoint is passed over for an older one of the same lineage") {
  deployment d;
  const auto first = d.play_stopped_run();
  d.data.state = dm::component::state_policy::required;
  const std::string good = d.put_savepoint("sp-1", first, 3);
  const std::string damaged = d.put_savepoint("sp-2", first, 5);
  d.name_node.files().remove(damaged + "/state-1", true);
  d.play_everything();
  const start_reply reply = start_it(d);
  require_good(reply);
  CHECK(reply.restore_point->path == good);
  CHECK(d.log().newest_incarnation()->restore_path == good);
}

TEST_CASE("the guard finds no point where start still saw one: FAILED, with that reason") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  const std::string path = d.put_savepoint("sp-1", epoch);
  d.data.state = dm::component::state_policy::required;
  d.edge.supervisord().on_start([&](const std::string&) {
    d.name_node.files().remove(path, true);
    CHECK(d.play_guard().empty());
  });
  const start_reply reply = start_it(d);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::failed_precondition);
  CHECK(reply.state == "FAILED");
  CAPTURE(reply.failure->message);
  CHECK(reply.failure->message.find("sp-1") != std::string::npos);
  CHECK(reply.desired == "STOPPED");
  CHECK(d.live_ids().empty());
  CHECK_FALSE(d.log().wanted());
}
