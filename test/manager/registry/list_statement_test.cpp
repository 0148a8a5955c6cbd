// The query behind a page of a list.
// SPDX-License-Identifier: Apache-2.0
#include "registry/list_statement.h"

#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

using namespace manager;

TEST_CASE("only what is asked for stands in the query, and values are bound") {
  const manager_test::temporary_directory directory;
  database db(directory / "db");
  db.script("CREATE TABLE t (name TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID");
  for (const char* name : {"a", "ab", "ab'c", "ac", "b"}) {
    db.run("INSERT INTO t VALUES (?, ?)", name, static_cast<int>(std::string(name).size()));
  }
  const auto names = [&](const list_statement& one, std::int64_t limit = no_limit) {
    std::string text;
    auto query = one.run(db, "name", limit);
    while (query.step()) text += (text.empty() ? "" : " ") + query.text(0);
    return text;
  };
  const auto all = [] { return list_statement("SELECT name FROM t"); };
  CHECK(names(all()) == "a ab ab'c ac b");
  CHECK(names(all(), 2) == "a ab");
  CHECK(names(all().where_given("name = ?", "")) == "a ab ab'c ac b");
  CHECK(names(all().where_given("name = ?", "ab'c").where("n > ?", {std::int64_t{3}})) == "ab'c");
  CHECK(names(all().where("n IN (?, ?)", {std::int64_t{1}, std::int64_t{4}})) == "a ab'c b");
  CHECK(names(all().where("n > 1").where_name("ab", "")) == "ab ab'c");
  CHECK(names(all().where_name("", "ab")) == "ab'c ac b");
  CHECK(names(all().where_name("ab", "a")) == "ab ab'c");
  CHECK(names(all().where_name("ab", "ab")) == "ab'c");
  CHECK(names(all().where_name("a", "b")).empty());
}
