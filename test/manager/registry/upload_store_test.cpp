// Who uploaded what.
// SPDX-License-Identifier: Apache-2.0
#include "registry/upload_store.h"

#include "registry/schema.h"
#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

TEST_CASE("uploads are known, with what they were, until the file goes") {
  const manager_test::temporary_directory directory;
  manager::database db(directory / "db");
  manager::migrate(db, 5);
  // As an earlier version has written it.
  db.run("INSERT INTO uploads (file, user) VALUES ('old-1.0.0.tar.gz', 'nobody')");
  manager::migrate(db);
  manager::upload_store uploads(db);
  uploads.put({"a-1.0.0.tar.gz", "daemon", "abc", 3, 5'000'000'000});
  const auto known = uploads.find("a-1.0.0.tar.gz");
  REQUIRE(known);
  CHECK(known->user == "daemon");
  CHECK(known->sha256 == "abc");
  CHECK(known->bytes == 3);
  CHECK(known->changed_at == 5'000'000'000);
  REQUIRE(uploads.find("old-1.0.0.tar.gz"));
  CHECK_FALSE(uploads.find("old-1.0.0.tar.gz")->sha256);
  CHECK(uploads.files_of("daemon") == std::vector<std::string>{"a-1.0.0.tar.gz"});
  uploads.erase("a-1.0.0.tar.gz");
  CHECK_FALSE(uploads.find("a-1.0.0.tar.gz"));
}
