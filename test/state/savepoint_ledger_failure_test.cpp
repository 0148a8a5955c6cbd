// The ledger when HDFS answers late, wrongly or not at all.
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "one_ledger.h"

using namespace dm::state;
using dm::status_code;
using dm::test::one_ledger;
namespace fake = dm::fake;

namespace {

// Spoils the answer to the next request of a kind.
void spoil(one_ledger& l, const std::string& op, bool carried_out) {
  l.node.server().disturb([op, carried_out, done = std::make_shared<std::atomic<bool>>(false)](
                              const fake::request& asked) -> std::optional<fake::disturbance> {
    if (asked.argument("op") != op || done->exchange(true)) return std::nullopt;
    fake::disturbance reset;
    reset.what = fake::disturbance::kind::reset;
    reset.carried_out = carried_out;
    return reset;
  });
}

}  // namespace

TEST_CASE("a record whose answer was lost is read back") {
  one_ledger l;
  spoil(l, "RENAME", true);
  const auto standing = l.ledger.write_requested(l.in_time, l.asked("op", 3));
  REQUIRE(standing);
  CHECK(standing->epoch == 3);
  CHECK(l.files().names(l.savepoints()) == std::vector<std::string>{"op.requested.json"});
}

TEST_CASE("a record that was not written is an error, and leaves nothing") {
  one_ledger l;
  spoil(l, "RENAME", false);
  const auto failed = l.ledger.write_requested(l.in_time, l.asked("op", 3));
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == status_code::unavailable);
  CHECK(failed.error().message.find("op.requested.json") != std::string::npos);
  CHECK(l.files().all_files().empty());
}

TEST_CASE("somebody else's record that came first stands, though one's own answer was lost") {
  one_ledger l;
  REQUIRE(l.ledger.write_requested(l.in_time, l.asked("op", 3)));
  spoil(l, "RENAME", true);
  CHECK(l.ledger.write_requested(l.in_time, l.asked("op", 4))->epoch == 3);
}

TEST_CASE("while HDFS is away nothing is said about savepoints") {
  one_ledger l;
  l.complete("op", 3, 12);
  l.node.server().stop();
  CHECK(l.ledger.list(l.in_time, l.log).error().code == status_code::unavailable);
  CHECK(l.ledger.find_in(l.in_time, l.savepoints()).error().code == status_code::unavailable);
  CHECK(l.ledger.recorded_result(l.in_time, "op").error().code == status_code::unavailable);
  CHECK(l.ledger.unpin(l.in_time, "op").error().code == status_code::unavailable);
}

TEST_CASE("a list needs no permission to write, and no index") {
  one_ledger l;
  l.complete("op", 3, 12);
  l.node.set_safe_mode(true);
  CHECK(l.only().id == "op");
  l.node.set_safe_mode(false);
  CHECK_FALSE(l.files().exists(l.savepoints() + "/index.json"));
}

TEST_CASE("a disposal that HDFS cannot carry out is not called finished") {
  one_ledger l;
  const std::string path = l.complete("op", 3, 12);
  disposal_record disposal;
  disposal.path = path;
  REQUIRE(l.ledger.begin_disposal(l.in_time, "op", disposal));
  l.files().remove(path, true);
  l.node.set_safe_mode(true);
  CHECK_FALSE(l.ledger.finish_disposal(l.in_time, "op"));
  l.node.set_safe_mode(false);
  CHECK(l.only().state == restore_point_state::disposing);
  REQUIRE(l.ledger.finish_disposal(l.in_time, "op"));
  CHECK(l.only().state == restore_point_state::disposed);
}
