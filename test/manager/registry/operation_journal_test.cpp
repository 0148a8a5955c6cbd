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

TEST_CASE("an operation's progress is kept, and its attempts count anew from there") {
  const manager_test::temporary_directory directory;
  database db(directory / "db");
  migrate(db);
  operation_journal journal(db);
  journal.add({"a", "application", "one", "upgrade", "daemon", "STARTED", "{}", 4, 5});
  journal.advance("a", R"({"phase":"stop"})");
  const auto found = journal.find("a");
  REQUIRE(found);
  CHECK(found->request == R"({"phase":"stop"})");
  CHECK(found->attempts == 1);
  CHECK(found->state_before == "STARTED");
  CHECK_FALSE(journal.find("b"));
}

TEST_CASE("what is under way with an object is found by its noun and its whole name") {
  const manager_test::temporary_directory directory;
  database db(directory / "db");
  migrate(db);
  operation_journal journal(db);
  journal.add({"a", "savepoint", "one/x", "trigger", "daemon", "STARTED", "{}", 0, 5});
  journal.add({"b", "savepoint", "one/x2", "dispose", "daemon", "STARTED", "{}", 0, 6});
  journal.add({"c", "savepoint", "o_e/x", "trigger", "daemon", "STARTED", "{}", 0, 7});
  journal.add({"d", "application", "one/x", "stop", "daemon", "STARTED", "{}", 0, 8});
  REQUIRE(journal.find_of("savepoint", "one/x"));
  CHECK(journal.find_of("savepoint", "one/x")->id == "a");
  CHECK(journal.find_of("application", "one/x")->id == "d");
  CHECK_FALSE(journal.find_of("savepoint", "one/"));
  CHECK_FALSE(journal.find_of("package", "one/x"));
}

TEST_CASE("who cancelled an operation is kept with it") {
  const manager_test::temporary_directory directory;
  database db(directory / "db");
  migrate(db);
  operation_journal journal(db);
  journal.add({"a", "application", "one", "start", "daemon", "CREATED", "{}", 0, 5});
  CHECK(journal.find("a")->cancelled_by.empty());
  journal.set_cancelled_by("a", "ada");
  CHECK(journal.find("a")->cancelled_by == "ada");
  journal.advance("a", "{}");
  CHECK(journal.all()[0].cancelled_by == "ada");
}
