// Operations that this process leaves alone, since another one can carry them out: where that is
// said, and that nothing of them is touched.
// SPDX-License-Identifier: Apache-2.0
#include "operation/set_aside_operations.h"

#include "registry/registry.h"
#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

using manager_test::eventually;
using manager_test::manager_fixture;
using manager_test::write_simple_package;

TEST_CASE("what the journal has of a newer version is left alone, and said") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create_and_start("one", "app-1.0.0");
  dm.stop();
  std::string verb = "rescale";
  std::string request = "{}";
  SECTION("a verb") {}
  SECTION("a phase") {
    verb = "upgrade";
    request = R"({"phase":"warm_up"})";
  }
  {
    manager::registry registry(dm.directory() / "data/registry.sqlite");
    manager::operation_record operation;
    operation.id = "0123456789abcdef0123456789abcdef";
    operation.noun = "application";
    operation.name = "one";
    operation.verb = verb;
    operation.user = "daemon";
    operation.state_before = "STARTED";
    operation.request = request;
    registry.transact([&](manager::registry_view& view) {
      view.operations.add(operation);
      view.applications.set_state("one", "STOPPING", std::nullopt);
    });
  }
  dm.start();
  const auto seen = dm.get("/applications/one/status?user.name=daemon");
  CHECK(seen.text("status") == "STOPPING");
  CHECK(seen.text("information").find("is left alone") != std::string::npos);
  CHECK(dm.request("DELETE", "/applications/one?user.name=daemon").status == 503);
  CHECK(dm.request("POST", "/applications/one/stop?user.name=daemon").status == 503);
  CHECK(dm.request("POST", "/applications/one/savepoints?user.name=daemon").status == 503);

  // Whoever asks for operations, or watches figures, learns it as well.
  const std::string id = "0123456789abcdef0123456789abcdef";
  REQUIRE(seen.json["set_aside"].Size() == 1);
  CHECK(seen.json["set_aside"][0]["id"] == id.c_str());
  const auto operation = dm.get("/operations/" + id + "?user.name=daemon");
  CHECK(operation.text("status") == "SET_ASIDE");
  CHECK(operation.text("verb") == verb);
  CHECK(operation.text("information").find("is taken up when") != std::string::npos);
  CHECK_FALSE(operation.json["cancellable"].GetBool());
  const auto listed = dm.get("/operations?status=SET_ASIDE&object=one");
  REQUIRE(listed.json["operations"].Size() == 1);
  CHECK(listed.json["operations"][0]["id"] == id.c_str());
  CHECK(dm.get("/operations?status=RUNNING").json["operations"].Empty());
  CHECK(dm.get("/operations").json["operations"].Size() == 4);
  const auto cancelled = dm.request("DELETE", "/operations/" + id + "?user.name=daemon");
  CHECK(cancelled.status == 409);
  CHECK(cancelled.text("information").find("is left alone") != std::string::npos);
  CHECK(dm.get("/metrics")
            .body.find("deployment_manager_operations_set_aside{noun="
                       "\"application\",verb=\"" +
                       verb + "\"} 1") != std::string::npos);
  CHECK(dm.get("/applications?view=status&user.name=daemon").json["one"]["information"] ==
        seen.json["information"]);
  dm.stop();
  manager::registry registry(dm.directory() / "data/registry.sqlite");
  CHECK(registry.transact([](manager::registry_view& view) { return view.operations.all(); })
            .size() == 1);
  CHECK(dm.made("one", "main"));
  CHECK(dm.calls("destroy").empty());
}

TEST_CASE("so is what it has of packages, of savepoints and of things that are not known at all") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create_and_start("one", "app-1.0.0");
  dm.stop();
  manager::operation_record operation;
  operation.id = "0123456789abcdef0123456789abcdef";
  operation.user = "daemon";
  operation.verb = "migrate";
  SECTION("a package") {
    operation.noun = "package";
    operation.name = "app-1.0.0";
  }
  SECTION("a savepoint") {
    operation.noun = "savepoint";
    operation.name = "one/first";
  }
  SECTION("something else") {
    operation.noun = "volume";
    operation.name = "v";
  }
  const auto journal = [&] {
    manager::registry registry(dm.directory() / "data/registry.sqlite");
    return registry.transact([](manager::registry_view& view) { return view.operations.all(); });
  };
  {
    manager::registry registry(dm.directory() / "data/registry.sqlite");
    registry.transact([&](manager::registry_view& view) { view.operations.add(operation); });
  }
  dm.start();
  CHECK(dm.get("/operations/" + operation.id).text("status") == "SET_ASIDE");
  if (operation.noun == "package") {
    CHECK(dm.request("DELETE", "/packages/app-1.0.0?user.name=daemon").status == 503);
  }
  if (operation.noun == "savepoint") {
    const auto refused = dm.request("POST", "/applications/one/savepoints?user.name=daemon",
                                    R"({"operation":"first"})");
    CHECK(refused.status == 503);
    CHECK(refused.text("information").find("migrate") != std::string::npos);
  }
  dm.stop();
  REQUIRE(journal().size() == 1);
  CHECK(journal()[0].attempts == 0);
  CHECK(dm.calls("destroy").empty());
  CHECK(dm.calls("trigger").empty());
  CHECK(std::filesystem::exists(dm.directory() / "data/packages/app-1.0.0.tar.gz"));
}

TEST_CASE("a package and a savepoint whose operation is left alone say so, and wait for nobody") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create_and_start("one", "app-1.0.0");
  dm.stop();
  {
    manager::registry registry(dm.directory() / "data/registry.sqlite");
    registry.transact([&](manager::registry_view& view) {
      manager::operation_record operation;
      operation.id = std::string(32, '1');
      operation.noun = "package";
      operation.name = "app-1.0.0";
      operation.verb = "verify";
      operation.user = "daemon";
      view.operations.add(operation);
      view.packages.set_state("app-1.0.0", "UNDEPLOYING", std::nullopt);
      operation.id = std::string(32, '2');
      operation.noun = "savepoint";
      operation.name = "one/nightly";
      operation.verb = "copy";
      view.operations.add(operation);
    });
  }
  dm.start();
  const auto package = dm.get("/packages/app-1.0.0/status");
  CHECK(package.text("status") == "UNDEPLOYING");
  CHECK(package.text("information").find("verify") != std::string::npos);
  CHECK(package.json["set_aside"][0]["verb"] == "verify");
  CHECK(dm.request("DELETE", "/packages/app-1.0.0?user.name=daemon").status == 503);
  // The application itself goes on.
  const auto application = dm.get("/applications/one/status");
  CHECK(application.text("status") == "STARTED");
  CHECK(application.json["set_aside"][0]["object"] == "one/nightly");
  CHECK(dm.request("POST", "/applications/one/savepoints?user.name=daemon",
                   R"({"operation":"nightly"})")
            .status == 503);
  CHECK(dm.request("POST", "/applications/one/savepoints?user.name=daemon&wait=60",
                   R"({"operation":"other"})")
            .text("status") == "SUCCEEDED");
  CHECK(dm.get("/operations?status=SET_ASIDE").json["operations"].Size() == 2);
}

TEST_CASE("an operation whose plugin does not load stays in the journal and goes on when it does") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  write_simple_package(dm.repository(), "app-2.0.0");
  dm.start_program();
  dm.deploy("app-1.0.0");
  dm.deploy("app-2.0.0");
  dm.create_and_start("one", "app-1.0.0");
  dm.script("destroy", R"({"kill_host":true,"once":true})");
  dm.request_that_kills("POST", "/applications/one/upgrade?user.name=daemon",
                        R"({"package":"app-2.0.0"})");
  eventually([&] { return dm.program_ended(); });
  dm.kill_program();
  dm.take_plugins_away();
  dm.start_program();
  const auto waiting = dm.get("/applications/one/status?user.name=daemon");
  CHECK(waiting.text("status") == "STOPPING");
  CHECK(waiting.text("information").find("is left alone") != std::string::npos);
  CHECK(dm.request("DELETE", "/applications/one?user.name=daemon").status == 503);
  CHECK(dm.get("/selftest/all").text("status") == "fail");
  CHECK(dm.terminate_program() == 0);
  dm.bring_plugins_back();
  dm.start_program();
  dm.wait_for_state("one", "STARTED");
  CHECK(dm.get("/applications/one").text("package_name") == "app-2.0.0");
}

TEST_CASE("an application whose plugin does not load is said to be so, and nothing is done to it") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create_and_start("one", "app-1.0.0");
  dm.stop();
  dm.take_plugins_away();
  dm.start();
  const auto seen = dm.get("/applications/one/status?user.name=daemon");
  CHECK(seen.text("status") == "STARTED");
  CHECK(seen.text("summary") == "UNKNOWN");
  CHECK(seen.text("problem").find("no plugin in") != std::string::npos);
  // 503, since it is away: nothing is wrong with what is asked for.
  const std::string package = R"({"package":"app-1.0.0"})";
  CHECK(dm.request("POST", "/applications/one/stop?user.name=daemon").status == 503);
  CHECK(dm.request("DELETE", "/applications/one?user.name=daemon").status == 503);
  CHECK(dm.request("POST", "/applications/one/upgrade?user.name=daemon", package).status == 503);
  CHECK(dm.request("POST", "/applications/one/plan?user.name=daemon", R"({"savepoint":"latest"})")
            .status == 503);
  CHECK(dm.request("POST", "/applications/one/savepoints?user.name=daemon").status == 503);
  CHECK(dm.get("/applications/one/savepoints").status == 503);
  CHECK(dm.request("PUT", "/applications/two?user.name=daemon", package).status == 503);
  CHECK(dm.get("/applications/one/status").text("status") == "STARTED");
  CHECK(dm.calls("destroy").empty());
}
