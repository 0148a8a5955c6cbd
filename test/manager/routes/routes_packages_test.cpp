// /packages, by HTTP.
// SPDX-License-Identifier: Apache-2.0
#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

using manager_test::manager_fixture;
using manager_test::package_builder;
using manager_test::write_simple_package;

TEST_CASE("a package's life: states, record, list, owner") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();

  auto unknown = dm.get("/packages/app-1.0.0/status");
  CHECK(unknown.status == 200);
  CHECK(unknown.body == R"({"status":"NOTDEPLOYED","information":null})");
  CHECK(dm.get("/packages").body == "[]");

  dm.deploy("app-1.0.0");
  CHECK(dm.get("/packages").body == R"(["app-1.0.0"])");
  auto record = dm.get("/packages/app-1.0.0");
  CHECK(record.status == 200);
  CHECK(record.text("name") == "app");
  CHECK(record.text("version") == "1.0.0");
  CHECK(record.text("status") == "DEPLOYED");
  CHECK(record.text("user") == "daemon");
  CHECK(record.json["defaults"]["fake"]["main"]["count"].GetInt() == 3);
  CHECK(record.body.find("hush") == std::string::npos);

  auto again = dm.request("PUT", "/packages/app-1.0.0?user.name=daemon");
  CHECK(again.status == 409);
  CHECK(again.text("status") == "DEPLOYED");

  auto stranger = dm.request("DELETE", "/packages/app-1.0.0?user.name=nobody");
  CHECK(stranger.status == 403);
  CHECK(
      stranger.body ==
      R"({"information":"User \"nobody\" does not have authorization for \"deployment_manager:package:undeploy\""})");

  CHECK(dm.request("DELETE", "/packages/app-1.0.0?user.name=daemon").status == 202);
  dm.wait_for("/packages/app-1.0.0/status", "status", "NOTDEPLOYED");
  auto absent = dm.request("DELETE", "/packages/app-1.0.0?user.name=daemon");
  CHECK(absent.status == 404);
  CHECK(absent.text("status") == "NOTDEPLOYED");
}

TEST_CASE("who asks must be given and known") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  auto missing = dm.request("PUT", "/packages/app-1.0.0");
  CHECK(missing.status == 400);
  CHECK(missing.text("information").find("user.name") != std::string::npos);
  auto unknown = dm.request("PUT", "/packages/app-1.0.0?user.name=no-such-account");
  CHECK(unknown.status == 403);
  CHECK(unknown.body == R"({"information":"Failed to find details for user \"no-such-account\""})");
  CHECK(dm.get("/packages?user.name=no-such-account").status == 403);
  CHECK(dm.request("DELETE", "/packages/app-1.0.0?user.name=no-such-account").status == 404);
}

TEST_CASE("a package that the repository lacks is accepted and then not deployed") {
  manager_fixture dm;
  dm.start();
  CHECK(dm.request("PUT", "/packages/absent-1.0.0?user.name=daemon").status == 202);
  manager_test::eventually(
      [&] { return dm.get("/packages/absent-1.0.0/status").text("information") != ""; });
  const auto status = dm.get("/packages/absent-1.0.0/status");
  CHECK(status.text("status") == "NOTDEPLOYED");
  CHECK(
      status.text("information").starts_with("Error deploying absent-1.0.0 NotFound, details: \""));
}

TEST_CASE("a name that is no package's is refused at once") {
  manager_fixture dm;
  dm.start();
  for (const char* name : {"app", "app-1.0", "app-1.0.0%0A", "..-1.0.0", "%2e%2e%2fapp-1.0.0"}) {
    INFO(name);
    CHECK(dm.request("PUT", std::string("/packages/") + name + "?user.name=daemon").status == 400);
  }
}

TEST_CASE("an unknown component type is named") {
  manager_fixture dm;
  package_builder(dm.repository() / "app-1.0.0.tar.gz")
      .file("app-1.0.0/strange/main/x", "y")
      .close();
  dm.start();
  REQUIRE(dm.request("PUT", "/packages/app-1.0.0?user.name=daemon").status == 202);
  manager_test::eventually(
      [&] { return dm.get("/packages/app-1.0.0/status").text("information") != ""; });
  const auto information = dm.get("/packages/app-1.0.0/status").text("information");
  CHECK(information.find("FailedValidation") != std::string::npos);
  CHECK(information.find("strange") != std::string::npos);
  CHECK(information.find("known: fake") != std::string::npos);
}

TEST_CASE("the applications of a package are listed") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  CHECK(dm.get("/packages/app-1.0.0/applications").body == "[]");
  dm.create("two", "app-1.0.0");
  dm.create("one", "app-1.0.0");
  CHECK(dm.get("/packages/app-1.0.0/applications").body == R"(["one","two"])");
  CHECK(dm.request("DELETE", "/packages/app-1.0.0?user.name=daemon").status == 202);
  dm.wait_for("/packages/app-1.0.0/status", "status", "NOTDEPLOYED");
  CHECK(dm.get("/applications/one/status").text("status") == "CREATED");
}

TEST_CASE("packages are filtered by name, beginning and state, with a view of their states") {
  manager_fixture dm;
  for (const char* name : {"app-1.0.0", "app-2.0.0", "app-extra-1.0.0"}) {
    write_simple_package(dm.repository(), name);
  }
  dm.start();
  for (const char* name : {"app-1.0.0", "app-2.0.0", "app-extra-1.0.0"}) dm.deploy(name);
  REQUIRE(dm.request("PUT", "/packages/absent-1.0.0?user.name=daemon&wait=60").status == 200);
  CHECK(dm.get("/packages").body == R"(["app-1.0.0","app-2.0.0","app-extra-1.0.0"])");
  CHECK(dm.get("/packages?name=app").body == R"(["app-1.0.0","app-2.0.0"])");
  CHECK(dm.get("/packages?prefix=app-e").body == R"(["app-extra-1.0.0"])");
  CHECK(dm.get("/packages?status=NOTDEPLOYED").body == R"(["absent-1.0.0"])");
  CHECK(dm.get("/packages?limit=1").body == R"(["app-1.0.0"])");
  CHECK(dm.next_page("/packages?limit=1") == "/packages?limit=1&after=app-1.0.0");
  CHECK(dm.get("/packages?limit=1&after=app-1.0.0").body == R"(["app-2.0.0"])");
  CHECK(dm.next_page("/packages?limit=1&after=app-2.0.0&name=app").empty());
  const auto states = dm.get("/packages?view=status");
  CHECK(states.json["app-1.0.0"]["status"] == "DEPLOYED");
  CHECK(states.json["app-1.0.0"]["user"] == "daemon");
  const auto wrong = dm.get("/packages?status=THERE&name=a%20b&view=all&limit=x");
  CHECK(wrong.status == 400);
  CHECK(wrong.json["details"].Size() == 4);
}
