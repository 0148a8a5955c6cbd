// /applications/<application>/components, by HTTP.
// SPDX-License-Identifier: Apache-2.0
#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

using manager_test::manager_fixture;
using manager_test::write_simple_package;

TEST_CASE("a host that takes over gets what the plugin gave to keep, if it is the owner's") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  const auto absent = dm.get("/applications/one/components");
  CHECK(absent.status == 404);
  CHECK(absent.text("status") == "NOTCREATED");
  CHECK(absent.text("object") == "one");
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  const auto list = dm.get("/applications/one/components");
  REQUIRE(list.status == 200);
  REQUIRE(list.json.Size() == 1);
  CHECK(list.json[0]["component"] == "main");
  CHECK(list.json[0]["type"] == "fake");
  CHECK(list.json[0]["desired"] == "STOPPED");
  CHECK_FALSE(list.json[0].HasMember("data"));
  const std::string one = "/applications/one/components/main";
  CHECK(dm.get(one).status == 200);
  CHECK(dm.get(one + "?data=true&user.name=daemon").json["data"]["made"] == "main");
  CHECK(dm.get(one + "?data=true&user.name=nobody").status == 403);
  CHECK(dm.get(one + "?data=true").status == 400);
  CHECK(dm.get(one + "?data=yes").status == 400);
  CHECK(dm.get("/applications/one/components/other").status == 404);
}
