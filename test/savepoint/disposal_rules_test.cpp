// Which restore points may be deleted, rule by rule.
// SPDX-License-Identifier: Apache-2.0
#include "savepoint/disposal_rules.h"

#include <catch2/catch.hpp>

#include "component/component_name.h"

using namespace dm::input;
using namespace dm::savepoint;
using dm::component::decision;
using dm::component::outcome;
using dm::component::record_kind;
using dm::state::restore_point;
using dm::state::restore_point_kind;
using dm::state::restore_point_state;
namespace io = dm::io;

namespace {

// A component with a history: runs, incarnations, and what these have made.
struct history {
  component_data data;
  disposal_facts facts;
  std::string last;  // path of the newest savepoint of stopped_with

  history() {
    data.name = {"prod", "app", "stream"};
    data.id = dm::component::component_id(data.name);
    data.state_root = "/pnda/flink";
    data.flink_version = "1.20.5";
  }

  std::uint64_t record(record_kind kind) {
    dm::component::log_record one;
    one.number = facts.log.newest_number() + 1;
    one.kind = kind;
    facts.log.records.emplace(one.number, one);
    return one.number;
  }

  // Of the newest run, started from `path`; lives in YARN.
  std::uint64_t incarnation(const std::string& path = {}, const std::string& claim_mode = {}) {
    const std::uint64_t run = facts.log.newest_intent()->number;
    const std::uint64_t epoch = record(record_kind::incarnation);
    auto& one = facts.log.records.at(epoch);
    one.intent = run;
    one.restore_path = path;
    one.claim_mode = claim_mode;
    facts.live_epoch = epoch;
    return epoch;
  }

  void end(std::uint64_t epoch, decision what = decision::none) {
    dm::component::end_fact fact;
    fact.epoch = epoch;
    fact.outcome = what == decision::none ? outcome::stopped : outcome::failed;
    fact.decision = what;
    fact.application_id = "application_1_1";
    facts.log.ends[epoch] = fact;
    facts.live_epoch = 0;
  }

  restore_point savepoint(const std::string& id, std::uint64_t epoch, std::int64_t checkpoint = 0) {
    restore_point point;
    point.id = id;
    point.epoch = epoch;
    point.checkpoint_id = checkpoint;
    point.path = "/pnda/flink/prod/app/stream/savepoints/" + id + "/savepoint-79027c-0123456789ab";
    return add(point);
  }

  restore_point checkpoint(std::uint64_t epoch, std::int64_t number) {
    restore_point point;
    point.id = "checkpoint-" + std::to_string(epoch) + "-" + std::to_string(number);
    point.kind = restore_point_kind::checkpoint;
    point.epoch = epoch;
    point.checkpoint_id = number;
    point.path = "/pnda/flink/prod/app/stream/checkpoints/" + std::to_string(epoch) +
                 "/79027c5e5ce9d22420e092835033910c/chk-" + std::to_string(number);
    return add(point);
  }

  restore_point add(const restore_point& point) {
    facts.points.push_back(point);
    sort_newest_first(facts.points);
    return point;
  }

  std::optional<disposal_obstacle> obstacle(const restore_point& point) const {
    return obstacle_to_disposal(data, facts, point);
  }

  // Started from the savepoint before, stopped with one: nothing lives.
  restore_point stopped_with(const std::string& id) {
    record(record_kind::run);
    const std::uint64_t epoch = incarnation(last);
    const restore_point point = savepoint(id, epoch);
    record(record_kind::stop);
    end(epoch);
    last = point.path;
    return point;
  }
};

void refuses(const history& h, const restore_point& point, const std::string& rule,
             bool forceable = false) {
  const auto found = h.obstacle(point);
  REQUIRE(found);
  CAPTURE(found->reason);
  CHECK(found->reason.find(rule) != std::string::npos);
  CHECK_FALSE(found->hint.empty());
  CHECK(found->forceable == forceable);
}

}  // namespace

TEST_CASE("a savepoint that nobody needs may be deleted") {
  history h;
  const restore_point old = h.stopped_with("sp-1");
  h.stopped_with("sp-2");
  CHECK_FALSE(h.obstacle(old));
  SECTION("also a damaged one, a failed one, and one made by hand") {
    restore_point point = old;
    point.state = GENERATE(restore_point_state::damaged, restore_point_state::failed,
                           restore_point_state::discovered);
    CHECK_FALSE(h.obstacle(point));
  }
  SECTION("also the last one, where the state is optional") {
    h.data.state = dm::component::state_policy::optional;
    CHECK_FALSE(h.obstacle(h.facts.points.front()));
  }
}

TEST_CASE("a pinned one is never deleted, and force does not help") {
  history h;
  restore_point point = h.stopped_with("sp-1");
  h.stopped_with("sp-2");
  point.pinned = true;
  point.pin_reason = "before the migration";
  refuses(h, point, "pinned (before the migration)");
}

TEST_CASE("what the running job was started from is in use until its first checkpoint") {
  history h;
  const restore_point point = h.stopped_with("sp-1");
  h.record(record_kind::run);
  const std::uint64_t epoch = h.incarnation(point.path, GENERATE("", "no_claim"));
  refuses(h, point, "has not completed a checkpoint of its own");
  SECTION("a savepoint of its own is no checkpoint: Flink does not fall back on it") {
    h.savepoint("sp-2", epoch);
    refuses(h, point, "has not completed a checkpoint of its own");
  }
  SECTION("its first retained checkpoint frees it") {
    h.checkpoint(epoch, 7);
    CHECK_FALSE(h.obstacle(point));
  }
  SECTION("or its JobManager's word for one that lies elsewhere") {
    h.facts.live_has_checkpoint = true;
    CHECK_FALSE(h.obstacle(point));
  }
  SECTION("its end frees it") {
    h.savepoint("sp-2", epoch);
    h.record(record_kind::stop);
    h.end(epoch);
    CHECK_FALSE(h.obstacle(point));
  }
}

TEST_CASE("claimed and legacy restores keep it in use as long as the job lives") {
  history h;
  const restore_point point = h.stopped_with("sp-1");
  h.record(record_kind::run);
  std::uint64_t epoch = 0;
  SECTION("claim") {
    epoch = h.incarnation(point.path, "claim");
    h.checkpoint(epoch, 7);
    refuses(h, point, "belongs to Flink");
  }
  SECTION("legacy") {
    epoch = h.incarnation(point.path, "legacy");
    h.checkpoint(epoch, 7);
    refuses(h, point, "legacy");
  }
  SECTION("before Flink 1.15 there is nothing but legacy") {
    h.data.flink_version = "1.14.6";
    epoch = h.incarnation(point.path);
    h.checkpoint(epoch, 7);
    refuses(h, point, "legacy");
  }
  SECTION("a version that cannot be read is the careful case") {
    h.data.flink_version.clear();
    epoch = h.incarnation(point.path);
    h.checkpoint(epoch, 7);
    refuses(h, point, "legacy");
  }
  h.record(record_kind::stop);
  h.end(epoch);
  h.savepoint("sp-2", epoch);
  CHECK_FALSE(h.obstacle(point));
}

TEST_CASE("an incarnation that YARN does not show yet uses it all the same") {
  history h;
  const restore_point point = h.stopped_with("sp-1");
  h.record(record_kind::run);
  h.incarnation(point.path);
  h.facts.live_epoch = 0;  // claimed in the log; its application is about to come
  refuses(h, point, "was started from it");
}

TEST_CASE("what a wanted component starts from next is not taken away under it") {
  history h;
  const restore_point older = h.stopped_with("sp-1");
  const restore_point point = h.stopped_with("sp-2");
  h.record(record_kind::run);
  refuses(h, point, "its next incarnation starts from it");
  CHECK_FALSE(h.obstacle(older));
}

TEST_CASE("a job in back-off starts from the newest of its own points") {
  history h;
  h.record(record_kind::run);
  const std::uint64_t epoch = h.incarnation();
  const restore_point point = h.savepoint("sp-1", epoch, 3);
  h.end(epoch, decision::restart);
  refuses(h, point, "its next incarnation starts from it");
}

TEST_CASE("the last usable one of a required component: only by force") {
  history h;
  h.data.state = dm::component::state_policy::required;
  const restore_point point = h.stopped_with("sp-1");
  refuses(h, point, "last usable one", true);
  SECTION("a damaged other one does not count") {
    h.stopped_with("sp-2");
    h.facts.points.front().state = restore_point_state::damaged;
    CHECK(h.facts.points.front().id == "sp-2");
    refuses(h, point, "last usable one", true);
  }
  SECTION("an intact other one does") {
    const restore_point other = h.stopped_with("sp-2");
    CHECK_FALSE(h.obstacle(point));
    CHECK_FALSE(h.obstacle(other));
  }
  SECTION("it stays refused without force when it is pinned too") {
    restore_point pinned = point;
    pinned.pinned = true;
    refuses(h, pinned, "pinned");
  }
}

TEST_CASE("a savepoint that is being taken is left alone") {
  history h;
  h.record(record_kind::run);
  const std::uint64_t epoch = h.incarnation();
  restore_point point = h.savepoint("sp-1", epoch);
  point.state = restore_point_state::in_progress;
  point.path.clear();
  refuses(h, point, "still being taken");
  SECTION("when its job is gone, force deletes what nobody has collected") {
    h.record(record_kind::stop);
    h.end(epoch);
    refuses(h, point, "not known yet", true);
  }
}

TEST_CASE("what was handed to Flink belongs to Flink, and to what it has made of it") {
  history h;
  restore_point point = h.stopped_with("sp-1");
  point.state = restore_point_state::claimed;
  SECTION("while something lives") {
    h.record(record_kind::run);
    h.incarnation();
    refuses(h, point, "handed to Flink");
  }
  SECTION("after that, by force") { refuses(h, point, "handed to Flink", true); }
}

TEST_CASE("retained checkpoints: not a live job's, and the newest of an incarnation first") {
  history h;
  h.record(record_kind::run);
  const std::uint64_t epoch = h.incarnation();
  const restore_point older = h.checkpoint(epoch, 7);
  const restore_point newer = h.checkpoint(epoch, 8);
  refuses(h, newer, "checkpoint of the running job");
  h.record(record_kind::stop);
  h.end(epoch);
  refuses(h, older, "checkpoint-2-8");
  CHECK_FALSE(h.obstacle(newer));
  std::erase_if(h.facts.points, [&](const restore_point& one) { return one.id == newer.id; });
  CHECK_FALSE(h.obstacle(older));
}

TEST_CASE("nothing outside the state root is deleted, nor anything but a savepoint's directory") {
  history h;
  restore_point point = h.stopped_with("sp-1");
  h.stopped_with("sp-2");
  for (const char* path :
       {"/user/alice/savepoint-79027c-0123456789ab", "/pnda/flink/../x/savepoint-1",
        "/pnda/flink/prod/app", "/pnda/flink/prod/app/stream/log", "/pnda/flinkier/savepoint-1",
        "/pnda/flink/shared/savepoint-1/.."}) {
    CAPTURE(path);
    point.path = path;
    refuses(h, point, "below the state root");
  }
  point.path = "/pnda/flink/shared/savepoint-79027c-0123456789ab";
  CHECK_FALSE(h.obstacle(point));
}
