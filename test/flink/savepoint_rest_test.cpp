// Savepoints at the REST API: what is sent to which version, and what each answer means.
// SPDX-License-Identifier: Apache-2.0
#include "flink/savepoint_rest.h"

#include <catch2/catch.hpp>

#include "io/json.h"
#include "recorded.h"

using namespace dm::flink;
using dm::status_code;
using dm::test::json_answer;

namespace {

const std::string address = "http://node7:41233";

savepoint_order order() {
  savepoint_order one;
  one.job_id = "79027c5e5ce9d22420e092835033910c";
  one.directory = "/state/prod/app/job/savepoints/op1";
  one.trigger_id = "0123456789abcdef0123456789abcdef";
  one.format = savepoint_format::native;
  return one;
}

std::vector<std::string> members(const dm::io::http_request& request) {
  const auto document = dm::io::parse_json(request.body, "the request");
  REQUIRE(document);
  std::vector<std::string> names;
  for (const auto& member : document->GetObject()) names.emplace_back(member.name.GetString());
  return names;
}

using names = std::vector<std::string>;

// As 1.20.5 answers while a task is being deployed; shortened.
const char* const not_all_running =
    R"({"status":{"id":"COMPLETED"},"operation":{"failure-cause":{
"class":"java.util.concurrent.CompletionException","stack-trace":"java.util.concurrent.CompletionException: org.apache.flink.runtime.checkpoint.CheckpointException: Checkpoint triggering task Source: Custom Source (1/1) of job 79027c5e5ce9d22420e092835033910c is not being executed at the moment. Aborting checkpoint. Failure reason: Not all required tasks are currently running.\n\tat java.base/java.util.concurrent.CompletableFuture.encodeThrowable(CompletableFuture.java:314)\n\tat java.base/java.lang.Thread.run(Thread.java:840)\nCaused by: org.apache.flink.runtime.checkpoint.CheckpointException: Checkpoint triggering task Source: Custom Source (1/1) of job 79027c5e5ce9d22420e092835033910c is not being executed at the moment. Aborting checkpoint. Failure reason: Not all required tasks are currently running.\n\tat org.apache.flink.runtime.checkpoint.DefaultCheckpointPlanCalculator.checkTasksStarted(DefaultCheckpointPlanCalculator.java:151)\n",
"serialized-throwable":"rO0ABXNyADZvcmcuYXBhY2hl"}}})";

}  // namespace

TEST_CASE("a savepoint is asked for in kebab case, a stop in camel case") {
  const auto savepoint = savepoint_request(address, dm::test::flink("1.20.5"), order());
  CHECK(savepoint.method == "POST");
  CHECK(savepoint.url == address + "/jobs/79027c5e5ce9d22420e092835033910c/savepoints");
  CHECK(members(savepoint) == names{"target-directory", "cancel-job", "formatType", "triggerId"});
  CHECK(savepoint.body.find("\"hdfs:///state/prod/app/job/savepoints/op1\"") != std::string::npos);
  CHECK(savepoint.body.find("\"NATIVE\"") != std::string::npos);
  auto drained = order();
  drained.drain = true;
  const auto stop = stop_request(address, dm::test::flink("2.3.0"), drained);
  CHECK(stop.url == address + "/jobs/79027c5e5ce9d22420e092835033910c/stop");
  CHECK(members(stop) == names{"targetDirectory", "drain", "formatType", "triggerId"});
  CHECK(stop.body.find("\"drain\":true") != std::string::npos);
}

TEST_CASE("what a version does not know is not sent to it") {
  for (const char* old : {"1.13.6", "1.14.6"}) {
    CHECK(members(savepoint_request(address, dm::test::flink(old), order())) ==
          names{"target-directory", "cancel-job"});
    CHECK(members(stop_request(address, dm::test::flink(old), order())) ==
          names{"targetDirectory", "drain"});
  }
  CHECK(members(savepoint_request(address, dm::test::flink("1.15.0"), order())).size() == 4);
}

TEST_CASE("the other requests") {
  CHECK(savepoint_status_request(address, "job", "id").url == address + "/jobs/job/savepoints/id");
  CHECK(savepoint_status_request(address, "job", "a/b").url ==
        address + "/jobs/job/savepoints/a%2Fb");
  CHECK(disposal_request(address, "/sp/savepoint-1").url == address + "/savepoint-disposal");
  CHECK(disposal_request(address, "/sp/savepoint-1").body ==
        R"({"savepoint-path":"hdfs:///sp/savepoint-1"})");
  CHECK(disposal_status_request(address, "id").url == address + "/savepoint-disposal/id");
}

TEST_CASE("a trigger id is the same on every node, and another one for every operation") {
  const std::string id = trigger_id_of("79d2b1c2e3f40516", "nightly");
  CHECK(id == trigger_id_of("79d2b1c2e3f40516", "nightly"));
  CHECK(id.size() == 32);
  CHECK(id.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(id != trigger_id_of("79d2b1c2e3f40516", "nightly2"));
  CHECK(id != trigger_id_of("79d2b1c2e3f4051", "6nightly"));
}

TEST_CASE("an accepted request has an id") {
  CHECK(read_trigger(json_answer(R"({"request-id":"0a"})", 202), address).value() == "0a");
  CHECK(read_trigger(json_answer(R"({"request-id":"0a"})", 200), address).value() == "0a");
}

TEST_CASE("refusals of a request") {
  const auto code = [](const char* body, long status) {
    const auto read = read_trigger(json_answer(body, status), address);
    REQUIRE_FALSE(read);
    CHECK(read.error().message.find(address) != std::string::npos);
    return read.error().code;
  };
  CHECK(code(R"({"errors":["Job 0a not found"]})", 404) == status_code::not_found);
  CHECK(code(R"({"errors":["Config key [state.savepoints.dir] is not set."]})", 400) ==
        status_code::failed_precondition);
  CHECK(code(R"({"errors":["Cannot trigger"]})", 409) == status_code::failed_precondition);
  CHECK(code(R"({"errors":["not ready"]})", 503) == status_code::unavailable);
  CHECK(code("{}", 202) == status_code::unavailable);
  CHECK(code("<html>", 400) == status_code::unavailable);
  dm::io::http_response proxy;
  proxy.status = 405;
  const auto through_proxy = read_trigger(proxy, address);
  REQUIRE_FALSE(through_proxy);
  CHECK(through_proxy.error().hint.find("proxy") != std::string::npos);
}

TEST_CASE("a savepoint in progress, and a completed one") {
  const auto running = read_savepoint_status(
      json_answer(R"({"status":{"id":"IN_PROGRESS"},"operation":null})"), address);
  REQUIRE(running);
  CHECK_FALSE(running->completed);
  const auto done =
      read_savepoint_status(json_answer(R"({"status":{"id":"COMPLETED"},"operation":{"location":
"hdfs://nn:8020/state/prod/app/job/savepoints/op1/savepoint-79027c-4d"}})"),
                            address);
  REQUIRE(done);
  CHECK(done->completed);
  CHECK(done->location == "/state/prod/app/job/savepoints/op1/savepoint-79027c-4d");
  CHECK(done->failure.empty());
}

TEST_CASE("COMPLETED is not success: Flink's reason, one line of it") {
  const auto read = read_savepoint_status(json_answer(not_all_running), address);
  REQUIRE(read);
  CHECK(read->completed);
  CHECK(read->location.empty());
  CHECK(read->failure.find("Not all required tasks are currently running") != std::string::npos);
  CHECK(read->failure.find("\tat ") == std::string::npos);
  CHECK(read->failure.find('\n') == std::string::npos);
  CHECK(read->failure.find("rO0AB") == std::string::npos);
  CHECK(read->failure.size() <= 400);
}

TEST_CASE("a failure without a stack trace is a failure all the same") {
  const auto named = read_savepoint_status(
      json_answer(R"({"status":{"id":"COMPLETED"},"operation":{"failure-cause":{"class":"a.B"}}})"),
      address);
  CHECK(named->failure == "a.B");
  const auto silent = read_savepoint_status(
      json_answer(R"({"status":{"id":"COMPLETED"},"operation":{"failure-cause":{}}})"), address);
  CHECK_FALSE(silent->failure.empty());
}

TEST_CASE("a savepoint that went elsewhere than to HDFS is none of ours") {
  const auto read = read_savepoint_status(
      json_answer(R"({"status":{"id":"COMPLETED"},"operation":{"location":"file:/tmp/sp"}})"),
      address);
  REQUIRE(read);
  CHECK(read->location.empty());
  CHECK(read->failure.find("file:/tmp/sp") != std::string::npos);
}

TEST_CASE("an operation that the JobManager does not know") {
  for (const char* words :
       {"There is no savepoint operation with triggerId=0a for job 0b.",
        "Operation not found under key: org.apache.flink.runtime.rest.handler.job."
        "AsynchronousJobOperationKey@7d4ea6c2"}) {
    const auto answer = json_answer(std::string("{\"errors\":[\"") + words + "\"]}", 404);
    CHECK(read_savepoint_status(answer, address).error().code == status_code::not_found);
    CHECK(read_disposal_status(answer, address).error().code == status_code::not_found);
  }
}

TEST_CASE("what is not Flink's answer decides nothing about a savepoint") {
  dm::io::http_response html;
  html.status = 404;
  html.content_type = "text/html";
  for (const auto& answer :
       {html, json_answer("{}"), json_answer("[]"), json_answer("{"), json_answer("null"),
        json_answer(R"({"status":{"id":"QUEUED"}})"), json_answer(R"({"status":7})"),
        json_answer(R"({"status":{"id":"COMPLETED"}})"),
        json_answer(R"({"status":{"id":"COMPLETED"},"operation":{}})"), json_answer("{}", 502)}) {
    CAPTURE(answer.status, answer.body);
    const auto read = read_savepoint_status(answer, address);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == status_code::unavailable);
  }
}

TEST_CASE("a disposal has no location") {
  const auto read =
      read_disposal_status(json_answer(R"({"status":{"id":"COMPLETED"},"operation":{}})"), address);
  REQUIRE(read);
  CHECK(read->completed);
  CHECK(read->failure.empty());
  CHECK(read_disposal_status(json_answer(not_all_running), address)->failure.find("Not all") !=
        std::string::npos);
}

TEST_CASE("paths on HDFS") {
  CHECK(hdfs_path("hdfs://nn:8020/a/b") == "/a/b");
  CHECK(hdfs_path("hdfs:///a/b") == "/a/b");
  CHECK(hdfs_path("hdfs:/a/b/") == "/a/b");
  CHECK(hdfs_path("/a//b") == "/a/b");
  for (const char* none : {"", "a/b", "/", "hdfs://nn", "hdfs://nn/", "file:/a", "s3://b/a",
                           "/a/../b", "hdfs:///a/./b", "viewfs://c/a"}) {
    CAPTURE(none);
    CHECK_FALSE(hdfs_path(none));
  }
  CHECK(hdfs_uri("/a/b") == "hdfs:///a/b");
  CHECK(hdfs_uri("hdfs://other:8020/a/b") == "hdfs://other:8020/a/b");
  CHECK(hdfs_uri("").empty());
}

TEST_CASE("the formats' names") {
  CHECK(parse_savepoint_format("native").value() == savepoint_format::native);
  CHECK(parse_savepoint_format("canonical").value() == savepoint_format::canonical);
  CHECK(parse_savepoint_format("NATIVE").error().code == status_code::invalid_argument);
  CHECK(to_string(savepoint_format::native) == "native");
}
