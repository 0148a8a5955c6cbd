// Figures of a job, from answers recorded from Flink 1.20.5.
// SPDX-License-Identifier: Apache-2.0
#include "flink/job_metrics.h"

#include <catch2/catch.hpp>

#include "recorded.h"

using namespace dm::flink;
using dm::status_code;
using dm::test::recorded;

namespace {

const std::string address = "http://jm:8081";

dm::io::http_response answer(std::string body, long status = 200) {
  dm::io::http_response response;
  response.status = status;
  response.content_type = "application/json";
  response.body = std::move(body);
  return response;
}

}  // namespace

TEST_CASE("a running job's vertices tell what they have read and written, and what comes first") {
  const auto flow = read_job_flow(answer(recorded("rest-1.20.5.figures.job.json")), address);
  if (!flow) FAIL(flow.error().text());
  CHECK(flow->state == "RUNNING");
  CHECK(flow->running_since_ms > 0);
  CHECK(flow->now_ms >= flow->running_since_ms);
  REQUIRE(flow->vertices.size() == 2);
  CHECK(flow->vertices[0].source);
  CHECK_FALSE(flow->vertices[0].sink);
  CHECK_FALSE(flow->vertices[1].source);
  CHECK(flow->vertices[1].sink);
  CHECK(flow->vertices[0].records_written > 0);
  CHECK(flow->vertices[1].records_read > 0);
  CHECK(flow->tasks_running == 3);
}

TEST_CASE("rates and the busiest task of a vertex") {
  const auto rates = read_vertex_rates(answer(recorded("rest-1.20.5.figures.rates.json")), address);
  if (!rates) FAIL(rates.error().text());
  CHECK(rates->busy_max >= 0);
  CHECK(rates->busy_max <= 1000);
  CHECK(rates->back_pressured_max >= 0);
  CHECK(rates->records_in > 0);
}

TEST_CASE("what is not a number is none") {
  const auto rates = read_vertex_rates(
      answer(R"([{"id":"busyTimeMsPerSecond","max":"NaN"},{"id":"numRecordsInPerSecond"},7])"),
      address);
  REQUIRE(rates);
  CHECK_FALSE(rates->busy_max);
  CHECK_FALSE(rates->records_in);
}

TEST_CASE("names of metrics are looked through for what sources have still to read") {
  const auto names = read_lag_names(answer(recorded("rest-1.20.5.figures.names.json")), address);
  REQUIRE(names);
  CHECK(names->empty());  // a sequence knows of no lag
  const auto kafka = read_lag_names(
      answer(R"([{"id":"0.x"},{"id":"Source__k.pendingRecords"},{"id":"a,b.pendingRecords"}])"),
      address);
  REQUIRE(kafka);
  CHECK(*kafka == std::vector<std::string>{"Source__k.pendingRecords"});
  const auto lag = read_vertex_lag(
      answer(R"([{"id":"Source__k.pendingRecords","sum":12.0},{"id":"x","sum":-1}])"), address);
  REQUIRE(lag);
  CHECK(*lag == 12);
  CHECK(*read_vertex_lag(answer("[]"), address) == std::nullopt);
}

TEST_CASE("tasks that have not told yet, and a job without a plan, make no figures") {
  const auto flow = read_job_flow(answer(recorded("rest-1.20.5.job.running.json")), address);
  REQUIRE(flow);
  REQUIRE(flow->vertices.size() == 1);
  CHECK_FALSE(flow->vertices[0].records_read);
  CHECK_FALSE(flow->vertices[0].source);
}

TEST_CASE("requests name job, vertex and metrics, and bound what is read") {
  const auto rates = vertex_rates_request(address, "j1", "v1");
  CHECK(rates.url.starts_with(address + "/jobs/j1/vertices/v1/subtasks/metrics?get="));
  CHECK(rates.max_body_bytes == largest_figures);
  const auto lag = vertex_lag_request(address, "j1", "v1", {"Source: a&b.pendingRecords", "c"});
  CHECK(lag.url.ends_with("?get=Source%3A%20a%26b.pendingRecords,c&agg=sum"));
}

TEST_CASE("what is not Flink's JSON could not be told") {
  for (const char* body : {"", "<html>", "[]", "{}", "{\"state\":\"RUNNING\"}"}) {
    CAPTURE(body);
    const auto flow = read_job_flow(answer(body), address);
    REQUIRE_FALSE(flow);
    CHECK(flow.error().code == status_code::unavailable);
  }
  CHECK_FALSE(read_vertex_rates(answer("{}"), address));
  CHECK_FALSE(read_lag_names(answer("{}"), address));
  CHECK_FALSE(read_vertex_lag(answer("[]", 503), address));
}

TEST_CASE("numbers beyond all bounds add up to one") {
  const auto flow =
      read_job_flow(answer(R"({"state":"RUNNING","now":9223372036854775807,"vertices":[
        {"id":"a","tasks":{"RUNNING":9223372036854775807}},
        {"id":"b","tasks":{"RUNNING":9223372036854775807}},{"id":"c","tasks":{"RUNNING":-1}}]})"),
                    address);
  REQUIRE(flow);
  CHECK(flow->tasks_running == 2'000'000);
}
