// Versions of the registry's tables.
// SPDX-License-Identifier: Apache-2.0
#include "registry/schema.h"

#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

TEST_CASE("a new file is brought to the current version, once") {
  const manager_test::temporary_directory directory;
  for (int i = 0; i < 2; ++i) {
    manager::database db(directory / "db");
    manager::migrate(db);
    auto query = db.query("PRAGMA user_version");
    REQUIRE(query.step());
    CHECK(query.integer(0) == manager::current_schema_version());
  }
}

TEST_CASE("a newer program's file is refused") {
  const manager_test::temporary_directory directory;
  manager::database db(directory / "db");
  db.script("PRAGMA user_version=99");
  CHECK_THROWS_WITH(manager::migrate(db),
                    Catch::Matchers::Contains("Deployment Manager of a newer version"));
}

TEST_CASE("a file of the first version is brought to the current one, with what it holds") {
  const manager_test::temporary_directory directory;
  {
    manager::database db(directory / "db");
    manager::migrate(db, 1);
    db.run(
        "INSERT INTO applications (name, state, package, user, overrides, defaults) "
        "VALUES ('one', 'STARTED', 'app-1.0.0', 'daemon', '{}', '{}')");
  }
  for (int from = 1; from <= manager::current_schema_version(); ++from) {
    manager::database db(directory / "db");
    manager::migrate(db, from);
    auto version = db.query("PRAGMA user_version");
    REQUIRE(version.step());
    CHECK(version.integer(0) == from);
    auto known = db.query("SELECT state FROM applications WHERE name = 'one'");
    REQUIRE(known.step());
    CHECK(known.text(0) == "STARTED");
  }
}

TEST_CASE("a downgrade is refused with the version that wrote the file, and nothing is written") {
  const manager_test::temporary_directory directory;
  manager::database db(directory / "db");
  manager::migrate(db);
  db.run("UPDATE about SET value = '9.8.7' WHERE key = 'written_by'");
  db.script("PRAGMA user_version=99");
  CHECK_THROWS_WITH(manager::migrate(db), Catch::Matchers::Contains("Deployment Manager 9.8.7"));
  auto version = db.query("PRAGMA user_version");
  REQUIRE(version.step());
  CHECK(version.integer(0) == 99);
}
