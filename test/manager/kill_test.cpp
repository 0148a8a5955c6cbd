// SIGKILL at each step of each operation: the next Deployment Manager ends what was begun; nothing
// is lost, nothing is destroyed that nobody asked to be. (Upgrades: application_upgrade_test.cpp.)
// SPDX-License-Identifier: Apache-2.0
#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

using manager_test::eventually;
using manager_test::manager_fixture;
using manager_test::write_simple_package;

namespace {

struct step {
  std::string operation;  // method and path behind the application's
  std::string verb;       // of the plugin, during which the host dies
  std::string state;      // what the operation ends in
  std::string from;       // the state that it begins in
};

void begin(manager_fixture& dm, const step& one) {
  if (one.from.empty()) {
    REQUIRE(dm.request("PUT", "/applications/one?user.name=daemon", R"({"package":"app-1.0.0"})")
                .status == 202);
    return;
  }
  const auto space = one.operation.find(' ');
  const std::string body = one.verb == "trigger" ? R"({"operation":"first"})" : "";
  REQUIRE(dm.request(one.operation.substr(0, space),
                     "/applications/one" + one.operation.substr(space + 1) + "?user.name=daemon",
                     body)
              .status == 202);
}

}  // namespace

TEST_CASE("every operation goes on after a kill at each of its steps") {
  const auto [operation, verb, state, from] =
      GENERATE(table<std::string, std::string, std::string, std::string>({
          {"create", "validate-staged", "CREATED", ""},
          {"create", "create", "CREATED", ""},
          {"POST /start", "start", "STARTED", "CREATED"},
          {"POST /stop", "stop", "CREATED", "STARTED"},
          {"POST /savepoints", "trigger", "STARTED", "STARTED"},
          {"DELETE /savepoints/before", "dispose", "STARTED", "STARTED"},
          {"POST /savepoints/before/resume", "resume", "STARTED", "STARTED"},
          {"DELETE ", "destroy", "NOTCREATED", "CREATED"},
          {"DELETE ", "destroy", "NOTCREATED", "STARTED"},
      }));
  const std::string when = GENERATE("kill_host", "kill_host_after");
  INFO(operation << " from " << from << ", killed in " << verb << " (" << when << ")");
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start_program();
  dm.deploy("app-1.0.0");
  dm.create("bystander", "app-1.0.0");
  if (from == "CREATED") dm.create("one", "app-1.0.0");
  if (from == "STARTED") dm.create_and_start("one", "app-1.0.0");
  if (operation.find("before") != std::string::npos) {
    REQUIRE(dm.request("POST", "/applications/one/savepoints?user.name=daemon",
                       R"({"operation":"before"})")
                .status == 202);
    dm.wait_for("/applications/one/savepoints/before", "state", "COMPLETED");
    eventually([&] {
      return dm.get("/applications/one/savepoints/before").json.HasMember("under_way") == false;
    });
  }
  dm.script(verb, "{\"" + when + R"(":true,"once":true})");
  begin(dm, {operation, verb, state, from});
  eventually([&] { return dm.program_ended(); });
  dm.kill_program();
  dm.start_program();

  dm.wait_for_state("one", state);
  CHECK(dm.made("one", "main") == (state != "NOTCREATED"));
  CHECK(dm.made("bystander", "main"));
  const std::string plain = verb.substr(0, verb.find('-'));
  eventually([&] { return dm.calls(plain).size() >= 2; });
  // The same operation, not another one.
  const auto calls = dm.calls(plain);
  CHECK(manager::json::text_of(calls[calls.size() - 1], "correlation_id") ==
        manager::json::text_of(calls[calls.size() - 2], "correlation_id"));
  if (operation == "POST /savepoints") {
    dm.wait_for("/applications/one/savepoints/first", "state", "COMPLETED");
    CHECK(dm.get("/applications/one/savepoints").json["savepoints"].Size() == 1);
  }
  eventually([&] { return std::filesystem::is_empty(dm.directory() / "data/operations"); });
  CHECK(dm.terminate_program() == 0);
}

TEST_CASE("a deployment goes on after a kill while the plugin looks at the package") {
  const std::string when = GENERATE("kill_host", "kill_host_after");
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start_program();
  dm.script("validate-package", "{\"" + when + R"(":true,"once":true})");
  REQUIRE(dm.request("PUT", "/packages/app-1.0.0?user.name=daemon").status == 202);
  eventually([&] { return dm.program_ended(); });
  dm.kill_program();
  dm.start_program();
  dm.wait_for("/packages/app-1.0.0/status", "status", "DEPLOYED");
  dm.create("one", "app-1.0.0");
  CHECK(dm.terminate_program() == 0);
}
