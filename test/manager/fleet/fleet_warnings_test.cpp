// What is told of a request on the fleet that may not be what was meant.
// SPDX-License-Identifier: Apache-2.0
#include "fleet/fleet_warnings.h"

#include "support/fleet_fixture.h"

using namespace manager_test;
namespace json = manager::json;

namespace {

// "path message" of each.
std::vector<std::string> warnings_of(const answer& told) {
  std::vector<std::string> found;
  const json::value* list = json::find(told.json, "warnings");
  if (list == nullptr) return found;
  for (const auto& one : list->GetArray())
    found.push_back(
        fmt::format("{} {}", json::text_of(one, "path"), json::text_of(one, "message")));
  return found;
}

}  // namespace

TEST_CASE("patterns that fit nothing are told, in a dry run and in the report") {
  manager_fixture dm;
  prepare(dm, {"a", "b"});
  dm.start();
  set_up(dm, {"a", "b"});
  const std::string body = R"({"application":["a","x*"],"order":["b","a","a/none"])";
  const std::vector<std::string> expected = {
      "$.application[1] no component of those that are chosen fits x*",
      "$.order[0] no component of those that are chosen fits b",
      "$.order[2] no component of those that are chosen fits a/none"};
  CHECK(warnings_of(post(dm, "/fleet/stop", body + R"(,"dry_run":true})")) == expected);
  const std::string stop = done(dm, "/fleet/stop", body + "}");
  const answer told = ended(dm, stop);
  CHECK(warnings_of(told) == expected);
  CHECK_FALSE(told.json["request"].HasMember("warnings"));
  CHECK(told.text("status") == "SUCCEEDED");
  const answer start =
      post(dm, "/fleet/start", fmt::format(R"({{"from":"{}","order":"z","dry_run":true}})", stop));
  CHECK(warnings_of(start) ==
        std::vector<std::string>{"$.order no component of those that are chosen fits z"});
  // Where nothing is left, what fits no component at all is said.
  const answer none = post(dm, "/fleet/stop", R"({"application":["a","y"],"package":"b-*"})");
  CHECK(none.status == 404);
  REQUIRE(none.json["details"].Size() == 1);
  CHECK(none.json["details"][0]["path"] == "$.application[1]");
}

TEST_CASE("a queue is named by its path or by its last part, whichever YARN names") {
  const auto seen = [](const char* queue) {
    return fmt::format(
        R"({{"application":"a","component":"of-a","state":"RUNNING","summary":"","desired":"RUNNING",
             "confidence":"confirmed","observed_at":"2024-01-01T00:00:00.000Z","reason":"",
             "job_name":"","tracking_url":"","history_url":"","queue":"{}","incarnations":[]}})",
        queue);
  };
  manager_fixture dm;
  prepare(dm, {"a"});
  dm.start();
  set_up(dm, {"a"});
  const auto asked = [&](const char* queue) {
    return post(dm, "/fleet/stop", fmt::format(R"({{"queue":"{}","dry_run":true}})", queue));
  };
  dm.script("component-of-a", seen("prod"));
  CHECK(warnings_of(asked("prod")).empty());
  const answer by_path = asked("root.a.prod");
  CHECK(outcome(by_path, "a") == "WAITING");
  CHECK(
      warnings_of(by_path) ==
      std::vector<std::string>{"$.queue prod was taken for root.a.prod: one of them is a path, the "
                               "other its last part alone"});
  // One whose queue could not be told is no proof that nothing fits.
  dm.script("component-of-a", seen(""));
  CHECK(warnings_of(asked("prod")).empty());
  dm.script("component-of-a", seen("prod"));
  CHECK(asked("root.a.test").status == 404);
  CHECK(asked("root.a.*").status == 404);  // where it lies nobody has said
}

TEST_CASE("a fleet's start says whose end the stop could not tell") {
  manager_fixture dm;
  prepare(dm, {"a", "b"});
  dm.start();
  set_up(dm, {"a", "b"});
  dm.script("stop-of-a", R"({"status":4,"reply":{"schema":1,"changed":false,"desired":null,
      "savepoint":null,"error":{"code":"DEADLINE_EXCEEDED","message":"the time is up",
      "details":[],"retry":false}}})");
  const std::string stop = done(dm, "/fleet/stop", R"({"all":true})");
  const answer told = ended(dm, stop);
  CHECK(of(told, "a")["advice"] ==
        "Look at it (GET /applications/a/status) before it is stopped again");
  const answer start =
      post(dm, "/fleet/start", fmt::format(R"({{"from":"{}","dry_run":true}})", stop));
  REQUIRE(warnings_of(start).size() == 1);
  CHECK(warnings_of(start)[0].find("$.from a/of-a is left out") == 0);
}
