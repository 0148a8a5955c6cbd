// The plan verb: what it announces, what it objects to, and that it touches nothing.
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "lifecycle/savepoint_plan.h"
#include "placement/placed_changes.h"
#include "support/deployment.h"

using namespace dm::context;
using namespace dm::input;
using namespace dm::lifecycle;
using namespace dm::observation;
using namespace dm::package;
using namespace dm::placement;
using dm::status_code;
using dm::component::record_kind;
using dm::test::deployment;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

// Everything that a plan could have changed.
struct traces {
  explicit traces(deployment& d)
      : files(d.name_node.files().all_files()),
        tree(dm::test::tree_of(d.edge.install_root())),
        live(d.live_ids()),
        program(d.program_state()),
        autostart(d.autostart()),
        savepoints(d.job_manager.savepoints_triggered()) {
    // A cache of what is read; whoever lists may replace it.
    std::erase_if(files, [](const std::string& file) { return file.ends_with("/index.json"); });
  }
  bool operator==(const traces&) const = default;
  std::vector<std::string> files;
  std::map<std::string, std::string> tree;
  std::vector<std::string> live;
  std::string program;
  bool autostart;
  int savepoints;
};

plan_reply planned(deployment& d, const std::function<void(plan_request&)>& change = nullptr) {
  plan_request request;
  request.data = d.data;
  request.user = "alice";
  if (change) change(request);
  const traces before(d);
  const plan_reply reply =
      plan(d.session(), io::operation::within(std::chrono::seconds(30)), request);
  CHECK(traces(d) == before);
  return reply;
}

plan_reply good(deployment& d, const std::function<void(plan_request&)>& change = nullptr) {
  const plan_reply reply = planned(d, change);
  if (reply.failure) FAIL(reply.failure->text());
  CHECK(reply.possible == reply.obstacles.empty());
  return reply;
}

bool says(const std::vector<std::string>& texts, const std::string& what) {
  return std::any_of(texts.begin(), texts.end(),
                     [&](const std::string& text) { return text.find(what) != std::string::npos; });
}

const planned_change* change_of(const plan_reply& reply, const std::string& path) {
  for (const planned_change& change : reply.changes) {
    if (change.path == path) return &change;
  }
  return nullptr;
}

// The properties live in the document as long as the request does.
struct next_version {
  explicit next_version(deployment& d, const std::string& more = {})
      : properties(dm::test::json(
            "{'component_main_jar':'app.jar','component_flink_job_type':'streaming'" + more +
            "}")) {
    request.name = d.data.name;
    request.user = d.edge.user();
    request.package = "package-2.0.0";
    request.staged_path = d.edge.stage("staged-next");
    request.properties = read_properties(properties);
  }
  io::json_document properties;
  create_request request;
};

void run_it(deployment& d) {
  d.append(record_kind::run);
  d.play_guard();
}

}  // namespace

TEST_CASE("plan of a first start: without state, and why") {
  deployment d;
  const plan_reply reply = good(d);
  CHECK(reply.possible);
  CHECK_FALSE(reply.restore_point);
  CHECK(reply.age_ms == -1);
  CHECK_FALSE(reply.why.empty());
  CHECK(says(reply.steps, "start without state: the component has never been started"));
  CHECK(reply.changes.empty());
}

TEST_CASE("plan of a start: which restore point, why, how old") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  d.put_savepoint("sp-1", epoch, 3);
  const std::string path = d.put_savepoint("sp-2", epoch, 5);
  const plan_reply reply = good(d);
  REQUIRE(reply.restore_point);
  CHECK(reply.restore_point->id == "sp-2");
  CHECK(reply.age_ms >= 0);
  CHECK(reply.age_ms < 60'000);
  CHECK(says(reply.steps, "start from sp-2 (" + path + "): made by epoch"));
  SECTION("a damaged one is left behind, and said") {
    d.name_node.files().remove(path + "/state-1", true);
    const plan_reply damaged = good(d);
    REQUIRE(damaged.restore_point);
    CHECK(damaged.restore_point->id == "sp-1");
    CHECK(says(damaged.not_restorable, "sp-2"));
  }
  SECTION("of an older one by name") {
    const plan_reply named = good(d, [](plan_request& r) { r.savepoint = "sp-1"; });
    CHECK(named.restore_point->id == "sp-1");
    CHECK(says(named.not_known, "operator ids are not compared"));
  }
}

TEST_CASE("what would be refused is an obstacle, not a failure") {
  deployment d;
  SECTION("required and none there") {
    d.data.state = dm::component::state_policy::required;
    const plan_reply reply = good(d);
    CHECK_FALSE(reply.possible);
    CHECK(reply.obstacles.size() == 1);
    const plan_reply allowed = good(d, [](plan_request& r) { r.accept_state_loss = true; });
    CHECK(allowed.possible);
  }
  SECTION("no such savepoint") {
    d.play_stopped_run();
    const plan_reply reply = good(d, [](plan_request& r) { r.savepoint = "sp-9"; });
    CHECK(says(reply.obstacles, "sp-9"));
  }
  SECTION("a damaged one") {
    const std::string path = d.put_savepoint("sp-1", d.play_stopped_run());
    d.name_node.files().put(path + "/_metadata", "no");
    const plan_reply reply = good(d, [](plan_request& r) { r.savepoint = "sp-1"; });
    CHECK(says(reply.obstacles, "damaged"));
  }
}

TEST_CASE("what cannot be looked at is a failure: a plan is no guess (INV-4)") {
  deployment d;
  d.resource_manager.server().stop();
  const plan_reply reply = planned(d);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::unavailable);
  CHECK(reply.failure->component == "prod/app/stream");
  CHECK_FALSE(reply.possible);
}

TEST_CASE("a component that runs needs no start") {
  deployment d;
  run_it(d);
  const plan_reply reply = good(d);
  CHECK(reply.possible);
  REQUIRE(reply.steps.size() == 1);
  CHECK(reply.steps.front().find("nothing") == 0);
  CHECK_FALSE(reply.restore_point);
  CHECK(reply.age_ms == -1);
  CHECK(reply.why == "the running job was started without state");
}

TEST_CASE("what a running job was started from is no restore point of a start that does nothing") {
  deployment d;
  const std::string path = d.put_savepoint("sp-1", d.play_stopped_run());
  d.run();
  const plan_reply reply = good(d);
  CHECK(reply.steps.front().find("nothing") == 0);
  CHECK_FALSE(reply.restore_point);
  CHECK(reply.why == "the running job was started from hdfs://" + path + " (sp-1)");
}

TEST_CASE("a resume of a running job begins with its stop") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  d.put_savepoint("sp-1", epoch, 3);
  run_it(d);
  const plan_reply latest_one = good(d, [](plan_request& r) { r.savepoint = "latest"; });
  REQUIRE_FALSE(latest_one.steps.empty());
  CHECK(latest_one.steps.front().find("with a savepoint") != std::string::npos);
  CHECK(latest_one.age_ms == 0);
  // Not the point that is the newest one now.
  CHECK_FALSE(latest_one.restore_point);
  CHECK(latest_one.why.find("stopped with a savepoint first") != std::string::npos);
  CHECK(says(latest_one.steps, "start from the savepoint that the stop has made"));
  CHECK(latest_one.possible);
  const plan_reply named = good(d, [](plan_request& r) { r.savepoint = "sp-1"; });
  CHECK(named.steps.front().find("with a savepoint") != std::string::npos);
  CHECK(named.restore_point->id == "sp-1");
  CHECK(says(named.steps, "start from sp-1"));
  SECTION("which is not possible before all tasks run") {
    d.job_manager.change([](fake::flink_job& job) { job.task_state = "SCHEDULED"; });
    CHECK_FALSE(good(d, [](plan_request& r) { r.savepoint = "latest"; }).possible);
  }
}

TEST_CASE("an upgrade: what changes of files, properties and command") {
  deployment d;
  run_it(d);
  next_version next(d, ",'component_flink_parallelism':4");
  dm::test::write_text(next.request.staged_path + "/model.bin", "weights");
  const plan_reply reply = good(d, [&](plan_request& r) { r.next = next.request; });
  CHECK(says(reply.steps, "profile default: flags for the JobManager -XX:"));
  CHECK(reply.possible);
  REQUIRE(change_of(reply, "$.files.model.bin") != nullptr);
  CHECK(change_of(reply, "$.files.model.bin")->from.empty());
  CHECK(change_of(reply, "$.files.app.jar") == nullptr);
  REQUIRE(change_of(reply, "$.properties.component_flink_parallelism") != nullptr);
  CHECK(change_of(reply, "$.properties.component_flink_parallelism")->to == "4");
  REQUIRE(change_of(reply, "$.command") != nullptr);
  CHECK(change_of(reply, "$.command")->to.find("-p 4") != std::string::npos);
  CHECK(reply.age_ms == 0);
  CHECK(says(reply.steps, "package-2.0.0"));
  CHECK(says(reply.steps, "with a savepoint"));
  CHECK(says(reply.not_known, "operator ids"));
}

TEST_CASE("an upgrade goes on from the savepoint of its stop, whatever lies there already") {
  deployment d;
  d.put_savepoint("sp-1", d.play_stopped_run());
  run_it(d);
  SECTION("of the same Flink") {
    next_version next(d, ",'component_flink_parallelism':4");
    const plan_reply reply = good(d, [&](plan_request& r) { r.next = next.request; });
    CHECK_FALSE(reply.restore_point);
    CHECK(reply.age_ms == 0);
    CHECK(says(reply.steps, "start from the savepoint that the stop has made"));
    CHECK(reply.not_restorable.empty());
  }
  SECTION("of an older Flink, which cannot read that") {
    next_version next(d);
    d.data.flink_version = "2.3.0";
    CHECK(says(good(d, [&](plan_request& r) { r.next = next.request; }).not_restorable,
               "the savepoint of the stop is made by Flink 2.3.0"));
  }
  SECTION("and does not where nothing is started") {
    next_version next(d);
    const plan_reply reply = good(d, [&](plan_request& r) {
      r.next = next.request;
      r.start = false;
    });
    CHECK(reply.steps.back() == "it is not started");
    CHECK_FALSE(says(reply.steps, "wait until"));
    CHECK_FALSE(reply.restore_point);
    CHECK(reply.why == "nothing is started");
  }
  SECTION("to one that keeps no state: without it") {
    next_version next(d, ",'component_flink_state':'none'");
    const plan_reply reply = good(d, [&](plan_request& r) { r.next = next.request; });
    CHECK_FALSE(reply.restore_point);
    CHECK(says(reply.steps, "start without state: component_flink_state is none"));
  }
}

TEST_CASE("an upgrade whose package is not valid is not possible, with every problem") {
  deployment d;
  next_version next(d, ",'component_flink_parallelism':0,'component_restart_attempts':'many'");
  const plan_reply reply = good(d, [&](plan_request& r) { r.next = next.request; });
  CHECK_FALSE(reply.possible);
  CHECK(says(reply.obstacles, "component_flink_parallelism"));
}

TEST_CASE("the same package again changes nothing") {
  deployment d;
  next_version next(d);
  CHECK(good(d, [&](plan_request& r) { r.next = next.request; }).changes.empty());
}

TEST_CASE("a state of a newer Flink is known not to be readable") {
  deployment d;
  d.put_savepoint("sp-1", d.play_stopped_run());
  d.data.flink_version = "1.17.2";
  const plan_reply reply = good(d);
  CHECK(says(reply.not_restorable, "Flink 1.20.5"));
}

TEST_CASE("the argument after an option, of several the last one's") {
  const std::vector<std::string> command = {"/guard", "--", "-p", "2", "it's", "-p", "3", "job"};
  CHECK(argument_after(command, "-p") == "3");
  CHECK(argument_after(command, "job").empty());
  CHECK(argument_after(command, "-x").empty());
}
