// The choice of the restore point: a table of histories, and the choice with real files.
// SPDX-License-Identifier: Apache-2.0
#include "state/lineage.h"

#include <catch2/catch.hpp>

#include "one_ledger.h"

using namespace dm::state;
using dm::status_code;
using dm::component::log_record;
using dm::component::log_snapshot;
using dm::component::record_kind;
using dm::component::state_policy;
using dm::test::one_ledger;

namespace {

struct history {
  log_snapshot log;
  std::vector<restore_point> points;

  log_record& add(record_kind kind) {
    const std::uint64_t number = log.newest_number() + 1;
    log_record& record = log.records[number];
    record.number = number;
    record.kind = kind;
    return record;
  }
  history& run(bool accept_state_loss = false) {
    add(record_kind::run).accept_state_loss = accept_state_loss;
    return *this;
  }
  history& run_from(const std::string& path, const std::string& claim_mode = {}) {
    log_record& record = add(record_kind::run);
    record.restore_path = path;
    record.restore_id = path.substr(1);
    record.claim_mode = claim_mode;
    return *this;
  }
  history& stop() {
    add(record_kind::stop);
    return *this;
  }
  history& go_on(std::uint64_t run) {  // a stop whose savepoint failed
    add(record_kind::stop);
    add(record_kind::run).continues = run;
    return *this;
  }
  history& incarnation(const std::string& from = {}) {
    add(record_kind::incarnation).restore_path = from;
    return *this;
  }
  history& burnt(const std::string& from = {}) {
    incarnation(from);
    log.ends[log.newest_number()].counts = false;
    return *this;
  }
  restore_point& made(const std::string& path, std::uint64_t epoch, std::int64_t checkpoint_id,
                      restore_point_state state = restore_point_state::completed) {
    restore_point point;
    point.id = path.substr(1);
    point.path = path;
    point.epoch = epoch;
    point.checkpoint_id = checkpoint_id;
    point.state = state;
    points.push_back(point);
    return points.back();
  }
  std::vector<std::string> paths(state_policy policy = state_policy::optional) const {
    std::vector<std::string> found;
    for (const candidate& one : trace(log, points, policy).candidates)
      found.push_back(one.point.path);
    return found;
  }
  bool may_be_empty(state_policy policy) const {
    return trace(log, points, policy).allowed_to_start_empty;
  }
};

using paths = std::vector<std::string>;

}  // namespace

TEST_CASE("a component that never ran starts without state, unless its state is required") {
  history h;
  h.run();
  CHECK(h.paths().empty());
  CHECK(h.may_be_empty(state_policy::optional));
  CHECK(h.may_be_empty(state_policy::none));
  CHECK_FALSE(h.may_be_empty(state_policy::required));
  CHECK(trace(h.log, h.points, state_policy::required).empty_because ==
        "the component has never been started");
}

TEST_CASE("the newest that the incarnation before made, by Flink's count and not by the clock") {
  history h;
  h.run().incarnation();  // epoch 2
  h.made("/s11", 2, 11).completed_at = dm::io::from_epoch_ms(5000);
  h.made("/c12", 2, 12).completed_at = dm::io::from_epoch_ms(1000);
  h.made("/s3", 2, 3);
  CHECK(h.paths() == paths{"/c12", "/s11", "/s3"});
  CHECK_FALSE(h.may_be_empty(state_policy::optional));
}

TEST_CASE("an incarnation that made nothing: what it was started from, and what came before that") {
  history h;
  h.run().incarnation();  // epoch 2
  h.made("/c1", 2, 1);
  h.made("/s2", 2, 2);
  h.made("/c3", 2, 3);
  h.incarnation("/c3");  // epoch 3
  h.incarnation("/c3");  // epoch 4
  CHECK(h.paths() == paths{"/c3", "/s2", "/c1"});
}

TEST_CASE("a resume from an older savepoint is not jumped over by the next crash") {
  history h;
  h.run().incarnation();  // epoch 2
  h.made("/old", 2, 1);
  h.made("/newer", 2, 2);
  h.stop().run_from("/old").incarnation("/old");  // epoch 5
  CHECK(h.paths() == paths{"/old"});
  h.made("/own", 5, 2);
  CHECK(h.paths() == paths{"/own", "/old"});
}

TEST_CASE("burnt epochs have made nothing") {
  history h;
  h.run().incarnation();  // epoch 2
  h.made("/c1", 2, 1);
  const paths before = h.paths();
  h.burnt().burnt("/elsewhere");
  CHECK(h.paths() == before);
}

TEST_CASE("a named point goes before everything, for the first incarnation that was submitted") {
  history h;
  h.run().incarnation();  // epoch 2
  h.made("/old", 2, 1);
  h.made("/newer", 2, 2);
  h.stop().run_from("/old", "claim");
  for (int i = 0; i < 2; ++i) {
    const lineage found = trace(h.log, h.points, state_policy::optional);
    REQUIRE(found.candidates.size() == 1);
    CHECK(found.candidates.front().named);
    CHECK(found.candidates.front().point.path == "/old");
    CHECK(found.claim_mode == "claim");
    CHECK_FALSE(found.allowed_to_start_empty);
    h.burnt("/old");
  }
  h.incarnation("/old");
  const lineage after = trace(h.log, h.points, state_policy::optional);
  REQUIRE(after.candidates.size() == 1);
  CHECK_FALSE(after.candidates.front().named);
  CHECK(after.claim_mode.empty());
}

TEST_CASE("a named point of another component is one by its path alone") {
  history h;
  h.run_from("/other/checkpoints/1/j/chk-3");
  const lineage found = trace(h.log, h.points, state_policy::none);
  REQUIRE(found.candidates.size() == 1);
  CHECK(found.candidates.front().point.kind == restore_point_kind::checkpoint);
  h.incarnation("/other/checkpoints/1/j/chk-3");
  // It is not in this component's list; what the incarnation had is a candidate all the same.
  CHECK(h.paths() == paths{"/other/checkpoints/1/j/chk-3"});
  CHECK_FALSE(h.may_be_empty(state_policy::optional));
}

TEST_CASE("a run that goes on after a failed stop names nothing again") {
  history h;
  h.run().incarnation();  // epoch 2
  h.made("/old", 2, 1);
  h.made("/newer", 2, 2);
  h.run_from("/old").incarnation("/old");  // records 3 and 4
  h.made("/own", 4, 5);
  h.go_on(3);
  CHECK(h.paths() == paths{"/own", "/old"});
  CHECK(trace(h.log, h.points, state_policy::optional).candidates.front().named == false);
}

TEST_CASE("a named point that no incarnation saw is still named after a failed stop") {
  history h;
  h.run_from("/old").go_on(1);
  const lineage found = trace(h.log, h.points, state_policy::required);
  REQUIRE(found.candidates.size() == 1);
  CHECK(found.candidates.front().named);
}

TEST_CASE("what may be left behind goes for every incarnation of its run, and for no other") {
  history h;
  h.run_from("/old");
  h.log.records[1].allow_non_restored_state = true;
  h.incarnation("/old");
  CHECK(trace(h.log, h.points, state_policy::optional).allow_non_restored_state);
  h.stop().run();
  CHECK_FALSE(trace(h.log, h.points, state_policy::optional).allow_non_restored_state);
}

TEST_CASE("the allowance to lose state covers its run until something was completed") {
  history h;
  h.run(true);
  CHECK(h.may_be_empty(state_policy::required));
  h.incarnation();  // epoch 2
  CHECK(h.may_be_empty(state_policy::required));
  SECTION("a checkpoint of it ends the allowance") {
    h.made("/c1", 2, 1);
    CHECK_FALSE(h.may_be_empty(state_policy::required));
  }
  SECTION("so does one that was damaged or disposed of since") {
    const auto state = GENERATE(restore_point_state::damaged, restore_point_state::disposed,
                                restore_point_state::claimed);
    h.made("/c1", 2, 1, state);
    CHECK_FALSE(h.may_be_empty(state_policy::required));
  }
  SECTION("a savepoint that failed does not") {
    h.made("/c1", 2, 1, restore_point_state::failed);
    CHECK(h.may_be_empty(state_policy::required));
  }
  SECTION("the next run has none") {
    h.stop().run();
    CHECK_FALSE(h.may_be_empty(state_policy::required));
  }
}

TEST_CASE("the allowance is for the loss: what is there is still taken first") {
  history h;
  h.run().incarnation();
  h.made("/c1", 2, 1);
  h.stop().run(true);
  CHECK(h.paths(state_policy::required) == paths{"/c1"});
  CHECK(h.may_be_empty(state_policy::required));
}

TEST_CASE("optional is empty only where the lineage has nothing at all") {
  history h;
  h.run().incarnation();  // epoch 2
  CHECK(h.may_be_empty(state_policy::optional));
  h.made("/c1", 2, 1, restore_point_state::damaged);
  CHECK_FALSE(h.may_be_empty(state_policy::optional));
}

TEST_CASE("an incarnation that had state is not followed by one without, whatever became of it") {
  history h;
  h.run().incarnation();  // epoch 2
  h.made("/s1", 2, 1, restore_point_state::disposed);
  h.incarnation("/s1");
  CHECK(h.paths() == paths{"/s1"});
  CHECK_FALSE(h.may_be_empty(state_policy::optional));
}

TEST_CASE("what is no restore point is no candidate") {
  history h;
  h.run().incarnation();  // epoch 2
  h.made("/unknown", 0, 9);
  h.made("/progress", 2, 8, restore_point_state::in_progress);
  h.made("/failed", 2, 7, restore_point_state::failed);
  h.made("/disposing", 2, 6, restore_point_state::disposing);
  h.made("/elsewhere", 7, 5);
  CHECK(h.paths().empty());
}

TEST_CASE("policy none takes a named point only") {
  history h;
  h.run().incarnation();
  h.made("/c1", 2, 1);
  CHECK(h.paths(state_policy::none).empty());
  CHECK(h.may_be_empty(state_policy::none));
}

TEST_CASE("a log that was lost does not lose the savepoints") {
  history h;
  h.run();
  h.made("/s9", 4, 9);
  h.made("/s8", 3, 8);
  CHECK(h.paths() == paths{"/s9"});
  CHECK_FALSE(h.may_be_empty(state_policy::optional));
}

TEST_CASE("a savepoint of unknown count that may be newer than the one resumed from is left out") {
  history h;
  h.run().incarnation();  // epoch 2
  h.made("/s0", 2, 0);
  h.made("/s5", 2, 5);
  h.run_from("/s5").incarnation("/s5");
  CHECK(h.paths() == paths{"/s5"});
}

namespace {

struct one_choice : one_ledger {
  dm::result<choice> choose(state_policy policy = state_policy::optional) {
    return choose_restore_point(in_time, hdfs, ledger, log, policy);
  }
  choice chosen(state_policy policy = state_policy::optional) {
    auto made = choose(policy);
    if (!made) FAIL(made.error().text());
    return std::move(*made);
  }
};

}  // namespace

TEST_CASE("the newest intact one is chosen, and the damaged ones are told") {
  one_choice c;
  c.run(1);
  c.incarnation(2);
  const std::string first = c.complete("first", 2, 1);
  const std::string second = c.complete("second", 2, 2);
  CHECK(c.chosen().point->path == second);
  CHECK(c.chosen().why.find("second") != std::string::npos);
  c.files().remove(second + "/4f1c", false);
  const choice fallen_back = c.chosen();
  CHECK(fallen_back.point->path == first);
  REQUIRE(fallen_back.passed_over.size() == 1);
  CHECK(fallen_back.passed_over.front().find("4f1c is gone") != std::string::npos);
}

TEST_CASE("when all are damaged nothing is started, unless the run allows the loss") {
  one_choice c;
  c.run(1);
  c.incarnation(2);
  const std::string path = c.complete("only", 2, 1);
  c.files().put(path + "/_metadata", "x");
  for (const auto policy : {state_policy::optional, state_policy::required}) {
    const auto refused = c.choose(policy);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == status_code::failed_precondition);
    CHECK(refused.error().message.find("only") != std::string::npos);
    CHECK(refused.error().hint.find("accept_state_loss") != std::string::npos);
  }
  c.run(3, true);
  const choice empty = c.chosen(state_policy::required);
  CHECK_FALSE(empty.point);
  CHECK(empty.passed_over.size() == 1);
}

TEST_CASE("a named point that is damaged is not replaced by another one") {
  one_choice c;
  c.run(1);
  c.incarnation(2);
  c.complete("good", 2, 1);
  const std::string path = c.complete("named", 2, 2);
  c.files().remove(path, true);
  c.run(3, true);
  c.log.records[3].restore_path = path;
  const auto refused = c.choose();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == status_code::failed_precondition);
  CHECK(refused.error().message.find("nothing else is taken") != std::string::npos);
}

TEST_CASE("required without a restore point is refused with what to do") {
  one_choice c;
  c.run(1);
  const auto refused = c.choose(state_policy::required);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == status_code::failed_precondition);
  CHECK(refused.error().message.find("required") != std::string::npos);
  CHECK(c.chosen(state_policy::optional).why.find("without state") == 0);
}

TEST_CASE("while HDFS is away nothing is chosen, least of all a start without state") {
  one_choice c;
  c.run(1, true);
  c.node.server().stop();
  for (const auto policy : {state_policy::optional, state_policy::required}) {
    const auto unknown = c.choose(policy);
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().code == status_code::unavailable);
  }
  CHECK_FALSE(c.chosen(state_policy::none).point);  // needs no look
}

TEST_CASE(
    "a claimed savepoint that Flink has not deleted yet is what a failed restore goes back to") {
  one_choice c;
  c.run(1);
  c.incarnation(2);
  const std::string path = c.complete("op", 2, 1);
  c.incarnation(4, path, "claim");
  CHECK(c.chosen(state_policy::required).point->path == path);
  c.files().remove(path, true);
  CHECK_FALSE(c.choose(state_policy::required));
}

TEST_CASE("a savepoint with many files is compared file by file, though the index has its totals") {
  one_choice c;
  c.run(1);
  c.incarnation(2);
  REQUIRE(c.ledger.write_requested(c.in_time, c.asked("op", 2)));
  result_record record;
  record.operation = "op";
  record.completed = true;
  record.epoch = 2;
  record.path = c.ledger.operation_directory("op") + "/savepoint-79027c-1";
  c.put_savepoint(record.path, 1);
  for (int i = 0; i < 60; ++i) c.files().put(record.path + "/f" + std::to_string(i), "12345");
  REQUIRE(c.ledger.take_stock(c.in_time, record));
  REQUIRE(c.ledger.write_result(c.in_time, record));
  CHECK(c.list().size() == 1);  // writes the index
  CHECK(c.chosen().point->path == record.path);
  c.files().put(record.path + "/f7", "1234");
  c.files().put(record.path + "/f8", "123456");
  const auto refused = c.choose();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("f7 has 4 bytes") != std::string::npos);
}
