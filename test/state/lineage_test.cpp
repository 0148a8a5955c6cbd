// The lineage of the next incarnation: a table of histories.
// SPDX-License-Identifier: Apache-2.0
#include "state/lineage.h"

#include <catch2/catch.hpp>

#include "history.h"

using namespace dm::state;
using dm::component::log_record;
using dm::component::log_snapshot;
using dm::component::record_kind;
using dm::component::state_policy;

namespace {

using dm::test::history;
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
