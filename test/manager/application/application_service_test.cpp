// The states of an application while something is under way, and several callers at once.
// SPDX-License-Identifier: Apache-2.0
#include "application/application_service.h"

#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <exception>
#include <thread>

using manager_test::manager_fixture;
using manager_test::write_simple_package;

TEST_CASE("in a passing state what does not end it is refused with that state") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  dm.script("start", R"({"delay_ms":60000})");
  REQUIRE(dm.request("POST", "/applications/one/start?user.name=daemon").status == 202);
  const auto refused = dm.request("POST", "/applications/one/start?user.name=nobody");
  CHECK(refused.status == 409);
  CHECK(refused.text("status") == "STARTING");
  CHECK(refused.text("kind") == "application");
  CHECK(refused.text("object") == "one");
  CHECK(refused.json["under_way"]["verb"] == "start");
  CHECK(refused.json["under_way"]["user"] == "daemon");
  const std::string id = refused.json["under_way"]["id"].GetString();
  CHECK(dm.get("/operations/" + id).text("verb") == "start");
  CHECK(refused.text("information").find("DELETE /operations/" + id) != std::string::npos);
  // What a stop or a destroy may take the place of is the owner's.
  CHECK(dm.request("POST", "/applications/one/stop?user.name=nobody").status == 403);
  CHECK(dm.request("DELETE", "/applications/one?user.name=nobody").status == 403);
  CHECK(dm.request("PUT", "/applications/one?user.name=daemon", R"({"package":"app-1.0.0"})")
            .text("status") == "STARTING");
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

namespace {

// One application whose start waits.
void start_that_waits(manager_fixture& dm) {
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  dm.script("start", R"({"delay_ms":60000})");
  REQUIRE(dm.request("POST", "/applications/one/start?user.name=daemon").status == 202);
  manager_test::eventually([&] { return dm.calls("start").size() == 1; });
}

}  // namespace

TEST_CASE("a stop of what is being started cancels the start and is then carried out") {
  manager_fixture dm;
  start_that_waits(dm);
  const auto stopped =
      dm.request("POST", "/applications/one/stop?user.name=daemon&wait=60", R"({"kill":true})");
  CHECK(stopped.status == 200);
  CHECK(stopped.text("status") == "SUCCEEDED");
  CHECK(dm.get("/applications/one/status").text("status") == "CREATED");
  CHECK(dm.calls("stop").size() == 1);
  const auto start = dm.get("/operations?verb=start");
  CHECK(start.json["operations"][0]["status"] == "CANCELLED");
  CHECK(start.json["operations"][0]["cancelled_by"] == "daemon");
}

TEST_CASE("so does a destroy") {
  manager_fixture dm;
  start_that_waits(dm);
  CHECK(dm.request("DELETE", "/applications/one?user.name=daemon&wait=60").text("status") ==
        "SUCCEEDED");
  CHECK(dm.get("/applications/one/status").text("status") == "NOTCREATED");
  CHECK_FALSE(dm.made("one", "main"));
}

TEST_CASE("a kill takes the place of a stop that waits for its savepoint") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create_and_start("one", "app-1.0.0");
  dm.script("stop", R"({"delay_ms":60000,"once":true})");
  REQUIRE(dm.request("POST", "/applications/one/stop?user.name=daemon").status == 202);
  manager_test::eventually([&] { return dm.calls("stop").size() == 1; });
  CHECK(dm.request("POST", "/applications/one/stop?user.name=daemon").status == 409);
  CHECK(dm.request("POST", "/applications/one/stop?user.name=daemon&kill=true&wait=60")
            .text("status") == "SUCCEEDED");
  CHECK(dm.get("/applications/one/status").text("status") == "CREATED");
}

TEST_CASE("a stop that took a start's place survives a kill of the host") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start_program();
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  dm.script("start", R"({"deaf_ms":60000})");
  REQUIRE(dm.request("POST", "/applications/one/start?user.name=daemon").status == 202);
  manager_test::eventually([&] { return dm.calls("start").size() == 1; });
  REQUIRE(dm.request("POST", "/applications/one/stop?user.name=daemon").status == 202);
  dm.kill_program();
  dm.unscript("start");
  dm.start_program();
  dm.wait_for_state("one", "CREATED");
  CHECK(dm.calls("stop").size() == 1);
  CHECK(dm.calls("start").size() == 1);
  CHECK(dm.terminate_program() == 0);
}

TEST_CASE("a plugin that takes its time over a request holds up nobody else's write") {
  manager_fixture dm;
  dm.configure("timeouts_ms", R"({"validate":60000})");
  write_simple_package(dm.repository(), "app-1.0.0");
  write_simple_package(dm.repository(), "app-2.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.deploy("app-2.0.0");
  dm.create_and_start("runs", "app-1.0.0");
  dm.create_and_start("waits", "app-1.0.0");
  std::string method = "PUT";
  std::string path = "/applications/new";
  std::string package = "app-1.0.0";
  SECTION("a creation") {}
  SECTION("an upgrade") {
    method = "POST";
    path = "/applications/waits/upgrade";
    package = "app-2.0.0";
  }
  SECTION("a plan") {
    method = "POST";
    path = "/applications/waits/plan";
    package = "app-2.0.0";
  }
  dm.script("validate-properties", R"({"delay_ms":60000})");
  const std::size_t before = dm.calls("validate").size();
  std::atomic<bool> answered{false};
  std::jthread slow([&] {
    try {
      dm.request(method, path + "?user.name=daemon", R"({"package":")" + package + "\"}");
    } catch (const std::exception&) {
      // Cut off by the end, which is as good.
    }
    answered = true;
  });
  manager_test::eventually([&] { return dm.calls("validate").size() > before; });
  // Each kind of write, of other objects.
  CHECK(dm.request("POST", "/applications/runs/savepoints?user.name=daemon").status == 202);
  CHECK(dm.request("POST", "/applications/runs/stop?user.name=daemon&wait=60", R"({"kill":true})")
            .text("status") == "SUCCEEDED");
  CHECK(dm.request("POST", "/applications/runs/start?user.name=daemon&wait=60").text("status") ==
        "SUCCEEDED");
  CHECK(dm.request("DELETE", "/packages/app-2.0.0?user.name=daemon&wait=60").text("status") ==
        "SUCCEEDED");
  CHECK(dm.request("DELETE", "/applications/runs?user.name=daemon&wait=60").text("status") ==
        "SUCCEEDED");
  CHECK_FALSE(answered);
  // The call is cancelled by the end.
  dm.stop();
}

TEST_CASE("ten starts that wait hold back no stop") {
  manager_fixture dm;
  dm.configure("deployer_thread_limit", "2");
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create_and_start("runs", "app-1.0.0");
  for (const char* name : {"a", "b", "c"}) dm.create(name, "app-1.0.0");
  dm.script("start", R"({"delay_ms":60000})");
  for (const char* name : {"a", "b", "c"}) {
    REQUIRE(dm.request("POST", std::string("/applications/") + name + "/start?user.name=daemon")
                .status == 202);
  }
  const auto queued = dm.get("/applications/c/status");
  CHECK(queued.json["under_way"]["status"] == "QUEUED");
  CHECK(queued.json["under_way"]["queued_behind"].GetInt() == 2);
  CHECK(dm.request("POST", "/applications/runs/stop?user.name=daemon&wait=60").text("status") ==
        "SUCCEEDED");
}

TEST_CASE("what a start that was given up has begun is wanted: it can be stopped, not upgraded") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start_program();
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  dm.script("start", R"({"kill_host":true})");
  dm.request_that_kills("POST", "/applications/one/start?user.name=daemon");
  dm.outlive(5);
  const auto status = dm.wait_for_state("one", "CREATED");
  CHECK_THAT(status.text("information"), Catch::Matchers::Contains("given up") &&
                                             Catch::Matchers::Contains("/applications/one/stop"));
  CHECK(status.json.HasMember("summary"));
  CHECK(
      dm.request("POST", "/applications/one/upgrade?user.name=daemon", R"({"package":"app-1.0.0"})")
          .status == 409);
  REQUIRE(dm.request("POST", "/applications/one/stop?user.name=daemon&wait=60").status == 200);
  CHECK_FALSE(dm.get("/applications/one/status").json.HasMember("summary"));
}
