// Which retained checkpoints of older incarnations may go: nothing is deleted here, the guard's
// restore points and housekeeping do that.
// SPDX-License-Identifier: Apache-2.0
#include "state/checkpoint_retention.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "one_ledger.h"

using namespace dm;
using epochs = std::vector<std::uint64_t>;

namespace {

component::guard_spec spec(int runs) {
  component::guard_spec made;
  made.flink_version = "1.20.5";
  made.checkpoint_retention_runs = runs;
  return made;
}

component::log_record submitted(std::uint64_t number) {
  component::log_record record;
  record.number = number;
  record.kind = component::record_kind::incarnation;
  return record;
}

struct four_epochs : test::one_ledger {
  four_epochs() {
    for (const int epoch : {1, 2, 3, 5}) {
      files().put(fmt::format("{}/checkpoints/{}/{}/chk-1/_metadata", directory, epoch, job_id),
                  fake::metadata_bytes(1));
    }
  }
  result<std::optional<epochs>> outdated(int runs, std::uint64_t newest = 5) {
    return state::outdated_checkpoints(in_time, hdfs, ledger, directory, spec(runs),
                                       submitted(newest));
  }
};

}  // namespace

TEST_CASE("all but those of the last runs that have left any are outdated, newest first") {
  four_epochs l;
  CHECK(l.outdated(0).value() == std::optional(epochs{3, 2, 1}));
  CHECK(l.outdated(2).value() == std::optional(epochs{1}));
  CHECK(l.outdated(9).value() == std::optional(epochs{}));
  CHECK(l.files().exists(std::string(l.directory) + "/checkpoints/1"));
}

TEST_CASE("before the incarnation has one of its own, and where it cannot be looked at, none is") {
  four_epochs l;
  CHECK(l.outdated(0, 7).value() == std::optional<epochs>());
  l.node.server().stop();
  CHECK_FALSE(l.outdated(0));
}

TEST_CASE("Flink before 1.15, a claim, and a component without state outgrow nothing") {
  auto record = submitted(5);
  CHECK(state::outgrows_older(spec(0), record));
  record.restore_path = "/sp/1";
  record.claim_mode = "claim";
  CHECK_FALSE(state::outgrows_older(spec(0), record));
  record.claim_mode = "no_claim";
  CHECK(state::outgrows_older(spec(0), record));
  auto old = spec(0);
  old.flink_version = "1.14.6";
  CHECK_FALSE(state::outgrows_older(old, record));
  // Laid out anew by a newer Flink, the specification does not tell how the newest run restores.
  record.spec_digest = "of before";
  CHECK_FALSE(state::outgrows_older(spec(0), record));
  record.spec_digest = spec(0).digest;
  CHECK(state::outgrows_older(spec(0), record));
  auto stateless = spec(0);
  stateless.state = component::state_policy::none;
  CHECK_FALSE(state::outgrows_older(stateless, record));
}
