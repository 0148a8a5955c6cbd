// Requests of the diagnosis extension as its verbs take them.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/diagnosis_requests.h"

#include <string>

#include <catch2/catch.hpp>

#include "json.h"

using namespace dm;

namespace {

io::json_document asked(const std::string& more) {
  return test::parsed(
      R"({"schema":1,"namespace":"prod","application":"app","component":"stream","data":{"schema":1,)"
      R"("namespace":"prod","application":"app","component":"stream","id":")" +
      component::component_id({"prod", "app", "stream"}) +
      R"(","node":"edge1","user":"pnda","directory":"/opt/prod/app/stream",)"
      R"("program":"flink.prod.app.stream","program_file":"/etc/supervisor/conf.d/flink.prod.app.stream.conf",)"
      R"("job_name":"app-stream-job","digest":"0","state_root":"/pnda/flink","flink_version":"1.20.5",)"
      R"("job_type":"streaming","submission":"per-job"})" +
      more + "}");
}

}  // namespace

TEST_CASE("incidents: a list by default, a page, or one") {
  const auto plain = boundary::read_incidents_request(asked(""));
  REQUIRE(plain);
  CHECK(plain->incident.empty());
  CHECK(plain->limit == 20);
  CHECK(plain->after.empty());
  CHECK(plain->data.name.component == "stream");
  const auto page = boundary::read_incidents_request(asked(R"(,"limit":5,"after":"12-0a1b2c3d")"));
  REQUIRE(page);
  CHECK(page->limit == 5);
  CHECK(page->after == "12-0a1b2c3d");
  const auto one = boundary::read_incidents_request(asked(R"(,"incident":"12-end")"));
  REQUIRE(one);
  CHECK(one->incident == "12-end");
}

TEST_CASE("INV-8: what is no incident's id is refused, with all that is wrong") {
  for (const char* id : {"../../etc/passwd", "12-end/..", "index", "12", ".", "12-END"}) {
    CAPTURE(id);
    const auto wrong = boundary::read_incidents_request(
        asked(std::string(R"(,"limit":0,"incident":")") + id + "\""));
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().details.size() == 2);
  }
  CHECK_FALSE(boundary::read_incidents_request(asked(R"(,"limit":101)")));
  CHECK_FALSE(boundary::read_incidents_request(asked(R"(,"incident":"1-end","after":"2-end")")));
}

TEST_CASE("explain names a component and nothing else") {
  const auto read = boundary::read_explain_request(asked(R"(,"detail":true)"));
  REQUIRE(read);
  CHECK(read->data.name.application == "app");
  CHECK_FALSE(boundary::read_explain_request(test::parsed(R"({"schema":1})")));
}
