// The resume verb: from which point, after what stop, and what it records.
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "lifecycle/savepoint_resume.h"
#include "savepoint/savepoint_pin.h"
#include "support/deployment.h"

using namespace dm::context;
using namespace dm::input;
using namespace dm::lifecycle;
using namespace dm::observation;
using namespace dm::savepoint;
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

start_reply resume_it(deployment& d, const std::string& savepoint,
                      const std::function<void(resume_request&)>& change = nullptr,
                      std::chrono::milliseconds limit = std::chrono::seconds(30)) {
  resume_request request;
  request.data = d.data;
  request.user = "alice";
  request.savepoint = savepoint;
  if (change) change(request);
  return resume(d.session(), io::operation::within(limit), request);
}

const dm::error& refused(const start_reply& reply) {
  REQUIRE(reply.failure);
  CHECK_FALSE(reply.failure->message.empty());
  return *reply.failure;
}

start_reply start_it(deployment& d) {
  start_request request;
  request.data = d.data;
  return start(d.session(), io::operation::within(std::chrono::seconds(30)), request);
}

}  // namespace

TEST_CASE("resume from an older savepoint starts from that one, and records it") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  const std::string older = d.put_savepoint("sp-1", epoch, 3);
  d.put_savepoint("sp-2", epoch, 5);
  d.play_everything();
  const start_reply reply = resume_it(d, "sp-1", [](resume_request& r) {
    r.claim_mode = "no_claim";
    r.allow_non_restored_state = true;
  });
  require_good(reply);
  CHECK(reply.changed);
  CHECK(reply.state == "RUNNING");
  REQUIRE(reply.restore_point);
  CHECK(reply.restore_point->id == "sp-1");
  CHECK(reply.restore_point->path == older);
  const auto log = d.log();
  CHECK(log.newest_intent()->restore_path == older);
  CHECK(log.newest_intent()->restore_id == "sp-1");
  CHECK(log.newest_intent()->claim_mode == "no_claim");
  CHECK(log.newest_intent()->allow_non_restored_state);
  CHECK(log.newest_intent()->user == "alice");
  CHECK(log.newest_incarnation()->restore_path == older);
}

TEST_CASE("a repeated resume with the same arguments changes nothing (INV-5)") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  const std::string path = d.put_savepoint("sp-1", epoch);
  d.play_everything();
  const std::string named = GENERATE("sp-1", "latest", "path");
  const std::string savepoint =
      named == "path" ? "HDFS://127.0.0.1:8020" + path + "/_metadata" : named;
  require_good(resume_it(d, savepoint));
  const auto number = d.log().newest_number();
  const start_reply again = resume_it(d, savepoint);
  require_good(again);
  CHECK_FALSE(again.changed);
  CHECK(again.state == "RUNNING");
  CHECK(again.restore_point->path == path);
  CHECK(d.log().newest_number() == number);
  CHECK(d.live_ids().size() == 1);
}

TEST_CASE("a path on another HDFS is not taken for the same path on this one") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  const std::string path = d.put_savepoint("sp-1", epoch);
  const bool foreign = GENERATE(true, false);
  const start_reply reply = resume_it(d, "hdfs://other-cluster:8020" + path,
                                      [&](resume_request& r) { r.foreign = foreign; });
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::failed_precondition);
  CHECK(reply.failure->message.find("other-cluster:8020") != std::string::npos);
  CHECK(reply.failure->hint.find("without the host") != std::string::npos);
  CHECK_FALSE(d.log().wanted());
}

TEST_CASE("a resume that is refused says of a running component that it is wanted") {
  deployment d;
  d.run();
  const start_reply reply = resume_it(d, "sp-9");
  CHECK(refused(reply).code == status_code::not_found);
  CHECK(reply.desired == "RUNNING");
  CHECK(reply.state.empty());
  CHECK(reply.failure->component == "prod/app/stream");
  d.name_node.server().stop();
  CHECK(resume_it(d, "sp-9").desired.empty());
}

TEST_CASE("a resume saves what an earlier stop was not to save") {
  deployment d;
  d.run();
  d.append(record_kind::stop);
  require_good(resume_it(d, "latest"));
  CHECK(d.job_manager.savepoints_triggered() == 1);
  CHECK("hdfs://" + d.log().newest_incarnation()->restore_path ==
        d.job_manager.savepoint_paths().front());
}

TEST_CASE("latest is what a start would choose") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  d.put_savepoint("sp-1", epoch, 3);
  const std::string newest = d.put_savepoint("sp-2", epoch, 5);
  d.play_everything();
  const start_reply reply = resume_it(d, "latest");
  require_good(reply);
  CHECK(reply.restore_point->path == newest);
  CHECK(d.log().newest_intent()->restore_path == newest);
}

TEST_CASE("a resume that did not wait is joined by the next one") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  const std::string path = d.put_savepoint("sp-1", epoch);
  d.play_everything();
  const start_reply first = resume_it(d, "sp-1", [](resume_request& r) { r.wait = false; });
  require_good(first);
  CHECK(first.changed);
  CHECK(first.desired == "RUNNING");
  const start_reply second = resume_it(d, "sp-1");
  require_good(second);
  CHECK(second.state == "RUNNING");
  CHECK(d.log().newest_incarnation()->restore_path == path);
  CHECK(d.live_ids().size() == 1);
}

TEST_CASE("nothing to resume from, or nothing of that name: nothing is recorded") {
  deployment d;
  d.play_stopped_run();
  const auto number = d.log().newest_number();
  const start_reply unknown = resume_it(d, "sp-9");
  CHECK(refused(unknown).code == status_code::not_found);
  CHECK(unknown.desired == "STOPPED");
  CHECK(unknown.state.empty());
  CHECK(refused(resume_it(d, "latest")).code == status_code::failed_precondition);
  CHECK(refused(resume_it(d, "s3://bucket/savepoint-1")).code == status_code::invalid_argument);
  CHECK(refused(resume_it(d, "/pnda/../etc")).code == status_code::invalid_argument);
  CHECK(d.log().newest_number() == number);
}

TEST_CASE("a damaged savepoint is refused with the reason, before anything is stopped") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  d.put_savepoint("sp-1", epoch, 3);
  const std::string path = d.put_savepoint("sp-2", epoch, 5);
  d.play_everything();
  require_good(start_it(d));
  const auto number = d.log().newest_number();
  d.name_node.files().remove(path + "/state-1", true);
  const start_reply reply = resume_it(d, "sp-2");
  CHECK(refused(reply).code == status_code::failed_precondition);
  CHECK(reply.failure->message.find("state-1") != std::string::npos);
  CHECK(d.log().newest_number() == number);
  CHECK(d.live_ids().size() == 1);
}

TEST_CASE("another component's savepoint: only when told so, and never claimed") {
  deployment d;
  d.play_stopped_run();
  const std::string path =
      "/pnda/flink/prod/app/other/savepoints/sp-7/savepoint-1234ab-000000000000";
  d.name_node.files().put(path + "/_metadata", deployment::metadata(4));
  d.play_everything();
  const start_reply reply = resume_it(d, path);
  CHECK(refused(reply).code == status_code::failed_precondition);
  CHECK(reply.failure->why == dm::reason_code::restore_point_foreign);
  const start_reply claimed = resume_it(d, path, [](resume_request& r) {
    r.foreign = true;
    r.claim_mode = "claim";
  });
  CHECK(refused(claimed).code == status_code::failed_precondition);
  const start_reply told = resume_it(d, path, [](resume_request& r) { r.foreign = true; });
  require_good(told);
  CHECK(told.restore_point->path == path);
  CHECK(d.log().newest_incarnation()->restore_path == path);
}

TEST_CASE("a claim mode that the version does not have is refused before anything is done") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  d.put_savepoint("sp-1", epoch);
  const auto number = d.log().newest_number();
  d.data.flink_version = "1.14.6";
  const start_reply reply = resume_it(d, "sp-1", [](resume_request& r) { r.claim_mode = "claim"; });
  CHECK(refused(reply).code == status_code::invalid_argument);
  CHECK(d.log().newest_number() == number);
}

TEST_CASE("a pinned savepoint is not handed to Flink") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  d.put_savepoint("sp-1", epoch);
  REQUIRE_FALSE(pin(d.session(), {}, {d.data, "alice", "sp-1", "keep"}).failure);
  const start_reply reply = resume_it(d, "sp-1", [](resume_request& r) { r.claim_mode = "claim"; });
  CHECK(refused(reply).code == status_code::failed_precondition);
  CHECK(reply.failure->message.find("pinned") != std::string::npos);
}

TEST_CASE("a restore that fails ends in FAILED with Flink's reason, wanted by nobody") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  d.put_savepoint("sp-1", epoch);
  d.edge.supervisord().on_start([&](const std::string&) {
    d.finish(d.play_guard(), "FAILED");
    d.put_end(d.log().newest_incarnation()->number, outcome::failed, decision::give_up,
              "java.lang.IllegalStateException: Failed to rollback to checkpoint/savepoint");
  });
  const start_reply reply = resume_it(d, "sp-1");
  CHECK(refused(reply).message.find("Failed to rollback") != std::string::npos);
  CHECK(reply.state == "FAILED");
  CHECK(reply.desired == "STOPPED");
  CHECK_FALSE(d.log().wanted());
  CHECK(d.log().newest_intent()->stop_cause == "start-failed");
}

TEST_CASE("a batch component, and another node, are refused") {
  deployment d("batch");
  CHECK(refused(resume_it(d, "sp-1")).code == status_code::failed_precondition);
  const auto elsewhere = d.session_on("edge2");
  resume_request request;
  request.data = d.data;
  request.savepoint = "sp-1";
  const start_reply reply =
      resume(*elsewhere, io::operation::within(std::chrono::seconds(10)), request);
  CHECK(refused(reply).message.find("edge1") != std::string::npos);
}

TEST_CASE("what runs is stopped with a savepoint first") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  const std::string older = d.put_savepoint("sp-1", epoch, 3);
  d.play_everything();
  require_good(start_it(d));
  const auto before = d.log().newest_incarnation()->number;
  const std::string id = d.live_ids().front();

  SECTION("from a named one") {
    const start_reply reply = resume_it(d, "sp-1");
    require_good(reply);
    CHECK(reply.restore_point->path == older);
    CHECK(d.log().newest_incarnation()->restore_path == older);
  }
  SECTION("latest is the savepoint of that very stop") {
    const start_reply reply = resume_it(d, "latest");
    require_good(reply);
    REQUIRE_FALSE(d.job_manager.savepoint_paths().empty());
    CHECK("hdfs://" + reply.restore_point->path == d.job_manager.savepoint_paths().back());
  }
  SECTION("a stop that was killed before the run record") {
    // As the first half of a resume leaves it.
    stop_request half;
    half.data = d.data;
    REQUIRE_FALSE(stop(d.session(), io::operation::within(std::chrono::seconds(30)), half).failure);
    require_good(resume_it(d, "sp-1"));
    CHECK(d.log().newest_incarnation()->restore_path == older);
  }
  CHECK(d.job_manager.savepoints_triggered() == 1);
  CHECK(d.live_ids().size() == 1);
  CHECK(d.live_ids().front() != id);
  CHECK(d.log().newest_incarnation()->number > before);
}

TEST_CASE("a failed savepoint of the stop leaves the job running, and says why") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  d.put_savepoint("sp-1", epoch, 3);
  d.play_everything();
  require_good(start_it(d));
  fake::savepoint_script script;
  script.failure = "java.util.concurrent.CompletionException: Permission denied: user=pnda";
  d.job_manager.script_savepoint(script);
  const start_reply reply = resume_it(d, "sp-1");
  CHECK(refused(reply).message.find("Permission denied") != std::string::npos);
  CHECK(reply.failure->message.find("was not resumed") != std::string::npos);
  CHECK(reply.desired == "RUNNING");
  CHECK(d.live_ids().size() == 1);
  CHECK(d.log().wanted());
}

TEST_CASE("a checkpoint of the running job cannot outlive its stop") {
  deployment d;
  d.play_everything();
  require_good(start_it(d));
  d.put_checkpoint(d.log().newest_incarnation()->number, 7);
  const start_reply reply = resume_it(d, "checkpoint-2-7");
  CHECK(refused(reply).code == status_code::failed_precondition);
  CHECK(reply.failure->hint.find("latest") != std::string::npos);
  CHECK(d.live_ids().size() == 1);
  CHECK(d.log().wanted());
}
