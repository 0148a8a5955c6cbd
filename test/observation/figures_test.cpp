// The figures verb: what running jobs tell, what does not run, and what could not be told.
// SPDX-License-Identifier: Apache-2.0
#include "observation/figures.h"

#include <algorithm>
#include <map>

#include "support/deployment.h"

using namespace dm;
using namespace dm::observation;
using dm::test::deployment;

namespace {

component_figures ask(deployment& d, std::chrono::milliseconds time = std::chrono::seconds(30)) {
  auto all = figures(d.session(), io::operation::within(time), {{d.data}});
  REQUIRE(all.size() == 1);
  return std::move(all.front());
}

std::map<std::string, double> named(const component_figures& told) {
  if (told.failure) FAIL(told.failure->text());
  REQUIRE(told.figures);
  std::map<std::string, double> by_name;
  for (const auto& [name, value] : *told.figures) by_name[std::string(name)] = value;
  return by_name;
}

void let_count(deployment& d) {
  d.job_manager.change([](fake::flink_job& job) {
    job.started_ms = io::now().time_since_epoch().count() - 60'000;
    job.modified_ms = job.started_ms + 1'000;
    job.records = 1234;
    job.busy_ms = 640;
    job.lag = 17;
    job.restarts = 3;
    job.failed_checkpoints = 2;
    job.completed_path = "hdfs:///pnda/flink/checkpoints/chk-7";
    job.completed_ms = io::now().time_since_epoch().count() - 5'000;
  });
}

}  // namespace

TEST_CASE("a running job tells all its figures") {
  deployment d;
  d.append(component::record_kind::run);
  d.play_guard();
  let_count(d);
  auto told = named(ask(d));
  CHECK(told.at("uptime_ms") > 0);
  CHECK(told.at("running_tasks") == 4);
  CHECK(told.at("restarts") == 3);
  CHECK(told.at("checkpoints_completed") == 1);
  CHECK(told.at("checkpoints_failed") == 2);
  CHECK(told.at("checkpoint_bytes") == 1024);
  CHECK(told.at("checkpoint_duration_ms") == 20);
  CHECK(told.at("checkpoint_age_ms") >= 4'980);
  CHECK(told.at("checkpoint_age_ms") < 120'000);
  CHECK(told.at("records_in") == 1234);
  CHECK(told.at("records_out") == 1234);
  CHECK(told.at("records_in_per_second") == 10);
  CHECK(told.at("records_out_per_second") == 10);
  CHECK(told.at("busy_max_permille") == 640);
  CHECK(told.at("back_pressured_max_permille") == 7);
  CHECK(told.at("lag_records") == 17);
  CHECK(told.size() == 15);
}

TEST_CASE("what a job does not tell is no figure") {
  deployment d;
  d.append(component::record_kind::run);
  d.play_guard();
  d.job_manager.change([](fake::flink_job& job) { job.records = 5; });
  const auto told = named(ask(d));
  CHECK(told.contains("records_in"));
  for (const char* absent :
       {"checkpoint_age_ms", "busy_max_permille", "back_pressured_max_permille", "lag_records"}) {
    CAPTURE(absent);
    CHECK_FALSE(told.contains(absent));
  }
}

TEST_CASE("tasks that have not told their metrics yet make no figure of 0") {
  deployment d;
  d.append(component::record_kind::run);
  d.play_guard();
  const auto told = named(ask(d));
  CHECK(told.contains("uptime_ms"));
  CHECK_FALSE(told.contains("records_in"));
  CHECK_FALSE(told.contains("records_out"));
}

TEST_CASE("a component that does not run has neither figures nor an error") {
  deployment d;
  const auto never = ask(d);
  CHECK_FALSE(never.figures);
  CHECK_FALSE(never.failure);
  d.play_stopped_run();
  const auto stopped = ask(d);
  CHECK_FALSE(stopped.figures);
  CHECK_FALSE(stopped.failure);
  d.append(component::record_kind::run);
  d.put_live(d.log().newest_number() + 1, "ACCEPTED");
  const auto waiting = ask(d);
  CHECK_FALSE(waiting.figures);
  CHECK_FALSE(waiting.failure);
}

TEST_CASE("a silent JobManager, and a silent YARN without a known one, could not tell (INV-10)") {
  deployment d;
  d.append(component::record_kind::run);
  d.play_guard();
  d.job_manager.server().stop();
  const auto silent = ask(d, std::chrono::seconds(10));
  REQUIRE(silent.failure);
  CHECK(silent.failure->code == status_code::unavailable);
  CHECK_FALSE(silent.figures);

  deployment other;
  other.resource_manager.server().stop();
  const auto unknown = ask(other, std::chrono::seconds(10));
  REQUIRE(unknown.failure);
  CHECK(unknown.failure->code == status_code::unavailable);
}

TEST_CASE("with YARN silent the JobManager that the guard saw last is asked") {
  deployment d;
  d.append(component::record_kind::run);
  d.play_guard();
  let_count(d);
  named(ask(d));
  d.resource_manager.server().stop();
  const auto told = ask(d, std::chrono::seconds(20));
  // Only where the guard has recorded its address; then the job must be the one that it recorded.
  if (told.figures) {
    CHECK(named(told).at("records_in") == 1234);
  } else {
    REQUIRE(told.failure);
  }
}

TEST_CASE("a batch is answered in its order, with few questions for all") {
  deployment d;
  d.append(component::record_kind::run);
  d.play_guard();
  let_count(d);
  const auto second = d.create("second");
  const auto yarn_before = d.resource_manager.server().request_count();
  const auto all = figures(d.session(), io::operation::within(std::chrono::seconds(30)),
                           {{second, d.data, second}});
  REQUIRE(all.size() == 3);
  CHECK_FALSE(all[0].figures);
  CHECK(all[1].figures);
  CHECK(all[1].name.component == "stream");
  CHECK_FALSE(all[2].figures);
  CHECK(d.resource_manager.server().request_count() - yarn_before <= 6);
}
