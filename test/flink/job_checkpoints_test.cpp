// What a job has completed and was restored from, as JobManager and history server tell it.
// SPDX-License-Identifier: Apache-2.0
#include "flink/job_checkpoints.h"

#include <catch2/catch.hpp>

#include "recorded.h"

using namespace dm::flink;
using dm::status_code;
using dm::test::json_answer;

namespace {

const std::string address = "http://node7:41233";

// 1.20.5, after a restore, two checkpoints and a savepoint.
const char* const full = R"({"counts":{"restored":1,"total":4,"in_progress":0,"completed":3,
"failed":1},"summary":{},"latest":{"completed":{"@class":"completed","id":9,"status":"COMPLETED",
"is_savepoint":false,"savepointFormat":null,"trigger_timestamp":1795439460000,
"latest_ack_timestamp":1795439460020,"checkpointed_size":512,"state_size":1024,
"end_to_end_duration":20,"checkpoint_type":"CHECKPOINT","tasks":{},
"external_path":"hdfs://nn:8020/state/prod/app/job/checkpoints/3/08e7/chk-9","discarded":false},
"savepoint":{"id":8,"status":"COMPLETED","is_savepoint":true,"trigger_timestamp":1795439459000,
"state_size":2048,"end_to_end_duration":33,"external_path":"hdfs://nn:8020/sp/savepoint-08e729-1",
"discarded":false},"failed":null,"restored":{"id":6,"restore_timestamp":1795439455000,
"is_savepoint":true,"external_path":"hdfs://nn:8020/sp/savepoint-79027c-2"}},
"history":[{"id":8,"status":"COMPLETED","is_savepoint":true,"external_path":"hdfs:/sp/x"},
{"id":9,"status":"COMPLETED","is_savepoint":false,"external_path":"hdfs:/chk-9","discarded":true},
{"id":10,"status":"FAILED","is_savepoint":false,"failure_message":"Checkpoint expired"}]})";

}  // namespace

TEST_CASE("the requests for checkpoints") {
  CHECK(checkpoints_request(address, "abc").url == "http://node7:41233/jobs/abc/checkpoints");
  CHECK(checkpoint_config_request(address, "abc").url ==
        "http://node7:41233/jobs/abc/checkpoints/config");
}

TEST_CASE("the newest checkpoint, the newest savepoint, and what the job was restored from") {
  const auto read = read_checkpoints(json_answer(full), address);
  REQUIRE(read);
  CHECK(read->completed_count == 3);
  REQUIRE(read->latest_completed);
  CHECK(read->latest_completed->id == 9);
  CHECK_FALSE(read->latest_completed->savepoint);
  CHECK(read->latest_completed->path == "/state/prod/app/job/checkpoints/3/08e7/chk-9");
  CHECK(read->latest_completed->external_path ==
        "hdfs://nn:8020/state/prod/app/job/checkpoints/3/08e7/chk-9");
  CHECK(read->failed_count == 1);
  CHECK(read->in_progress_count == 0);
  CHECK(read->latest_completed->size_bytes == 1024);
  REQUIRE(read->latest_savepoint);
  CHECK(read->latest_savepoint->path == "/sp/savepoint-08e729-1");
  CHECK(read->latest_savepoint->duration_ms == 33);
  REQUIRE(read->restored);
  CHECK(read->restored->path == "/sp/savepoint-79027c-2");
  CHECK(read->restored->savepoint);
  CHECK(read->restored->id == 6);
}

TEST_CASE("the history is newest first, and what was discarded has no path") {
  const auto read = read_checkpoints(json_answer(full), address);
  REQUIRE(read);
  REQUIRE(read->history.size() == 3);
  CHECK(read->history[0].id == 10);
  CHECK(read->history[0].status == "FAILED");
  CHECK(read->history[1].id == 9);
  CHECK(read->history[1].path.empty());
  CHECK(read->history[2].path == "/sp/x");
}

TEST_CASE("a job that has completed nothing") {
  const auto read = read_checkpoints(
      json_answer(R"({"counts":{"restored":0,"completed":0},"summary":{},"latest":{"completed":null,
"savepoint":null,"failed":null,"restored":null},"history":[]})"),
      address);
  REQUIRE(read);
  CHECK(read->completed_count == 0);
  CHECK_FALSE(read->latest_completed);
  CHECK_FALSE(read->latest_savepoint);
  CHECK_FALSE(read->restored);
}

TEST_CASE("a checkpoint in memory has no path") {
  const auto read = read_checkpoints(
      json_answer(R"({"counts":{"completed":1},"latest":{"completed":{"id":1,"status":"COMPLETED",
"external_path":"<checkpoint-not-externally-addressable>"}}})"),
      address);
  REQUIRE(read);
  CHECK(read->latest_completed->path.empty());
}

TEST_CASE("a job without checkpointing is no error, an unknown job is one") {
  const auto none = json_answer(R"({"errors":["Checkpointing has not been enabled."]})", 404);
  CHECK(read_checkpoints(none, address)->completed_count == 0);
  const auto unknown = json_answer(
      R"({"errors":["org.apache.flink.runtime.rest.NotFoundException: Job 0a not found"]})", 404);
  CHECK(read_checkpoints(unknown, address).error().code == status_code::not_found);
  CHECK(read_checkpoint_interval(unknown, address).error().code == status_code::not_found);
}

TEST_CASE("the checkpoint interval") {
  const auto interval = [](const char* body, long status = 200) {
    const auto read = read_checkpoint_interval(json_answer(body, status), address);
    REQUIRE(read);
    return *read;
  };
  CHECK(interval(R"({"mode":"exactly_once","interval":5000,"timeout":600000})") == 5000);
  CHECK_FALSE(interval(R"({"mode":"exactly_once","interval":9223372036854775807})").has_value());
  CHECK_FALSE(interval(R"({"errors":["Checkpointing is not enabled for this job (0a)."]})", 404)
                  .has_value());
}

TEST_CASE("what is not Flink's answer about checkpoints says nothing") {
  dm::io::http_response html;
  html.status = 404;
  html.content_type = "text/html";
  html.body = "not enabled";
  for (const auto& answer :
       {html, json_answer("[]"), json_answer("{}"), json_answer(R"({"counts":{}})"),
        json_answer("{"), json_answer("{}", 503)}) {
    CAPTURE(answer.status, answer.body);
    const auto read = read_checkpoints(answer, address);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == status_code::unavailable);
    const auto interval = read_checkpoint_interval(answer, address);
    REQUIRE_FALSE(interval);
    CHECK(interval.error().code == status_code::unavailable);
  }
}
