// trigger and stop, killed before each request they send and each file they change, and then
// repeated: one savepoint, its path known, and nothing that comes up again (INV-5).
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "lifecycle/savepoint_trigger.h"
#include "lifecycle/stop.h"
#include "support/deployment.h"
#include "support/killed_run.h"

using namespace dm::context;
using namespace dm::input;
using namespace dm::lifecycle;
using namespace dm::observation;
using namespace dm::package;
using dm::component::record_kind;
using dm::state::restore_point_state;
using dm::test::deployment;
using dm::test::killed_run;
using dm::test::run_and_kill;
namespace io = dm::io;

namespace {

constexpr int most_effects = 1'000;

// A job that runs, and a request document for another process.
struct scene {
  deployment d;
  std::string environment = d.edge.path() + "/environment.json";
  std::string request = d.edge.path() + "/request.json";

  scene() {
    d.play_everything();
    d.append(record_kind::run);
    d.play_guard();
    // One question is answered "in progress", so that a call can be killed in between.
    d.job_manager.script_savepoint({1, {}, true, 1});
    dm::test::write_text(environment, d.edge.document());
    io::json_buffer buffer;
    io::json_writer writer(buffer);
    writer.StartObject();
    io::put(writer, "namespace", "prod");
    io::put(writer, "application", "app");
    io::put(writer, "component", "stream");
    io::put(writer, "operation", "sp-1");
    io::put(writer, "resource_manager", d.resource_manager.address());
    io::put(writer, "name_node", d.name_node.address());
    io::key(writer, "data");
    write(writer, d.data);
    writer.EndObject();
    dm::test::write_text(request, std::string(io::text(buffer)));
  }
  killed_run kill_before(const char* verb, int effect) {
    return run_and_kill({DM_RUN_ONCE, verb, environment, request}, effect);
  }
  io::operation operation() const { return io::operation::within(std::chrono::seconds(30)); }
};

}  // namespace

TEST_CASE("trigger killed before any of its effects makes one savepoint when repeated (INV-5)") {
  int effect = 0;
  for (; effect < most_effects; ++effect) {
    INFO("killed before effect " << effect);
    scene s;
    const killed_run run = s.kill_before("trigger", effect);
    if (!run.killed) CHECK(run.exit_code == 0);
    trigger_request again;
    again.data = s.d.data;
    again.operation = "sp-1";
    const trigger_reply reply = trigger(s.d.session(), s.operation(), again);
    if (reply.failure) FAIL(reply.failure->text());
    REQUIRE(reply.savepoint);
    CHECK(reply.savepoint->state == restore_point_state::completed);
    REQUIRE(s.d.job_manager.savepoint_paths().size() == 1);
    CHECK("hdfs://" + reply.savepoint->path == s.d.job_manager.savepoint_paths().front());
    CHECK(s.d.job_manager.savepoints_triggered() == 1);
    CHECK(s.d.log().wanted());
    if (!run.killed) break;
  }
  CHECK(effect > 10);  // else something counted wrong
  CHECK(effect < most_effects);
}

TEST_CASE("stop killed before any of its effects ends with one savepoint when repeated (INV-5)") {
  int effect = 0;
  for (; effect < most_effects; ++effect) {
    INFO("killed before effect " << effect);
    scene s;
    const killed_run run = s.kill_before("stop", effect);
    if (!run.killed) CHECK(run.exit_code == 0);
    stop_request again;
    again.data = s.d.data;
    const stop_reply reply = stop(s.d.session(), s.operation(), again);
    if (reply.failure) FAIL(reply.failure->text());
    CHECK(reply.state == "STOPPED");
    REQUIRE(reply.savepoint);
    CHECK(reply.savepoint->state == restore_point_state::completed);
    REQUIRE(s.d.job_manager.savepoint_paths().size() == 1);
    CHECK("hdfs://" + reply.savepoint->path == s.d.job_manager.savepoint_paths().front());
    CHECK(s.d.job_manager.savepoints_triggered() == 1);
    CHECK_FALSE(s.d.log().wanted());
    CHECK(s.d.live_ids().empty());
    CHECK(s.d.resource_manager.cluster().applications().size() == 1);
    if (!run.killed) break;
  }
  CHECK(effect > 20);
  CHECK(effect < most_effects);
}
