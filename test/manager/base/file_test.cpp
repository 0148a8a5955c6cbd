// Files and directories that this process owns.
// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include "base/failure.h"
#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

using namespace manager;
using manager_test::read_file;
using manager_test::temporary_directory;
using manager_test::write_file;

TEST_CASE("an unfinished file is seen whole or not at all") {
  const temporary_directory directory;
  {
    unfinished_file file(directory.path());
    file.write("abc");
    CHECK_FALSE(std::filesystem::exists(directory / "name"));
    file.publish(directory / "name");
  }
  CHECK(read_file(directory / "name") == "abc");
  {
    unfinished_file abandoned(directory.path());
    abandoned.write("x");
  }
  CHECK(std::distance(std::filesystem::directory_iterator(directory.path()), {}) == 1);
}

TEST_CASE("of two files of one name the first stays") {
  const temporary_directory directory;
  unfinished_file first(directory.path());
  unfinished_file second(directory.path());
  first.write("first");
  second.write("second");
  CHECK(first.publish_if_absent(directory / "name"));
  CHECK_FALSE(second.publish_if_absent(directory / "name"));
  CHECK(read_file(directory / "name") == "first");
}

TEST_CASE("what a killed process left goes") {
  const temporary_directory directory;
  write_file(directory / ".unfinished-abcdef", "x");
  write_file(directory / "kept", "x");
  remove_unfinished_files(directory.path());
  CHECK_FALSE(std::filesystem::exists(directory / ".unfinished-abcdef"));
  CHECK(std::filesystem::exists(directory / "kept"));
  std::filesystem::create_directories(directory / "staging-abcdef/deep");
  remove_abandoned_directories(directory.path());
  CHECK_FALSE(std::filesystem::exists(directory / "staging-abcdef"));
}

TEST_CASE("a private directory is for its owner only and takes its content along") {
  const temporary_directory directory;
  std::filesystem::path path;
  {
    const private_directory made(directory / "new");
    path = made.path();
    write_file(path / "a/b", "x");
    CHECK(std::filesystem::status(path).permissions() == std::filesystem::perms::owner_all);
  }
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a directory is made for its owner only, and one that is there stays as it is") {
  const temporary_directory directory;
  for (const char* name : {"a/b/c", "d/", "a/b/c"}) make_directory_if_absent(directory / name);
  using std::filesystem::perms;
  CHECK(std::filesystem::status(directory / "a/b/c").permissions() == perms::owner_all);
  CHECK(std::filesystem::status(directory / "d").permissions() == perms::owner_all);
  std::filesystem::permissions(directory / "d", perms::owner_all | perms::group_exec);
  make_directory_if_absent(directory / "d");
  CHECK(std::filesystem::status(directory / "d").permissions() ==
        (perms::owner_all | perms::group_exec));
  write_file(directory / "file", "x");
  CHECK_THROWS_AS(make_directory_if_absent(directory / "file"), std::system_error);
  CHECK_THROWS_AS(make_directory_if_absent(directory / "file/below"), std::system_error);
}

TEST_CASE("comparing files of all lengths") {
  const temporary_directory directory;
  const std::string block(65536, 'x');
  write_file(directory / "a", block + "1");
  write_file(directory / "b", block + "1");
  write_file(directory / "c", block + "2");
  write_file(directory / "d", block);
  CHECK(same_content(directory / "a", directory / "b"));
  CHECK_FALSE(same_content(directory / "a", directory / "c"));
  CHECK_FALSE(same_content(directory / "a", directory / "d"));
  CHECK_FALSE(same_content(directory / "d", directory / "a"));
}

TEST_CASE("reading is bounded and does not follow links") {
  const temporary_directory directory;
  write_file(directory / "a", "12345");
  CHECK(read_text(directory / "a", 5) == "12345");
  CHECK_THROWS_AS(read_text(directory / "a", 4), failure);
  CHECK_THROWS(read_text(directory / "absent", 4));
  std::filesystem::create_symlink("a", directory / "link");
  CHECK_THROWS(open_for_reading(directory / "link"));
}
