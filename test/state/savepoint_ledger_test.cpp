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
  REQUIRE(l.ledger.take_inventory(l.in_time, record));
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

TEST_CASE("of what is no complete savepoint no stock is taken, and why is told") {
  one_ledger l;
  result_record record;
  record.path = "/sp/savepoint-1";
  CHECK(l.ledger.take_inventory(l.in_time, record)->because == damage::directory_gone);
  l.files().put("/sp/savepoint-1/4f1c", "state");
  CHECK(l.ledger.take_inventory(l.in_time, record)->because == damage::metadata_gone);
  l.files().put("/sp/savepoint-1/_metadata", "");
  CHECK(l.ledger.take_inventory(l.in_time, record)->because == damage::metadata_unreadable);
  l.files().put("/sp/savepoint-1/_metadata", std::string(80, 'x'));
  const auto refused = l.ledger.take_inventory(l.in_time, record);
  REQUIRE(refused);
  CHECK(refused->because == damage::metadata_unreadable);
  CHECK(refused->reason.find("begins with 78787878") != std::string::npos);
  CHECK(record.manifest.empty());
}

namespace {

result_record failed(const std::string& operation, const std::string& why) {
  result_record record;
  record.operation = operation;
  record.epoch = 3;
  record.failure = why;
  return record;
}

}  // namespace

TEST_CASE("before a failure is recorded the directory is looked at (D-52)") {
  one_ledger l;
  const requested_record asked = l.asked("op", 3);
  REQUIRE(l.ledger.write_requested(l.in_time, asked));
  const std::string path = l.ledger.operation_directory("op") + "/savepoint-79027c-1";
  SECTION("a complete savepoint counts, and what Flink said is its note") {
    l.put_savepoint(path, 12);
    const auto record = l.ledger.conclude_failed(l.in_time, asked, failed("op", "job failed"));
    REQUIRE(record);
    CHECK(record->completed);
    CHECK(record->path == path);
    CHECK(record->failure.empty());
    CHECK(record->note == "job failed");
    CHECK(record->manifest.size() == 2);
    CHECK(l.ledger.recorded_result(l.in_time, "op").value()->note == "job failed");
    CHECK(l.only().state == restore_point_state::completed);
  }
  SECTION("without one it has failed") {
    l.files().put(path + "/4f1c", "state");
    const auto record = l.ledger.conclude_failed(l.in_time, asked, failed("op", "job failed"));
    REQUIRE(record);
    CHECK_FALSE(record->completed);
    CHECK(l.only().state == restore_point_state::failed);
  }
  SECTION("where nobody may look the job could not write either") {
    dm::test::refuse(l.node, "LISTSTATUS", "/savepoints/op", "AccessControlException");
    const auto record = l.ledger.conclude_failed(l.in_time, asked, failed("op", "not permitted"));
    REQUIRE(record);
    CHECK(record->failure == "not permitted");
  }
  SECTION("what cannot be looked at is not recorded as anything") {
    l.put_savepoint(path, 12);
    dm::test::refuse(l.node, GENERATE(as<std::string>{}, "OPEN", "LISTSTATUS"), "/savepoints/op");
    CHECK_FALSE(l.ledger.conclude_failed(l.in_time, asked, failed("op", "job failed")));
    l.node.server().disturb(nullptr);
    CHECK_FALSE(l.ledger.recorded_result(l.in_time, "op").value());
  }
}

TEST_CASE("in a directory of the caller's only what the operation can have made counts (D-52)") {
  one_ledger l;
  requested_record asked = l.asked("op", 3);
  asked.directory = "/shared/savepoints";
  const std::string path = "/shared/savepoints/savepoint-79027c-1";
  bool made = false;
  SECTION("made since it was asked for") {
    REQUIRE(l.ledger.write_requested(l.in_time, asked));
    l.put_savepoint(path, 12);
    made = true;
  }
  SECTION("of another job") {
    REQUIRE(l.ledger.write_requested(l.in_time, asked));
    l.put_savepoint("/shared/savepoints/savepoint-abcdef-1", 12);
  }
  SECTION("made before") {
    l.put_savepoint(path, 12);
    l.files().set_modified(path + "/_metadata", 1'000);
    REQUIRE(l.ledger.write_requested(l.in_time, asked));
  }
  SECTION("another operation's") {
    REQUIRE(l.ledger.write_requested(l.in_time, asked));
    l.put_savepoint(path, 12);
    result_record other = failed("other", "");
    other.completed = true;
    other.path = path;
    REQUIRE(l.ledger.write_result(l.in_time, other));
  }
  CHECK(l.ledger.conclude_failed(l.in_time, asked, failed("op", "x"))->completed == made);
}
