// What the guard starts from: by lineage, verified, recorded before the client runs; and what it
// refuses to start (INV-2).
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "guard/guard.h"
#include "surroundings.h"

using namespace dm::test;
using dm::component::decision;
using dm::component::end_fact;
using dm::component::guard_exit_done;
using dm::component::guard_exit_failed;
using dm::component::log_record;
using dm::component::outcome;
using dm::component::state_policy;
using dm::state::operation_kind;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

using arguments = std::vector<std::string>;

bool running(surroundings& s) {
  return eventually([&] { return s.live_ids().size() == 1; });
}

int finished(surroundings& s) {
  for (const std::string& id : s.live_ids()) s.finish(id, "SUCCEEDED");
  return s.join();
}

// An incarnation of an earlier guard that was submitted and has failed.
std::uint64_t past_failure(surroundings& s, decision judged = decision::restart) {
  const std::uint64_t epoch = s.claim();
  s.put_application(epoch, "application_1795438290778_" + std::to_string(1000 + epoch),
                    s.job_manager.job().id);
  end_fact end;
  end.epoch = epoch;
  end.outcome = outcome::failed;
  end.failure_class = "cluster_lost";
  end.application_id = "application_1795438290778_" + std::to_string(1000 + epoch);
  end.job_id = s.job_manager.job().id;
  end.ended_at = io::now();
  end.decision = judged;
  end.restart_at = end.ended_at;
  s.put_end(end);
  return epoch;
}

// The option -s of the client that was started last.
std::string restored_path(const surroundings& s, const std::string& path) {
  return s.last_argument("hdfs://" + path);
}

}  // namespace

TEST_CASE(
    "the first run starts without state, with directories of its epoch for what it will keep") {
  surroundings s;
  s.want();
  s.start();
  REQUIRE(running(s));
  CHECK(s.last_argument("execution.checkpointing.dir=") ==
        "execution.checkpointing.dir=hdfs:///state/prod/app/job/checkpoints/2");
  CHECK(s.last_argument("execution.checkpointing.savepoint-dir=") ==
        "execution.checkpointing.savepoint-dir=hdfs:///state/prod/app/job/savepoints");
  CHECK(s.last_argument("checkpointing.interval").empty());
  CHECK(s.log().records.at(2).restore_path.empty());
  CHECK(s.guard_log().find("starting without state") != std::string::npos);
  CHECK(finished(s) == guard_exit_done);
}

TEST_CASE("where nobody says how a restore point is claimed, the component's own way counts") {
  surroundings s;
  s.want();
  s.put_checkpoint(past_failure(s), 7);
  s.spec.claim_mode = "legacy";
  s.start();
  REQUIRE(running(s));
  CHECK(s.log().newest_incarnation()->claim_mode == "legacy");
  CHECK(s.last_argument("legacy") == "legacy");
  CHECK(finished(s) == guard_exit_done);
}

TEST_CASE("a component that keeps no state gets no directories") {
  surroundings s;
  if (GENERATE(true, false)) {
    s.spec.job_type = dm::component::job_type::batch;
    s.spec.state = state_policy::none;
  } else {
    s.spec.state = state_policy::none;
    s.put_checkpoint(1, 5);
  }
  s.want();
  s.start();
  REQUIRE(running(s));
  CHECK(s.last_argument("checkpointing.dir").empty());
  CHECK(s.last_argument("hdfs://").empty());
  CHECK(finished(s) == guard_exit_done);
}

TEST_CASE("a restart goes on from the newest checkpoint of the run before, and says so") {
  surroundings s;
  s.want();
  const std::uint64_t before = past_failure(s);
  s.put_checkpoint(before, 9);
  const std::string newest = s.put_checkpoint(before, 10);
  s.start();
  REQUIRE(running(s));
  CHECK(restored_path(s, newest) == "hdfs://" + newest);
  const log_record record = s.log().records.at(before + 1);
  CHECK(record.restore_path == newest);
  CHECK(record.restore_id == "checkpoint-" + std::to_string(before) + "-10");
  CHECK(record.claim_mode.empty());
  CHECK(s.guard_log().find("starting from checkpoint checkpoint-2-10 (hdfs://" + newest +
                           "): made by epoch 2") != std::string::npos);
  CHECK(finished(s) == guard_exit_done);
}

TEST_CASE("a point that a run names is restored as the run says") {
  surroundings s;
  s.want();
  const std::uint64_t before = past_failure(s);
  const std::string older = s.put_savepoint("sp-old", before, 3);
  s.put_checkpoint(before, 10);
  s.unwant();
  s.want();
  s.amend([&](log_record& run) {
    run.restore_id = "sp-old";
    run.restore_path = older;
    run.claim_mode = "no_claim";
    run.allow_non_restored_state = true;
  });
  s.start();
  REQUIRE(running(s));
  CHECK(restored_path(s, older) == "hdfs://" + older);
  CHECK(s.last_argument("no_claim") == "no_claim");
  const log_record record = *s.log().newest_incarnation();
  CHECK(record.restore_path == older);
  CHECK(record.restore_id == "sp-old");
  CHECK(record.claim_mode == "no_claim");
  CHECK(record.allow_non_restored_state);

  // It fails before it has made anything: the next one starts there again, and not where the run
  // before the resume had been.
  s.finish(s.live_ids().front(), "FAILED", "container lost");
  REQUIRE(eventually([&] { return s.submissions() == 2; }));
  REQUIRE(running(s));
  CHECK(restored_path(s, older) == "hdfs://" + older);
  CHECK(finished(s) == guard_exit_done);
}

TEST_CASE("a damaged checkpoint is passed over for an older one, with a warning") {
  surroundings s;
  s.want();
  const std::uint64_t before = past_failure(s);
  const std::string older = s.put_checkpoint(before, 9);
  const std::string damaged = s.put_checkpoint(before, 10);
  s.name_node.files().put(damaged + "/_metadata", "garbage of sixteen bytes or more");
  s.start();
  REQUIRE(running(s));
  CHECK(restored_path(s, older) == "hdfs://" + older);
  CHECK(s.guard_log().find("passed over as a restore point") != std::string::npos);
  CHECK(finished(s) == guard_exit_done);
}

TEST_CASE(
    "state is required and there is none: nothing is submitted, and the end says why (INV-2)") {
  surroundings s;
  s.spec.state = state_policy::required;
  s.want();
  CHECK(s.run() == guard_exit_failed);
  CHECK(s.submissions() == 0);
  const end_fact end = *s.end_of(2);
  CHECK(end.outcome == outcome::failed);
  CHECK(end.failure_class == "no-restore-point");
  CHECK(end.decision == decision::give_up);
  CHECK_FALSE(end.cause.empty());
  CHECK_FALSE(end.counts);
  // The next guard finds it decided.
  CHECK(s.run() == guard_exit_failed);
  CHECK(s.log().newest_number() == 2);
  CHECK(s.submissions() == 0);
}

TEST_CASE(
    "state is required and the run accepts its loss: it starts, and later runs resume (INV-2)") {
  surroundings s;
  s.spec.state = state_policy::required;
  s.want();
  s.amend([](log_record& run) { run.accept_state_loss = true; });
  s.start();
  REQUIRE(running(s));
  const std::string checkpoint = s.put_checkpoint(2, 4);
  s.finish(s.live_ids().front(), "FAILED", "container lost");
  REQUIRE(eventually([&] { return s.submissions() == 2; }));
  REQUIRE(running(s));
  CHECK(restored_path(s, checkpoint) == "hdfs://" + checkpoint);
  CHECK(finished(s) == guard_exit_done);
}

TEST_CASE("a refused start leaves the lineage as it was: once repaired, the state is found") {
  surroundings s;
  s.spec.state = state_policy::required;
  s.want();
  const std::uint64_t before = past_failure(s);
  const std::string checkpoint = s.put_checkpoint(before, 7);
  const std::string whole = *s.name_node.files().get(checkpoint + "/_metadata");
  s.name_node.files().put(checkpoint + "/_metadata", "");
  CHECK(s.run() == guard_exit_failed);
  CHECK(s.submissions() == 0);
  s.name_node.files().put(checkpoint + "/_metadata", whole);
  s.unwant();
  s.want();
  s.start();
  REQUIRE(running(s));
  CHECK(restored_path(s, checkpoint) == "hdfs://" + checkpoint);
  CHECK(finished(s) == guard_exit_done);
}

TEST_CASE("a named point that is damaged is replaced by nothing else") {
  surroundings s;
  s.want();
  const std::uint64_t before = past_failure(s);
  s.put_checkpoint(before, 10);
  const std::string named = s.put_savepoint("sp-old", before, 3);
  s.name_node.files().put(named + "/_metadata", "cut");
  s.unwant();
  s.want();
  s.amend([&](log_record& run) {
    run.restore_id = "sp-old";
    run.restore_path = named;
  });
  CHECK(s.run() == guard_exit_failed);
  CHECK(s.submissions() == 0);
  CHECK(s.end_of(s.log().newest_number())->failure_class == "no-restore-point");
}

TEST_CASE("a claim mode that the Flink version does not have is refused once, not tried for ever") {
  surroundings s;
  s.spec.flink_version = "1.13.6";
  s.want();
  const std::uint64_t before = past_failure(s);
  const std::string named = s.put_savepoint("sp-old", before, 3);
  s.unwant();
  s.want();
  s.amend([&](log_record& run) {
    run.restore_path = named;
    run.claim_mode = "claim";
  });
  CHECK(s.run() == guard_exit_failed);
  CHECK(s.submissions() == 0);
  const end_fact end = *s.end_of(s.log().newest_number());
  CHECK(end.failure_class == "program_invalid");
  CHECK(end.cause.find("legacy") != std::string::npos);
}

TEST_CASE("checkpoints that cannot be looked at are waited for, and nothing is submitted (INV-4)") {
  surroundings s;
  s.want();
  const std::uint64_t before = past_failure(s);
  const std::string checkpoint = s.put_checkpoint(before, 7);
  std::atomic<bool> silent{true};
  s.name_node.server().disturb([&](const fake::request& asked) -> std::optional<fake::disturbance> {
    if (!silent || asked.path.find("/checkpoints") == std::string::npos) return std::nullopt;
    fake::disturbance d;
    d.what = fake::disturbance::kind::replace;
    d.instead = fake::json(500, "{}");
    return d;
  });
  s.start();
  REQUIRE(eventually([&] {
    return s.guard_log().find("choosing what the job starts from") != std::string::npos;
  }));
  CHECK(s.submissions() == 0);
  CHECK(s.log().newest_number() == before);
  silent = false;
  REQUIRE(running(s));
  CHECK(restored_path(s, checkpoint) == "hdfs://" + checkpoint);
  CHECK(finished(s) == guard_exit_done);
}

TEST_CASE("a stop whose savepoint failed: the run that continues it adopts the job that lives on") {
  surroundings s;
  s.want();
  s.start();
  REQUIRE(running(s));
  const std::string id = s.live_ids().front();
  s.unwant();
  s.want();
  s.amend([](log_record& run) { run.continues = 1; });
  // The guard that followed all the while, or another one that is started now.
  if (GENERATE(false, true)) {
    s.terminate();
    CHECK(s.join() == guard_exit_done);
    s.start();
    REQUIRE(eventually([&] { return s.guard_log().find("adopting") != std::string::npos; }));
  }
  CHECK(s.live_ids() == arguments{id});
  s.finish(id, "FAILED", "container lost");
  REQUIRE(eventually([&] { return s.submissions() == 2; }));
  REQUIRE(running(s));
  CHECK(s.end_of(2)->decision == decision::restart);
  CHECK(finished(s) == guard_exit_done);
}

TEST_CASE("a job that failed during a stop is restarted when the run goes on after all") {
  surroundings s;
  s.want();
  const std::uint64_t before = past_failure(s, decision::none);
  const std::string checkpoint = s.put_checkpoint(before, 7);
  s.unwant();
  s.want();
  s.amend([](log_record& run) { run.continues = 1; });
  s.start();
  REQUIRE(running(s));
  CHECK(restored_path(s, checkpoint) == "hdfs://" + checkpoint);
  CHECK(finished(s) == guard_exit_done);
}

TEST_CASE(
    "a job whose last savepoint is a stop's was stopped, though a run is the newest intent (D-5)") {
  surroundings s;
  s.want();
  s.start();
  REQUIRE(running(s));
  SECTION("the savepoint is recorded") { s.put_savepoint("sp-stop", 2, 8, operation_kind::stop); }
  SECTION("nobody has recorded it, but it is there") {
    s.put_requested("sp-stop", 2, operation_kind::stop);
    s.name_node.files().put(
        "/state/prod/app/job/savepoints/sp-stop/savepoint-79027c-0123456789ab/_metadata",
        fake::metadata_bytes(8));
  }
  CHECK(finished(s) == guard_exit_done);
  CHECK(s.end_of(2)->outcome == outcome::stopped);
  CHECK(s.submissions() == 1);
}

TEST_CASE("a job that ends by itself has completed, whatever savepoints were tried before (D-5)") {
  surroundings s;
  s.want();
  s.start();
  REQUIRE(running(s));
  s.put_savepoint("sp-1", 2, 8, operation_kind::trigger);
  s.put_failed("sp-2", 2, operation_kind::stop);
  s.put_requested("sp-3", 2, operation_kind::stop);
  s.put_savepoint("sp-4", 1, 5, operation_kind::stop);  // of an incarnation before
  CHECK(finished(s) == guard_exit_done);
  CHECK(s.end_of(2)->outcome == outcome::completed);
}

TEST_CASE("older checkpoints go when the run has one of its own, not before (D-17)") {
  surroundings s;
  s.pace.tidy_interval = io::milliseconds(20);
  s.spec.checkpoint_retention_runs = 0;
  s.want();
  const std::uint64_t before = past_failure(s);
  const std::string older = s.put_checkpoint(before, 7);
  s.start();
  REQUIRE(running(s));
  REQUIRE(eventually([&] { return !s.log().applications[before + 1].job_id.empty(); }));
  s.name_node.server().forget_requests();
  REQUIRE(eventually([&] { return s.name_node.server().request_count() >= 6; }));
  CHECK(s.name_node.files().exists(older));
  const std::string own = s.put_checkpoint(before + 1, 8);
  REQUIRE(eventually([&] { return !s.name_node.files().exists(older); }));
  CHECK_FALSE(s.name_node.files().exists("/state/prod/app/job/checkpoints/2"));
  CHECK(s.name_node.files().exists(own));
  CHECK(finished(s) == guard_exit_done);
  CHECK(s.guard_log().find("are deleted (epochs 2)") != std::string::npos);
}

TEST_CASE(
    "a NameNode that fails while older checkpoints are tidied up changes nothing else (D-17)") {
  surroundings s;
  s.pace.tidy_interval = io::milliseconds(20);
  s.spec.checkpoint_retention_runs = 0;
  s.want();
  const std::uint64_t before = past_failure(s);
  const std::string older = s.put_checkpoint(before, 7);
  s.put_checkpoint(before + 1, 8);
  s.name_node.server().disturb([&](const fake::request& asked) -> std::optional<fake::disturbance> {
    if (asked.method != "DELETE" || asked.path.find("/checkpoints") == std::string::npos)
      return std::nullopt;
    fake::disturbance d;
    d.what = fake::disturbance::kind::replace;
    d.instead = fake::json(500, "{}");
    return d;
  });
  s.start();
  REQUIRE(running(s));
  REQUIRE(eventually(
      [&] { return s.guard_log().find("older checkpoints stay for now") != std::string::npos; }));
  CHECK(s.name_node.files().exists(older));
  CHECK(s.live_ids().size() == 1);
  CHECK(finished(s) == guard_exit_done);
  CHECK(s.end_of(before + 1)->outcome == outcome::completed);
}
