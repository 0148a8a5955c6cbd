// The choice of the restore point with real files: the first intact one, none because, or could not
// look.
// SPDX-License-Identifier: Apache-2.0
#include "state/restore_choice.h"

#include <catch2/catch.hpp>

#include "one_ledger.h"

using namespace dm::state;
using dm::status_code;
using dm::component::state_policy;
using dm::test::one_ledger;

namespace {

struct one_choice : one_ledger {
  // "None because" as an error.
  dm::result<choice> choose(state_policy policy = state_policy::optional) {
    auto made = select_restore_point(in_time, hdfs, ledger, log, policy);
    if (!made) return dm::fail(std::move(made.error()));
    if (auto* none = std::get_if<no_choice>(&*made)) return dm::fail(std::move(none->reason));
    return std::get<choice>(std::move(*made));
  }
  no_choice none(state_policy policy = state_policy::optional) {
    auto made = select_restore_point(in_time, hdfs, ledger, log, policy);
    if (!made) FAIL(made.error().text());
    REQUIRE(std::holds_alternative<no_choice>(*made));
    return std::get<no_choice>(std::move(*made));
  }
  // Flink's word about the job of an epoch.
  void reported(std::uint64_t epoch, std::int64_t checkpoint_id, const std::string& path) {
    dm::component::checkpoint_fact& fact = log.checkpoints[epoch];
    fact.epoch = epoch;
    fact.job_id = asked("op", epoch).job_id;
    fact.completed_count = checkpoint_id;
    fact.checkpoint_id = checkpoint_id;
    fact.external_path = path;
  }
  choice chosen(state_policy policy = state_policy::optional) {
    auto made = choose(policy);
    if (!made) FAIL(made.error().text());
    return std::move(*made);
  }
};

}  // namespace

TEST_CASE("the newest intact one is chosen, and the damaged ones are told") {
  one_choice c;
  c.run(1);
  c.incarnation(2);
  const std::string first = c.complete("first", 2, 1);
  const std::string second = c.complete("second", 2, 2);
  CHECK(c.chosen().point->path == second);
  CHECK(described(c.chosen()).find("savepoint second (hdfs://" + second + "): made by epoch") == 0);
  CHECK(c.chosen().why.find("second") == std::string::npos);  // whoever tells it has named it
  c.files().remove(second + "/4f1c", false);
  const choice fallen_back = c.chosen();
  CHECK(fallen_back.point->path == first);
  REQUIRE(fallen_back.passed_over.size() == 1);
  CHECK(fallen_back.passed_over.front().find("4f1c is gone") != std::string::npos);
}

TEST_CASE("when all are damaged nothing is started, unless the run allows the loss") {
  one_choice c;
  c.run(1);
  c.incarnation(2);
  const std::string path = c.complete("only", 2, 1);
  c.files().put(path + "/_metadata", "x");
  for (const auto policy : {state_policy::optional, state_policy::required}) {
    const auto refused = c.choose(policy);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == status_code::failed_precondition);
    CHECK(refused.error().message.find("only") != std::string::npos);
    CHECK(refused.error().why == dm::reason_code::no_restore_point);
    const no_choice none = c.none(policy);
    CHECK(none.because == no_point::none_usable);
    REQUIRE(none.rejected.size() == 1);
    CHECK(none.rejected.front().point.id == "only");
  }
  c.run(3, true);
  const choice empty = c.chosen(state_policy::required);
  CHECK_FALSE(empty.point);
  CHECK(empty.passed_over.size() == 1);
}

TEST_CASE("a named point that is damaged is not replaced by another one") {
  one_choice c;
  c.run(1);
  c.incarnation(2);
  c.complete("good", 2, 1);
  const std::string path = c.complete("named", 2, 2);
  c.files().remove(path, true);
  c.run(3, true);
  c.log.records[3].restore_path = path;
  const auto refused = c.choose();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == status_code::failed_precondition);
  CHECK(refused.error().message.find("nothing else is taken") != std::string::npos);
  CHECK(c.none().because == no_point::named_unusable);
}

TEST_CASE("required without a restore point is refused with what to do") {
  one_choice c;
  c.run(1);
  const auto refused = c.choose(state_policy::required);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == status_code::failed_precondition);
  CHECK(refused.error().message.find("required") != std::string::npos);
  CHECK(c.none(state_policy::required).because == no_point::none_made);
  CHECK(described(c.chosen(state_policy::optional)) ==
        "without state: the component has never been started");
}

TEST_CASE("while HDFS is away nothing is chosen, least of all a start without state") {
  one_choice c;
  c.run(1, true);
  c.node.server().stop();
  for (const auto policy : {state_policy::optional, state_policy::required}) {
    const auto unknown = c.choose(policy);
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().code == status_code::unavailable);
  }
  CHECK_FALSE(c.chosen(state_policy::none).point);  // needs no look
}

TEST_CASE(
    "a claimed savepoint that Flink has not deleted yet is what a failed restore goes back to") {
  one_choice c;
  c.run(1);
  c.incarnation(2);
  const std::string path = c.complete("op", 2, 1);
  c.incarnation(4, path, "claim");
  CHECK(c.chosen(state_policy::required).point->path == path);
  c.files().remove(path, true);
  CHECK_FALSE(c.choose(state_policy::required));
}

TEST_CASE("a savepoint with many files is compared file by file, though the index has its totals") {
  one_choice c;
  c.run(1);
  c.incarnation(2);
  REQUIRE(c.ledger.write_requested(c.in_time, c.asked("op", 2)));
  result_record record;
  record.operation = "op";
  record.completed = true;
  record.epoch = 2;
  record.path = c.ledger.operation_directory("op") + "/savepoint-79027c-1";
  c.put_savepoint(record.path, 1);
  for (int i = 0; i < 60; ++i) c.files().put(record.path + "/f" + std::to_string(i), "12345");
  REQUIRE(c.ledger.take_inventory(c.in_time, record));
  REQUIRE(c.ledger.write_result(c.in_time, record));
  CHECK(c.list().size() == 1);  // writes the index
  CHECK(c.chosen().point->path == record.path);
  c.files().put(record.path + "/f7", "1234");
  c.files().put(record.path + "/f8", "123456");
  const auto refused = c.choose();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("f7 has 4 bytes") != std::string::npos);
}

TEST_CASE("an exception of HDFS, whichever it is, leads to no choice at all (D-51)") {
  one_choice c;
  c.run(1);
  c.incarnation(2);
  c.complete("older", 2, 1);
  const std::string newest = c.complete("newest", 2, 2);
  c.run(3, GENERATE(true, false));
  const auto [operation, path] =
      GENERATE(table<std::string, std::string>({{"OPEN", "newest.result.json"},
                                                {"OPEN", "/_metadata"},
                                                {"LISTSTATUS", "/checkpoints"},
                                                {"LISTSTATUS", "/savepoints/newest/"}}));
  dm::test::refuse(c.node, operation, path);
  const auto unknown =
      select_restore_point(c.in_time, c.hdfs, c.ledger, c.log, state_policy::optional);
  CHECK_FALSE(unknown);
  c.node.server().disturb(nullptr);
  CHECK(c.chosen().point->path == newest);
}

TEST_CASE("state is looked for where Flink says it is (D-57)") {
  one_choice c;
  c.run(1);
  c.incarnation(2);
  const std::string job = c.asked("op", 2).job_id;
  c.files().put("/data/own/" + job + "/chk-17/_metadata", dm::fake::metadata_bytes(17));
  SECTION("what it said last has been replaced by a newer one since") {
    c.reported(2, 12, "hdfs:///data/own/" + job + "/chk-12");
  }
  SECTION("under the name of a service that only Hadoop's configuration knows") {
    c.reported(2, 17, "hdfs://ns1/data/own/" + job + "/chk-17");
  }
  const choice found = c.chosen(state_policy::required);
  REQUIRE(found.point);
  CHECK(found.point->path == "/data/own/" + job + "/chk-17");
  CHECK(found.point->kind == restore_point_kind::checkpoint);
  CHECK(found.point->epoch == 2);
  CHECK(found.point->checkpoint_id == 17);
}

TEST_CASE("state that Flink has put where it cannot be looked at: nothing is begun anew (D-57)") {
  one_choice c;
  c.run(1);
  c.incarnation(2);
  const std::string job = c.asked("op", 2).job_id;
  SECTION("on another file system") { c.reported(2, 17, "s3://bucket/own/chk-17"); }
  SECTION("deleted") { c.reported(2, 17, "hdfs:///data/own/" + job + "/chk-17"); }
  SECTION("on another cluster, where an older copy has the same path") {
    c.files().put("/data/own/" + job + "/chk-3/_metadata", dm::fake::metadata_bytes(3));
    c.reported(2, 17, "hdfs://other:8020/data/own/" + job + "/chk-17");
  }
  CHECK(c.none().because == no_point::state_elsewhere);
  CHECK(c.none().reason.message.find("chk-17") != std::string::npos);
  c.run(3, true);
  CHECK_FALSE(c.chosen().point);
}

TEST_CASE("a record of the log that the choice needs is waited for, or said to be damaged") {
  one_choice c;
  c.run(1);
  c.incarnation(2);
  c.complete("op", 2, 1);
  c.incarnation(4);
  c.log.ends[4].counts = false;
  auto& unreadable = c.log.unreadable["3.json"];
  unreadable.reason.message = "no DataNode";
  unreadable.reason.code = status_code::unavailable;
  CHECK_FALSE(select_restore_point(c.in_time, c.hdfs, c.ledger, c.log, state_policy::optional));
  unreadable.damaged = true;
  CHECK(c.none().because == no_point::record_damaged);
}
