// The detail of an application.
// SPDX-License-Identifier: Apache-2.0
#include "observation/detail.h"

#include <catch2/catch.hpp>

using namespace manager;

TEST_CASE("only components with a YARN application have an entry") {
  application_record application;
  application.name = "app";
  application.state = "STARTED";
  const std::vector<component_record> components = {
      {"app", 0, "flink", "a", "{}", "{}", "RUNNING"},
      {"app", 1, "flink", "b", "{}", "{}", "RUNNING"}};
  observation running;
  running.status = std::make_shared<json::document>(json::parse_or_throw(
      R"({"application_id":"application_1_2","yarn_state":"RUNNING","yarn_start_time":5,"restarts":{"count":2}})",
      "test"));
  observation unknown;
  unknown.problem = "no answer";
  const auto detail = make_detail(application, components, {running, unknown});
  CHECK(
      json::to_text(detail["yarn_applications"]) ==
      R"({"flink-a":{"component":"a","type":"flink","yarn-id":"application_1_2","yarn-start-time":5,"yarn-state":"RUNNING"}})");
  CHECK(detail["status"] == "STARTED");
  CHECK(detail["components"][0]["restarts"]["count"].GetInt() == 2);
  CHECK(detail["components"][1]["confidence"] == "unknown");
}
