// A registry that was lost is rebuilt from what is there.
// SPDX-License-Identifier: Apache-2.0
#include "rescue/adoption.h"

#include "base/digest.h"
#include "support/manager_fixture.h"
#include "support/operations_world.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

#include <string>

using namespace manager_test;

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
  CHECK(dm.get("/packages/app-1.0.0").text("sha256") ==
        manager::sha256_of_file(dm.repository() / "app-1.0.0.tar.gz"));
  CHECK(dm.get("/packages/app-1.0.0/contents").json["files"].Size() == 3);
  CHECK(dm.get("/applications/one/savepoints/first").text("state") == "COMPLETED");
  CHECK(dm.calls("start").size() == starts);
  CHECK(dm.calls("create").size() == creations);
  CHECK(dm.calls("stop").empty());
  // Its owner may do with it what the owner always may.
  REQUIRE(dm.request("DELETE", "/applications/one?user.name=daemon").status == 202);
  dm.wait_for_state("one", "NOTCREATED");
  CHECK_FALSE(dm.made("one", "main"));
}

TEST_CASE("an adoption that is killed, or finds no place, goes on when it is done again") {
  operations_world world;
  const scene& started = scene_named("stop");
  const auto directory = world.dm().directory().path();
  const disk_faults faults(directory / "adopt-faults", {directory / "data"}, {});
  const auto lose_registry = [&] {
    world.begin(started);
    for (const char* file : {"registry.sqlite", "registry.sqlite-wal", "registry.sqlite-shm"}) {
      std::filesystem::remove(directory / "data" / file);
    }
  };
  const auto picture = [&] {
    world.dm().start_program();
    std::string seen = world.picture();
    world.dm().kill_program();
    return seen;
  };
  disk_fault none;
  none.from_the_start = true;
  lose_registry();
  REQUIRE(world.dm().run_program({"adopt"}, faults.environment(none)).code == 0);
  const int steps = static_cast<int>(faults.steps().size());
  const std::string adopted = picture();
  REQUIRE(steps > 20);
  CHECK(adopted.find(R"(["one","STARTED")") != std::string::npos);

  const bool full = GENERATE(false, true);
  for (int nth = 1; nth <= steps; nth += steps / 8) {
    CAPTURE(full, nth);
    lose_registry();
    disk_fault fault = none;
    (full ? fault.full_at : fault.kill_at) = nth;
    fault.once = full;
    if (world.dm().run_program({"adopt"}, faults.environment(fault)).code != 0) {
      REQUIRE(world.dm().run_program({"adopt"}).code == 0);
    }
    CHECK(picture() == adopted);
  }
  CHECK(world.effects().empty());
}
