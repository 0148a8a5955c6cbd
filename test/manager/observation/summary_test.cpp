// Words and their ranks.
// SPDX-License-Identifier: Apache-2.0
#include "observation/summary.h"

#include <catch2/catch.hpp>

using namespace manager;

namespace {

observation seen(const std::string& text) {
  auto document = std::make_shared<json::document>(json::parse_or_throw(text, "test"));
  return {document, 1709210096007, ""};
}

component_record component(const std::string& type, const std::string& name) {
  return {"app", 0, type, name, "{}", "{}", "RUNNING"};
}

}  // namespace

TEST_CASE("component words map to the twelve") {
  CHECK(application_word("SUBMITTED") == "STARTING");
  CHECK(application_word("ACCEPTED") == "STARTING");
  CHECK(application_word("SUSPENDED") == "STOPPED");
  CHECK(application_word("FINISHED_SUCCEEDED") == "COMPLETED");
  CHECK(application_word("FINISHED_FAILED") == "COMPLETED_WITH_FAILURES");
  CHECK(application_word("FINISHED_KILLED") == "KILLED");
  CHECK(application_word("RUNNING") == "RUNNING");
  for (const char* other : {"FAILED_TO_SUBMIT_TO_YARN", "FINISHED_UNDEFINED", "", "nonsense"}) {
    CHECK(application_word(other) == "NOT_FOUND");
  }
}

TEST_CASE("the highest rank speaks for the application, failures before completions") {
  CHECK(aggregate_word({}) == "CREATED");
  CHECK(aggregate_word({"FINISHED_SUCCEEDED", "FAILED"}) == "FAILED");
  CHECK(aggregate_word({"RUNNING", "FINISHED_SUCCEEDED"}) == "RUNNING");
  CHECK(aggregate_word({"RUNNING_WITH_ERRORS", "FINISHED_SUCCEEDED"}) == "RUNNING_WITH_ERRORS");
  CHECK(aggregate_word({"CREATED", "ACCEPTED"}) == "STARTING");
  CHECK(aggregate_word({"FINISHED_SUCCEEDED", "STARTING"}) == "STARTING");
  CHECK(aggregate_word({"FINISHED_SUCCEEDED", "CREATED"}) == "COMPLETED");
  CHECK(aggregate_word({"RUNNING", "RUNNING_WITH_ERRORS"}) == "RUNNING_WITH_ERRORS");
  CHECK(aggregate_word({"RUNNING", "KILLED"}) == "KILLED");
  CHECK(aggregate_word({"FAILED", "FAILED_TO_SUBMIT_TO_YARN"}) == "NOT_FOUND");
  CHECK(aggregate_word({"SUSPENDED", "RUNNING"}) == "STOPPED");
}

TEST_CASE("entries are numbered by type, and what is not known is said") {
  auto into = json::make_object();
  observation unknown;
  unknown.problem = "no answer";
  add_summary(into, "app",
              {component("flink", "a"), component("flink", "b"), component("flink", "c")},
              {seen(R"({"summary":"FAILED","reason":"boom","history_url":"http://h/#/jobs/x",
                        "tracking_url":"","application_id":"application_1_2"})"),
               seen(R"({"summary":"RUNNING_WITH_ERRORS","job_id":"j","tracking_url":"http://t"})"),
               unknown},
              into.GetAllocator());
  const auto& app = into["app"];
  CHECK(app["aggregate_status"] == "FAILED");
  CHECK(app["flink-1"]["information"] == "boom");
  CHECK(app["flink-1"]["tracking_url"] == "http://h/#/jobs/x");
  CHECK(app["flink-1"]["trackingUrl"] == "http://h/#/jobs/x");
  CHECK(app["flink-1"]["name"] == "app-a-job");
  CHECK(app["flink-1"]["observed_at"] == "2024-02-29T12:34:56.007Z");
  CHECK(app["flink-2"]["information"]["state"] == "ERROR");
  CHECK_FALSE(app["flink-2"]["information"].HasMember("vertices"));
  CHECK_FALSE(app.HasMember("flink-3"));
}
