// The retention rule: what it retires, and what it never does.
// SPDX-License-Identifier: Apache-2.0
#include "savepoint/retention.h"

#include <catch2/catch.hpp>

#include "savepoint/restore_points.h"
#include "support/deployment.h"

using namespace dm::context;
using namespace dm::input;
using namespace dm::lifecycle;
using namespace dm::observation;
using namespace dm::package;
using namespace dm::savepoint;
using dm::component::log_record;
using dm::component::record_kind;
using dm::state::restore_point;
using dm::state::restore_point_kind;
using dm::state::restore_point_state;
using dm::test::deployment;
namespace io = dm::io;

namespace {

const io::wall_time now = io::from_epoch_ms(1'800'000'000'000);

// Savepoints sp-1 (oldest) ... sp-5 (newest) of the live incarnation 2, an hour and 100 bytes each.
struct scene {
  component_data data;
  disposal_facts facts;

  scene() {
    data.name = {"prod", "app", "stream"};
    data.state_root = "/pnda/flink";
    data.flink_version = "1.20.5";
    log_record run;
    run.number = 1;
    log_record incarnation;
    incarnation.number = 2;
    incarnation.kind = record_kind::incarnation;
    incarnation.intent = 1;
    facts.log.records = {{1, run}, {2, incarnation}};
    facts.live_epoch = 2;
    for (int i = 5; i >= 1; --i) {
      restore_point point;
      point.id = "sp-" + std::to_string(i);
      point.epoch = 2;
      point.checkpoint_id = i;
      point.path = "/pnda/flink/prod/app/stream/savepoints/" + point.id + "/savepoint-1-1";
      point.size_bytes = 100;
      point.completed_at = now - std::chrono::hours(5 - i);
      facts.points.push_back(point);
    }
  }
  restore_point& point(int i) { return facts.points.at(static_cast<std::size_t>(5 - i)); }
  std::vector<std::string> retired(std::string_view newest = "sp-5") {
    std::vector<std::string> ids;
    for (const retirement& one : choose_retired(data, facts, newest, now))
      ids.push_back(one.point.id);
    return ids;
  }
};

using ids = std::vector<std::string>;

}  // namespace

TEST_CASE("without a rule nothing is retired") { CHECK(scene().retired().empty()); }

TEST_CASE("count, age and size retire the oldest first, and say why") {
  scene s;
  SECTION("count") { s.data.retention.count = 3; }
  SECTION("age") { s.data.retention.age_ms = std::int64_t{3} * 3'600'000; }
  SECTION("size") { s.data.retention.size_bytes = 350; }
  SECTION("together: the strictest one decides") {
    s.data.retention.count = 3;
    s.data.retention.size_bytes = 100'000;
  }
  CHECK(s.retired() == ids{"sp-1", "sp-2"});
  CHECK(choose_retired(s.data, s.facts, "sp-5", now).front().reason.starts_with("retention: "));
}

TEST_CASE("the one that was just made stays, whatever the rule says") {
  scene s;
  s.data.retention.size_bytes = 1;
  CHECK(s.retired() == ids{"sp-1", "sp-2", "sp-3", "sp-4"});
}

TEST_CASE("what a start would choose stays, also when it is not the newest (lineage)") {
  scene s;
  s.data.retention.count = 1;
  // Incarnation 2 was rolled back to: sp-5 and sp-4 are of one that nothing goes on from.
  s.point(5).epoch = s.point(4).epoch = 0;
  CHECK(s.retired() == ids{"sp-1", "sp-2", "sp-4"});
}

TEST_CASE("pinned ones stay and do not count") {
  scene s;
  s.data.retention.count = 2;
  s.point(4).pinned = true;
  s.point(1).pinned = true;
  CHECK(s.retired() == ids{"sp-2"});
}

TEST_CASE("only completed savepoints of the ledger count") {
  scene s;
  s.data.retention.count = 1;
  s.point(4).state = restore_point_state::discovered;
  s.point(3).kind = restore_point_kind::checkpoint;
  s.point(2).state = GENERATE(restore_point_state::in_progress, restore_point_state::failed,
                              restore_point_state::damaged, restore_point_state::claimed,
                              restore_point_state::disposed);
  CHECK(s.retired() == ids{"sp-1"});
}

TEST_CASE("what the running job was started from stays while the job needs it") {
  scene s;
  s.data.retention.count = 1;
  log_record& incarnation = s.facts.log.records.at(2);
  incarnation.restore_path = s.point(1).path;
  SECTION("no checkpoint yet") { CHECK(s.retired() == ids{"sp-2", "sp-3", "sp-4"}); }
  SECTION("legacy: for ever") {
    incarnation.claim_mode = "legacy";
    s.facts.live_has_checkpoint = true;
    CHECK(s.retired() == ids{"sp-2", "sp-3", "sp-4"});
  }
  SECTION("not any more") {
    s.facts.live_has_checkpoint = true;
    CHECK(s.retired() == ids{"sp-1", "sp-2", "sp-3", "sp-4"});
  }
}

namespace {

// After sp-2 was made, as an operation of its own.
ids retire_now(deployment& d, const io::operation& op) {
  component_view view(d.session(), d.data);
  return retire(view, op, std::nullopt, "sp-2");
}

}  // namespace

TEST_CASE("retiring deletes directory and records, and leaves a tombstone") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  const std::string old = d.put_savepoint("sp-1", epoch, 1);
  const std::string newer = d.put_savepoint("sp-2", epoch, 2);
  d.data.retention.count = 1;
  const auto operation = io::operation::within(std::chrono::seconds(30));
  CHECK(retire_now(d, operation) == ids{"sp-1"});
  CHECK_FALSE(d.files->exists(old));
  CHECK(d.files->exists(newer + "/_metadata"));
  component_view view(d.session(), d.data);
  const auto known = read_points(view, {});
  REQUIRE(known);
  CHECK(find_by_id(known->points, "sp-1")->state == restore_point_state::disposed);
  CHECK(retire_now(d, operation).empty());
}

TEST_CASE("a retirement that was interrupted is finished by the next one (INV-5)") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  const std::string old = d.put_savepoint("sp-1", epoch, 1);
  d.put_savepoint("sp-2", epoch, 2);
  d.data.retention.count = 1;
  auto hdfs = d.session().hdfs_for(d.data.user);
  dm::state::savepoint_ledger ledger(hdfs, d.state_directory());
  dm::state::disposal_record begun;
  begun.path = old;
  begun.reason = "retention: count";
  REQUIRE(ledger.begin_disposal({}, "sp-1", begun));
  CHECK(retire_now(d, {}) == ids{"sp-1"});
  CHECK_FALSE(d.files->exists(old));
}

TEST_CASE("HDFS away: nothing is retired, and nothing fails") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  d.put_savepoint("sp-1", epoch, 1);
  d.put_savepoint("sp-2", epoch, 2);
  d.data.retention.count = 1;
  d.name_node.server().stop();
  CHECK(retire_now(d, io::operation::within(std::chrono::seconds(10))).empty());
}

TEST_CASE("what a resume has named while the savepoint was taken is not retired") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  const std::string old = d.put_savepoint("sp-1", epoch, 1);
  d.put_savepoint("sp-2", epoch, 2);
  d.data.retention.count = 1;
  auto hdfs = d.session().hdfs_for(d.data.user);
  dm::component::component_log log(hdfs, d.state_directory());
  dm::component::log_record run;
  run.kind = record_kind::run;
  run.node = d.data.node;
  run.restore_id = "sp-1";
  run.restore_path = old;
  REQUIRE(log.claim({}, run, log.read({})->newest_number()));
  CHECK(retire_now(d, io::operation::within(std::chrono::seconds(30))).empty());
  CHECK(d.files->exists(old + "/_metadata"));
}
