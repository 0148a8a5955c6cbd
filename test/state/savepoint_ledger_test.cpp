// The ledger's documents on an HDFS in memory: the first one wins, tombstones stay.
// SPDX-License-Identifier: Apache-2.0
#include "state/savepoint_ledger.h"

#include <catch2/catch.hpp>
#include <thread>

#include "one_ledger.h"

using namespace dm::state;
using dm::status_code;
using dm::test::one_ledger;
namespace io = dm::io;

TEST_CASE("the directories of a component's state") {
  one_ledger l;
  CHECK(l.ledger.savepoints_directory() == "/state/prod/app/job/savepoints");
  CHECK(l.ledger.operation_directory("op") == "/state/prod/app/job/savepoints/op");
  CHECK(l.ledger.checkpoints_directory(7) == "/state/prod/app/job/checkpoints/7");
  REQUIRE(l.ledger.prepare(l.in_time));
  REQUIRE(l.ledger.prepare(l.in_time));
  CHECK(l.files().status(l.savepoints()).status.permission == "750");
}

TEST_CASE("what was never recorded is not there") {
  one_ledger l;
  CHECK_FALSE(l.ledger.requested(l.in_time, "op").value());
  CHECK_FALSE(l.ledger.recorded_result(l.in_time, "op").value());
}

TEST_CASE("the first request stands, whoever writes another one") {
  one_ledger l;
  auto first = l.asked("op", 3);
  CHECK(l.ledger.write_requested(l.in_time, first)->epoch == 3);
  auto second = l.asked("op", 4);
  second.user = "bob";
  const auto standing = l.ledger.write_requested(l.in_time, second);
  REQUIRE(standing);
  CHECK(standing->epoch == 3);
  CHECK(standing->user == "alice");
  CHECK(l.ledger.requested(l.in_time, "op").value()->epoch == 3);
  CHECK(l.files().names(l.savepoints()) == std::vector<std::string>{"op.requested.json"});
}

TEST_CASE("of many who write one result at the same time all get the same one") {
  one_ledger l;
  REQUIRE(l.ledger.prepare(l.in_time));
  std::vector<std::string> standing(8);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < standing.size(); ++i) {
    threads.emplace_back([&l, &standing, i] {
      savepoint_ledger own(l.hdfs, one_ledger::directory);
      result_record record;
      record.operation = "op";
      record.failure = "of writer " + std::to_string(i);
      if (auto written = own.write_result(io::operation::within(std::chrono::minutes(1)), record))
        standing[i] = written->failure;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK_FALSE(standing.front().empty());
  for (const std::string& one : standing) CHECK(one == standing.front());
  CHECK(l.files().names(l.savepoints()) == std::vector<std::string>{"op.result.json"});
}

TEST_CASE("ids that lead elsewhere are refused") {
  one_ledger l;
  for (const char* id : {"", "../log/1", "a/b", ".x", ".."}) {
    CHECK(l.ledger.requested(l.in_time, id).error().code == status_code::invalid_argument);
    CHECK(l.ledger.write_requested(l.in_time, l.asked(id, 1)).error().code ==
          status_code::invalid_argument);
    CHECK(l.ledger.pin(l.in_time, id, {}).error().code == status_code::invalid_argument);
    CHECK(l.ledger.finish_disposal(l.in_time, id).error().code == status_code::invalid_argument);
  }
  CHECK(l.files().all_files().empty());
}

TEST_CASE("pin and unpin say whether they changed anything") {
  one_ledger l;
  l.complete("op", 3, 12);
  CHECK(l.ledger.pin(l.in_time, "op", {"alice", "keep", {}}).value());
  CHECK_FALSE(l.ledger.pin(l.in_time, "op", {"bob", "other", {}}).value());
  CHECK(l.only().pinned);
  CHECK(l.only().pin_reason == "keep");
  CHECK(l.ledger.unpin(l.in_time, "op").value());
  CHECK_FALSE(l.ledger.unpin(l.in_time, "op").value());
  CHECK_FALSE(l.only().pinned);
  // With another reason: no answer of the past is given.
  CHECK(l.ledger.pin(l.in_time, "op", {"bob", "other", {}}).value());
  CHECK(l.only().pin_reason == "other");
}

TEST_CASE("a savepoint is found in its operation's directory, once it is complete") {
  one_ledger l;
  const std::string directory = l.ledger.operation_directory("op");
  CHECK_FALSE(l.ledger.find_in(l.in_time, directory).value());
  l.files().put(directory + "/savepoint-79027c-1/4f1c", "state");
  CHECK_FALSE(l.ledger.find_in(l.in_time, directory).value());
  l.files().put(directory + "/savepoint-79027c-1/_metadata", "");  // being written
  CHECK_FALSE(l.ledger.find_in(l.in_time, directory).value());
  l.put_savepoint(directory + "/savepoint-79027c-1", 12);
  const auto found = l.ledger.find_in(l.in_time, directory);
  REQUIRE(found);
  REQUIRE(*found);
  CHECK((*found)->path == directory + "/savepoint-79027c-1");
  CHECK((*found)->completed_at > io::wall_time{});
  CHECK(l.ledger.find_in(l.in_time, directory + "/savepoint-79027c-1").value()->path ==
        directory + "/savepoint-79027c-1");
}

TEST_CASE("stock is taken of a savepoint's files") {
  one_ledger l;
  const std::string path = l.ledger.operation_directory("op") + "/savepoint-79027c-1";
  l.put_savepoint(path, 12);
  l.files().put(path + "/nested/a", "xyz");
  result_record record;
  record.path = path;
  record.completed_at = io::from_epoch_ms(1);  // by the clock of whoever asked
  REQUIRE(l.ledger.take_stock(l.in_time, record));
  CHECK(record.checkpoint_id == 12);
  CHECK(record.metadata_version == 4);
  CHECK(record.file_count == 3);
  const auto metadata = static_cast<std::int64_t>(dm::fake::metadata_bytes(12).size());
  CHECK(record.size_bytes == 1000 + 3 + metadata);
  CHECK(record.manifest ==
        std::vector<manifest_file>{{"4f1c", 1000}, {"_metadata", metadata}, {"nested/a", 3}});
  const auto written = l.hdfs.status(l.in_time, path + "/_metadata");
  REQUIRE(written);
  CHECK(record.completed_at == io::from_epoch_ms(written->modified_ms));
}

TEST_CASE("of what is no complete savepoint no stock is taken") {
  one_ledger l;
  result_record record;
  record.path = "/sp/savepoint-1";
  CHECK(l.ledger.take_stock(l.in_time, record).error().code == status_code::failed_precondition);
  l.files().put("/sp/savepoint-1/4f1c", "state");
  CHECK(l.ledger.take_stock(l.in_time, record).error().code == status_code::failed_precondition);
  l.files().put("/sp/savepoint-1/_metadata", std::string(80, 'x'));
  const auto refused = l.ledger.take_stock(l.in_time, record);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == status_code::failed_precondition);
  CHECK(refused.error().message.find("begins with 78787878") != std::string::npos);
}

TEST_CASE("a disposal ends with a tombstone, and a repeated one changes nothing") {
  one_ledger l;
  const std::string path = l.complete("op", 3, 12);
  REQUIRE(l.ledger.pin(l.in_time, "op", {}));
  CHECK(l.ledger.finish_disposal(l.in_time, "op").error().code ==
        status_code::failed_precondition);  // nobody began it
  disposal_record disposal;
  disposal.path = path;
  disposal.user = "alice";
  CHECK(l.ledger.begin_disposal(l.in_time, "op", disposal)->epoch == 3);
  CHECK(l.only().state == restore_point_state::disposing);
  const auto early = l.ledger.finish_disposal(l.in_time, "op");
  REQUIRE_FALSE(early);
  CHECK(early.error().message.find(path) != std::string::npos);
  l.files().remove(path, true);
  for (int i = 0; i < 2; ++i) {
    REQUIRE(l.ledger.finish_disposal(l.in_time, "op"));
    CHECK(l.only().state == restore_point_state::disposed);
    CHECK(l.only().path == path);
    CHECK(l.only().epoch == 3);
    CHECK(l.only().checkpoint_id == 12);
  }
  auto names = l.files().names(l.savepoints());
  std::erase(names, "index.json");
  CHECK(names == std::vector<std::string>{"op.disposal.json"});
  disposal.user = "bob";
  CHECK(l.ledger.begin_disposal(l.in_time, "op", disposal)->user == "alice");
}

TEST_CASE("the tombstone of a retained checkpoint keeps its epoch") {
  one_ledger l;
  disposal_record disposal;
  disposal.path = l.ledger.checkpoints_directory(4) + "/j/chk-9";
  CHECK(l.ledger.begin_disposal(l.in_time, "checkpoint-4-9", disposal)->epoch == 4);
  REQUIRE(l.ledger.finish_disposal(l.in_time, "checkpoint-4-9"));
  CHECK(l.only().kind == restore_point_kind::checkpoint);
  CHECK(l.only().state == restore_point_state::disposed);
}
