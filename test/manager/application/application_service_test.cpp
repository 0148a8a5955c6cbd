// The states of an application while something is under way, and several callers at once.
// SPDX-License-Identifier: Apache-2.0
#include "application/application_service.h"

#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

#include <thread>

using manager_test::manager_fixture;
using manager_test::write_simple_package;

TEST_CASE("in a passing state everything is refused with that state") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  dm.script("start", R"({"delay_ms":60000})");
  REQUIRE(dm.request("POST", "/applications/one/start?user.name=daemon").status == 202);
  for (const auto& [method, path] :
       std::vector<std::pair<std::string, std::string>>{{"POST", "/applications/one/start"},
                                                        {"POST", "/applications/one/stop"},
                                                        {"DELETE", "/applications/one"}}) {
    const auto refused = dm.request(method, path + "?user.name=nobody");
    CHECK(refused.status == 409);
    CHECK(refused.body == R"({"status":"STARTING"})");
  }
  CHECK(
      dm.request("PUT", "/applications/one?user.name=daemon", R"({"package":"app-1.0.0"})").body ==
      R"({"status":"STARTING"})");
}

TEST_CASE("of many who start at the same time one is accepted") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  dm.script("start", R"({"delay_ms":300})");
  std::atomic<int> accepted{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&] {
      if (dm.request("POST", "/applications/one/start?user.name=daemon").status == 202) ++accepted;
    });
  }
  for (auto& caller : callers) caller.join();
  CHECK(accepted == 1);
  dm.wait_for_state("one", "STARTED");
  CHECK(dm.calls("start").size() == 1);
}

TEST_CASE("an application whose account is refused by now cannot be started") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  dm.stop();
  dm.configure("refused_users", R"(["daemon"])");
  dm.start();
  CHECK(dm.request("POST", "/applications/one/start?user.name=daemon").status == 403);
  CHECK(dm.request("DELETE", "/applications/one?user.name=daemon").status == 202);
  dm.wait_for_state("one", "NOTCREATED");
}
