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
  CHECK_THROWS_WITH(manager::migrate(db), Catch::Matchers::Contains("newer Deployment Manager"));
}
