// Archives that the Deployment Manager keeps.
// SPDX-License-Identifier: Apache-2.0
#include "package/package_files.h"

#include "base/failure.h"
#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

using namespace manager;

TEST_CASE("an operation keeps its archive though the package goes") {
  const manager_test::temporary_directory directory;
  const package_files files(directory.path());
  manager_test::write_file(files.deployed("a-1.0.0"), "bytes");
  files.keep_for_operation("a-1.0.0", "1234");
  files.remove_deployed("a-1.0.0");
  CHECK(manager_test::read_file(files.of_operation("1234")) == "bytes");
  CHECK_THROWS_AS(files.keep_for_operation("a-1.0.0", "5678"), failure);
  files.remove_of_ended_operations([](const std::string& id) { return id == "1234"; });
  CHECK(std::filesystem::exists(files.of_operation("1234")));
  files.remove_of_ended_operations([](const std::string&) { return false; });
  CHECK_FALSE(std::filesystem::exists(files.of_operation("1234")));
  CHECK_NOTHROW(files.remove_deployed("a-1.0.0"));
}

TEST_CASE("archives that others could read are closed to them") {
  using std::filesystem::perms;
  const manager_test::temporary_directory directory;
  for (const char* name : {"packages/a-1.0.0.tar.gz", "operations/1234.tar.gz"}) {
    manager_test::write_file(directory / name, "bytes");
    std::filesystem::permissions(directory / name, perms(0644));
    std::filesystem::permissions((directory / name).parent_path(), perms(0755));
  }
  const package_files files(directory.path());
  for (const char* name : {"packages/a-1.0.0.tar.gz", "operations/1234.tar.gz"}) {
    CHECK(std::filesystem::status(directory / name).permissions() == perms(0600));
    CHECK(std::filesystem::status((directory / name).parent_path()).permissions() == perms(0700));
  }
}

TEST_CASE("an operation's archives of several roles go together") {
  const manager_test::temporary_directory directory;
  const package_files files(directory.path());
  manager_test::write_file(files.deployed("a-1.0.0"), "old");
  manager_test::write_file(files.deployed("a-2.0.0"), "new");
  files.keep_for_operation("a-1.0.0", "1234", "from");
  files.keep_for_operation("a-2.0.0", "1234", "to");
  files.keep_for_operation("a-2.0.0", "12345");
  CHECK(manager_test::read_file(files.of_operation("1234", "from")) == "old");
  CHECK(manager_test::read_file(files.of_operation("1234", "to")) == "new");
  files.remove_of_operation("1234");
  CHECK_FALSE(std::filesystem::exists(files.of_operation("1234", "from")));
  CHECK_FALSE(std::filesystem::exists(files.of_operation("1234", "to")));
  CHECK(std::filesystem::exists(files.of_operation("12345")));
}
