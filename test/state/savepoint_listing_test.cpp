// Ledger and directories merged: states, what somebody made by hand, the index, and what a list
// costs.
// SPDX-License-Identifier: Apache-2.0
#include "state/savepoint_listing.h"

#include <catch2/catch.hpp>

#include "one_ledger.h"

using namespace dm::state;
using dm::status_code;
using dm::test::one_ledger;
namespace io = dm::io;

namespace {

void job_of_epoch(one_ledger& l, std::uint64_t epoch, const std::string& job_id) {
  l.log.applications[epoch] = {epoch, "application_1_0001", "", job_id, {}};
}

}  // namespace

TEST_CASE("a component without a directory has no restore points") {
  one_ledger l;
  CHECK(l.list().empty());
  CHECK(l.files().all_files().empty());
}

TEST_CASE("a completed savepoint is listed with all that was recorded") {
  one_ledger l;
  const std::string path = l.complete("op", 3, 12);
  const restore_point point = l.only();
  CHECK(point.id == "op");
  CHECK(point.state == restore_point_state::completed);
  CHECK(point.path == path);
  CHECK(point.epoch == 3);
  CHECK(point.checkpoint_id == 12);
  CHECK(point.file_count == 2);
  CHECK(point.manifest.size() == 2);
  CHECK(point.user == "alice");
}

TEST_CASE("a failed one says why") {
  one_ledger l;
  REQUIRE(l.ledger.write_requested(l.in_time, l.asked("op", 3)));
  result_record record;
  record.operation = "op";
  record.failure = "Permission denied";
  REQUIRE(l.ledger.write_result(l.in_time, record));
  CHECK(l.only().state == restore_point_state::failed);
  CHECK(l.only().reason == "Permission denied");
}

TEST_CASE("one under way, and one whose result nobody was left to record") {
  one_ledger l;
  REQUIRE(l.ledger.write_requested(l.in_time, l.asked("op", 3)));
  CHECK(l.only().state == restore_point_state::in_progress);
  CHECK(l.only().epoch == 3);
  const std::string path = l.ledger.operation_directory("op") + "/savepoint-79027c-1";
  l.files().put(path + "/4f1c", "state");
  CHECK(l.only().state == restore_point_state::in_progress);
  l.put_savepoint(path, 12);
  const restore_point found = l.only();
  CHECK(found.state == restore_point_state::completed);
  CHECK(found.path == path);
  CHECK(found.epoch == 3);
  CHECK(found.checkpoint_id == 12);
}

TEST_CASE("in a directory of the caller's another job's savepoint is not taken for its own") {
  one_ledger l;
  auto asked = l.asked("op", 3);
  asked.directory = "/backups/today";
  REQUIRE(l.ledger.write_requested(l.in_time, asked));
  l.put_savepoint("/backups/today/savepoint-08e729-0a1b2c", 12);
  CHECK(l.only().state == restore_point_state::in_progress);
  CHECK(l.only().path.empty());
  l.files().remove("/backups/today/savepoint-08e729-0a1b2c", true);
  l.put_savepoint("/backups/today/savepoint-79027c-0a1b2c", 12);
  CHECK(l.only().state == restore_point_state::completed);
  CHECK(l.only().path == "/backups/today/savepoint-79027c-0a1b2c");
}

TEST_CASE("a savepoint whose directory somebody deleted is damaged") {
  one_ledger l;
  l.complete("op", 3, 12);
  l.files().remove(l.ledger.operation_directory("op"), true);
  CHECK(l.only().state == restore_point_state::damaged);
  CHECK(l.only().reason.find("is gone") != std::string::npos);
}

TEST_CASE("savepoints made by hand are found, with the epoch that their job id tells") {
  one_ledger l;
  job_of_epoch(l, 2, "79027c5e5ce9d22420e092835033910c");
  job_of_epoch(l, 5, "08e729b2578b020ec699613f9eb08b0f");
  l.put_savepoint(l.savepoints() + "/savepoint-79027c-0a1b2c", 4);       // flink savepoint <job>
  l.put_savepoint(l.savepoints() + "/mine/savepoint-08e729-0a1b2c", 9);  // with a directory
  l.put_savepoint(l.savepoints() + "/alien/savepoint-ffffff-0a1b2c", 1);
  l.files().put(l.savepoints() + "/empty/x", "");
  const auto points = l.list();
  REQUIRE(points.size() == 3);
  CHECK(points[0].id == "mine");
  CHECK(points[0].path == l.savepoints() + "/mine/savepoint-08e729-0a1b2c");
  CHECK(points[0].epoch == 5);
  CHECK(points[0].checkpoint_id == 9);
  CHECK(points[0].state == restore_point_state::discovered);
  CHECK(points[1].id == "savepoint-79027c-0a1b2c");
  CHECK(points[1].epoch == 2);
  CHECK(points[2].id == "alien");
  CHECK(points[2].epoch == 0);
}

TEST_CASE("a job id that begins like two of the log's belongs to neither") {
  one_ledger l;
  job_of_epoch(l, 2, "79027c5e5ce9d22420e092835033910c");
  job_of_epoch(l, 3, "79027cffffffffffffffffffffffffff");
  l.put_savepoint(l.savepoints() + "/savepoint-79027c-0a1b2c", 4);
  CHECK(l.only().epoch == 0);
}

TEST_CASE("a savepoint made by hand whose metadata is not Flink's is damaged, with the reason") {
  one_ledger l;
  l.files().put(l.savepoints() + "/mine/savepoint-79027c-1/_metadata", std::string(80, 'x'));
  CHECK(l.only().state == restore_point_state::damaged);
  CHECK(l.only().reason.find("begins with 78787878") != std::string::npos);
  l.files().put(l.savepoints() + "/mine/savepoint-79027c-1/_metadata", "short");
  CHECK(l.only().reason.find("has 5 bytes") != std::string::npos);
  // Repaired from a copy.
  l.put_savepoint(l.savepoints() + "/mine/savepoint-79027c-1", 4);
  CHECK(l.only().state == restore_point_state::discovered);
}

TEST_CASE("a savepoint that was handed to Flink is claimed, unless nothing was submitted") {
  one_ledger l;
  const std::string path = l.complete("op", 3, 12);
  l.incarnation(5, path, "no_claim");
  CHECK(l.only().state == restore_point_state::completed);
  l.incarnation(6, path, "claim");
  l.log.ends[6].counts = false;
  CHECK(l.only().state == restore_point_state::completed);
  l.incarnation(7, path, "claim");
  CHECK(l.only().state == restore_point_state::claimed);
  // Gone within seconds: that is no damage.
  l.files().remove(l.ledger.operation_directory("op"), true);
  CHECK(l.only().state == restore_point_state::claimed);
}

TEST_CASE("one damaged document does not hide the other savepoints") {
  one_ledger l;
  l.complete("good", 3, 12);
  const std::string path = l.complete("bad", 3, 13);
  l.files().put(l.savepoints() + "/bad.result.json", "{\"schema\":1");
  const auto points = l.list();
  REQUIRE(points.size() == 2);
  CHECK(points[0].id == "bad");  // its files and its request tell the rest
  CHECK(points[0].state == restore_point_state::completed);
  CHECK(points[0].path == path);
  l.files().remove(path, true);
  for (const restore_point& point : l.list()) {
    CHECK((point.state == restore_point_state::damaged) == (point.id == "bad"));
  }
}

TEST_CASE("a record of a later version is not passed over") {
  one_ledger l;
  l.complete("op", 3, 12);
  l.files().put(l.savepoints() + "/later.result.json", R"({"schema":2})");
  const auto refused = l.ledger.list(l.in_time, l.log);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == status_code::failed_precondition);
  CHECK(refused.error().message.find("later.result.json") != std::string::npos);
}

TEST_CASE("a list of a thousand savepoints costs a few requests") {
  one_ledger l;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = "op" + std::to_string(i);
    result_record record;
    record.completed = true;
    record.epoch = 3;
    record.checkpoint_id = i + 1;
    record.path = l.ledger.operation_directory(id) + "/savepoint-79027c-1";
    l.files().put(record.path + "/_metadata", dm::fake::metadata_bytes(i + 1));
    l.files().put(l.savepoints() + "/" + id + ".requested.json", to_json(l.asked(id, 3)));
    l.files().put(l.savepoints() + "/" + id + ".result.json", to_json(record));
  }
  CHECK(l.list().size() == 1000);
  const std::size_t asked = l.requests([&] { CHECK(l.list().size() == 1000); });
  // Three pages of the listing, the index in two steps, checkpoints/.
  CHECK(asked <= 8);
  l.complete("one-more", 3, 2000);
  CHECK(l.requests([&] { CHECK(l.list().size() == 1001); }) <= 14);
}

TEST_CASE("an index that cannot be read is ignored and replaced") {
  one_ledger l;
  l.complete("op", 3, 12);
  const std::string index = l.savepoints() + "/index.json";
  CHECK(l.only().id == "op");
  const auto good = l.files().get(index);
  REQUIRE(good);
  for (const char* broken : {"", "{", R"({"schema":9})"}) {
    l.files().put(index, broken);
    CHECK(l.only().state == restore_point_state::completed);
    CHECK(l.files().get(index) == good);
  }
}

TEST_CASE("a document that was repaired is read again, whatever the index says") {
  one_ledger l;
  l.complete("op", 3, 12);
  CHECK(l.only().epoch == 3);
  const std::string name = l.savepoints() + "/op.result.json";
  auto record = read_result_record(*l.files().get(name), "op").value();
  record.epoch = 4;
  const auto before = l.files().status(name).status.modified_ms;
  while (l.files().status(name).status.modified_ms == before) l.files().put(name, to_json(record));
  CHECK(l.only().epoch == 4);
}

TEST_CASE("temporary files and strangers among the documents are no savepoints") {
  one_ledger l;
  l.files().put(l.savepoints() + "/.op.result.json.0a.tmp", "{");
  l.files().put(l.savepoints() + "/notes.txt", "x");
  l.files().put(l.savepoints() + "/.result.json", "{");
  l.files().put(l.savepoints() + "/gone.pin.json", R"({"schema":1})");
  CHECK(l.list().empty());
}

TEST_CASE("a savepoint whose header cannot be read now is not called damaged (INV-10)") {
  one_ledger l;
  SECTION("one made by hand") { l.put_savepoint(l.savepoints() + "/mine/savepoint-79027c-1", 4); }
  SECTION("one whose result nobody has recorded") {
    REQUIRE(l.ledger.write_requested(l.in_time, l.asked("op", 3)));
    l.put_savepoint(l.ledger.operation_directory("op") + "/savepoint-79027c-1", 4);
  }
  dm::test::refuse(l.node, "OPEN", "/_metadata");
  CHECK_FALSE(l.ledger.list(l.in_time, l.log));
  l.node.server().disturb(nullptr);
  CHECK(l.only().checkpoint_id == 4);
}

TEST_CASE("a directory that keeps the user out hides no other savepoint") {
  one_ledger l;
  l.complete("whole", 3, 12);
  restore_point kept;
  restore_point_state expected = restore_point_state::failed;
  SECTION("of an operation that has failed") {
    REQUIRE(l.ledger.write_requested(l.in_time, l.asked("closed", 3)));
    result_record record;
    record.operation = "closed";
    record.failure = "Permission denied";
    REQUIRE(l.ledger.write_result(l.in_time, record));
  }
  SECTION("of an operation whose result nobody recorded") {
    REQUIRE(l.ledger.write_requested(l.in_time, l.asked("closed", 3)));
    expected = restore_point_state::in_progress;
  }
  SECTION("of nobody's") { expected = restore_point_state::damaged; }
  l.files().make_directories(l.ledger.operation_directory("closed"), "pnda", "500");
  dm::test::refuse(l.node, "LISTSTATUS", "/savepoints/closed", "AccessControlException");
  const auto points = l.list();
  REQUIRE(points.size() == 2);
  for (const restore_point& point : points) {
    if (point.id == "closed") kept = point;
    if (point.id == "whole") CHECK(point.state == restore_point_state::completed);
  }
  CHECK(kept.state == expected);
  CHECK_FALSE(kept.reason.empty());
  CHECK_FALSE(kept.usable());
}

TEST_CASE("a savepoint whose _metadata keeps the user out is told as such") {
  one_ledger l;
  const bool asked = GENERATE(true, false);
  if (asked) REQUIRE(l.ledger.write_requested(l.in_time, l.asked("op", 3)));
  l.put_savepoint(l.ledger.operation_directory("op") + "/savepoint-79027c-1", 12);
  dm::test::refuse(l.node, "OPEN", "/savepoints/op/", "AccessControlException");
  CHECK(l.only().state == restore_point_state::damaged);
  CHECK_THAT(l.only().reason, Catch::Contains("AccessControlException"));
}

TEST_CASE("a directory that nobody can look into at the moment is no list of savepoints") {
  one_ledger l;
  l.files().make_directories(l.ledger.operation_directory("closed"), "pnda", "500");
  dm::test::refuse(l.node, "LISTSTATUS", "/savepoints/closed");
  CHECK_FALSE(l.ledger.list(l.in_time, l.log));
}
