// Incidents and explanations of applications with several components, and plugins that fail.
// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/diagnosis_service.h"

#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

using manager_test::manager_fixture;
using manager_test::package_builder;
using manager_test::write_simple_package;

namespace {

const std::string base = "/applications/one";
const std::string unavailable =
    R"({"status":14,"reply":{"schema":1,"error":{"code":"UNAVAILABLE","message":"HDFS is away",
        "details":[],"retry":true}}})";

void prepare_pair(manager_fixture& dm) {
  package_builder builder(dm.repository() / "pair-1.0.0.tar.gz");
  for (const char* one : {"first", "second"})
    builder.file(std::string("pair-1.0.0/fake/") + one + "/x", "1");
  builder.close();
  dm.start();
  dm.deploy("pair-1.0.0");
  dm.create_and_start("one", "pair-1.0.0");
}

}  // namespace

TEST_CASE("one component that cannot be asked leaves the other's answer whole") {
  manager_fixture dm;
  prepare_pair(dm);
  dm.script("incidents-first", unavailable);
  dm.script("explain-first", unavailable);
  for (const char* path : {"/incidents", "/explain"}) {
    INFO(path);
    const auto answer = dm.get(base + path + "?user.name=daemon");
    REQUIRE(answer.status == 200);
    const auto& components = answer.json["components"];
    REQUIRE(components.Size() == 2);
    CHECK(std::string(components[0]["error"].GetString()).find("HDFS is away") !=
          std::string::npos);
    CHECK_FALSE(components[1].HasMember("error"));
  }
  dm.script("incidents", unavailable);
  dm.script("explain", unavailable);
  for (const char* path : {"/incidents", "/explain"}) {
    INFO(path);
    CHECK(dm.get(base + path + "?user.name=daemon").status == 503);
  }
}

TEST_CASE("an incident's id that several components have needs the component") {
  manager_fixture dm;
  prepare_pair(dm);
  const auto both = dm.get(base + "/incidents/3-end?user.name=daemon");
  CHECK(both.status == 400);
  CHECK(both.body.find("first, second") != std::string::npos);
  const auto one = dm.get(base + "/incidents/3-end?user.name=daemon&component=second");
  CHECK(one.status == 200);
  CHECK(one.text("component") == "second");
  // Where one of them could not be asked, that it has none is not known.
  dm.script("incidents-first", unavailable);
  CHECK(dm.get(base + "/incidents/9-end?user.name=daemon").status == 503);
  CHECK(dm.get(base + "/incidents?user.name=daemon&after=3-end").status == 400);
}

TEST_CASE("a plugin without the extension is said to have none") {
  manager_fixture dm;
  dm.configure("plugins_path", manager::json::quote(PLAIN_PLUGIN_DIRECTORY));
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create_and_start("one", "app-1.0.0");
  const auto answer = dm.get(base + "/explain?user.name=daemon");
  CHECK(answer.status == 501);
  CHECK(answer.text("information").find("dm.diagnosis/1") != std::string::npos);
}
