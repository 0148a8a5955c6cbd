// Which incarnations need nothing of those before them, and what of these is deleted then (D-17).
// SPDX-License-Identifier: Apache-2.0
#include "guard/restore_points.h"

#include <catch2/catch.hpp>

#include "surroundings.h"

using namespace dm::test;
using dm::component::log_record;
using dm::component::state_policy;
using epochs = std::vector<std::uint64_t>;

namespace {

// Checkpoints of epochs 2 and 3, and of 5, which is the one at hand.
struct three_epochs {
  surroundings s;
  dm::io::http_client http;
  dm::cluster::hdfs hdfs{http, {s.name_node.address()}, "pnda"};
  std::string second = s.put_checkpoint(2, 4);
  std::string third = s.put_checkpoint(3, 6);
  std::string own = s.put_checkpoint(5, 8);

  explicit three_epochs(int retained_runs = 0) { s.spec.checkpoint_retention_runs = retained_runs; }
  std::optional<epochs> tidy(const log_record& incarnation) {
    dm::guard::restore_points points(hdfs, s.spec);
    auto deleted = points.tidy({}, incarnation);
    if (!deleted) FAIL(deleted.error().text());
    return *deleted;
  }
};

log_record incarnation(const std::string& restore_path = {}, const std::string& claim_mode = {}) {
  log_record record;
  record.number = 5;
  record.kind = dm::component::record_kind::incarnation;
  record.restore_path = restore_path;
  record.claim_mode = claim_mode;
  return record;
}

}  // namespace

TEST_CASE("without a claim nothing older is needed after the first checkpoint") {
  three_epochs t;
  const log_record record =
      GENERATE(incarnation(), incarnation("/sp/1"), incarnation("/sp/1", "no_claim"));
  CHECK(t.tidy(record) == epochs{2, 3});
  CHECK_FALSE(t.s.name_node.files().exists(t.second));
  CHECK_FALSE(t.s.name_node.files().exists(t.third));
  CHECK(t.s.name_node.files().exists(t.own));
  CHECK(t.tidy(record) == epochs{});
}

TEST_CASE("what a claim, or Flink before 1.15, may still refer to stays") {
  three_epochs t;
  log_record record = incarnation("/sp/1", "no_claim");
  SECTION("claim") { record.claim_mode = "claim"; }
  SECTION("legacy") { record.claim_mode = "legacy"; }
  SECTION("1.14") { t.s.spec.flink_version = "1.14.6"; }
  SECTION("no state is kept: what is there is of another time") {
    t.s.spec.state = state_policy::none;
  }
  CHECK(t.tidy(record) == epochs{});
  CHECK(t.s.name_node.files().exists(t.second));
  CHECK(t.s.name_node.files().exists(t.third));
}

TEST_CASE("the checkpoints of the last runs that have left any are kept (D-56)") {
  three_epochs t(GENERATE(1, 2));
  const std::string oldest = t.s.put_checkpoint(1, 2);
  // A run that was submitted and has completed none is no way back.
  t.s.name_node.files().put(
      "/state/prod/app/job/checkpoints/4/79027c5e5ce9d22420e092835033910c/shared/x", "state");
  const bool one = t.s.spec.checkpoint_retention_runs == 1;
  CHECK(t.tidy(incarnation()) == (one ? epochs{1, 2, 4} : epochs{1, 4}));
  CHECK(t.s.name_node.files().exists(t.third));
  CHECK(t.s.name_node.files().exists(t.second) == !one);
  CHECK_FALSE(t.s.name_node.files().exists(oldest));
}

TEST_CASE("before its own first checkpoint the older ones stay, and it is looked at again") {
  three_epochs t;
  t.s.name_node.files().remove("/state/prod/app/job/checkpoints/5", true);
  CHECK_FALSE(t.tidy(incarnation()).has_value());
  // One that is being written has no _metadata yet.
  t.s.name_node.files().put(
      "/state/prod/app/job/checkpoints/5/79027c5e5ce9d22420e092835033910c/chk-8/x", "state");
  CHECK_FALSE(t.tidy(incarnation()).has_value());
  CHECK(t.s.name_node.files().exists(t.second));
}

TEST_CASE("newer epochs and strange names are left alone") {
  three_epochs t;
  const std::string newer = t.s.put_checkpoint(7, 9);
  t.s.name_node.files().put("/state/prod/app/job/checkpoints/4x/file", "");
  t.s.name_node.files().put("/state/prod/app/job/checkpoints/1", "a file");
  CHECK(t.tidy(incarnation()) == epochs{2, 3});
  CHECK(t.s.name_node.files().exists(newer));
  CHECK(t.s.name_node.files().exists("/state/prod/app/job/checkpoints/4x/file"));
  CHECK(t.s.name_node.files().exists("/state/prod/app/job/checkpoints/1"));
}

TEST_CASE("a component that has never made a checkpoint has nothing to tidy up") {
  surroundings s;
  dm::io::http_client http;
  dm::cluster::hdfs hdfs(http, {s.name_node.address()}, "pnda");
  const auto deleted = dm::guard::restore_points(hdfs, s.spec).tidy({}, incarnation());
  REQUIRE(deleted);
  CHECK(*deleted == epochs{});
}

TEST_CASE("directories are given by epoch, in the names that the version knows") {
  surroundings s;
  dm::io::http_client http;
  dm::cluster::hdfs hdfs(http, {s.name_node.address()}, "pnda");
  const dm::guard::restore_points points(hdfs, s.spec);
  const auto keys = points.configuration(*dm::flink::parse_version("1.13.6"), 12);
  REQUIRE(keys.size() == 2);
  CHECK(keys[0] == std::pair<std::string, std::string>(
                       "state.checkpoints.dir", "hdfs:///state/prod/app/job/checkpoints/12"));
}
