// A savepoint operation, carried on from every place it can have stopped at (D-14, INV-5).
// SPDX-License-Identifier: Apache-2.0
#include "savepoint/savepoint_operation.h"

#include <array>
#include <catch2/catch.hpp>
#include <thread>

#include "flink/savepoint_rest.h"
#include "support/deployment.h"

using namespace dm::context;
using namespace dm::input;
using namespace dm::lifecycle;
using namespace dm::observation;
using namespace dm::package;
using namespace dm::savepoint;
using dm::result;
using dm::status_code;
using dm::state::operation_kind;
using dm::test::deployment;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

// A job that runs, in a JobManager of this version.
struct scene {
  explicit scene(const std::string& version = "1.20.5") : job_manager(version, d.files) {
    d.data.flink_version = version;
    job.epoch = 2;
    job.application_id = "application_1_0001";
    job.application_state = "RUNNING";
    job.job_manager = job_manager.address();
    job.job_id = job_manager.job().id;
    job.job_state = "RUNNING";
    job.all_tasks_running = true;
    order.operation = "sp-1";
    order.kind = operation_kind::trigger;
    order.epoch = job.epoch;
    order.application_id = job.application_id;
    order.job_id = job.job_id;
    order.directory = ledger.operation_directory("sp-1");
    order.user = "alice";
    order.node = "edge1";
    order.requested_at = io::now();
    REQUIRE(ledger.prepare({}));
    live = job;
  }

  result<savepoint_progress> carry_on(std::chrono::milliseconds limit = std::chrono::seconds(30)) {
    savepoint_progress progress;
    component_view view(d.session(), d.data);
    auto done = carry_on_savepoint(view, io::operation::within(limit), order, live, wait, progress);
    return done.map([&] { return progress; });
  }
  dm::state::result_record completed() {
    const auto progress = carry_on();
    if (!progress) FAIL(progress.error().text());
    REQUIRE(progress->finished);
    INFO(progress->result->failure);
    REQUIRE(progress->result->completed);
    CHECK(job_manager.savepoints_triggered() == 1);
    CHECK(job_manager.savepoint_paths().size() == 1);
    CHECK("hdfs://" + progress->result->path == job_manager.savepoint_paths().front());
    return *progress->result;
  }
  std::string failed() {
    const auto progress = carry_on();
    if (!progress) FAIL(progress.error().text());
    REQUIRE(progress->finished);
    CHECK_FALSE(progress->result->completed);
    return progress->result->failure;
  }
  // What a call does that is killed once its request was sent.
  void send() {
    REQUIRE(ledger.write_requested({}, order));
    dm::flink::savepoint_order sent;
    sent.job_id = job.job_id;
    sent.directory = order.directory;
    sent.trigger_id = dm::flink::trigger_id_of(d.data.id, order.operation);
    const auto version = dm::flink::parse_version(d.data.flink_version);
    const auto request = order.kind == operation_kind::stop
                             ? dm::flink::stop_request(job.job_manager, *version, sent)
                             : dm::flink::savepoint_request(job.job_manager, *version, sent);
    const auto answer = d.session().http().perform({}, request);
    REQUIRE(answer);
    REQUIRE(answer->status == 202);
  }
  std::size_t posts() {
    std::size_t count = 0;
    for (const fake::request& one : requests()) count += one.method == "POST" ? 1 : 0;
    return count;
  }
  std::vector<fake::request> requests() { return job_manager.server().requests(); }

  deployment d;
  fake::job_manager job_manager;
  dm::cluster::hdfs hdfs = d.session().hdfs_for(d.data.user);
  dm::state::savepoint_ledger ledger{hdfs, d.state_directory()};
  live_job job;
  std::optional<live_job> live;
  dm::state::requested_record order;
  bool wait = true;
};

}  // namespace

TEST_CASE("a directory that may not even be read holds no savepoint: it has failed, with why") {
  scene s;
  s.order.directory = "/elsewhere/sp-1";
  s.d.name_node.server().disturb([](const fake::request& asked) {
    std::optional<fake::disturbance> denied;
    if (asked.path.ends_with("/elsewhere/sp-1") && asked.method == "GET") {
      denied.emplace();
      denied->what = fake::disturbance::kind::replace;
      denied->instead = fake::json(403, R"({"RemoteException":{"exception":"AccessControlException",
          "message":"Permission denied: user=pnda, access=EXECUTE, inode=\"/elsewhere\""}})");
    }
    return denied;
  });
  REQUIRE(s.ledger.write_requested({}, s.order));
  CHECK(s.failed().find("Permission denied: user=pnda") != std::string::npos);
  CHECK(s.posts() == 0);
  s.d.name_node.server().disturb(nullptr);
  CHECK(s.ledger.recorded_result({}, "sp-1").value()->completed == false);
}

TEST_CASE("a savepoint is recorded before and after, with what is known of it") {
  scene s;
  s.job_manager.script_savepoint({3, {}, true, 1});
  bool recorded_first = false;
  s.job_manager.server().disturb([&](const fake::request& asked) {
    if (asked.method == "POST")
      recorded_first = s.d.files->exists(s.ledger.savepoints_directory() + "/sp-1.requested.json");
    return std::optional<fake::disturbance>();
  });
  const auto result = s.completed();
  CHECK(recorded_first);
  CHECK(result.epoch == 2);
  CHECK(result.job_id == s.job.job_id);
  CHECK(result.user == "alice");
  CHECK(result.duration_ms == 20);
  CHECK(result.parallelism == 2);
  CHECK(result.flink_version == "1.20.5");
  CHECK(result.file_count == 2);
  CHECK(result.size_bytes > 1000);
  CHECK(result.manifest.size() == 2);
  CHECK(result.checkpoint_id == 101);
  CHECK(*s.ledger.recorded_result({}, "sp-1"));
}

TEST_CASE("the same operation again asks the ledger, and sends nothing") {
  scene s;
  const auto first = s.completed();
  s.job_manager.server().forget_requests();
  const auto again = s.carry_on();
  REQUIRE(again);
  CHECK(again->recorded_before);
  CHECK_FALSE(again->sent);
  CHECK(again->result->path == first.path);
  CHECK(s.requests().empty());
}

TEST_CASE(
    "killed after the record, after the request, or after the result: one savepoint (INV-5)") {
  const std::string version = GENERATE("1.20.5", "1.13.6");
  CAPTURE(version);
  scene s(version);
  SECTION("nothing had been sent") { REQUIRE(s.ledger.write_requested({}, s.order)); }
  SECTION("it has completed, nobody has read the result") { s.send(); }
  SECTION("it has completed, and was forgotten with the JobManager") {
    s.send();
    s.job_manager.server().stop();
  }
  SECTION("it has completed, and nothing lives any more") {
    s.send();
    s.live.reset();
  }
  s.completed();
}

TEST_CASE("killed while it is under way: the next call asks, and waits for the same one") {
  scene s;
  s.job_manager.script_savepoint({5, {}, true, 1});
  s.send();
  s.completed();
  CHECK(s.posts() == 1);
}

TEST_CASE("before 1.15, a savepoint that may be under way is not asked for a second time") {
  scene s("1.13.6");
  s.job_manager.script_savepoint({1'000'000, {}, true, 1});
  // Another call that was killed: it had the right to send.
  s.d.files->put(s.ledger.operation_directory("sp-1") + "/.sent-1", "sp-1");
  s.send();
  std::thread later([&] {
    CHECK(dm::test::eventually([&] {
      for (const fake::request& asked : s.requests()) {
        if (asked.path.ends_with("/checkpoints")) return true;
      }
      return false;
    }));
    s.job_manager.finish_savepoints();
  });
  const auto progress = s.carry_on();
  later.join();
  REQUIRE(progress);
  REQUIRE(progress->result);
  CHECK(progress->result->completed);
  CHECK(s.job_manager.savepoints_triggered() == 1);
}

TEST_CASE("an answer that is lost does not make a second savepoint") {
  const std::string version = GENERATE("1.20.5", "1.13.6");
  CAPTURE(version);
  scene s(version);
  bool first = true;
  s.job_manager.server().disturb([&](const fake::request& asked) {
    std::optional<fake::disturbance> lost;
    if (asked.method == "POST" && std::exchange(first, false))
      lost = fake::disturbance{fake::disturbance::kind::reset, true, {}, {}};
    return lost;
  });
  s.completed();
}

TEST_CASE("the same operation from two threads makes one savepoint, and both know its path") {
  const std::string version = GENERATE("1.20.5", "1.13.6");
  CAPTURE(version);
  scene s(version);
  s.job_manager.script_savepoint({3, {}, true, 1});
  std::array<result<savepoint_progress>, 2> progress;
  std::array<std::thread, 2> threads;
  for (std::size_t i = 0; i < 2; ++i) {
    threads[i] = std::thread([&, i] {
      component_view view(s.d.session(), s.d.data);
      savepoint_progress mine;
      progress[i] = carry_on_savepoint(view, io::operation::within(std::chrono::seconds(30)),
                                       s.order, s.live, true, mine)
                        .map([&] { return mine; });
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& one : progress) {
    if (!one) FAIL(one.error().text());
    REQUIRE(one->result);
    CHECK(one->result->completed);
    CHECK("hdfs://" + one->result->path == s.job_manager.savepoint_paths().front());
  }
  CHECK(s.job_manager.savepoints_triggered() == 1);
}

TEST_CASE("a passed deadline leaves it going on; a later call collects") {
  scene s;
  s.job_manager.script_savepoint({1'000'000, {}, true, 1});
  const auto late = s.carry_on(std::chrono::milliseconds(300));
  REQUIRE_FALSE(late);
  CHECK(late.error().code == status_code::deadline_exceeded);
  CHECK(late.error().message.find("sp-1") != std::string::npos);
  CHECK(late.error().why == dm::reason_code::savepoint_goes_on);
  CHECK_FALSE(*s.ledger.recorded_result({}, "sp-1"));
  s.job_manager.finish_savepoints();
  s.completed();
}

TEST_CASE("without waiting it returns once the request was sent") {
  scene s;
  s.job_manager.script_savepoint({1'000'000, {}, true, 1});
  s.wait = false;
  const auto sent = s.carry_on();
  REQUIRE(sent);
  CHECK(sent->sent);
  CHECK_FALSE(sent->finished);
  CHECK(as_restore_point(*sent).state == dm::state::restore_point_state::in_progress);
  const auto asked = s.carry_on();
  REQUIRE(asked);
  CHECK_FALSE(asked->sent);
  CHECK_FALSE(asked->finished);
  s.job_manager.finish_savepoints();
  s.completed();
}

TEST_CASE("Flink's reason is recorded, and is no error of the call") {
  scene s;
  SECTION("a failed savepoint") {
    s.job_manager.script_savepoint(
        {0,
         "java.util.concurrent.CompletionException: "
         "org.apache.flink.runtime.checkpoint.CheckpointException: Checkpoint "
         "expired before completing.\n\tat org.apache.flink.X",
         true, 1});
    CHECK(s.failed().find("expired before completing") != std::string::npos);
  }
  SECTION("a refusal") {
    s.job_manager.server().disturb([](const fake::request& asked) {
      std::optional<fake::disturbance> refusal;
      if (asked.method == "POST") {
        refusal = fake::disturbance{fake::disturbance::kind::replace, false, {}, {}};
        refusal->instead = fake::json(409, R"({"errors":["The job is suspended."]})");
      }
      return refusal;
    });
    CHECK(s.failed().find("suspended") != std::string::npos);
  }
  SECTION("a savepoint without _metadata") {
    s.job_manager.script_savepoint({0, {}, false, 1});
    CHECK(s.failed().find("/sp-1/savepoint-") != std::string::npos);
  }
  const auto again = s.carry_on();
  REQUIRE(again);
  CHECK(again->recorded_before);
  CHECK(s.posts() == 1);
  CHECK(as_restore_point(*again).state == dm::state::restore_point_state::failed);
}

TEST_CASE("HDFS away for a moment does not lose what was read once") {
  scene s;
  int refused = 0;
  s.d.name_node.server().disturb([&](const fake::request& asked) {
    std::optional<fake::disturbance> away;
    if (asked.method == "PUT" && asked.path.find("result") != std::string::npos && ++refused < 4)
      away = fake::disturbance{fake::disturbance::kind::close, false, {}, {}};
    return away;
  });
  s.completed();
  CHECK(refused >= 4);
}

TEST_CASE("nothing lives and nothing is there: the operation has failed, for good") {
  scene s;
  REQUIRE(s.ledger.write_requested({}, s.order));
  s.live.reset();
  CHECK(s.failed().find("ended before the savepoint was complete") != std::string::npos);
}

TEST_CASE("another job than the operation's is not asked for its savepoint") {
  scene s;
  REQUIRE(s.ledger.write_requested({}, s.order));
  s.live->job_id = "ffffffffffffffffffffffffffffffff";
  const auto progress = s.carry_on();
  REQUIRE_FALSE(progress);
  CHECK(progress.error().code == status_code::failed_precondition);
  CHECK(progress.error().message.find(s.job.job_id) != std::string::npos);
  CHECK(s.posts() == 0);
}

TEST_CASE("a job that the JobManager does not know is told as that") {
  scene s;
  s.job_manager.set_job(std::nullopt);
  const auto progress = s.carry_on();
  REQUIRE_FALSE(progress);
  CHECK(progress.error().code == status_code::failed_precondition);
}

TEST_CASE("a silent JobManager is UNAVAILABLE, and decides nothing (INV-4)") {
  scene s;
  s.job_manager.server().stop();
  const auto progress = s.carry_on();
  REQUIRE_FALSE(progress);
  CHECK(progress.error().code == status_code::unavailable);
  CHECK_FALSE(*s.ledger.recorded_result({}, "sp-1"));
  s.job_manager.server().start();
  s.completed();
}

TEST_CASE("a trigger asks what became of a stop's savepoint, and never sends for it") {
  scene s;
  s.order.kind = operation_kind::stop;
  SECTION("sent by the stop") {
    s.send();
    s.order.kind = operation_kind::trigger;
    CHECK(s.completed().kind == operation_kind::stop);
  }
  SECTION("not sent yet") {
    REQUIRE(s.ledger.write_requested({}, s.order));
    s.order.kind = operation_kind::trigger;
    const auto progress = s.carry_on();
    REQUIRE_FALSE(progress);
    CHECK(progress.error().code == status_code::failed_precondition);
    CHECK(s.posts() == 0);
  }
}

TEST_CASE("a trigger's operation is not carried on as a stop") {
  scene s;
  REQUIRE(s.ledger.write_requested({}, s.order));
  s.order.kind = operation_kind::stop;
  const auto progress = s.carry_on();
  REQUIRE_FALSE(progress);
  CHECK(progress.error().code == status_code::failed_precondition);
  CHECK(s.posts() == 0);
}

TEST_CASE("formats and ids are checked before anything is written") {
  dm::input::component_data data;
  data.flink_version = "1.13.6";
  CHECK(check_order(data, "", dm::flink::savepoint_format::canonical));
  CHECK(check_order(data, "nightly_1", dm::flink::savepoint_format::canonical));
  const auto native = check_order(data, "", dm::flink::savepoint_format::native);
  REQUIRE_FALSE(native);
  CHECK(native.error().code == status_code::failed_precondition);
  for (const char* id : {"-x", "a/b", "..", "a b"}) {
    CAPTURE(id);
    const auto checked = check_order(data, id, dm::flink::savepoint_format::canonical);
    REQUIRE_FALSE(checked);
    CHECK(checked.error().code == status_code::invalid_argument);
  }
}
