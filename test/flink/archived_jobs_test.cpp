// A history server's overview, counted while it is read.
// SPDX-License-Identifier: Apache-2.0
#include "flink/archived_jobs.h"

#include <catch2/catch.hpp>

#include "recorded.h"

using namespace dm::flink;
using dm::status_code;
using dm::test::json_answer;
using dm::test::recorded;

namespace {

const std::string address = "http://history:8082";

// As a real one writes it: a job more of it is this much longer.
std::string overview_of(int jobs) {
  std::string text = R"({"jobs":[)";
  for (int i = 0; i < jobs; ++i) {
    text += (i == 0 ? "" : ",") + std::string(R"({"jid":"00000000000000000000000003d18cc7",)") +
            R"("name":"job \"state\":\"FAILED\"","start-time":1795438656146,"end-time":)" +
            R"(1795438661769,"duration":5623,"state":")" + (i % 4 == 0 ? "FAILED" : "FINISHED") +
            R"(","last-modification":1795438661769,"tasks":{"running":0,"total":1,)" +
            R"("state":"FAILED","finished":1}})";
  }
  return text + "]}";
}

}  // namespace

TEST_CASE("jobs are counted by their state, as recorded") {
  const auto jobs =
      read_archived_jobs(json_answer(recorded("rest-1.20.5.history.overview.json")), address);
  REQUIRE(jobs);
  CHECK(jobs->count == 3);
  CHECK(jobs->failed == 2);
  CHECK(jobs->canceled == 1);
  CHECK(jobs->finished == 0);
  CHECK(jobs->whole);
  const auto none =
      read_archived_jobs(json_answer(recorded("rest-1.20.5.history.overview.empty.json")), address);
  REQUIRE(none);
  CHECK(none->count == 0);
  CHECK(none->whole);
}

TEST_CASE("names and tasks that look like states are none") {
  const auto jobs = read_archived_jobs(json_answer(overview_of(8)), address);
  REQUIRE(jobs);
  CHECK(jobs->count == 8);
  CHECK(jobs->failed == 2);
  CHECK(jobs->finished == 6);
}

TEST_CASE("the overview of a version before 1.5 is counted, too") {
  const auto jobs = read_archived_jobs(
      json_answer(R"({"running":[],"finished":[{"jid":"0a","state":"FINISHED"},{"jid":"0b"}]})"),
      address);
  REQUIRE(jobs);
  CHECK(jobs->count == 2);
  CHECK(jobs->finished == 1);
}

TEST_CASE("an overview that is just being written is told as that, wherever it ends") {
  const std::string whole = overview_of(3);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CAPTURE(whole.substr(0, length));
    const auto part = read_archived_jobs(json_answer(whole.substr(0, length)), address);
    REQUIRE(part);
    CHECK_FALSE(part->whole);
    CHECK(part->count <= 3);
  }
}

TEST_CASE("what is not Flink's list of jobs proves nothing") {
  const auto body = GENERATE(as<std::string>{}, "[]", "{}", "null", "{\"jobs\":{}}", "{\"jobs\":[}",
                             "{\"jobs\":[]} x", "{\"tasks\":[]", "{\"a\":{\"jobs\":[]}}");
  CAPTURE(body);
  const auto jobs = read_archived_jobs(json_answer(body), address);
  REQUIRE_FALSE(jobs);
  CHECK(jobs.error().code == status_code::unavailable);
  CHECK_FALSE(read_archived_jobs(json_answer(std::string(1000, '[')), address));
  CHECK_FALSE(read_archived_jobs(json_answer("{\"jobs\":" + std::string(1000, '[')), address));
  auto page = json_answer("<html>");
  page.content_type = "text/html";
  CHECK(read_archived_jobs(page, address).error().code == status_code::unavailable);
}

TEST_CASE("a path that this version does not know is Flink's own 404 alone") {
  CHECK(read_archived_jobs(json_answer(recorded("rest-1.20.5.history.unknown.json"), 404), address)
            .error()
            .code == status_code::not_found);
  CHECK(read_archived_jobs(json_answer("{}", 404), address).error().code ==
        status_code::unavailable);
}

TEST_CASE("a history server says what it is, and a JobManager that it is none") {
  const auto config =
      read_history_server_config(json_answer(recorded("rest-1.20.5.history.config.json")), address);
  REQUIRE(config);
  CHECK(config->version == "1.20.5");
  CHECK_FALSE(config->job_manager);
  const auto other =
      read_history_server_config(json_answer(recorded("rest-1.20.5.config.json")), address);
  REQUIRE(other);
  CHECK(other->job_manager);
  // 1.4 has neither.
  const auto old = read_history_server_config(
      json_answer(R"({"refresh-interval":3000,"flink-version":"1.4.2"})"), address);
  REQUIRE(old);
  CHECK(old->version == "1.4.2");
  CHECK_FALSE(old->job_manager);
  const auto body = GENERATE(as<std::string>{}, "", "[]", "{}", "{\"flink-version\":7}");
  CAPTURE(body);
  CHECK(read_history_server_config(json_answer(body), address).error().code ==
        status_code::unavailable);
}
