// What a disposal leaves, and what it does not.
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "one_ledger.h"

using namespace dm::state;
using dm::status_code;
using dm::test::one_ledger;

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

TEST_CASE("what a savepoint was is told after its disposal, too") {
  one_ledger l;
  REQUIRE(l.ledger.write_requested(l.in_time, l.asked("op", 3)));
  result_record made;
  made.operation = "op";
  made.completed = true;
  made.path = l.ledger.operation_directory("op") + "/savepoint-1";
  made.kind = operation_kind::stop;
  made.epoch = 3;
  made.job_id = "79027c5e5ce9d22420e092835033910c";
  made.flink_version = "1.20.5";
  made.format = dm::flink::savepoint_format::native;
  made.parallelism = 2;
  made.size_bytes = 4711;
  made.file_count = 1;
  made.manifest = {{"_metadata", 4711}};
  made.user = "ada";
  made.completed_at = dm::io::from_epoch_ms(1'795'439'455'951);
  REQUIRE(l.ledger.write_result(l.in_time, made));
  disposal_record disposal;
  disposal.path = made.path;
  disposal.user = "alice";
  disposal.disposed_at = dm::io::from_epoch_ms(1'795'439'999'000);
  REQUIRE(l.ledger.begin_disposal(l.in_time, "op", disposal));
  REQUIRE(l.ledger.finish_disposal(l.in_time, "op"));
  for (int i = 0; i < 2; ++i) {  // the second time by the index
    const restore_point point = l.only();
    CHECK(point.id == "op");
    CHECK(point.state == restore_point_state::disposed);
    CHECK(point.operation == operation_kind::stop);
    CHECK(point.job_id == made.job_id);
    CHECK(point.flink_version == "1.20.5");
    CHECK(point.format == made.format);
    CHECK(point.size_bytes == 4711);
    CHECK(point.manifest.empty());
    CHECK(point.user == "ada");
    CHECK(point.completed_at == made.completed_at);
    CHECK(point.reason.starts_with("deleted by alice at 20"));
  }
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

TEST_CASE("a savepoint that was recorded as failed and is whole is listed, chosen and disposable") {
  one_ledger l;
  REQUIRE(l.ledger.write_requested(l.in_time, l.asked("op", 3)));
  result_record record;
  record.operation = "op";
  record.epoch = 3;
  record.failure = "the job failed while it stopped";
  REQUIRE(l.ledger.write_result(l.in_time, record));
  const std::string directory = l.ledger.operation_directory("op");
  CHECK(l.only().state == restore_point_state::failed);
  SECTION("an empty directory says nothing, and is looked into once") {
    l.files().make_directories(directory, "pnda", "750");
    CHECK(l.only().state == restore_point_state::failed);
    const std::size_t again = l.requests([&] { l.list(); });
    CHECK(again == l.requests([&] { l.list(); }));
    CHECK(again <= 4);  // the documents, the index in two steps, checkpoints/
  }
  SECTION("one whose files are not whole has failed, and they can be deleted") {
    l.files().put(directory + "/savepoint-79027c-1/_metadata", "x");
    CHECK(l.only().state == restore_point_state::failed);
  }
  SECTION("a whole one") {
    l.put_savepoint(directory + "/savepoint-79027c-1", 12);
    CHECK(l.only().state == restore_point_state::completed);
    CHECK(l.only().path == directory + "/savepoint-79027c-1");
    CHECK(l.only().checkpoint_id == 12);
    CHECK(l.only().epoch == 3);
    disposal_record disposal;
    disposal.path = l.only().path;
    REQUIRE(l.ledger.begin_disposal(l.in_time, "op", disposal));
    l.files().remove(disposal.path, true);
    REQUIRE(l.ledger.finish_disposal(l.in_time, "op"));
    CHECK(l.only().state == restore_point_state::disposed);
  }
}

TEST_CASE("with a job's last checkpoint goes what belonged to it, and nothing else") {
  one_ledger l;
  const std::string job = l.ledger.checkpoints_directory(4) + "/0a0b";
  l.files().put(job + "/shared/1", "x");
  l.files().put(job + "/taskowned/2", "x");
  l.files().put(job + "/chk-8/_metadata", "x");
  CHECK(l.ledger.remove_job_leftovers(l.in_time, job + "/chk-9") == false);
  CHECK(l.files().exists(job + "/shared/1"));
  l.files().remove(job + "/chk-8", true);
  SECTION("another job of the epoch stays") {
    l.files().put(l.ledger.checkpoints_directory(4) + "/0c0d/chk-1/_metadata", "x");
    CHECK(l.ledger.remove_job_leftovers(l.in_time, job + "/chk-8") == true);
    CHECK_FALSE(l.files().exists(job));
    CHECK(l.files().exists(l.ledger.checkpoints_directory(4) + "/0c0d/chk-1/_metadata"));
  }
  SECTION("the epoch's directory goes with the last job's") {
    CHECK(l.ledger.remove_job_leftovers(l.in_time, job + "/chk-8") == true);
    CHECK_FALSE(l.files().exists(l.ledger.checkpoints_directory(4)));
    CHECK(l.ledger.remove_job_leftovers(l.in_time, job + "/chk-8") == false);
  }
  SECTION("what is not the component's own is left alone") {
    l.files().put("/data/own/0a0b/shared/1", "x");
    for (const char* path : {"/data/own/0a0b/chk-1", "/state/prod/app/job/checkpoints/4",
                             "/state/prod/app/job/checkpoints/4/chk-1",
                             "/state/prod/app/job/checkpoints/4/0a0b/x/chk-1"}) {
      CHECK(l.ledger.remove_job_leftovers(l.in_time, path) == false);
    }
    CHECK(l.files().exists("/data/own/0a0b/shared/1"));
    CHECK(l.files().exists(job + "/shared/1"));
  }
}

TEST_CASE("tombstones do not become ever more: the newest thousand stay") {
  one_ledger l;
  l.incarnation(2, "/named");
  const auto put = [&](const std::string& id, const std::string& path, std::int64_t checkpoint_id,
                       std::int64_t modified_ms) {
    disposal_record record;
    record.path = path;
    record.epoch = 2;
    record.checkpoint_id = checkpoint_id;
    const std::string name = l.savepoints() + "/" + id + ".disposal.json";
    l.files().put(name, to_json(record));
    l.files().set_modified(name, modified_ms);
  };
  put("named", "/named", 0, 1'000);            // what the incarnation was started from
  put("greatest", "/greatest", 5'000, 1'001);  // how far the newest run's state had come
  l.files().put(l.savepoints() + "/half/savepoint-79027c-1/_metadata", "");
  put("half", "/half", 0, 1'002);  // not deleted yet
  for (int i = 0; i < 1200; ++i)
    put("op" + std::to_string(i), "/p" + std::to_string(i), 1, 2'000 + i);
  l.list();
  l.list();
  const auto names = l.files().names(l.savepoints());
  const auto stands = [&](const std::string& id) {
    return std::find(names.begin(), names.end(), id + ".disposal.json") != names.end();
  };
  CHECK(stands("named"));
  CHECK(stands("greatest"));
  CHECK(stands("half"));
  CHECK_FALSE(stands("op0"));
  CHECK_FALSE(stands("op150"));
  CHECK(stands("op300"));
  CHECK(stands("op1199"));
  const auto count = std::count_if(names.begin(), names.end(), [](const std::string& name) {
    return name.ends_with(".disposal.json");
  });
  CHECK(count <= 1100);
  CHECK(count >= 1000);
}

TEST_CASE("a document of a later version is left alone, and said (D-59)") {
  one_ledger l;
  l.complete("op", 3, 12);
  const std::string name =
      GENERATE(as<std::string>{}, "op.result.json", "op.pin.json", "op.disposal.json");
  const std::string later = R"({"schema":2,"path":"/x"})";
  l.files().put(l.savepoints() + "/" + name, later);
  const auto listed = l.ledger.list(l.in_time, l.log);
  REQUIRE_FALSE(listed);
  CHECK(listed.error().message.find(name) != std::string::npos);
  CHECK(listed.error().message.find("schema 2") != std::string::npos);
  CHECK_FALSE(l.ledger.finish_disposal(l.in_time, "op"));
  CHECK(l.files().get(l.savepoints() + "/" + name) == later);
}
