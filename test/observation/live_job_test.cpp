// The live job's look-up: what lives, what does not, and what is not known.
// SPDX-License-Identifier: Apache-2.0
#include "observation/live_job.h"

#include <catch2/catch.hpp>

#include "support/deployment.h"

using namespace dm::context;
using namespace dm::input;
using namespace dm::lifecycle;
using namespace dm::observation;
using namespace dm::package;
using dm::status_code;
using dm::component::record_kind;
using dm::test::deployment;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

auto look(deployment& d) {
  component_view view(d.session(), d.data);
  return find_live_job(view, io::operation::within(std::chrono::seconds(30)), d.log());
}

std::string run_it(deployment& d, const std::string& state = "RUNNING") {
  d.append(record_kind::run);
  return d.play_guard(state);
}

}  // namespace

TEST_CASE("a running job is found with its epoch, application, JobManager and tasks") {
  deployment d;
  const std::string id = run_it(d);
  const auto found = look(d);
  REQUIRE(found);
  REQUIRE(*found);
  CHECK((*found)->epoch == 2);
  CHECK((*found)->application_id == id);
  CHECK((*found)->job_manager == d.job_manager.address());
  CHECK((*found)->job_id == d.job_manager.job().id);
  CHECK((*found)->all_tasks_running);
  CHECK(check_all_tasks_running(**found, d.data, "savepoint"));
}

TEST_CASE("nothing lives: nullopt, by an answer that counts") {
  deployment d;
  SECTION("never started") {}
  SECTION("ended") { d.finish(run_it(d), "SUCCEEDED"); }
  const auto found = look(d);
  REQUIRE(found);
  CHECK_FALSE(*found);
}

TEST_CASE("a silent ResourceManager is UNAVAILABLE (INV-4)") {
  deployment d;
  run_it(d);
  d.resource_manager.server().stop();
  const auto found = look(d);
  REQUIRE_FALSE(found);
  CHECK(found.error().code == status_code::unavailable);
}

TEST_CASE("a ResourceManager that has just started and knows nothing is not believed (INV-4)") {
  deployment d;
  const std::string id = run_it(d);
  d.resource_manager.cluster().forget(id);
  const auto found = look(d);
  REQUIRE(found);
  REQUIRE(*found);
  CHECK((*found)->application_state.empty());
  CHECK((*found)->all_tasks_running);
  d.job_manager.server().stop();
  const auto gone = look(d);
  REQUIRE(gone);
  CHECK_FALSE(*gone);
}

TEST_CASE("a silent JobManager lives all the same, and takes no savepoint now") {
  deployment d;
  run_it(d);
  d.job_manager.server().stop();
  const auto found = look(d);
  REQUIRE(found);
  REQUIRE(*found);
  CHECK_FALSE((*found)->silence.empty());
  CHECK((*found)->job_id.empty());
  const auto ready = check_all_tasks_running(**found, d.data, "savepoint");
  REQUIRE_FALSE(ready);
  CHECK(ready.error().code == status_code::unavailable);
}

TEST_CASE("what is not yet, or not any more, running is told as what it is") {
  deployment d;
  std::string words;
  SECTION("in the queue") {
    run_it(d, "ACCEPTED");
    words = "ACCEPTED";
  }
  SECTION("tasks are being scheduled") {
    run_it(d);
    d.job_manager.change([](fake::flink_job& job) { job.task_state = "SCHEDULED"; });
    words = "0 of 2 tasks";
  }
  SECTION("restarting") {
    run_it(d);
    d.job_manager.change([](fake::flink_job& job) {
      job.state = "RESTARTING";
      job.task_state = "CANCELED";
    });
    words = "RESTARTING";
  }
  SECTION("no job yet") {
    run_it(d);
    d.job_manager.set_job(std::nullopt);
    words = "no job yet";
  }
  const auto found = look(d);
  REQUIRE(found);
  REQUIRE(*found);
  CHECK_FALSE((*found)->all_tasks_running);
  const auto ready = check_all_tasks_running(**found, d.data, "savepoint");
  REQUIRE_FALSE(ready);
  CHECK(ready.error().code == status_code::failed_precondition);
  CAPTURE(ready.error().message);
  CHECK(ready.error().message.find(words) != std::string::npos);
}

TEST_CASE("a job that has ended before its cluster has left is told as ended") {
  deployment d;
  run_it(d);
  d.job_manager.change([](fake::flink_job& job) {
    job.state = job.task_state = "FINISHED";
    job.ended_ms = job.modified_ms;
  });
  const auto found = look(d);
  REQUIRE(found);
  REQUIRE(*found);
  CHECK((*found)->ended);
}

TEST_CASE("after a failover YARN knows no address: the log does (D-33)") {
  deployment d;
  const std::string id = run_it(d);
  d.resource_manager.cluster().change(id, [](fake::yarn_application& a) {
    a.state = "ACCEPTED";
    a.am_rpc_address.clear();
  });
  const auto found = look(d);
  REQUIRE(found);
  REQUIRE(*found);
  CHECK((*found)->all_tasks_running);
}

TEST_CASE("of several epochs the newest one counts") {
  deployment d;
  run_it(d);
  const std::string newer = d.put_live(7, "ACCEPTED");
  const auto found = look(d);
  REQUIRE(found);
  REQUIRE(*found);
  CHECK((*found)->epoch == 7);
  CHECK((*found)->application_id == newer);
}

TEST_CASE("of several jobs one that has not ended counts, though the log names another one") {
  const auto job = [](const std::string& id, const std::string& job_state, std::int64_t start_ms) {
    dm::flink::job_overview one;
    one.id = id;
    one.state = job_state;
    one.start_ms = start_ms;
    return one;
  };
  const auto chosen = [](const std::vector<dm::flink::job_overview>& jobs, const std::string& id) {
    const auto* found = chosen_job(jobs, id);
    return found == nullptr ? std::string() : found->id;
  };
  CHECK(chosen({}, "a").empty());
  CHECK(chosen({job("a", "FINISHED", 1), job("b", "RUNNING", 2)}, "a") == "b");
  CHECK(chosen({job("a", "RUNNING", 1), job("b", "RUNNING", 2)}, "a") == "a");
  CHECK(chosen({job("a", "RUNNING", 1), job("b", "RUNNING", 2)}, "") == "b");
  CHECK(chosen({job("a", "FINISHED", 1), job("b", "FAILED", 2)}, "a") == "a");
}
