// Packages in the registry.
// SPDX-License-Identifier: Apache-2.0
#include "registry/package_store.h"

#include "registry/schema.h"
#include "support/temporary_directory.h"

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
