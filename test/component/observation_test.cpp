// The applications of one component by epoch, and what YARN's words for them mean.
// SPDX-License-Identifier: Apache-2.0
#include "component/observation.h"

#include <catch2/catch.hpp>

#include "component/component_name.h"

using namespace dm::component;
using dm::cluster::yarn_application;

namespace {

const std::string id = "0123456789abcdef";

yarn_application application(const std::string& name, std::uint64_t epoch,
                             const std::string& state = "RUNNING",
                             const std::string& final_status = "UNDEFINED") {
  yarn_application a;
  a.id = name;
  a.state = state;
  a.final_status = final_status;
  a.tags = {component_tag(id), epoch_tag(id, epoch), "dm-fleet-prod"};
  return a;
}

std::vector<std::string> ids(const std::vector<const yarn_application*>& applications) {
  std::vector<std::string> all;
  for (const yarn_application* a : applications) all.push_back(a->id);
  return all;
}

}  // namespace

TEST_CASE("applications are grouped by epoch; others' and those without an epoch are told apart") {
  yarn_application foreign = application("other", 9);
  foreign.tags = {component_tag("fedcba9876543210"), epoch_tag("fedcba9876543210", 9)};
  yarn_application by_hand = application("by-hand", 0);
  by_hand.tags = {component_tag(id)};
  const auto groups =
      group_by_epoch({application("c", 3), foreign, application("a", 2, "FINISHED", "SUCCEEDED"),
                      by_hand, application("b", 3)},
                     id);
  REQUIRE(groups.size() == 3);
  CHECK(groups.at(3).size() == 2);
  CHECK(groups.at(2).front().id == "a");
  CHECK(groups.at(0).front().id == "by-hand");
  CHECK(newest_live_epoch(groups) == 3);
  CHECK(ids(live_of(groups, 3)) == std::vector<std::string>{"c", "b"});
  CHECK(live_of(groups, 2).empty());
  CHECK(live_of(groups, 77).empty());
  CHECK(ids(live_except(groups, 3)) == std::vector<std::string>{"by-hand"});
  CHECK(ids(live_except(groups, 0)) == std::vector<std::string>{"c", "b"});
}

TEST_CASE("an application of another user is not the component's, whatever its tags say") {
  yarn_application theirs = application("theirs", 9);
  theirs.user = "bob";
  yarn_application ours = application("ours", 2);
  ours.user = "pnda";
  CHECK_FALSE(belongs_to(theirs, "pnda"));
  CHECK(belongs_to(ours, "pnda"));
  CHECK(belongs_to(theirs, ""));  // a record that names no user
  const auto groups = group_by_epoch({theirs, ours}, id, "pnda");
  REQUIRE(groups.size() == 1);
  CHECK(groups.at(2).front().id == "ours");
}

TEST_CASE("the last known JobManager is that of the newest incarnation while it has no end") {
  log_snapshot log;
  CHECK(last_known_job_manager(log, "").empty());
  log_record incarnation;
  incarnation.number = 2;
  incarnation.kind = record_kind::incarnation;
  log.records[2] = incarnation;
  CHECK(last_known_job_manager(log, "").empty());
  application_fact fact;
  fact.epoch = 2;
  fact.application_id = "application_1_0002";
  fact.job_manager = "http://node7:41233";
  log.applications[2] = fact;
  CHECK(last_known_job_manager(log, "") == "http://node7:41233");
  CHECK(last_known_job_manager(log, "application_1_0002") == "http://node7:41233");
  CHECK(last_known_job_manager(log, "application_1_0003").empty());
  log.ends[2] = end_fact{};
  CHECK(last_known_job_manager(log, "").empty());
  CHECK(last_known_job_manager(log, "application_1_0002") == "http://node7:41233");
}

TEST_CASE("the newest live epoch is not the newest one that ended") {
  const auto groups =
      group_by_epoch({application("old", 4), application("new", 7, "FAILED", "FAILED")}, id);
  CHECK(newest_live_epoch(groups) == 4);
  CHECK(newest_live_epoch(group_by_epoch({application("new", 7, "KILLED", "KILLED")}, id)) == 0);
  CHECK(newest_live_epoch({}) == 0);
}

TEST_CASE("outcomes by state and final status") {
  struct row {
    const char* state;
    const char* final_status;
    outcome expected;
  };
  const row table[] = {
      {"FINISHED", "SUCCEEDED", outcome::completed}, {"FINISHED", "KILLED", outcome::killed},
      {"FINISHED", "FAILED", outcome::failed},       {"FINISHED", "UNDEFINED", outcome::unknown},
      {"FAILED", "FAILED", outcome::failed},         {"FAILED", "UNDEFINED", outcome::failed},
      {"KILLED", "KILLED", outcome::killed},         {"KILLED", "UNDEFINED", outcome::killed},
      {"RUNNING", "UNDEFINED", outcome::unknown},    {"", "", outcome::unknown}};
  for (const row& r : table) {
    CAPTURE(r.state, r.final_status);
    CHECK(outcome_of(application("a", 1, r.state, r.final_status)) == r.expected);
  }
}

TEST_CASE("the JobManager's address is what YARN knows of a live application (D-33)") {
  yarn_application a = application("a", 1);
  CHECK(job_manager_of(a).empty());
  a.am_rpc_address = "node7:41233";
  CHECK(job_manager_of(a) == "http://node7:41233");
  a.am_rpc_address = "N/A:-1";
  CHECK(job_manager_of(a).empty());
  a.am_rpc_address = "node7:-1";
  CHECK(job_manager_of(a).empty());
  a.am_rpc_address = "node7:41233";
  a.state = "FINISHED";
  CHECK(job_manager_of(a).empty());
}

TEST_CASE("what Flink says of a job's checkpoints is recorded as it says it (D-57)") {
  dm::flink::job_checkpoints said;
  CHECK_FALSE(checkpoints_of(4, "0a", said).completed_any());
  said.completed_count = 3;
  said.latest_completed.emplace();
  said.latest_completed->id = 9;
  said.latest_completed->external_path = "s3://bucket/own/chk-9";
  const checkpoint_fact fact = checkpoints_of(4, "0a", said);
  CHECK(fact.epoch == 4);
  CHECK(fact.job_id == "0a");
  CHECK(fact.completed_count == 3);
  CHECK(fact.checkpoint_id == 9);
  CHECK(fact.external_path == "s3://bucket/own/chk-9");
  said.latest_completed->external_path = "<checkpoint-not-externally-addressable>";
  CHECK(checkpoints_of(4, "0a", said).external_path.empty());
}
