// The order of restore points, their words, and the ids of retained checkpoints.
// SPDX-License-Identifier: Apache-2.0
#include "state/restore_point.h"

#include <catch2/catch.hpp>

using namespace dm::state;
namespace io = dm::io;

namespace {

restore_point point(const char* id, std::uint64_t epoch, std::int64_t checkpoint,
                    std::int64_t completed_ms) {
  restore_point p;
  p.id = id;
  p.epoch = epoch;
  p.checkpoint_id = checkpoint;
  p.completed_at = io::from_epoch_ms(completed_ms);
  return p;
}

}  // namespace

TEST_CASE("newest first: by epoch, then by checkpoint, and by time only then") {
  std::vector<restore_point> points = {point("unknown", 0, 0, 9000), point("old", 1, 50, 8000),
                                       point("by-time", 0, 0, 9500), point("second", 2, 7, 2000),
                                       point("newest", 2, 8, 1000)};
  sort_newest_first(points);
  std::vector<std::string> ids;
  for (const auto& p : points) ids.push_back(p.id);
  CHECK(ids == std::vector<std::string>{"newest", "second", "old", "by-time", "unknown"});
}

TEST_CASE("equal ones have one order, so that pages fit together") {
  std::vector<restore_point> points = {point("a", 1, 1, 1), point("c", 1, 1, 1),
                                       point("b", 1, 1, 1)};
  auto reversed = points;
  std::reverse(reversed.begin(), reversed.end());
  sort_newest_first(points);
  sort_newest_first(reversed);
  for (std::size_t i = 0; i < points.size(); ++i) CHECK(points[i].id == reversed[i].id);
}

TEST_CASE("only what was completed and is still there may be chosen") {
  restore_point p;
  for (const auto state : {restore_point_state::completed, restore_point_state::discovered}) {
    p.state = state;
    CHECK(p.usable());
  }
  for (const auto state : {restore_point_state::in_progress, restore_point_state::failed,
                           restore_point_state::damaged, restore_point_state::claimed,
                           restore_point_state::disposing, restore_point_state::disposed}) {
    p.state = state;
    CHECK_FALSE(p.usable());
  }
}

TEST_CASE("a request is a point under way; its result one that is completed or has failed") {
  requested_record requested;
  requested.operation = "sp-1";
  requested.kind = operation_kind::stop;
  requested.epoch = 7;
  requested.job_id = "79027c";
  requested.user = "alice";
  const restore_point under_way = point_of(requested);
  CHECK(under_way.id == "sp-1");
  CHECK(under_way.state == restore_point_state::in_progress);
  CHECK(under_way.operation == operation_kind::stop);
  CHECK(under_way.epoch == 7);
  CHECK(under_way.user == "alice");
  CHECK(under_way.path.empty());

  result_record result;
  result.operation = "sp-1";
  result.completed = true;
  result.path = "/sp/savepoint-79027c-1";
  result.checkpoint_id = 12;
  result.manifest = {{"_metadata", 100}};
  const restore_point completed = point_of(result);
  CHECK(completed.state == restore_point_state::completed);
  CHECK(completed.usable());
  CHECK(completed.path == "/sp/savepoint-79027c-1");
  CHECK(completed.checkpoint_id == 12);
  REQUIRE(completed.manifest.size() == 1);
  CHECK(completed.manifest.front().length_bytes == 100);

  result.completed = false;
  result.failure = "the disk is full";
  const restore_point failed = point_of(result);
  CHECK(failed.state == restore_point_state::failed);
  CHECK(failed.reason == "the disk is full");
}

TEST_CASE("the words for kinds and states") {
  CHECK(to_string(restore_point_kind::checkpoint) == "checkpoint");
  CHECK(to_string(restore_point_state::in_progress) == "IN_PROGRESS");
  CHECK(to_string(restore_point_state::damaged) == "DAMAGED");
  CHECK(to_string(restore_point_state::disposed) == "DISPOSED");
}

TEST_CASE("ids of retained checkpoints") {
  CHECK(checkpoint_id({3, 17}) == "checkpoint-3-17");
  const auto parsed = parse_checkpoint_id("checkpoint-3-17");
  REQUIRE(parsed);
  CHECK(parsed->epoch == 3);
  CHECK(parsed->checkpoint_id == 17);
  for (const char* none :
       {"checkpoint-3", "checkpoint--3-1", "checkpoint-3-", "checkpoint-0-1", "checkpoint-a-1",
        "checkpoint-3-1x", "chk-1", "", "checkpoint-3-1-1", "checkpoint-99999999999999999999-1"}) {
    CAPTURE(none);
    CHECK_FALSE(parse_checkpoint_id(none));
  }
}
