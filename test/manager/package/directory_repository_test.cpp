// The embedded repository.
// SPDX-License-Identifier: Apache-2.0
#include "package/directory_repository.h"

#include "base/failure.h"
#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

using namespace manager;
using manager_test::temporary_directory;
using manager_test::write_file;

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
  CHECK_THROWS(repository.store("a-1.0.0.tar.gz",
                                [](const std::function<void(std::string_view)>& receive) {
                                  receive("half");
                                  throw std::runtime_error("broke off");
                                },
                                {100, 100, 0}));
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
  const auto stored = first.store("a-1.0.0.tar.gz",
                                  [&](const std::function<void(std::string_view)>& receive) {
                                    receive("half");
                                    const directory_repository second(directory.path());
                                    receive("whole");
                                  },
                                  {100, 100, 0});
  CHECK(stored == directory_repository::stored::made);
  CHECK(manager_test::read_file(directory / "a-1.0.0.tar.gz") == "halfwhole");
}
