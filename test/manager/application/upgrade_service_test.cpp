// What an upgrade is refused for at once.
// SPDX-License-Identifier: Apache-2.0
#include "application/upgrade_service.h"

#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

using manager_test::manager_fixture;
using manager_test::write_simple_package;

namespace {

manager_test::answer upgrade(manager_fixture& dm, const std::string& body,
                             const std::string& user = "daemon") {
  return dm.request("POST", "/applications/one/upgrade?user.name=" + user, body);
}

// {"package": …, "fake": {"main": {"<prefix>0": value, …}}}
std::string with_properties(const std::string& prefix, int count, const std::string& value,
                            const std::string& more = "") {
  std::string properties;
  for (int i = 0; i < count; ++i) {
    properties += fmt::format("{}\"{}{}\":{}", i == 0 ? "" : ",", prefix, i, value);
  }
  return fmt::format(R"({{"package":"app-1.0.0","fake":{{"main":{{{}{}}}}}}})", properties, more);
}

void prepare(manager_fixture& dm) {
  write_simple_package(dm.repository(), "app-1.0.0");
  write_simple_package(dm.repository(), "app-2.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
}

}  // namespace

TEST_CASE("a wrong body is refused with all that is wrong") {
  manager_fixture dm;
  prepare(dm);
  dm.create("one", "app-1.0.0");
  const auto refused =
      upgrade(dm, R"({"package":7,"timeout_ms":0,"allow_non_restored_state":"yes","user":"x",
                      "fake":{"main":3}})");
  CHECK(refused.status == 400);
  REQUIRE(refused.json["details"].Size() == 5);
  CHECK(upgrade(dm, "[]").status == 400);
  CHECK(upgrade(dm, "").json["details"][0]["path"] == "$.package");
  CHECK(dm.request("POST", "/applications/one/upgrade", R"({"package":"app-1.0.0"})").status ==
        400);
}

TEST_CASE("application, package and account are looked at in this order") {
  manager_fixture dm;
  prepare(dm);
  const std::string body = R"({"package":"app-2.0.0"})";
  const auto unknown = upgrade(dm, body, "nobody");
  CHECK(unknown.status == 404);
  CHECK(unknown.text("status") == "NOTCREATED");
  dm.create("one", "app-1.0.0");
  const auto stranger = upgrade(dm, body, "nobody");
  CHECK(stranger.status == 403);
  CHECK(
      stranger.text("information") ==
      R"(User "nobody" does not have authorization for "deployment_manager:application:upgrade")");
  const auto absent = upgrade(dm, body);
  CHECK(absent.status == 404);
  CHECK(absent.text("status") == "NOTDEPLOYED");
  dm.script("start", R"({"delay_ms":60000})");
  REQUIRE(dm.request("POST", "/applications/one/start?user.name=daemon").status == 202);
  CHECK(upgrade(dm, body).text("status") == "STARTING");
}

TEST_CASE("what the plugin refuses of the new version is 400, and nothing is touched") {
  manager_fixture dm;
  prepare(dm);
  dm.deploy("app-2.0.0");
  dm.create_and_start("one", "app-1.0.0");
  dm.script("validate-properties", R"({"status":3,"reply":{"schema":1,"error":{
      "code":"INVALID_ARGUMENT","message":"wrong","details":[
      {"path":"$.component_parallelism","found":"-1","allowed":"1 to 32768"}]}}})");
  const auto refused = upgrade(dm, R"({"package":"app-2.0.0"})");
  CHECK(refused.status == 400);
  CHECK(refused.json["details"][0]["path"] == "fake/main: $.parallelism");
  CHECK(dm.get("/applications/one/status").text("status") == "STARTED");
  CHECK(std::filesystem::is_empty(dm.directory() / "data/operations"));
}

TEST_CASE("without the old package there is no way back, so there is no upgrade") {
  manager_fixture dm;
  prepare(dm);
  dm.deploy("app-2.0.0");
  dm.create("one", "app-1.0.0");
  REQUIRE(dm.request("DELETE", "/packages/app-1.0.0?user.name=daemon").status == 202);
  dm.wait_for("/packages/app-1.0.0/status", "status", "NOTDEPLOYED");
  const auto refused = upgrade(dm, R"({"package":"app-2.0.0"})");
  CHECK(refused.status == 409);
  CHECK(refused.text("information").find("app-1.0.0") != std::string::npos);
  CHECK(refused.text("information").find("deploy it again") != std::string::npos);
}

TEST_CASE("while it is upgraded everything else is refused with the passing state") {
  manager_fixture dm;
  prepare(dm);
  dm.deploy("app-2.0.0");
  dm.create_and_start("one", "app-1.0.0");
  dm.script("stop", R"({"delay_ms":60000})");
  REQUIRE(upgrade(dm, R"({"package":"app-2.0.0"})").status == 202);
  const auto status = dm.wait_for_state("one", "STOPPING");
  CHECK(status.text("information").starts_with("upgrade from app-1.0.0 to app-2.0.0"));
  CHECK(upgrade(dm, R"({"package":"app-2.0.0"})").text("status") == "STOPPING");
  CHECK(dm.request("DELETE", "/applications/one?user.name=daemon").status == 409);
  CHECK(dm.request("POST", "/applications/one/savepoints?user.name=daemon").status == 409);
}

TEST_CASE("a name with a NUL is refused by a plan, and nothing of it is kept") {
  manager_fixture dm;
  prepare(dm);
  dm.create("one", "app-1.0.0");
  const auto refused = dm.request("POST", "/applications/one/plan?user.name=daemon",
                                  R"({"package":"app-1.0.0","fa\u0000ke":{"c0":{"p":1}}})");
  CHECK(refused.status == 400);
  CHECK(refused.json["details"][0]["path"] == R"($.fa\x00ke)");
  CHECK(dm.get("/applications/one").text("status") == "CREATED");
}

TEST_CASE("upgrades add up to as many properties as a creation may have, and no further") {
  manager_fixture dm;
  prepare(dm);
  dm.create("one", "app-1.0.0");
  REQUIRE(upgrade(dm, with_properties("p", 600, "1")).status == 202);
  dm.wait_for_state("one", "CREATED");
  const std::string more = with_properties("q", 600, "1");
  for (const auto& refused :
       {upgrade(dm, more), dm.request("POST", "/applications/one/plan?user.name=daemon", more)}) {
    CHECK(refused.status == 400);
    CHECK(refused.json["details"][0]["path"] == "$.fake.main");
    CHECK(refused.json["details"][0]["found"] ==
          "1200 properties, with those that the application has");
    CHECK(refused.json["details"][0]["allowed"] == "at most 1000; null takes one away");
  }
  REQUIRE(upgrade(dm, with_properties("p", 600, "null")).status == 202);
  dm.wait_for_state("one", "CREATED");
  CHECK(upgrade(dm, more).status == 202);
  dm.wait_for_state("one", "CREATED");
}

TEST_CASE("nor do they add up to more bytes than one request may have") {
  manager_fixture dm;
  prepare(dm);
  dm.create("one", "app-1.0.0");
  const std::string large = manager::json::quote(std::string(600'000, 'x'));
  REQUIRE(upgrade(dm, with_properties("p", 1, large)).status == 202);
  dm.wait_for_state("one", "CREATED");
  const auto refused = upgrade(dm, with_properties("q", 1, large));
  CHECK(refused.status == 400);
  CHECK(refused.text("information").find("listen.request_bytes = 1048576") != std::string::npos);
  CHECK(upgrade(dm, with_properties("q", 1, large, R"(,"p0":null)")).status == 202);
  dm.wait_for_state("one", "CREATED");
}

TEST_CASE("properties of a component stay while one of two versions has it, and no longer") {
  manager_fixture dm;
  prepare(dm);
  manager_test::package_builder(dm.repository() / "app-3.0.0.tar.gz")
      .file("app-3.0.0/fake/other/x", "1")
      .close();
  dm.deploy("app-3.0.0");
  REQUIRE(dm.request("PUT", "/applications/one?user.name=daemon",
                     R"({"package":"app-1.0.0","fake":{"main":{"topic":"t"}}})")
              .status == 202);
  dm.wait_for_state("one", "CREATED");
  const auto to = [&](const std::string& package) {
    REQUIRE(upgrade(dm, R"({"package":")" + package + "\"}").status == 202);
    dm.wait_for_state("one", "CREATED");
    return dm.get("/applications/one").body;
  };
  CHECK(to("app-3.0.0").find("topic") != std::string::npos);
  CHECK(to("app-1.0.0").find("topic") != std::string::npos);
  to("app-3.0.0");
  CHECK(to("app-3.0.0").find("topic") == std::string::npos);
}
