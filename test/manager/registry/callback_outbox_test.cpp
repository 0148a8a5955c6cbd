// Callbacks that wait.
// SPDX-License-Identifier: Apache-2.0
#include "registry/callback_outbox.h"

#include "registry/schema.h"
#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

using namespace manager;

TEST_CASE("the oldest of a receiver comes first, the outbox is bounded") {
  const manager_test::temporary_directory directory;
  database db(directory / "db");
  migrate(db);
  callback_outbox outbox(db);
  db.script("BEGIN");
  for (int i = 0; i < callback_outbox::most_entries; ++i) {
    REQUIRE(outbox.add("application", std::to_string(i), i) == 0);
  }
  CHECK(outbox.add("application", "one more", 0) == 1);
  db.script("COMMIT");
  auto first = outbox.first("application");
  REQUIRE(first);
  CHECK(first->body == "1");
  outbox.postpone(first->id, 3, 99);
  first = outbox.first("application");
  CHECK(first->attempts == 3);
  CHECK(first->next_attempt_at == 99);
  outbox.erase(first->id);
  CHECK(outbox.first("application")->body == "2");
  CHECK_FALSE(outbox.first("package"));
  outbox.erase_all("application");
  CHECK_FALSE(outbox.first("application"));
}
