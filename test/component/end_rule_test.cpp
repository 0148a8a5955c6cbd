// Whether an incarnation has ended by itself or by a stop: by the order of the log's records.
// SPDX-License-Identifier: Apache-2.0
#include "component/end_rule.h"

#include <catch2/catch.hpp>

using dm::component::judged_end;
using dm::component::log_record;
using dm::component::log_snapshot;
using dm::component::outcome;
using dm::component::record_kind;

namespace {

class history {
 public:
  history() { add(record_kind::run).add(record_kind::incarnation); }
  history& add(record_kind kind, std::uint64_t continues = 0) {
    log_record record;
    record.kind = kind;
    record.number = log_.newest_number() + 1;
    record.continues = continues;
    log_.records.emplace(record.number, std::move(record));
    return *this;
  }
  history& stop(const std::string& operation = {}) {
    add(record_kind::stop);
    log_.records.rbegin()->second.savepoint_operation = operation;
    return *this;
  }
  outcome judged(outcome by_yarn) const { return judged_end(log_, 2, by_yarn); }

 private:
  log_snapshot log_;
};

}  // namespace

TEST_CASE("no stop is recorded: what YARN says (D-5)") {
  const history log;
  for (const outcome said :
       {outcome::completed, outcome::killed, outcome::failed, outcome::unknown}) {
    CHECK(log.judged(said) == said);
  }
}

TEST_CASE("a stop's savepoint ends a job as SUCCEEDED, whichever clock runs ahead (D-5)") {
  CHECK(history().stop("stop-2").judged(outcome::completed) == outcome::stopped);
  CHECK(history().stop("stop-2").stop().judged(outcome::completed) == outcome::stopped);
  CHECK(history().stop("stop-2").add(record_kind::run).judged(outcome::completed) ==
        outcome::stopped);
}

TEST_CASE("a stop without a savepoint cancels: what has SUCCEEDED has completed by itself") {
  CHECK(history().stop().judged(outcome::completed) == outcome::completed);
  CHECK(history().stop().judged(outcome::killed) == outcome::stopped);
  CHECK(history().stop("stop-2").judged(outcome::killed) == outcome::stopped);
  CHECK(history().stop().judged(outcome::failed) == outcome::failed);
}

TEST_CASE("a stop that was taken back has ended nothing") {
  const auto revived = [] { return history().stop("stop-2").add(record_kind::run, 1); };
  CHECK(revived().judged(outcome::completed) == outcome::completed);
  CHECK(revived().judged(outcome::killed) == outcome::killed);
  CHECK(revived().stop().judged(outcome::completed) == outcome::completed);
}
