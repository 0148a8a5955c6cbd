// A registry that was lost is rebuilt from what is there.
// SPDX-License-Identifier: Apache-2.0
#include "rescue/adoption.h"

#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

using manager_test::manager_fixture;
using manager_test::write_simple_package;

TEST_CASE("all applications are back with their states after the registry was lost") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create_and_start("one", "app-1.0.0");
  dm.create("two", "app-1.0.0");
  REQUIRE(dm.request("POST", "/applications/one/savepoints?user.name=daemon",
                     R"({"operation":"first"})")
              .status == 202);
  dm.wait_for("/applications/one/savepoints/first", "state", "COMPLETED");
  dm.stop();
  for (const char* file : {"registry.sqlite", "registry.sqlite-wal", "registry.sqlite-shm"}) {
    std::filesystem::remove(dm.directory() / "data" / file);
  }
  const auto starts = dm.calls("start").size();
  const auto creations = dm.calls("create").size();

  const auto result = manager::adopt(dm.settings());
  CHECK(result.left.empty());
  CHECK(result.adopted.size() == 3);
  CHECK(manager::adopt(dm.settings()).adopted.empty());

  dm.start();
  CHECK(dm.get("/applications/one/status").text("status") == "STARTED");
  CHECK(dm.get("/applications/two/status").text("status") == "CREATED");
  CHECK(dm.get("/applications/one").text("package_name") == "app-1.0.0");
  CHECK(dm.get("/applications/one/savepoints/first").text("state") == "COMPLETED");
  CHECK(dm.calls("start").size() == starts);
  CHECK(dm.calls("create").size() == creations);
  CHECK(dm.calls("stop").empty());
  // Its owner may do with it what the owner always may.
  REQUIRE(dm.request("DELETE", "/applications/one?user.name=daemon").status == 202);
  dm.wait_for_state("one", "NOTCREATED");
  CHECK_FALSE(dm.made("one", "main"));
}
