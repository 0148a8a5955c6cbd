// Where the lineage ends, and what stands in the way of a start.
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "history.h"
#include "state/lineage.h"

using namespace dm::state;
using dm::component::log_record;
using dm::component::state_policy;
using dm::test::history;
using paths = std::vector<std::string>;

namespace {

void reported(history& h, std::uint64_t epoch, std::int64_t checkpoint_id,
              const std::string& path = "s3://bucket/own/chk-17") {
  dm::component::checkpoint_fact& fact = h.log.checkpoints[epoch];
  fact.epoch = epoch;
  fact.completed_count = checkpoint_id;
  fact.checkpoint_id = checkpoint_id;
  fact.external_path = path;
}

}  // namespace

TEST_CASE(
    "a job that had completed checkpoints, none of which is found, is not begun anew (D-57)") {
  history h;
  h.run().incarnation();  // epoch 2
  reported(h, 2, 17);
  const lineage found = trace(h.log, h.points, state_policy::optional);
  CHECK(found.blocked == no_point::state_elsewhere);
  CHECK(found.blocked_because.find("17 checkpoints, the newest one at s3://bucket/own/chk-17") !=
        std::string::npos);
  CHECK_FALSE(found.allowed_to_start_empty);
  SECTION("what it was started from is no way round it") {
    h.made("/s1", 1, 1);
    h.log.records.at(2).restore_path = "/s1";
    CHECK(trace(h.log, h.points, state_policy::optional).blocked);
  }
  SECTION("an older one of its own neither") {
    h.made("/s3", 2, 3);
    CHECK(trace(h.log, h.points, state_policy::optional).blocked);
  }
  SECTION("one as new is the way") {
    h.made("/s18", 2, 18);
    CHECK_FALSE(trace(h.log, h.points, state_policy::optional).blocked);
    CHECK(h.paths() == paths{"/s18"});
  }
  SECTION("one as new that was disposed of: its owner wanted it so") {
    h.made("/s18", 2, 18, restore_point_state::disposed);
    CHECK(h.may_be_empty(state_policy::optional));
  }
  SECTION("a job that has come to its end has no use for them") {
    h.log.ends[2].outcome = dm::component::outcome::completed;
    CHECK(h.may_be_empty(state_policy::optional));
  }
  SECTION("the next run allows the loss") {
    h.run(true);
    CHECK(h.may_be_empty(state_policy::optional));
    CHECK(h.may_be_empty(state_policy::required));
  }
}

TEST_CASE("the allowance to lose state ends with the first completed checkpoint, wherever it is") {
  history h;
  h.run(true).incarnation();  // epoch 2
  CHECK(h.may_be_empty(state_policy::required));
  reported(h, 2, 1);
  CHECK_FALSE(h.may_be_empty(state_policy::required));
  CHECK_FALSE(h.may_be_empty(state_policy::optional));
}

TEST_CASE("the state of two jobs is never taken for that of one") {
  history h;
  h.run().incarnation();  // epoch 2
  h.made("/a9", 2, 9).job_id = "79027c5e5ce9d22420e092835033910c";
  h.log.applications[2].job_id = "79027c5e5ce9d22420e092835033910c";
  h.made("/by-hand", 2, 8, restore_point_state::discovered).job_id = "79027c";
  CHECK(h.paths() == paths{"/a9", "/by-hand"});
  SECTION("both have left checkpoints") {
    h.made("/b12", 2, 12).job_id = "b17cc0000000000000000000000000aa";
  }
  SECTION("the recorded one has left none") {
    h.log.applications[2].job_id = "b17cc0000000000000000000000000aa";
  }
  const lineage found = trace(h.log, h.points, state_policy::optional);
  CHECK(found.blocked == no_point::several_jobs);
  CHECK(found.blocked_because.find("79027c5e5ce9d22420e092835033910c") != std::string::npos);
  CHECK(found.blocked_because.find("b17cc0000000000000000000000000aa") != std::string::npos);
  CHECK(found.candidates.empty());
  CHECK_FALSE(found.allowed_to_start_empty);
  // Named, it is the caller's word.
  h.run_from("/a9");
  CHECK(h.paths() == paths{"/a9"});
  CHECK_FALSE(trace(h.log, h.points, state_policy::optional).blocked);
  // And what it makes then goes on from there, past the other job's.
  h.incarnation("/a9");
  CHECK(h.paths() == paths{"/a9", "/by-hand"});
}

TEST_CASE("where the state was disposed of with the component, the lineage ends") {
  history h;
  h.run().incarnation();  // epoch 2
  h.made("/s1", 2, 1, restore_point_state::disposed);
  h.stop().run_from("/s1").incarnation("/s1");  // epoch 5
  reported(h, 5, 4);
  h.stop();  // 6
  log_record& mark = h.log.records.at(6);
  mark.stop_cause = std::string(dm::component::destroyed);
  SECTION("by the mark itself") { mark.state_disposed = true; }
  SECTION("by what later records repeat of it") { mark.state_ended = 6; }
  h.run();
  CHECK(h.paths().empty());
  CHECK(h.may_be_empty(state_policy::optional));
  const lineage required = trace(h.log, h.points, state_policy::required);
  CHECK_FALSE(required.allowed_to_start_empty);
  CHECK_FALSE(required.blocked);
  h.incarnation();  // epoch 8
  h.made("/s9", 8, 9);
  CHECK(h.paths() == paths{"/s9"});
}

TEST_CASE("a record that cannot be read is not taken for one that is not there") {
  history h;
  h.run().incarnation();        // epoch 2
  h.incarnation("/elsewhere");  // epoch 3
  h.made("/s1", 2, 1);
  h.log.unreadable["3.json"].damaged = GENERATE(true, false);
  SECTION("what was made before it is not jumped to") {
    h.burnt();  // epoch 4
    h.log.records.erase(3);
    const lineage found = trace(h.log, h.points, state_policy::optional);
    CHECK(found.unread == 3);
    CHECK(found.candidates.empty());
    CHECK_FALSE(found.allowed_to_start_empty);
  }
  SECTION("what it made is the way, and what lies beyond it is not known") {
    h.made("/s7", 3, 7);
    h.incarnation("/s7");  // epoch 4
    h.log.records.erase(3);
    const lineage found = trace(h.log, h.points, state_policy::optional);
    CHECK(h.paths() == paths{"/s7"});
    CHECK(found.unread == 3);
  }
}
