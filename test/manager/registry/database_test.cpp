// SQLite behind the registry.
// SPDX-License-Identifier: Apache-2.0
#include "registry/database.h"

#include "base/disk_space.h"
#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

TEST_CASE("values are bound, never pasted, and come back as they were") {
  const manager_test::temporary_directory directory;
  manager::database db(directory / "db");
  db.script("CREATE TABLE t (a TEXT, b INTEGER, c TEXT)");
  const std::string hostile("x'; DROP TABLE t; --\0y", 22);
  db.run("INSERT INTO t VALUES (?, ?, ?)", hostile, 7, std::optional<std::string>());
  auto query = db.query("SELECT a, b, c FROM t WHERE a = ?", hostile);
  REQUIRE(query.step());
  CHECK(query.text(0) == hostile);
  CHECK(query.integer(1) == 7);
  CHECK_FALSE(query.optional_text(2));
  CHECK_FALSE(query.step());
}

TEST_CASE("errors name the statement; the file is private") {
  const manager_test::temporary_directory directory;
  manager::database db(directory / "db");
  CHECK_THROWS_WITH(db.run("SELECT nonsense FROM nowhere"), Catch::Matchers::Contains("nowhere"));
  CHECK((std::filesystem::status(directory / "db").permissions() &
         (std::filesystem::perms::group_all | std::filesystem::perms::others_all)) ==
        std::filesystem::perms::none);
  CHECK_THROWS(manager::database(directory / "no/such/directory/db"));
}

TEST_CASE("a file is looked at without a trace, in use or not") {
  const manager_test::temporary_directory directory;
  const auto file = directory / "odd ?#%41 name";
  const auto files = [&] {
    return std::distance(std::filesystem::directory_iterator(directory.path()), {});
  };
  CHECK_THROWS(manager::database::to_look_at(file));
  CHECK(files() == 0);
  {
    manager::database db(file);
    db.script("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (7)");
    manager::database seen = manager::database::to_look_at(file);
    auto query = seen.query("SELECT a FROM t");
    REQUIRE(query.step());
    CHECK(query.integer(0) == 7);
    CHECK_THROWS(seen.run("INSERT INTO t VALUES (8)"));
    // Whoever has it open is not in the way, nor the other way round.
    db.run("INSERT INTO t VALUES (9)");
  }
  REQUIRE(files() == 1);
  const std::string before = manager_test::read_file(file);
  {
    manager::database seen = manager::database::to_look_at(file);
    auto query = seen.query("SELECT count(*) FROM t");
    REQUIRE(query.step());
    CHECK(query.integer(0) == 2);
    CHECK(files() == 1);
    CHECK_THROWS(seen.run("INSERT INTO t VALUES (8)"));
  }
  CHECK(files() == 1);
  CHECK(manager_test::read_file(file) == before);
}

TEST_CASE("a full disk is told apart from everything else") {
  const manager_test::temporary_directory directory;
  manager::database db(directory / "db");
  db.script("CREATE TABLE t (a TEXT); PRAGMA max_page_count=10");
  try {
    db.run("INSERT INTO t VALUES (?)", std::string(1'000'000, 'x'));
    FAIL("there are ten pages");
  } catch (const manager::database_error& full) {
    CHECK(full.passes());
    const manager::failure told = manager::to_failure(full);
    CHECK(told.kind() == manager::failure_kind::no_space);
    CHECK(std::string(told.what()).find("DELETE") != std::string::npos);
  }
  try {
    db.run("INSERT INTO nowhere VALUES (1)");
    FAIL("there is no such table");
  } catch (const manager::database_error& wrong) {
    CHECK_FALSE(wrong.passes());
    CHECK(manager::to_failure(wrong).kind() == manager::failure_kind::unknown);
    // Its text is for clients, and so without the statement and its names.
    const std::string text = wrong.what();
    CHECK(text.find("registry") != std::string::npos);
    CHECK(text.find("nowhere") == std::string::npos);
    CHECK(text.find("INSERT") == std::string::npos);
  }
  db.script("CREATE TABLE k (a TEXT UNIQUE); INSERT INTO k VALUES ('x')");
  try {
    db.run("INSERT INTO k VALUES ('x')");
    FAIL("there is one already");
  } catch (const manager::database_error& twice) {
    const std::string text = twice.what();
    CHECK(text.find("k.a") == std::string::npos);
    CHECK(text.find("INSERT") == std::string::npos);
  }
}

TEST_CASE("what a query costs is counted in steps, the same on every machine") {
  const manager_test::temporary_directory directory;
  manager::database db(directory / "db");
  db.script("CREATE TABLE t (a INTEGER PRIMARY KEY, b INTEGER)");
  for (int i = 0; i < 100; ++i) db.run("INSERT INTO t VALUES (?, ?)", i, i);
  const auto cost = [&](const char* sql) {
    const auto before = db.work();
    auto query = db.query(sql, 7);
    while (query.step()) {
    }
    return db.work() - before;
  };
  const auto found = cost("SELECT a FROM t WHERE a = ?");
  CHECK(found > 0);
  CHECK(cost("SELECT a FROM t WHERE a = ?") == found);
  CHECK(cost("SELECT a FROM t WHERE b = ?") > 10 * found);
}
