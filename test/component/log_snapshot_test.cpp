// What follows from the records of a log.
// SPDX-License-Identifier: Apache-2.0
#include "component/log_snapshot.h"

#include <catch2/catch.hpp>

using namespace dm::component;

namespace {

log_record of_kind(record_kind kind) {
  log_record record;
  record.kind = kind;
  return record;
}

log_record& add(log_snapshot& seen, std::uint64_t number, record_kind kind) {
  log_record& record = seen.records[number];
  record.number = number;
  record.kind = kind;
  return record;
}

}  // namespace

TEST_CASE("a run that continues another keeps its incarnations, through several failed stops") {
  log_snapshot seen;
  const auto add = [&](std::uint64_t number, record_kind kind, std::uint64_t continues = 0) {
    log_record record = of_kind(kind);
    record.number = number;
    record.continues = continues;
    seen.records[number] = record;
  };
  add(1, record_kind::run);
  add(2, record_kind::incarnation);
  add(3, record_kind::stop);
  CHECK(seen.run_began() == 0);
  CHECK(seen.current_incarnation() == nullptr);
  add(4, record_kind::run, 1);
  CHECK(seen.run_began() == 1);
  REQUIRE(seen.current_incarnation() != nullptr);
  CHECK(seen.current_incarnation()->number == 2);
  add(5, record_kind::stop);
  add(6, record_kind::run, 4);
  CHECK(seen.run_began() == 1);
  REQUIRE(seen.current_incarnation() != nullptr);
  CHECK(seen.current_incarnation()->number == 2);
  add(7, record_kind::incarnation);
  CHECK(seen.current_incarnation()->number == 7);
  // The first run may have been pruned: its number is known all the same.
  seen.records.erase(1);
  CHECK(seen.run_began() == 1);
  add(8, record_kind::run);
  CHECK(seen.run_began() == 8);
  CHECK(seen.current_incarnation() == nullptr);
  // A damaged chain that points at itself or forwards ends.
  add(9, record_kind::run, 9);
  CHECK(seen.run_began() == 9);
  add(10, record_kind::run, 12);
  CHECK(seen.run_began() == 10);
}

TEST_CASE("a run says which one it began with: no older record is needed for it") {
  log_snapshot seen;
  add(seen, 2, record_kind::incarnation);
  log_record& run = add(seen, 206, record_kind::run);
  run.continues = 204;
  run.began = 1;
  CHECK(seen.run_began() == 1);
  REQUIRE(seen.current_incarnation() != nullptr);
  run.began = 300;  // damaged
  CHECK(seen.run_began() == 204);
}

TEST_CASE("what was before a destroy is a former life, which every later record repeats") {
  log_snapshot seen;
  CHECK(seen.life_began() == 0);
  add(seen, 1, record_kind::run);
  add(seen, 2, record_kind::incarnation);
  add(seen, 3, record_kind::stop).stop_cause = "stop";
  CHECK(seen.life_began() == 0);
  add(seen, 4, record_kind::stop).stop_cause = std::string(destroyed);
  CHECK(seen.life_began() == 4);
  CHECK(seen.state_ended() == 0);
  seen.records.at(4).state_disposed = true;
  CHECK(seen.state_ended() == 4);
  seen.records.clear();
  log_record& run = add(seen, 9, record_kind::run);
  run.life = 4;
  run.state_ended = 4;
  CHECK(seen.life_began() == 4);
  CHECK(seen.state_ended() == 4);
}

TEST_CASE("what was refused before it was submitted had no client") {
  log_snapshot seen;
  add(seen, 1, record_kind::run);
  add(seen, 2, record_kind::incarnation);
  CHECK(seen.had_client(2));
  seen.ends[2].counts = true;
  CHECK(seen.had_client(2));
  seen.ends[2].counts = false;
  CHECK_FALSE(seen.had_client(2));
}

TEST_CASE("what the guard submits by itself had no client") {
  log_snapshot seen;
  add(seen, 1, record_kind::run);
  add(seen, 2, record_kind::incarnation);
  seen.records[2].direct = direct_submission{"application_1_0001", "/user/pnda/.flink/x", "0f"};
  CHECK_FALSE(seen.had_client(2));
  seen.ends[2].counts = true;
  CHECK_FALSE(seen.had_client(2));
}
