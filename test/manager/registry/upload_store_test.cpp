// Who uploaded what.
// SPDX-License-Identifier: Apache-2.0
#include "registry/upload_store.h"

#include "registry/schema.h"
#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

TEST_CASE("uploaders are known until the file goes") {
  const manager_test::temporary_directory directory;
  manager::database db(directory / "db");
  manager::migrate(db);
  manager::upload_store uploads(db);
  uploads.put("a-1.0.0.tar.gz", "daemon");
  CHECK(uploads.uploader("a-1.0.0.tar.gz") == "daemon");
  uploads.erase("a-1.0.0.tar.gz");
  CHECK_FALSE(uploads.uploader("a-1.0.0.tar.gz"));
}
