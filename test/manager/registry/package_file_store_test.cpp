// What is in the archives of deployed packages.
// SPDX-License-Identifier: Apache-2.0
#include "registry/package_file_store.h"

#include "registry/list_statement.h"
#include "registry/schema.h"
#include "support/temporary_directory.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

using namespace manager;

TEST_CASE("files of a package are kept, listed by paths, replaced and forgotten") {
  const manager_test::temporary_directory directory;
  database db(directory / "db");
  migrate(db);
  package_file_store files(db);
  const std::vector<package_file> first = {{"b", 2, 0644, "bb"}, {"a/x", 1, 0755, "aa"}};
  files.replace("one-1.0.0", first);
  files.replace("two-1.0.0", {{"c", 3, 0644, "cc"}});
  CHECK(files.list("one-1.0.0", "", no_limit) == std::vector<package_file>{first[1], first[0]});
  CHECK(files.list("one-1.0.0", "a/x", no_limit) == std::vector<package_file>{first[0]});
  CHECK(files.list("one-1.0.0", "", 1) == std::vector<package_file>{first[1]});
  files.replace("one-1.0.0", {{"b", 4, 0644, "new"}});
  CHECK(files.list("one-1.0.0", "", no_limit).size() == 1);
  files.erase("one-1.0.0");
  CHECK(files.list("one-1.0.0", "", no_limit).empty());
  CHECK(files.list("two-1.0.0", "", no_limit).size() == 1);
}

TEST_CASE("a page of a package's files costs by its size") {
  const manager_test::temporary_directory directory;
  database db(directory / "db");
  migrate(db);
  package_file_store files(db);
  const auto fill = [&](const std::string& package, int count) {
    std::vector<package_file> all;
    for (int i = 0; i < count; ++i) all.push_back({fmt::format("{:05}", i), i, 0644, "x"});
    db.script("BEGIN");
    files.replace(package, all);
    db.script("COMMIT");
  };
  const auto cost = [&](const std::string& after) {
    const auto before = db.work();
    REQUIRE(files.list("one-1.0.0", after, 20).size() == 20);
    return db.work() - before;
  };
  fill("one-1.0.0", 100);
  const auto few = cost("00050");
  fill("one-1.0.0", 5000);
  fill("another-1.0.0", 5000);
  CHECK(cost("00050") <= few);
  CHECK(cost("04000") <= few);
}
