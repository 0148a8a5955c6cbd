// Plans of creations, by HTTP.
// SPDX-License-Identifier: Apache-2.0
#include "application/creation_plan.h"

#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

using manager_test::manager_fixture;
using manager_test::write_simple_package;

TEST_CASE("a creation is planned where there is no application of that name, and nothing is made") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  const std::string path = "/applications/one/plan?user.name=daemon";
  const std::string body = R"({"package":"app-1.0.0"})";
  CHECK(dm.request("POST", path, body).status == 404);
  dm.deploy("app-1.0.0");
  const auto plan = dm.request("POST", path, body);
  REQUIRE(plan.status == 200);
  CHECK(plan.json["possible"].GetBool());
  CHECK(plan.text("application") == "one");
  REQUIRE(plan.json["steps"].Size() == 1);
  CHECK(plan.json["steps"][0] ==
        "fake/main: is laid out from app-1.0.0 for daemon, and not started");
  CHECK(plan.json["components"][0]["component"] == "main");
  CHECK(dm.calls("create").empty());
  CHECK(dm.get("/applications/one/status").text("status") == "NOTCREATED");
  CHECK(dm.request("POST", "/applications/one/plan?user.name=root", body).status == 403);
  CHECK(dm.request("POST", path, R"({"package":"app-1.0.0","timeout_ms":5})").status == 400);
  CHECK(dm.request("POST", "/applications/one/plan", body).status == 400);
}

TEST_CASE("what the plugins see in the package's files is in the answer") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.script("validate-staged",
            R"({"status":3,"reply":{"error":{"code":"INVALID_ARGUMENT","message":"wrong",
                "details":[{"path":"$.main_jar","found":"x","allowed":"a jar"}]}}})");
  const auto plan =
      dm.request("POST", "/applications/one/plan?user.name=daemon", R"({"package":"app-1.0.0"})");
  CHECK(plan.status == 400);
  CHECK(plan.body.find("$.main_jar") != std::string::npos);
}
