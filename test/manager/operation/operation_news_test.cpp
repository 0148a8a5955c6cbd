// What followers are told about operations.
// SPDX-License-Identifier: Apache-2.0
#include "operation/operation_news.h"

#include <catch2/catch.hpp>

using namespace manager;

namespace {

operation_record start_of(const std::string& application) {
  operation_record operation;
  operation.id = "op-1";
  operation.noun = "application";
  operation.name = application;
  operation.verb = "start";
  operation.user = "daemon";
  return operation;
}

std::vector<host_event> told(const event_hub& events) { return events.after(0, 100).events; }

}  // namespace

TEST_CASE("an operation is told as it stands, and as it has ended") {
  event_hub events;
  operation_news news(events);
  operation_view view;
  view.operation = start_of("one");
  view.status = "RUNNING";
  news.tell(view);
  ended_operation end;
  end.operation = start_of("one");
  end.outcome = "FAILED";
  end.state = "CREATED";
  end.information = "no luck";
  news.tell(end);
  const auto seen = told(events);
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].type == "operation");
  CHECK_THAT(seen[0].data, Catch::Contains("RUNNING"));
  CHECK(seen[1].type == "operation");
  CHECK_THAT(seen[1].data, Catch::Contains("FAILED") && Catch::Contains("no luck"));
}

TEST_CASE("a state is an event of its object's kind, and names its operation") {
  event_hub events;
  operation_news(events).tell_state(start_of("one"), "STARTED", "");
  const auto seen = told(events);
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].type == "application");
  CHECK(seen[0].data == R"({"name":"one","status":"STARTED","information":"","operation":"op-1"})");
}

TEST_CASE("progress is told with its component, as the plugin says it") {
  event_hub events;
  std::string problem;
  const auto event = json::parse(R"({"phase":"submitting"})", problem);
  operation_news(events).tell_progress(start_of("one"), "stream", event.value());
  const auto seen = told(events);
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].type == "progress");
  CHECK(seen[0].data ==
        R"({"operation":"op-1","kind":"application","object":"one","component":"stream",)"
        R"("event":{"phase":"submitting"}})");
}
