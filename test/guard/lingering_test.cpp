// A job that has ended while its application lives on.
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "surroundings.h"

using namespace dm::test;
using dm::component::decision;
using dm::component::guard_exit_done;
using dm::component::guard_exit_failed;
using dm::component::outcome;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

std::string followed(surroundings& s) {
  s.want();
  s.start();
  REQUIRE(eventually([&] { return s.log().applications.contains(2); }));
  REQUIRE(s.live_ids().size() == 1);
  return s.live_ids().front();
}

void end_job(surroundings& s, const std::string& state, const std::string& exception = {}) {
  s.job_manager.change([&](fake::flink_job& job) {
    job.state = state;
    job.root_exception = exception;
  });
}

}  // namespace

TEST_CASE("an application that stays behind its job is ended, and the job's end recorded") {
  surroundings s;
  s.spec.restart_attempts = 0;
  const std::string id = followed(s);
  struct row {
    const char* state;
    outcome expected;
    int code;
  };
  const row r = GENERATE(row{"FINISHED", outcome::completed, guard_exit_done},
                         row{"CANCELED", outcome::killed, guard_exit_done},
                         row{"FAILED", outcome::failed, guard_exit_failed});
  CAPTURE(r.state);
  end_job(s, r.state, "java.lang.IllegalStateException: no luck");
  CHECK(s.join() == r.code);
  CHECK(s.yarn().find(id)->state == "KILLED");
  CHECK(s.end_of(2)->outcome == r.expected);
  CHECK(s.end_of(2)->application_id == id);
  if (r.expected == outcome::failed) CHECK(s.end_of(2)->cause.find("no luck") != std::string::npos);
  CHECK(s.submissions() == 1);
  // YARN says KILLED now; the end that was recorded stands.
  CHECK(s.run() == r.code);
  CHECK(s.submissions() == 1);
}

TEST_CASE("an application that leaves in its time is not killed") {
  surroundings s;
  s.pace.leaving_limit = io::milliseconds(60'000);
  const std::string id = followed(s);
  end_job(s, "FINISHED");
  REQUIRE(
      eventually([&] { return s.guard_log().find("to leave by itself") != std::string::npos; }));
  s.finish(id, "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
  CHECK(s.resource_manager.kills_asked() == 0);
  CHECK(s.end_of(2)->outcome == outcome::completed);
}

TEST_CASE("a job that ended but is seen to run again starts its time anew") {
  surroundings s;
  const std::string id = followed(s);
  s.pace.leaving_limit = io::milliseconds(60'000);
  end_job(s, "FINISHED");
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  end_job(s, "RUNNING");
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  CHECK(s.resource_manager.kills_asked() == 0);
  s.finish(id, "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
}

TEST_CASE("in application mode main() may go on: only one that never leaves is ended") {
  surroundings s;
  s.spec.submission = dm::flink::submission_mode::application;
  const bool stays = GENERATE(false, true);
  s.job_manager.server().disturb(
      [&](const fake::request& asked) -> std::optional<fake::disturbance> {
        if (asked.path != "/jobmanager/config") return std::nullopt;
        fake::disturbance d;
        d.what = fake::disturbance::kind::replace;
        d.instead = fake::json(
            200, stays ? R"([{"key":"execution.shutdown-on-application-finish","value":"false"}])"
                       : R"([{"key":"parallelism.default","value":"1"}])");
        return d;
      });
  const std::string id = followed(s);
  end_job(s, "FINISHED");
  if (!stays) {
    s.job_manager.server().forget_requests();
    REQUIRE(eventually([&] { return s.job_manager.server().request_count() >= 60; }));
    CHECK(s.resource_manager.kills_asked() == 0);
    s.finish(id, "SUCCEEDED");
  }
  CHECK(s.join() == guard_exit_done);
  CHECK(s.end_of(2)->outcome == outcome::completed);
  CHECK(s.yarn().find(id)->state == (stays ? "KILLED" : "FINISHED"));
}

TEST_CASE("a stop whose result nobody recorded is recorded, asked for once, and the job stopped") {
  surroundings s;
  const std::string id = followed(s);
  s.put_savepoint("stop-1", 2, 17, dm::state::operation_kind::stop);
  s.name_node.files().remove("/state/prod/app/job/savepoints/stop-1.result.json", false);
  s.unwant();
  end_job(s, "FINISHED");
  const auto asked = [&] {
    for (const auto& request : s.job_manager.server().requests()) {
      if (request.path.find("/savepoints/") != std::string::npos) return true;
    }
    return false;
  };
  REQUIRE(eventually(asked));
  CHECK(s.name_node.files().exists("/state/prod/app/job/savepoints/stop-1.result.json"));
  const bool leaves = GENERATE(true, false);
  if (leaves) s.finish(id, "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
  CHECK(s.end_of(2)->outcome == outcome::stopped);
  CHECK(s.end_of(2)->decision == decision::none);
  CHECK(s.yarn().find(id)->terminal());
}

TEST_CASE("what Flink says of the job's checkpoints is recorded, wherever they are (D-57)") {
  surroundings s;
  s.job_manager.change([](fake::flink_job& job) {
    job.completed_path = "hdfs:///elsewhere/chk-7";
    job.completed_id = 7;
  });
  const std::string id = followed(s);
  REQUIRE(eventually([&] { return s.log().checkpoints.contains(2); }));
  CHECK(s.log().checkpoints.at(2).checkpoint_id == 7);
  CHECK(s.log().checkpoints.at(2).external_path.find("/elsewhere/chk-7") != std::string::npos);
  s.finish(id, "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
}
