// The journal of what is under way.
// SPDX-License-Identifier: Apache-2.0
#include "registry/operation_journal.h"

#include "registry/schema.h"
#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

using namespace manager;

TEST_CASE("operations in their order, one per object") {
  const manager_test::temporary_directory directory;
  database db(directory / "db");
  migrate(db);
  operation_journal journal(db);
  journal.add({"z", "application", "one", "start", "daemon", "CREATED", R"({"wait":true})", 0, 5});
  journal.add({"a", "package", "one", "deploy", "daemon", "NOTDEPLOYED", "{}", 0, 6});
  CHECK_THROWS(journal.add({"b", "application", "one", "stop", "daemon", "STARTED", "{}", 0, 7}));
  journal.set_attempts("z", 2);
  const auto all = journal.all();
  REQUIRE(all.size() == 2);
  CHECK(all[0].id == "z");
  CHECK(all[0].attempts == 2);
  CHECK(all[0].request == R"({"wait":true})");
  CHECK(all[1].verb == "deploy");
  journal.erase("z");
  CHECK(journal.all().size() == 1);
}
