// Callbacks that wait.
// SPDX-License-Identifier: Apache-2.0
#include "registry/callback_outbox.h"

#include "registry/schema.h"
#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

using namespace manager;

TEST_CASE("the oldest of each object comes first, the outbox is bounded") {
  const manager_test::temporary_directory directory;
  database db(directory / "db");
  migrate(db);
  callback_outbox outbox(db);
  db.script("BEGIN");
  for (int i = 0; i < callback_outbox::most_entries; ++i) {
    REQUIRE(outbox.add("application", i % 2 == 0 ? "even" : "odd", std::to_string(i), i) == 0);
  }
  CHECK(outbox.add("application", "other", "one more", 0) == 1);
  db.script("COMMIT");
  auto first = outbox.first_of_each("application");
  REQUIRE(first.size() == 3);
  CHECK(first[0].body == "1");
  CHECK(first[0].object == "odd");
  CHECK(first[1].body == "2");
  CHECK(first[2].body == "one more");
  outbox.set_attempts(first[0].id, 3);
  CHECK(outbox.first_of_each("application")[0].attempts == 3);
  outbox.erase(first[0].id);
  CHECK(outbox.first_of_each("application")[0].body == "2");
  CHECK(outbox.first_of_each("package").empty());
  outbox.erase_all("application");
  CHECK(outbox.first_of_each("application").empty());
}
