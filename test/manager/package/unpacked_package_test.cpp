// A package's files in a directory of their own.
// SPDX-License-Identifier: Apache-2.0
#include "package/unpacked_package.h"

#include "support/package_builder.h"
#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

using namespace manager;

TEST_CASE("a package is unpacked for as long as it is needed") {
  const manager_test::temporary_directory directory;
  manager_test::write_simple_package(directory.path(), "app-1.0.0");
  const auto archive = directory / "app-1.0.0.tar.gz";
  cancellation cancel;
  std::filesystem::path place;
  {
    const unpacked_package package(archive, "app-1.0.0", {}, directory / "stage", cancel);
    place = package.path();
    CHECK(manager_test::read_file(place / "app-1.0.0/fake/main/main.jar") == "not really a jar");
  }
  CHECK_FALSE(std::filesystem::exists(place));
}

TEST_CASE("what cannot be unpacked says so, and leaves nothing") {
  const manager_test::temporary_directory directory;
  manager_test::write_simple_package(directory.path(), "app-1.0.0");
  const auto archive = directory / "app-1.0.0.tar.gz";
  cancellation cancel;
  archive_limits limits;
  limits.unpacked_bytes = 5;
  CHECK_THROWS_WITH(unpacked_package(archive, "app-1.0.0", limits, directory / "stage", cancel),
                    Catch::Matchers::StartsWith("unpack package app-1.0.0: ") &&
                        Catch::Matchers::Contains("limits.unpacked_bytes"));
  CHECK(std::filesystem::is_empty(directory / "stage"));
  manager_test::write_file(directory / "file", "no directory");
  CHECK_THROWS_AS(unpacked_package(archive, "app-1.0.0", {}, directory / "file", cancel), failure);
}
