// What is asked about one job, round by round, and how much of it.
// SPDX-License-Identifier: Apache-2.0
#include "observation/figure_questions.h"

#include <fmt/format.h>
#include <algorithm>
#include <catch2/catch.hpp>

using namespace dm;
using namespace dm::observation;

namespace {

io::http_response answer(std::string body, long status = 200) {
  io::http_response response;
  response.status = status;
  response.content_type = "application/json";
  response.body = std::move(body);
  return response;
}

std::string vertex(int number, bool complete = true) {
  return fmt::format(
      R"({{"id":"{:032x}","tasks":{{"RUNNING":1}},"metrics":{{"read-records":{},"read-records-complete":{},)"
      R"("write-records":3,"write-records-complete":{}}}}})",
      number, number, complete, complete);
}

// Vertices one after the other.
std::string job(int vertices) {
  std::string list;
  std::string nodes;
  for (int i = 0; i < vertices; ++i) {
    list += (i == 0 ? "" : ",") + vertex(i);
    nodes += fmt::format("{}{{\"id\":\"{:032x}\"{}}}", i == 0 ? "" : ",", i,
                         i == 0 ? "" : fmt::format(R"(,"inputs":[{{"id":"{:032x}"}}])", i - 1));
  }
  return fmt::format(
      R"({{"state":"RUNNING","now":5000,"timestamps":{{"RUNNING":1000}},"vertices":[{}],"plan":{{"nodes":[{}]}}}})",
      list, nodes);
}

}  // namespace

TEST_CASE("a job that does not answer is asked no more, and that is its failure") {
  figure_questions questions("http://jm:1", "0123");
  REQUIRE(questions.requests(1).size() == 3);
  questions.take(1, 0, answer("{}", 503));
  REQUIRE(questions.failure());
  CHECK(questions.failure()->code == status_code::unavailable);
  CHECK(questions.requests(2).empty());
  CHECK(questions.figures().empty());
}

TEST_CASE("a large program costs a bounded number of requests, with bounded answers") {
  figure_questions questions("http://jm:1", "0123");
  questions.take(1, 0, answer(job(500)));
  const auto second = questions.requests(2);
  CHECK(second.size() == most_vertices_asked + 1);
  for (const io::http_request& request : second)
    CHECK(request.max_body_bytes == flink::largest_figures);
  for (const auto& [name, value] : questions.figures()) {
    // A part of a sum is none.
    CHECK(name != "records_in_per_second");
    if (name == "records_out") CHECK(value == 499);
  }
}

TEST_CASE("the lag is asked of sources that tell it") {
  figure_questions questions("http://jm:1", "0123");
  questions.take(1, 0, answer(job(2)));
  REQUIRE(questions.requests(2).size() == 3);
  questions.take(2, 2, answer(R"([{"id":"a.numRecordsIn"},{"id":"Source__k.pendingRecords"}])"));
  const auto third = questions.requests(3);
  REQUIRE(third.size() == 1);
  CHECK(third[0].url.find("get=Source__k.pendingRecords&agg=sum") != std::string::npos);
  questions.take(3, 0, answer(R"([{"id":"Source__k.pendingRecords","sum":42.0}])"));
  double lag = 0;
  for (const auto& [name, value] : questions.figures()) {
    if (name == "lag_records") lag = value;
  }
  CHECK(lag == 42);
}

TEST_CASE("checkpoints and restarts that are not told leave the rest") {
  figure_questions questions("http://jm:1", "0123");
  questions.take(1, 0, answer(job(2)));
  questions.take(
      1, 1, answer(R"({"errors":["Checkpointing is not enabled for this job (0123)."]})", 404));
  questions.take(1, 2, fail(status_code::unavailable, "refused"));
  questions.take(2, 0, answer("no JSON"));
  const auto told = questions.figures();
  CHECK(std::none_of(told.begin(), told.end(), [](const auto& one) {
    return one.first.starts_with("checkpoint") || one.first == "restarts";
  }));
  CHECK(std::any_of(told.begin(), told.end(), [](const auto& one) {
    return one.first == "uptime_ms" && one.second == 4000;
  }));
}
