// Walking over an archive.
// SPDX-License-Identifier: Apache-2.0
#include "package/archive_reader.h"

#include "base/failure.h"
#include "support/package_builder.h"
#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

using namespace manager;

TEST_CASE("members with their content, and an end") {
  const manager_test::temporary_directory directory;
  manager_test::package_builder(directory / "a").directory("x/").file("./x//y", "content").close();
  cancellation cancel;
  archive_reader reader(directory / "a", {}, cancel);
  archive_member member;
  REQUIRE(reader.next(member));
  CHECK(member.directory);
  CHECK(member.path() == "x");
  REQUIRE(reader.next(member));
  CHECK(member.path() == "x/y");
  std::string text;
  reader.read([&](std::string_view piece) { text += piece; });
  CHECK(text == "content");
  CHECK_FALSE(reader.next(member));
}

TEST_CASE("it can be cancelled between entries") {
  const manager_test::temporary_directory directory;
  manager_test::package_builder(directory / "a").file("x", "1").file("y", "2").close();
  cancellation cancel;
  archive_reader reader(directory / "a", {}, cancel);
  archive_member member;
  REQUIRE(reader.next(member));
  cancel.request();
  CHECK_THROWS_AS(reader.next(member), failure);
}
