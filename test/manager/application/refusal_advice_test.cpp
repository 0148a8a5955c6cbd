// What to do about a refusal, in the words of whoever has asked.
// SPDX-License-Identifier: Apache-2.0
#include "application/refusal_advice.h"

#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

using manager::advice_front;
using manager::advice_on;

TEST_CASE("each front advises the options that it has itself") {
  const auto said = [](const char* reason, advice_front front) {
    return advice_on(reason, front, "pay");
  };
  const std::string alone = said("TASKS_NOT_RUNNING", advice_front::application);
  CHECK(alone.find("\"savepoint\": false") != std::string::npos);
  CHECK(alone.find("if_not_saved") == std::string::npos);
  const std::string fleet = said("TASKS_NOT_RUNNING", advice_front::fleet);
  CHECK(fleet.find("\"if_not_saved\": \"cancel\"") != std::string::npos);
  CHECK(fleet.find("\"savepoint\"") == std::string::npos);
  CHECK(said("SAVEPOINT_FAILED", advice_front::upgrade).find("POST /applications/pay/stop") !=
        std::string::npos);
  CHECK(said("NO_RESTORE_POINT", advice_front::application).find("accept_state_loss") !=
        std::string::npos);
  CHECK(said("NO_RESTORE_POINT", advice_front::fleet).find("POST /applications/pay/start") !=
        std::string::npos);
  // Of a newer plugin, or of one that gives none.
  CHECK(said("SOMETHING_NEW", advice_front::fleet).empty());
  CHECK(said("", advice_front::application).empty());
  CHECK(said("TASKS_NOT_RUNNING", advice_front::none).empty());
}

TEST_CASE("a single stop's information has the single stop's options") {
  manager_test::manager_fixture dm;
  manager_test::write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create_and_start("one", "app-1.0.0");
  dm.script("stop", R"({"status":9,"reply":{"schema":1,"state":"RUNNING","desired":"RUNNING",
      "error":{"code":"FAILED_PRECONDITION","reason_code":"SAVEPOINT_FAILED",
      "message":"no room for it","details":[],"retry":false}}})");
  REQUIRE(dm.request("POST", "/applications/one/stop?user.name=daemon&wait=30", "{}").status ==
          200);
  const auto told = dm.get("/operations?kind=application&verb=stop&user.name=daemon");
  const std::string said = told.json["operations"][0]["information"].GetString();
  INFO(said);
  CHECK(said.find(R"(no room for it. \"savepoint\": false stops it without one)") !=
        std::string::npos);
}
