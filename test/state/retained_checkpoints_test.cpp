// The checkpoints that ended incarnations have left behind.
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "one_ledger.h"

using namespace dm::state;
using dm::test::one_ledger;

namespace {

const std::string job_id = "79027c5e5ce9d22420e092835033910c";

std::string checkpoint(one_ledger& l, std::uint64_t epoch, std::int64_t number) {
  const std::string path =
      l.ledger.checkpoints_directory(epoch) + "/" + job_id + "/chk-" + std::to_string(number);
  l.files().put(path + "/_metadata", dm::fake::metadata_bytes(number));
  return path;
}

}  // namespace

TEST_CASE("retained checkpoints of every epoch, newest first, among the savepoints") {
  one_ledger l;
  l.complete("op", 3, 12);
  checkpoint(l, 3, 13);
  checkpoint(l, 3, 9);
  const std::string newest = checkpoint(l, 10, 2);
  l.files().put(l.ledger.checkpoints_directory(3) + "/" + job_id + "/shared/x", "state");
  const auto points = l.list();
  std::vector<std::string> ids;
  for (const auto& point : points) ids.push_back(point.id);
  CHECK(ids ==
        std::vector<std::string>{"checkpoint-10-2", "checkpoint-3-13", "op", "checkpoint-3-9"});
  CHECK(points[0].kind == restore_point_kind::checkpoint);
  CHECK(points[0].state == restore_point_state::completed);
  CHECK(points[0].path == newest);
  CHECK(points[0].job_id == job_id);
  CHECK(points[0].checkpoint_id == 2);
}

TEST_CASE("of one epoch alone") {
  one_ledger l;
  CHECK(l.ledger.checkpoints_of(l.in_time, 3).value().empty());
  checkpoint(l, 3, 9);
  checkpoint(l, 3, 10);
  checkpoint(l, 4, 1);
  const auto points = l.ledger.checkpoints_of(l.in_time, 3);
  REQUIRE(points);
  REQUIRE(points->size() == 2);
  CHECK(points->front().checkpoint_id == 10);
}

TEST_CASE("a checkpoint in progress is none yet") {
  one_ledger l;
  const std::string job = l.ledger.checkpoints_directory(3) + "/" + job_id;
  l.files().put(job + "/chk-1/4f1c", "state");
  l.files().put(job + "/chk-2/_metadata", "");
  l.files().put(job + "/chk-x/_metadata", dm::fake::metadata_bytes(1));
  l.files().put(l.ledger.checkpoints_directory(3) + "x/" + job_id + "/chk-1/_metadata", "x");
  CHECK(l.list().empty());
}

TEST_CASE("one that was claimed, pinned, or is being deleted") {
  one_ledger l;
  const std::string path = checkpoint(l, 3, 9);
  REQUIRE(l.ledger.pin(l.in_time, "checkpoint-3-9", {"alice", "keep", {}}));
  CHECK(l.only().pinned);
  l.incarnation(5, path, "claim");
  CHECK(l.only().state == restore_point_state::claimed);
  disposal_record disposal;
  disposal.path = path;
  REQUIRE(l.ledger.begin_disposal(l.in_time, "checkpoint-3-9", disposal));
  CHECK(l.only().state == restore_point_state::disposing);
}
