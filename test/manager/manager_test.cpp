// The Deployment Manager as a whole: survival of its death and of orderly ends, and second starts.
// SPDX-License-Identifier: Apache-2.0
#include "manager.h"

#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

using manager_test::eventually;
using manager_test::manager_fixture;
using manager_test::write_simple_package;

TEST_CASE("a start that a killed Deployment Manager left is taken up again") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start_program();
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  dm.script("start", R"({"delay_ms":60000})");
  REQUIRE(dm.request("POST", "/applications/one/start?user.name=daemon").status == 202);
  eventually([&] { return dm.calls("start").size() == 1; });
  CHECK(dm.get("/applications/one/status").text("status") == "STARTING");

  dm.kill_program();
  dm.unscript("start");
  dm.start_program();

  dm.wait_for_state("one", "STARTED");
  const auto starts = dm.calls("start");
  REQUIRE(starts.size() == 2);
  CHECK(manager::json::text_of(starts[0], "correlation_id") ==
        manager::json::text_of(starts[1], "correlation_id"));
  CHECK(dm.terminate_program() == 0);
}

TEST_CASE("a creation during which the host is killed leaves one application, made once more") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start_program();
  dm.deploy("app-1.0.0");
  dm.script("create", R"({"kill_host":true,"once":true})");
  REQUIRE(dm.request("PUT", "/applications/one?user.name=daemon", R"({"package":"app-1.0.0"})")
              .status == 202);
  eventually([&] { return dm.program_ended(); });
  dm.kill_program();

  dm.start_program();
  dm.wait_for_state("one", "CREATED");
  CHECK(dm.made("one", "main"));
  CHECK(dm.calls("create").size() == 2);
  eventually([&] { return std::filesystem::is_empty(dm.directory() / "data/operations"); });
  REQUIRE(dm.request("DELETE", "/applications/one?user.name=daemon").status == 202);
  dm.wait_for_state("one", "NOTCREATED");
  CHECK_FALSE(dm.made("one", "main"));
}

TEST_CASE("an operation that kills every process is given up in the end") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start_program();
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  dm.script("start", R"({"kill_host":true})");
  REQUIRE(dm.request("POST", "/applications/one/start?user.name=daemon").status == 202);
  eventually([&] { return dm.program_ended(); });
  dm.kill_program();
  for (int i = 0; i < 4; ++i) {
    dm.start_program();
    eventually([&] { return dm.program_ended(); });
    dm.kill_program();
  }
  dm.start_program();
  const auto status = dm.wait_for_state("one", "CREATED");
  CHECK(status.text("information").find("given up") != std::string::npos);
}

TEST_CASE("SIGTERM cancels what is under way, which the next process takes up") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start_program();
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  dm.script("start", R"({"delay_ms":60000,"event":{"phase":"waiting","message":"for YARN"}})");
  REQUIRE(dm.request("POST", "/applications/one/start?user.name=daemon").status == 202);
  eventually([&] {
    return dm.get("/applications/one/status").body.find("for YARN") != std::string::npos;
  });
  CHECK(dm.terminate_program() == 0);
  dm.unscript("start");
  dm.start_program();
  dm.wait_for_state("one", "STARTED");
}

TEST_CASE("a second Deployment Manager on the same data is refused") {
  manager_fixture dm;
  dm.start();
  std::vector<manager::problem> problems;
  auto settings = manager::parse_configuration(manager::json::to_text(dm.configuration()),
                                               dm.directory().path(), problems);
  REQUIRE(settings);
  CHECK_THROWS_WITH(manager::deployment_manager(std::move(*settings)),
                    Catch::Matchers::Contains("in use by another Deployment Manager"));
}

TEST_CASE("a taken port is named") {
  manager_fixture first;
  first.start();
  manager_fixture second;
  second.configure("listen", "{\"port\":" + std::to_string(first.port()) + "}");
  CHECK_THROWS_WITH(second.start(), Catch::Matchers::Contains(std::to_string(first.port())));
}
