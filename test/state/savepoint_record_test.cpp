// The ledger's documents: written and read back, refused when they are another version's or
// damaged.
// SPDX-License-Identifier: Apache-2.0
#include "state/savepoint_record.h"

#include <catch2/catch.hpp>
#include <set>

using namespace dm::state;
using dm::status_code;
namespace io = dm::io;

namespace {

const io::wall_time noon = io::from_epoch_ms(1'795'439'455'951);

result_record completed() {
  result_record record;
  record.operation = "nightly";
  record.completed = true;
  record.path = "/state/prod/app/job/savepoints/nightly/savepoint-79027c-4d";
  record.kind = operation_kind::stop;
  record.epoch = 7;
  record.job_id = "79027c5e5ce9d22420e092835033910c";
  record.flink_version = "1.20.5";
  record.format = dm::flink::savepoint_format::native;
  record.metadata_version = 4;
  record.checkpoint_id = 12;
  record.parallelism = 3;
  record.duration_ms = 250;
  record.size_bytes = 1080;
  record.file_count = 2;
  record.manifest = {{"4f1c", 1000}, {"_metadata", 80}};
  record.user = "alice";
  record.requested_at = noon;
  record.completed_at = noon + std::chrono::seconds(1);
  return record;
}

}  // namespace

TEST_CASE("operation ids name a directory and nothing else") {
  for (const char* good : {"a", "sp-20261124T163801-9f3c2a1b", "_x", "0", "A-Z_9"})
    CHECK(is_operation_id(good));
  CHECK(is_operation_id(std::string(64, 'a')));
  for (const char* bad : {"", "-a", "a.b", "..", "a/b", "a b", "\xC3\xA9", "a\n"})
    CHECK_FALSE(is_operation_id(bad));
  CHECK_FALSE(is_operation_id(std::string(65, 'a')));
}

TEST_CASE("ids that are made up are valid and differ") {
  std::set<std::string> made;
  for (int i = 0; i < 50; ++i) made.insert(make_operation_id());
  CHECK(made.size() == 50);
  CHECK(is_operation_id(*made.begin()));
  CHECK(made.begin()->starts_with("sp-20"));
}

TEST_CASE("a request survives being written") {
  requested_record record;
  record.operation = "nightly";
  record.kind = operation_kind::stop;
  record.epoch = 7;
  record.application_id = "application_1795439000000_0007";
  record.job_id = "79027c5e5ce9d22420e092835033910c";
  record.directory = "/state/prod/app/job/savepoints/nightly";
  record.format = dm::flink::savepoint_format::native;
  record.drain = true;
  record.user = "alice";
  record.node = "edge1";
  record.requested_at = noon;
  const auto read = read_requested_record(to_json(record), "nightly");
  REQUIRE(read);
  CHECK(to_json(*read) == to_json(record));
  CHECK(read->operation == "nightly");
  CHECK(read->epoch == 7);
  CHECK(read->drain);
  CHECK(read->requested_at == noon);
}

TEST_CASE("a result survives being written, with its manifest") {
  const auto read = read_result_record(to_json(completed()), "nightly");
  REQUIRE(read);
  CHECK(to_json(*read) == to_json(completed()));
  CHECK(read->manifest == completed().manifest);
  CHECK(read->kind == operation_kind::stop);
  CHECK(read->format == dm::flink::savepoint_format::native);
  CHECK(read->completed_at == completed().completed_at);
  CHECK(read->metadata_version == 4);
}

TEST_CASE("a failed result needs no path, a completed one does") {
  result_record failed;
  failed.failure = "java.io.IOException: disk \"full\"";
  const auto read = read_result_record(to_json(failed), "x");
  REQUIRE(read);
  CHECK(read->failure == failed.failure);
  CHECK(read->path.empty());
  for (const char* path : {"", "a/b", "/a/../b", "hdfs:///a"}) {
    result_record record = completed();
    record.path = path;
    const auto refused = read_result_record(to_json(record), "x");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == status_code::internal);
    CHECK(refused.error().message.find("\"path\"") != std::string::npos);
  }
}

TEST_CASE("pin and tombstone survive being written") {
  const pin_record pin{"alice", "before the upgrade", noon};
  CHECK(to_json(read_pin_record(to_json(pin)).value()) == to_json(pin));
  disposal_record disposal;
  disposal.path = "/sp/savepoint-1";
  disposal.user = "alice";
  disposal.reason = "retention: count";
  disposal.epoch = 7;
  disposal.checkpoint_id = 12;
  disposal.force = true;
  disposal.disposed_at = noon;
  const auto read = read_disposal_record(to_json(disposal));
  REQUIRE(read);
  CHECK(to_json(*read) == to_json(disposal));
  CHECK(read->force);
  CHECK(read->epoch == 7);
  CHECK(read->checkpoint_id == 12);
}

TEST_CASE("a later schema is refused, not guessed at") {
  const std::string later = R"({"schema":2,"completed":true})";
  for (const status_code code :
       {read_result_record(later, "x").error().code, read_requested_record(later, "x").error().code,
        read_pin_record(later).error().code, read_disposal_record(later).error().code}) {
    CHECK(code == status_code::failed_precondition);
  }
  CHECK(read_result_record("{}", "x").error().code == status_code::failed_precondition);
}

TEST_CASE("a damaged document is told with the member that is missing") {
  CHECK(read_result_record("{\"schema\":1", "x").error().code == status_code::internal);
  CHECK(read_result_record("", "x").error().code == status_code::internal);
  const auto missing = read_result_record(R"({"schema":1})", "x");
  CHECK(missing.error().message.find("\"completed\"") != std::string::npos);
  const auto no_job = read_requested_record(R"({"schema":1,"kind":"stop"})", "x");
  CHECK(no_job.error().message.find("\"job_id\"") != std::string::npos);
  const auto no_kind = read_requested_record(R"({"schema":1,"kind":"sto"})", "x");
  CHECK(no_kind.error().message.find("\"kind\"") != std::string::npos);
}

TEST_CASE("numbers that cannot be are none") {
  const auto read = read_result_record(
      R"({"schema":1,"completed":false,"kind":"trigger","epoch":-1,"size_bytes":-5,"manifest":[7,{}]})",
      "x");
  REQUIRE(read);
  CHECK(read->epoch == 0);
  CHECK(read->size_bytes == 0);
  CHECK(read->manifest.size() == 2);
}
