// /applications, by HTTP: creating, starting, stopping, destroying, and the order of the checks.
// SPDX-License-Identifier: Apache-2.0
#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <atomic>
#include <exception>
#include <thread>
#include <vector>

using manager_test::manager_fixture;
using manager_test::package_builder;
using manager_test::write_simple_package;

TEST_CASE("an application's life") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  CHECK(dm.get("/applications").body == "[]");
  CHECK(dm.get("/applications/one?user.name=daemon").body ==
        R"({"status":"NOTCREATED","information":null})");

  const std::string body = R"({"package":"app-1.0.0","fake":{"main":{"count":4,"extra":"x"}}})";
  CHECK(dm.request("PUT", "/applications/one?user.name=daemon", body).status == 202);
  dm.wait_for_state("one", "CREATED");
  CHECK(dm.get("/applications").body == R"(["one"])");
  const auto record = dm.get("/applications/one?user.name=daemon");
  CHECK(record.text("name") == "one");
  CHECK(record.text("package_name") == "app-1.0.0");
  CHECK(record.json["overrides"]["package"] == "app-1.0.0");
  CHECK(record.json["overrides"]["user"] == "daemon");
  CHECK(record.json["overrides"]["fake"]["main"]["count"].GetInt() == 4);
  CHECK(record.json["defaults"]["fake"]["main"]["count"].GetInt() == 3);
  CHECK(record.text("information").empty());

  const auto created = dm.calls("create");
  REQUIRE(created.size() == 1);
  const auto& properties = created[0]["request"]["properties"];
  CHECK(properties["component_count"].GetInt() == 4);
  CHECK(properties["component_extra"] == "x");
  CHECK(properties["environment_namespace"] == "test");
  CHECK(properties["component_job_name"] == "one-main-job");
  CHECK(created[0]["request"]["package"] == "app-1.0.0");

  CHECK(dm.request("POST", "/applications/one/start?user.name=daemon").status == 202);
  dm.wait_for_state("one", "STARTED");
  CHECK(dm.calls("start")[0]["request"]["data"]["made"] == "main");
  auto again = dm.request("POST", "/applications/one/start?user.name=daemon");
  CHECK(again.status == 409);
  CHECK(again.text("status") == "STARTED");
  CHECK(dm.request("PUT", "/applications/one?user.name=daemon", body).status == 409);

  CHECK(dm.request("POST", "/applications/one/stop?user.name=daemon").status == 202);
  dm.wait_for_state("one", "CREATED");
  CHECK(dm.request("POST", "/applications/one/stop?user.name=daemon").status == 409);
  CHECK(dm.request("DELETE", "/applications/one?user.name=daemon&savepoints=dispose").status ==
        202);
  dm.wait_for_state("one", "NOTCREATED");
  CHECK(dm.calls("destroy")[0]["request"]["savepoints"] == "dispose");
  CHECK(dm.request("DELETE", "/applications/one?user.name=daemon").status == 404);
  CHECK(dm.request("POST", "/applications/one/start?user.name=daemon").status == 404);
  CHECK(dm.request("POST", "/applications/one/stop?user.name=daemon").status == 404);
}

TEST_CASE("the checks of a creation come in the contract's order") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  const auto put = [&](const std::string& body, const std::string& query = "?user.name=daemon",
                       const std::string& name = "one") {
    return dm.request("PUT", "/applications/" + name + query, body);
  };
  CHECK(put("not json").text("information").starts_with("Invalid request body"));
  CHECK(put("not json", "").status == 400);
  CHECK(put(R"(["package"])").status == 400);
  CHECK(put("{}").text("information") == "Invalid request body. Missing field 'package'");
  CHECK(put(R"({"package":"app-1.0.0","user":"x"})").text("information") ==
        "Invalid request body. User should be passed as URI parameter user.name");
  CHECK(put(R"({"package":"app-1.0.0"})", "").status == 400);
  CHECK(put(R"({"package":7})").status == 400);
  auto absent = put(R"({"package":"absent-1.0.0"})", "?user.name=no-such-account");
  CHECK(absent.status == 404);
  CHECK(absent.text("status") == "NOTDEPLOYED");
  CHECK(absent.text("kind") == "package");
  CHECK(absent.text("object") == "absent-1.0.0");
  CHECK(absent.text("information").find("PUT /packages/absent-1.0.0") != std::string::npos);
  CHECK(put(R"({"package":"app-1.0.0"})", "?user.name=no-such-account").status == 403);
  CHECK(put(R"({"package":"app-1.0.0","fake":7})").status == 400);
  CHECK(put(R"({"package":"app-1.0.0","fake":{"main":"x"}})").status == 400);
  for (const char* name : {"a.b", "a%20b", "-a", "a%0A", "%2e%2e", "a%2Fb"}) {
    INFO(name);
    CHECK(put(R"({"package":"app-1.0.0"})", "?user.name=daemon", name).status == 400);
  }
  CHECK(dm.get("/applications").body == "[]");
  CHECK(dm.calls("create").empty());
}

TEST_CASE("no application runs as a refused account") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  SECTION("root is refused unless the configuration says otherwise") {
    dm.start();
    dm.deploy("app-1.0.0");
    const auto refused =
        dm.request("PUT", "/applications/one?user.name=root", R"({"package":"app-1.0.0"})");
    CHECK(refused.status == 403);
    CHECK(refused.text("information").find("refused_users") != std::string::npos);
  }
  SECTION("the list is the administrator's") {
    dm.configure("refused_users", R"(["daemon"])");
    dm.start();
    dm.deploy("app-1.0.0");
    CHECK(dm.request("PUT", "/applications/one?user.name=daemon", R"({"package":"app-1.0.0"})")
              .status == 403);
    CHECK(dm.request("PUT", "/applications/two?user.name=root", R"({"package":"app-1.0.0"})")
              .status == 202);
    dm.wait_for_state("two", "CREATED");
  }
}

TEST_CASE("what the plugin refuses is 400 with all problems, and nothing is recorded") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.script("validate", R"({"status":3,"reply":{"schema":1,"error":{"code":"INVALID_ARGUMENT",
    "message":"the properties are wrong","details":[
      {"path":"$.component_main_jar","found":"nothing","allowed":"a file name"},
      {"path":"$.component_parallelism","found":"-1","allowed":"1 to 32768"}]}}})");
  const auto refused =
      dm.request("PUT", "/applications/one?user.name=daemon", R"({"package":"app-1.0.0"})");
  CHECK(refused.status == 400);
  REQUIRE(refused.json["details"].Size() == 2);
  CHECK(refused.json["details"][1]["path"] == "fake/main: $.parallelism");
  CHECK(refused.text("information").find("main_jar") != std::string::npos);
  CHECK(dm.get("/applications/one?user.name=daemon").body ==
        R"({"status":"NOTCREATED","information":null})");
}

TEST_CASE("only the owner and administrators may touch an application") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.configure("admin_group", R"("root")");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  const auto refused = dm.request("POST", "/applications/one/start?user.name=nobody");
  CHECK(refused.status == 403);
  CHECK(refused.text("information") ==
        R"(User "nobody" does not have authorization for "deployment_manager:application:start")");
  CHECK(dm.request("DELETE", "/applications/one?user.name=nobody").status == 403);
  CHECK(dm.request("POST", "/applications/one/start?user.name=root").status == 202);
  dm.wait_for_state("one", "STARTED");
  CHECK(dm.request("POST", "/applications/one/stop?user.name=nobody").status == 403);
}

TEST_CASE("unknown words, options and values are refused") {
  manager_fixture dm;
  dm.start();
  CHECK(
      dm.request("POST", "/applications/one/jump?user.name=daemon").body ==
      R"x({"information":"jump is not a valid action (start, stop, upgrade, plan, savepoints)"})x");
  CHECK(dm.request("POST", "/applications/one/jump").status == 400);
  CHECK(
      dm.get("/applications/one/jump").body ==
      R"x({"information":"jump is not a valid query (status, detail, summary, components, savepoints)"})x");
  CHECK(dm.request("POST", "/applications/one/start").status == 400);
  CHECK(dm.request("POST", "/applications/one/stop").status == 400);
  CHECK(dm.request("DELETE", "/applications/one").status == 400);
  CHECK(
      dm.request("POST", "/applications/one/start?user.name=daemon", R"({"acept_state_loss":true})")
          .status == 400);
  CHECK(dm.request("POST", "/applications/one/start?user.name=daemon", R"({"wait":1})").status ==
        400);
  CHECK(dm.request("DELETE", "/applications/one?user.name=daemon&savepoints=burn").status == 400);
}

TEST_CASE("options reach the plugin") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  CHECK(dm.request("POST", "/applications/one/start?user.name=daemon",
                   R"({"accept_state_loss":true,"wait":false})")
            .status == 202);
  dm.wait_for_state("one", "STARTED");
  const auto start = dm.calls("start");
  CHECK(start[0]["request"]["accept_state_loss"].GetBool());
  CHECK_FALSE(start[0]["request"]["wait"].GetBool());
  CHECK(start[0]["request"]["user"] == "daemon");
  CHECK(dm.request("POST", "/applications/one/stop?user.name=daemon&kill=true").status == 202);
  dm.wait_for_state("one", "CREATED");
  CHECK(dm.calls("stop")[0]["request"]["kill"].GetBool());
}

namespace {

// Of about 930 kB: members with the shortest names that there are for so many.
std::string many_members(const std::string& before, const std::string& value,
                         const std::string& after) {
  std::string text = before;
  for (int i = 0; i < 100'000 && text.size() < 1'000'000; ++i) {
    text += fmt::format("{}\"{:x}\":{}", i == 0 ? "" : ",", i, value);
  }
  return text + after;
}

}  // namespace

TEST_CASE("bodies of a hundred thousand small members are refused with few words, and at once") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create("there", "app-1.0.0");
  const std::string package = R"({"package":"app-1.0.0",)";
  const std::vector<std::pair<std::string, std::string>> bodies = {
      {many_members(package + R"("fake":{"main":{)", "1", "}}}"), "100000 properties"},
      {many_members(package + R"("fake":{)", "{}", "}}"), "has no such component"},
      {many_members(package, "{}", "}"), "no component of this type"},
      {many_members(package + R"("fake":{"main":{}},)", "1", "}"), "an object"}};
  for (const auto& [body, reason] : bodies) {
    INFO(reason);
    CHECK(body.size() > 900'000);
    for (const auto& [method, path] :
         {std::pair("PUT", "/applications/new"), std::pair("POST", "/applications/there/plan"),
          std::pair("POST", "/applications/there/upgrade")}) {
      INFO(path);
      const auto refused = dm.request(method, std::string(path) + "?user.name=daemon", body);
      CHECK(refused.status == 400);
      CHECK(refused.text("information").find(reason) != std::string::npos);
      CHECK(refused.json["details"].Size() <= 101);
      CHECK(refused.body.size() < 150'000);
    }
  }
  const auto options =
      dm.request("POST", "/applications/there/stop?user.name=daemon", many_members("{", "1", "}"));
  CHECK(options.status == 400);
  CHECK(options.json["details"].Size() == 101);
  CHECK(dm.get("/applications").body == R"(["there"])");

  // While such bodies are sent, somebody else's question waits for none of them.
  std::atomic<bool> enough{false};
  std::atomic<int> refused{0};
  std::atomic<int> others{0};
  std::vector<std::jthread> senders;
  for (int i = 0; i < 2; ++i) {
    senders.emplace_back([&, i] {
      while (!enough) {
        try {
          const std::string& body = bodies[static_cast<std::size_t>(i)].first;
          const auto answer = dm.request("PUT", "/applications/new?user.name=daemon", body);
          ++(answer.status == 400 ? refused : others);
        } catch (const std::exception&) {
          ++others;
        }
      }
    });
  }
  // Also where the test fails.
  struct at_the_end {
    std::atomic<bool>& reached;
    ~at_the_end() { reached = true; }
  };
  const at_the_end end{enough};
  const auto all_answered = [&] {
    constexpr int questions = 100;
    for (int i = 0; i < questions; ++i) {
      if (dm.get("/applications").status != 200) return false;
    }
    return true;
  };
  manager_test::eventually([&] { return refused > 0; });
  const int before = refused;
  const bool answered = all_answered();
  const int meanwhile = refused - before;
  enough = true;
  senders.clear();
  CHECK(answered);
  CHECK(others == 0);
  CHECK(meanwhile < 100);
}
