// Backups and their way back.
// SPDX-License-Identifier: Apache-2.0
#include "rescue/backup.h"

#include "registry/database.h"
#include "registry/schema.h"
#include "support/manager_fixture.h"
#include "support/operations_world.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

#include <signal.h>
#include <sys/wait.h>
#include <string>
#include <vector>

using namespace manager_test;

namespace {

manager::configuration settings_of(const std::filesystem::path& data) {
  manager::configuration settings;
  settings.data_root = data;
  return settings;
}

// Into an empty data_root, and a Deployment Manager on it: everything is as it was.
void check_restored(operations_world& world, const std::filesystem::path& backup,
                    const std::string& before) {
  REQUIRE(world.dm().run_program({"restore", backup.string()}).code == 0);
  world.dm().start_program();
  CHECK(world.picture() == before);
  world.dm().kill_program();
}

void forget_data(operations_world& world) {
  for (const char* folder : {"data/packages", "data/operations"}) {
    std::filesystem::remove_all(world.dm().directory() / folder);
  }
  for (const char* file : {"registry.sqlite", "registry.sqlite-wal", "registry.sqlite-shm"}) {
    std::filesystem::remove(world.dm().directory() / "data" / file);
  }
}

disk_fault fault_at(int nth, bool full) {
  disk_fault fault;
  (full ? fault.full_at : fault.kill_at) = nth;
  fault.once = full;
  fault.from_the_start = true;
  return fault;
}

// Of a command that nobody disturbs.
int steps_of(operations_world& world, const std::vector<std::string>& command,
             const disk_faults& faults) {
  REQUIRE(world.dm().run_program(command, faults.environment(fault_at(0, false))).code == 0);
  const int steps = static_cast<int>(faults.steps().size());
  REQUIRE(steps > 10);
  return steps;
}

}  // namespace

TEST_CASE("a backup that is taken while it serves brings back everything") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create_and_start("one", "app-1.0.0");
  const auto data = dm.directory() / "data";
  const auto backup = dm.directory() / "backup";
  manager::back_up(settings_of(data), backup);
  CHECK_THROWS_WITH(manager::back_up(settings_of(data), backup),
                    Catch::Matchers::Contains("is there already"));
  CHECK_THROWS_WITH(manager::restore(settings_of(data), backup),
                    Catch::Matchers::Contains("in use by another"));
  dm.stop();
  CHECK_THROWS_WITH(manager::restore(settings_of(data), backup),
                    Catch::Matchers::Contains("move it away"));
  std::filesystem::remove_all(data);
  manager::restore(settings_of(data), backup);
  dm.start();
  CHECK(dm.get("/applications/one/status").text("status") == "STARTED");
  CHECK(dm.get("/packages/app-1.0.0/status").text("status") == "DEPLOYED");
  dm.create("two", "app-1.0.0");
  using std::filesystem::perms;
  CHECK((std::filesystem::status(backup).permissions() & (perms::group_all | perms::others_all)) ==
        perms::none);
  CHECK((std::filesystem::status(data / "packages/app-1.0.0.tar.gz").permissions() &
         (perms::group_all | perms::others_all)) == perms::none);
}

TEST_CASE("a backup of a newer version is refused, and nothing is put there") {
  manager_fixture dm;
  dm.start();
  const auto backup = dm.directory() / "backup";
  manager::back_up(settings_of(dm.directory() / "data"), backup);
  dm.stop();
  {
    manager::database newer(backup / "registry.sqlite");
    newer.script("PRAGMA user_version=99");
  }
  const auto other = dm.directory() / "other";
  CHECK_THROWS_WITH(manager::restore(settings_of(other), backup),
                    Catch::Matchers::Contains("schema version 99"));
  CHECK_FALSE(std::filesystem::exists(other / "registry.sqlite"));
}

TEST_CASE("a backup that is killed, or finds no place, is none; the next one is whole") {
  operations_world world;
  const scene& started = scene_named("stop");
  const std::string before = world.undisturbed(started).as_before;
  world.begin(started);
  const auto directory = world.dm().directory().path();
  const std::vector<std::string> command = {"backup", (directory / "backup").string()};
  const disk_faults faults(directory / "backup-faults", {directory / "backup"}, {});
  const int steps = steps_of(world, command, faults);
  const bool full = GENERATE(false, true);
  for (int nth = 1; nth <= steps; nth += 3) {
    CAPTURE(full, nth);
    std::filesystem::remove_all(directory / "backup");
    const auto ended = world.dm().run_program(command, faults.environment(fault_at(nth, full)));
    if (ended.code == 0) continue;
    if (full) {
      CHECK_FALSE(std::filesystem::exists(directory / "backup"));
      continue;
    }
    REQUIRE(ended.signal == SIGKILL);
    if (std::filesystem::exists(directory / "backup/registry.sqlite")) continue;
    CHECK_THROWS_WITH(manager::restore(settings_of(directory / "elsewhere"), directory / "backup"),
                      Catch::Matchers::Contains("no backup"));
  }
  std::filesystem::remove_all(directory / "backup");
  REQUIRE(world.dm().run_program(command).code == 0);
  forget_data(world);
  check_restored(world, directory / "backup", before);
}

TEST_CASE("a restore that is killed, or finds no place, can be done again") {
  operations_world world;
  const scene& started = scene_named("stop");
  const std::string before = world.undisturbed(started).as_before;
  world.begin(started);
  const auto directory = world.dm().directory().path();
  const auto backup = directory / "backup";
  REQUIRE(world.dm().run_program({"backup", backup.string()}).code == 0);
  const std::vector<std::string> command = {"restore", backup.string()};
  const disk_faults faults(directory / "restore-faults", {directory / "data"}, {});
  forget_data(world);
  const int steps = steps_of(world, command, faults);
  const bool full = GENERATE(false, true);
  for (int nth = 1; nth <= steps; nth += 4) {
    CAPTURE(full, nth);
    forget_data(world);
    const auto ended = world.dm().run_program(command, faults.environment(fault_at(nth, full)));
    CHECK((ended.code == 0 || full || ended.signal == SIGKILL));
    if (!std::filesystem::exists(directory / "data/registry.sqlite")) {
      check_restored(world, backup, before);
      continue;
    }
    // It was done, but for its last flush perhaps.
    world.dm().start_program();
    CHECK(world.picture() == before);
    world.dm().kill_program();
  }
}

TEST_CASE("a backup before the first start of a newer version is possible") {
  manager_fixture dm;
  dm.start();
  dm.stop();
  const auto data = dm.directory() / "data";
  std::filesystem::remove(data / "registry.sqlite");
  {
    manager::database old(data / "registry.sqlite");
    manager::migrate(old, 1);
    old.run("INSERT INTO packages (name, state) VALUES ('gone-1.0.0', 'DEPLOYED')");
  }
  CHECK(manager::back_up(settings_of(data), dm.directory() / "backup") ==
        std::vector<std::string>{"packages/gone-1.0.0.tar.gz"});
  CHECK(std::filesystem::exists(dm.directory() / "backup/registry.sqlite"));
}
