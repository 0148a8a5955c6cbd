// Files that others may not read.
// SPDX-License-Identifier: Apache-2.0
#include "client/private_file.h"

#include "client/problem.h"
#include "client/stand_in.h"

#include <catch2/catch.hpp>

#include <sys/stat.h>

using namespace dmctl;
using client_test::write_file;

TEST_CASE("a private file is this account's, and nobody else's to read") {
  const client_test::temporary_directory place;
  const auto file = place.path() / "token";
  CHECK_FALSE(read_private_file(file, 100));
  write_file(file, "secret", 0600);
  CHECK(read_private_file(file, 100) == "secret");
  CHECK_THROWS_WITH(read_private_file(file, 5), Catch::Contains("larger than 5 bytes"));
  for (const unsigned mode : {0640U, 0604U, 0660U, 0644U}) {
    write_file(file, "secret", mode);
    CHECK_THROWS_WITH(read_private_file(file, 100), Catch::Contains("chmod 600"));
  }
  CHECK_THROWS_WITH(read_private_file(place.path(), 100), Catch::Contains("no regular file"));
  REQUIRE(::mkfifo((place.path() / "pipe").c_str(), 0600) == 0);
  CHECK_THROWS_WITH(read_private_file(place.path() / "pipe", 100),
                    Catch::Contains("no regular file"));
}

TEST_CASE("it is replaced in one step, and made with its directory") {
  const client_test::temporary_directory place;
  const auto file = place.path() / "a/b/config.json";
  write_private_file(file, "one");
  write_private_file(file, "two");
  CHECK(read_private_file(file, 100) == "two");
  struct stat facts {};
  REQUIRE(::stat(file.c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777U) == 0600);
  REQUIRE(::stat(file.parent_path().c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777U) == 0700);
  const auto link = place.path() / "link";
  std::filesystem::create_symlink(file, link);
  write_private_file(link, "three");
  CHECK(std::filesystem::is_symlink(link));
  CHECK(read_private_file(file, 100) == "three");
  CHECK(std::distance(std::filesystem::directory_iterator(file.parent_path()), {}) == 1);
}
