// /housekeeping by HTTP: who may, what is refused, what is answered.
// SPDX-License-Identifier: Apache-2.0
#include "support/manager_fixture.h"

#include <catch2/catch.hpp>

#include <filesystem>

using manager_test::manager_fixture;

namespace {

const std::string administrator = "user.name=daemon";

void administer(manager_fixture& dm) { dm.configure("access", R"({"administrators":["daemon"]})"); }

}  // namespace

TEST_CASE("what is left over is told to administrators, and to nobody else") {
  manager_fixture dm;
  administer(dm);
  dm.start();
  manager_test::write_file(dm.directory().path() / "script" / "left-a0", "x");
  const auto told = dm.get("/housekeeping?" + administrator + "&kinds=staging&older_than_days=3");
  REQUIRE(told.status == 200);
  REQUIRE(told.json["plugins"].Size() == 1);
  CHECK(told.json["plugins"][0]["type"] == "fake");
  CHECK(told.json["plugins"][0]["entries"][0]["id"] == "a0");
  CHECK(told.json["plugins"][0]["withheld"].Empty());
  CHECK(told.json["plugins"][0]["more"].Empty());
  const auto asked = std::move(dm.calls("inspect").front());
  CHECK(asked["request"]["older_than_ms"].GetInt64() == 3 * 86'400'000LL);
  CHECK(asked["request"]["kinds"][0] == "staging");

  CHECK(dm.get("/housekeeping").status == 400);
  const auto refused = dm.get("/housekeeping?user.name=nobody");
  CHECK(refused.status == 403);
  CHECK(refused.text("information").find("housekeeping:inspect") != std::string::npos);
  CHECK(dm.request("POST", "/housekeeping?user.name=nobody", R"({"all":true})").status == 403);
  CHECK(dm.request("POST", "/housekeeping", R"({"all":true})").status == 400);
  CHECK(dm.calls("inspect").size() == 1);
  CHECK(dm.calls("clean").empty());
}

TEST_CASE("wrong queries and bodies are refused with all that is wrong") {
  manager_fixture dm;
  administer(dm);
  dm.start();
  const auto query = dm.get("/housekeeping?" + administrator + "&kinds=A/B&older_than_days=-1&x=1");
  CHECK(query.status == 400);
  CHECK(query.json["details"].Size() == 3);
  // It has no pages.
  const auto paged = dm.get("/housekeeping?" + administrator + "&limit&after");
  CHECK(paged.status == 400);
  CHECK(paged.json["details"].Size() == 2);
  CHECK(dm.get("/housekeeping?" + administrator + "&kinds=staging,").status == 400);
  const auto body =
      dm.request("POST", "/housekeeping?" + administrator,
                 R"({"entries":["../../etc"],"kinds":"staging","older_than_days":1e9,"dry_run":1,)"
                 R"("typo":true})");
  CHECK(body.status == 400);
  CHECK(body.json["details"].Size() == 5);
  for (const char* contradiction : {"{}", R"({"all":true,"entries":["a"]})", R"({"all":false})",
                                    R"({"entries":[]})", R"({"all":true,"kinds":[]})"}) {
    CHECK(dm.request("POST", "/housekeeping?" + administrator, contradiction).status == 400);
  }
  CHECK(dm.calls("clean").empty());
}

TEST_CASE("a kind that no plugin knows is refused as the route's own parameter") {
  manager_fixture dm;
  administer(dm);
  dm.start();
  dm.script("inspect", R"({"status":3,"reply":{"schema":1,"error":{"code":"INVALID_ARGUMENT",)"
                       R"("message":"The inspect request is not valid: $.kinds[0] is bogus where )"
                       R"(staging, library is needed","details":[{"path":"$.kinds[0]",)"
                       R"("found":"bogus","allowed":"staging, library"}]}}})");
  const auto refused = dm.get("/housekeeping?kinds=bogus&" + administrator);
  CHECK(refused.status == 400);
  CHECK(refused.text("information") ==
        "Invalid query: kinds (found bogus, allowed: staging, library)");
}

TEST_CASE("a plugin that does not answer is 503, one without the extension 501") {
  manager_fixture dm;
  administer(dm);
  SECTION("away") {
    dm.start();
    dm.script("inspect", R"({"status":14,"reply":{"schema":1,"error":{"code":"UNAVAILABLE",)"
                         R"("message":"away","details":[],"retry":true}}})");
    CHECK(dm.get("/housekeeping?" + administrator).status == 503);
  }
  SECTION("without") {
    dm.configure("plugins_path", "\"" PLAIN_PLUGIN_DIRECTORY "\"");
    dm.start();
    CHECK(dm.get("/housekeeping?" + administrator).status == 501);
    CHECK(dm.request("POST", "/housekeeping?" + administrator, R"({"all":true})").status == 501);
  }
}

TEST_CASE("a clean-up is accepted with the address of its operation") {
  manager_fixture dm;
  administer(dm);
  dm.start();
  CHECK(dm.request("POST", "/housekeeping?" + administrator, R"({"all":true})").status == 202);
  const auto ended = dm.request("POST", "/housekeeping?" + administrator + "&wait=60",
                                R"({"entries":["a0"],"dry_run":false})");
  CHECK((ended.status == 200 || ended.status == 409));
}
