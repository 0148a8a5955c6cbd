// Packages in the registry.
// SPDX-License-Identifier: Apache-2.0
#include "registry/package_store.h"

#include "registry/list_statement.h"
#include "registry/schema.h"
#include "support/temporary_directory.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

using namespace manager;

TEST_CASE("packages survive and are listed when deployed") {
  const manager_test::temporary_directory directory;
  {
    database db(directory / "db");
    migrate(db);
    package_store packages(db);
    packages.put({"b-1.0.0", "DEPLOYED", "text", "daemon", "{}"});
    packages.put({"a-1.0.0", "DEPLOYED", std::nullopt, std::nullopt, "{}"});
    packages.set_state("c-1.0.0", "DEPLOYING", std::nullopt);
    packages.set_state("b-1.0.0", "UNDEPLOYING", "text");
  }
  database db(directory / "db");
  package_store packages(db);
  CHECK(packages.deployed() == std::vector<std::string>{"a-1.0.0"});
  const auto b = packages.find("b-1.0.0");
  CHECK(b.state == "UNDEPLOYING");
  CHECK(b.user == "daemon");
  CHECK(packages.find("none-1.0.0").state == "NOTDEPLOYED");
}

TEST_CASE("a list of packages is filtered, in the order of names, and goes on behind a name") {
  const manager_test::temporary_directory directory;
  database db(directory / "db");
  migrate(db);
  package_store packages(db);
  for (const char* name :
       {"counter-1.0.0", "counter-1.1.0", "counter-extra-1.0.0", "other-1.0.0"}) {
    packages.put({name, "DEPLOYED", "", "daemon", "{}"});
  }
  packages.set_state("counter-2.0.0", "NOTDEPLOYED", "it failed");
  const auto list = [&](const package_filter& filter, const std::string& after = "",
                        std::int64_t limit = no_limit) {
    std::string text;
    for (const auto& one : packages.list(filter, after, limit)) {
      text += (text.empty() ? "" : " ") + one.name;
    }
    return text;
  };
  CHECK(list({}) == "counter-1.0.0 counter-1.1.0 counter-extra-1.0.0 other-1.0.0");
  CHECK(list({}, "counter-1.1.0", 1) == "counter-extra-1.0.0");
  CHECK(list({.name = "counter"}) == "counter-1.0.0 counter-1.1.0");
  CHECK(list({.name = "counter"}, "counter-1.0.0") == "counter-1.1.0");
  CHECK(list({.name = "counter-extra"}) == "counter-extra-1.0.0");
  CHECK(list({.name = "count"}).empty());
  CHECK(list({.prefix = "counter-1"}) == "counter-1.0.0 counter-1.1.0");
  CHECK(list({.state = "NOTDEPLOYED"}) == "counter-2.0.0");
  CHECK(list({.state = "NOTDEPLOYED", .name = "counter"}) == "counter-2.0.0");
  CHECK(packages.list({.state = "NOTDEPLOYED"}, "", no_limit).front().information == "it failed");
}

TEST_CASE("a page of packages costs by its size, not by how many there are") {
  const manager_test::temporary_directory directory;
  database db(directory / "db");
  migrate(db);
  package_store packages(db);
  const auto fill = [&](int from, int to) {
    db.script("BEGIN");
    for (int i = from; i < to; ++i) {
      packages.put({fmt::format("p{}-1.0.{:05}", i % 3, i), i % 2 == 0 ? "DEPLOYED" : "NOTDEPLOYED",
                    "", "daemon", "{}"});
    }
    db.script("COMMIT");
  };
  const auto cost = [&](const package_filter& filter) {
    const auto before = db.work();
    REQUIRE(packages.list(filter, "p1-1.0.00100", 20).size() == 20);
    return db.work() - before;
  };
  fill(0, 600);
  const auto by_state = cost({});
  const auto by_name = cost({.name = "p1"});
  fill(600, 6000);
  CHECK(cost({}) <= by_state);
  CHECK(cost({.name = "p1"}) <= by_name);
}
