// Backups and their way back.
// SPDX-License-Identifier: Apache-2.0
#include "rescue/backup.h"

#include "registry/database.h"
#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

using manager_test::manager_fixture;

namespace {

manager::configuration settings_of(const std::filesystem::path& data) {
  manager::configuration settings;
  settings.data_root = data;
  return settings;
}

}  // namespace

TEST_CASE("a backup that is taken while it serves brings back everything") {
  manager_fixture dm;
  manager_test::write_simple_package(dm.repository(), "app-1.0.0");
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
