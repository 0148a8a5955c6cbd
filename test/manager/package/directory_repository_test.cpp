// The embedded repository.
// SPDX-License-Identifier: Apache-2.0
#include "package/directory_repository.h"

#include "base/failure.h"
#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

using namespace manager;
using manager_test::temporary_directory;
using manager_test::write_file;

namespace {

const std::function<void()> nothing = [] {};

std::function<void(const directory_repository::receiver&)> bytes(const std::string& text) {
  return [text](const directory_repository::receiver& receive) { receive(text); };
}

}  // namespace

TEST_CASE("only packages are listed, names in order, versions newest first") {
  const temporary_directory directory;
  for (const char* file :
       {"b-1.0.0.tar.gz", "a-1.2.0.tar.gz", "a-1.10.0.tar.gz", "notes.txt", "x.tar.gz"}) {
    write_file(directory / file, "x");
  }
  std::filesystem::create_directories(directory / "d-1.0.0.tar.gz");
  directory_repository repository(directory.path());
  CHECK(json::to_text(repository.list("", 1)) ==
        R"([{"name":"a","latest_versions":[{"version":"1.10.0","file":"a-1.10.0.tar.gz"}]},)"
        R"({"name":"b","latest_versions":[{"version":"1.0.0","file":"b-1.0.0.tar.gz"}]}])");
}

TEST_CASE("a sender that breaks off leaves nothing") {
  const temporary_directory directory;
  directory_repository repository(directory.path());
  CHECK_THROWS(repository.store(
      "a-1.0.0.tar.gz",
      [](const std::function<void(std::string_view)>& receive) {
        receive("half");
        throw std::runtime_error("broke off");
      },
      {100, 0}, nothing));
  // What stays is only what tells others that somebody uses the directory.
  for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
    CHECK(entry.path().filename() == ".lock");
  }
}

TEST_CASE("fetching: content, absence, links") {
  const temporary_directory directory;
  write_file(directory / "a-1.0.0.tar.gz", "bytes");
  std::filesystem::create_symlink("/etc/passwd", directory / "l-1.0.0.tar.gz");
  directory_repository repository(directory.path());
  cancellation cancel;
  std::string text;
  const auto receive = [&](std::string_view piece) { text += piece; };
  repository.fetch("a-1.0.0", "", receive, cancel);
  CHECK(text == "bytes");
  CHECK_THROWS_AS(repository.fetch("b-1.0.0", "", receive, cancel), failure);
  CHECK_THROWS_AS(repository.fetch("l-1.0.0", "", receive, cancel), failure);
}

TEST_CASE("what a killed process was taking in is gone at the next start") {
  const temporary_directory directory;
  write_file(directory / ".upload-abcdef", "half");
  directory_repository repository(directory.path());
  CHECK_FALSE(std::filesystem::exists(directory / ".upload-abcdef"));
}

TEST_CASE("an upload under way survives the start of another Deployment Manager") {
  const temporary_directory directory;
  directory_repository first(directory.path());
  const auto stored = first.store(
      "a-1.0.0.tar.gz",
      [&](const std::function<void(std::string_view)>& receive) {
        receive("half");
        const directory_repository second(directory.path());
        receive("whole");
      },
      {100, 0}, nothing);
  CHECK(stored == directory_repository::stored::made);
  CHECK(manager_test::read_file(directory / "a-1.0.0.tar.gz") == "halfwhole");
}

TEST_CASE("what must be known of a file is written before it has its name, and only then") {
  const temporary_directory directory;
  directory_repository repository(directory.path());
  int called = 0;
  const auto look = [&] {
    ++called;
    CHECK_FALSE(repository.contains("a-1.0.0.tar.gz"));
  };
  using stored = directory_repository::stored;
  CHECK(repository.store("a-1.0.0.tar.gz", bytes("x"), {100, 0}, look) == stored::made);
  CHECK(repository.store("a-1.0.0.tar.gz", bytes("x"), {100, 0}, look) == stored::same_content);
  CHECK_THROWS_AS(repository.store("a-1.0.0.tar.gz", bytes("y"), {100, 0}, look), failure);
  CHECK(called == 1);
  CHECK_THROWS(repository.store("b-1.0.0.tar.gz", bytes("x"), {100, 0},
                                [] { throw std::runtime_error("no place for that"); }));
  CHECK_FALSE(repository.contains("b-1.0.0.tar.gz"));
}

TEST_CASE("sizes: of a package, of those that are there") {
  const temporary_directory directory;
  write_file(directory / "a-1.0.0.tar.gz", "four");
  const directory_repository repository(directory.path());
  CHECK(repository.bytes_of("a-1.0.0") == 4);
  CHECK_FALSE(repository.bytes_of("b-1.0.0"));
  CHECK(repository.bytes_of_all({"a-1.0.0.tar.gz", "b-1.0.0.tar.gz"}) == 4);
}
