// Requests and readers of the JobManager's REST API, against answers of three versions and against
// what is none.
// SPDX-License-Identifier: Apache-2.0
#include "flink/job_manager.h"

#include "recorded.h"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace dm::flink;
using dm::status_code;
using dm::test::json_answer;
using dm::test::recorded;

namespace {
const std::string address = "http://node7:41233";
}

TEST_CASE("requests go to the paths that all versions have") {
  CHECK(jobs_overview_request(address).url == "http://node7:41233/jobs/overview");
  CHECK(job_request(address, "abc").url == "http://node7:41233/jobs/abc");
  CHECK(exceptions_request(address, "abc").url == "http://node7:41233/jobs/abc/exceptions");
  CHECK(restarts_request(address, "abc").url ==
        "http://node7:41233/jobs/abc/metrics?get=numRestarts");
  CHECK(config_request(address).url == "http://node7:41233/config");
  CHECK(cancel_request(address, "abc").url == "http://node7:41233/jobs/abc?mode=cancel");
  CHECK(cancel_request(address, "abc").method == "PATCH");
  CHECK(job_request(address, "../config?x").url == "http://node7:41233/jobs/..%2Fconfig%3Fx");
}

TEST_CASE("the overview of three versions") {
  const auto v13 = read_jobs_overview(json_answer(recorded("rest-1.13.6.overview.json")), address);
  REQUIRE(v13);
  REQUIRE(v13->size() == 1);
  CHECK(v13->front().state == "RESTARTING");
  CHECK(v13->front().name == "ThrowsInTask");
  CHECK(v13->front().tasks_total == 1);
  CHECK_FALSE(v13->front().all_tasks_running());
  CHECK_FALSE(v13->front().terminal());

  const auto v20 =
      read_jobs_overview(json_answer(recorded("rest-1.20.5.overview.running.json")), address);
  REQUIRE(v20);
  CHECK(v20->front().id == "08e729b2578b020ec699613f9eb08b0f");
  CHECK(v20->front().all_tasks_running());
  CHECK(v20->front().end_ms == -1);
  CHECK(v20->front().start_ms == 1795439537008);
  CHECK(v20->front().last_modified_ms == 1795439554160);

  CHECK(v20->front().now_ms > v20->front().last_modified_ms);  // the JobManager's own clock

  const auto v23 = read_jobs_overview(json_answer(recorded("rest-2.3.0.overview.json")), address);
  REQUIRE(v23);
  CHECK(v23->front().state == "RESTARTING");

  const auto history =
      read_jobs_overview(json_answer(recorded("rest-1.20.5.history.overview.json")), address);
  REQUIRE(history);
  CHECK(history->size() == 3);
  CHECK(history->front().terminal());
  CHECK(history->front().end_ms > 0);
  CHECK(history->front().now_ms == 0);  // how long ago it ended, it does not say
}

TEST_CASE("a job is seen to work only when every task runs or has finished") {
  job_overview job;
  job.state = "RUNNING";
  CHECK_FALSE(job.all_tasks_running());  // no task known
  job.tasks_total = 3;
  job.tasks_running = 2;
  CHECK_FALSE(job.all_tasks_running());
  job.tasks_finished = 1;
  CHECK(job.all_tasks_running());
  job.state = "RESTARTING";
  CHECK_FALSE(job.all_tasks_running());
}

TEST_CASE("SUSPENDED is no end") {
  job_overview job;
  for (const char* state : {"FAILED", "CANCELED", "FINISHED"}) {
    job.state = state;
    CHECK(job.terminal());
  }
  for (const char* state : {"SUSPENDED", "RUNNING", "FAILING", "CANCELLING", "RESTARTING",
                            "INITIALIZING", "CREATED", "RECONCILING", ""}) {
    job.state = state;
    CHECK_FALSE(job.terminal());
  }
}

TEST_CASE("a job in detail") {
  const auto running = read_job(json_answer(recorded("rest-1.20.5.job.running.json")), address);
  REQUIRE(running);
  CHECK(running->overview.all_tasks_running());
  CHECK(running->restarting_since_ms == 0);
  REQUIRE(running->vertices.size() == 1);
  CHECK(running->vertices.front().status == "RUNNING");
  CHECK(running->vertices.front().parallelism == 1);
  CHECK(running->overview.last_modified_ms >= 1795439538377);
  CHECK(running->overview.now_ms > running->overview.start_ms);

  const auto restarting = read_job(json_answer(recorded("rest-1.13.6.job.json")), address);
  REQUIRE(restarting);
  CHECK(restarting->overview.state == "RESTARTING");
  CHECK(restarting->restarting_since_ms == 1795440067645);

  CHECK(read_job(json_answer(recorded("rest-2.3.0.job.json")), address));
  const auto failed = read_job(json_answer(recorded("rest-1.20.5.history.job.json")), address);
  REQUIRE(failed);
  CHECK(failed->overview.state == "FAILED");
  CHECK(failed->overview.end_ms > failed->overview.start_ms);
}

TEST_CASE("the exceptions of three versions say the same") {
  const std::string name =
      GENERATE(as<std::string>(), "rest-1.13.6.exceptions.json",
               "rest-1.20.5.history.exceptions.json", "rest-2.3.0.exceptions.json");
  CAPTURE(name);
  const auto read = read_exceptions(json_answer(recorded(name)), address);
  REQUIRE(read);
  CHECK(exception_summary(read->root_exception) ==
        "java.lang.IllegalStateException: This task fails on purpose");
  CHECK(read->timestamp_ms > 1'700'000'000'000);
  REQUIRE_FALSE(read->history.empty());
  CHECK(read->history.front().message ==
        "java.lang.IllegalStateException: This task fails on purpose");
  CHECK(
      std::is_sorted(read->history.rbegin(), read->history.rend(),
                     [](const auto& a, const auto& b) { return a.timestamp_ms < b.timestamp_ms; }));
}

TEST_CASE("a job without exceptions") {
  const auto read =
      read_exceptions(json_answer(recorded("rest-1.20.5.exceptions.none.json")), address);
  REQUIRE(read);
  CHECK(read->root_exception.empty());
  CHECK(read->timestamp_ms == 0);
  CHECK(read->history.empty());
}

TEST_CASE("the number of restarts") {
  CHECK(read_restarts(json_answer(recorded("rest-1.20.5.restarts.json")), address).value() == 0);
  CHECK(read_restarts(json_answer(recorded("rest-2.3.0.restarts.json")), address).value() == 2);
  CHECK_FALSE(read_restarts(json_answer(recorded("rest-1.13.6.restarts.json")), address)
                  .value()
                  .has_value());
  CHECK_FALSE(read_restarts(json_answer("[{\"id\":\"numRestarts\",\"value\":\"NaN\"}]"), address)
                  .value()
                  .has_value());
  CHECK_FALSE(
      read_restarts(json_answer("[{\"id\":\"numRestarts\"}]"), address).value().has_value());
}

TEST_CASE("the version") {
  CHECK(read_flink_version(json_answer(recorded("rest-1.13.6.config.json")), address).value() ==
        "1.13.6");
  CHECK(read_flink_version(json_answer(recorded("rest-1.20.5.config.json")), address).value() ==
        "1.20.5");
  CHECK(read_flink_version(json_answer(recorded("rest-2.3.0.config.json")), address).value() ==
        "2.3.0");
}

TEST_CASE("a cancellation is accepted, or the job had ended") {
  CHECK(
      read_cancel(json_answer(recorded("rest-1.20.5.cancel.accepted.json"), 202), address).value());
  CHECK_FALSE(
      read_cancel(json_answer(recorded("rest-1.13.6.cancel.unknown.json"), 404), address).value());
  CHECK_FALSE(
      read_cancel(json_answer(recorded("rest-1.20.5.cancel.unknown.json"), 404), address).value());
  CHECK_FALSE(
      read_cancel(json_answer(recorded("rest-2.3.0.cancel.unknown.json"), 404), address).value());
  CHECK_FALSE(
      read_cancel(
          json_answer("{\"errors\":[\"Job cancellation failed because the job has already reached "
                      "another terminal state (FINISHED).\"]}",
                      409),
          address)
          .value());
  const auto late =
      read_cancel(json_answer("{\"errors\":[\"Job cancellation timed out.\"]}", 408), address);
  REQUIRE_FALSE(late);
  CHECK(late.error().code == status_code::unavailable);
  dm::io::http_response proxy;
  proxy.status = 405;
  proxy.content_type = "text/html";
  const auto refused = read_cancel(proxy, address);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().hint.find(address) != std::string::npos);
  proxy.status = 404;
  const auto missing = read_cancel(proxy, address);
  REQUIRE_FALSE(missing);  // a proxy's 404 is no proof that the job ended
  CHECK(missing.error().code == status_code::unavailable);
}

TEST_CASE("Flink's own 404 is NOT_FOUND, in one line") {
  const std::string name =
      GENERATE(as<std::string>(), "rest-1.13.6.job.unknown.json", "rest-1.20.5.job.unknown.json",
               "rest-1.20.5.history.unknown.json");
  const auto read = read_job(json_answer(recorded(name), 404), address);
  REQUIRE_FALSE(read);
  CHECK(read.error().code == status_code::not_found);
  CHECK(read.error().message.find('\n') == std::string::npos);
  CHECK(read.error().message.find("\tat ") == std::string::npos);
  CHECK(read.error().message.find(address) != std::string::npos);
}

TEST_CASE("what is not Flink's answer is UNAVAILABLE, never a state") {
  using dm::io::http_response;
  http_response html;
  html.status = 200;
  html.content_type = "text/html";
  html.body = "<html>This is standby RM</html>";
  http_response starting = json_answer(
      "{\"errors\":[\"Service temporarily unavailable due to an ongoing leader "
      "election. Please refresh.\"]}",
      503);
  http_response not_found = html;
  not_found.status = 404;
  const std::vector<http_response> answers = {html,
                                              starting,
                                              not_found,
                                              json_answer(""),
                                              json_answer("{"),
                                              json_answer("null"),
                                              json_answer("7"),
                                              json_answer("{\"jobs\":7}"),
                                              json_answer("{\"jobs\":[{}]}"),
                                              json_answer("{\"jobs\":[null]}"),
                                              json_answer("{\"jobs\":[{\"jid\":1,\"state\":2}]}"),
                                              json_answer("{\"errors\":[]}", 500),
                                              json_answer("{}", 502),
                                              json_answer("[]", 307)};
  for (const http_response& answer : answers) {
    CAPTURE(answer.status, answer.body);
    const auto overview = read_jobs_overview(answer, address);
    REQUIRE_FALSE(overview);
    CHECK(overview.error().code == status_code::unavailable);
    const auto job = read_job(answer, address);
    REQUIRE_FALSE(job);
    CHECK(job.error().code == status_code::unavailable);
    const auto exceptions = read_exceptions(answer, address);
    REQUIRE_FALSE(exceptions);
    CHECK(exceptions.error().code == status_code::unavailable);
    const auto version = read_flink_version(answer, address);
    REQUIRE_FALSE(version);
    CHECK(version.error().code == status_code::unavailable);
  }
}

TEST_CASE("missing and null members are borne") {
  const auto overview =
      read_jobs_overview(json_answer("{\"jobs\":[{\"jid\":\"a\",\"state\":\"RUNNING\",\"name\":"
                                     "null,\"tasks\":null,\"end-time\":null}]}"),
                         address);
  REQUIRE(overview);
  CHECK(overview->front().end_ms == -1);
  CHECK(read_jobs_overview(json_answer("{\"jobs\":[]}"), address)->empty());
  const auto job = read_job(json_answer("{\"jid\":\"a\",\"state\":\"RUNNING\",\"timestamps\":{"
                                        "\"RESTARTING\":\"x\"},\"vertices\":[null,7,{}]}"),
                            address);
  REQUIRE(job);
  CHECK(job->vertices.size() == 3);
  const auto exceptions = read_exceptions(
      json_answer(
          "{\"all-exceptions\":[],\"exceptionHistory\":{\"entries\":[null,{\"stacktrace\":7}]}}"),
      address);
  REQUIRE(exceptions);
  CHECK(exceptions->root_exception.empty());
}

TEST_CASE("refusals keep their meaning") {
  CHECK(read_job(json_answer("{\"errors\":[\"no\"]}", 401), address).error().code ==
        status_code::unauthenticated);
  CHECK(read_job(json_answer("{\"errors\":[\"no\"]}", 403), address).error().code ==
        status_code::permission_denied);
  const auto bad = read_job(json_answer(recorded("rest-1.20.5.job.badid.json"), 400), address);
  REQUIRE_FALSE(bad);
  CHECK(bad.error().code == status_code::internal);  // a request of ours that Flink cannot read
  CHECK(bad.error().message.find("Cannot resolve path parameter") != std::string::npos);
}

TEST_CASE("where an exception was thrown: the container, and frames to be looked at again") {
  const auto read = read_exceptions(json_answer(recorded("rest-2.3.0.exceptions.json")), address);
  REQUIRE(read);
  const exception_entry& newest = read->history.front();
  CHECK(newest.task_manager == "container_1795438290778_0064_01_000002");
  CHECK(newest.location == "localhost:36053");
  CHECK(newest.task == "Source: numbers -> step (1/1) - execution #1");
  CHECK(
      newest.outline.find("at faults.ThrowsInTask.lambda$main$7cd28cfb$1(ThrowsInTask.java:27)") !=
      std::string::npos);
  // The job's own failure names no place: that of the task which brought it down does.
  const auto last =
      read_exceptions(json_answer(recorded("rest-1.20.5.history.exceptions.json")), address);
  REQUIRE(last);
  CHECK(last->history.front().task_manager == "container_1795438290778_0033_01_000002");
  CHECK(last->history.front().location == "localhost:38791");
}
