// Whole trees: copied byte for byte, removed to any depth, no link followed.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "io/directory.h"
#include "io/file.h"
#include "temporary_directory.h"

using namespace dm::io;
using dm::status_code;
using dm::test::temporary_directory;

namespace {

const file_owner as_it_is;

std::string content_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

mode_t mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::lstat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

}  // namespace

TEST_CASE("a tree is copied byte for byte, with the modes asked for") {
  const temporary_directory from;
  const temporary_directory to;
  ::mkdir((from / "sub").c_str(), 0777);
  ::mkdir((from / "sub/empty").c_str(), 0777);
  std::ofstream(from / "a") << std::string("x\0y", 3);
  std::ofstream(from / "sub/big") << std::string(300'000, 'b');
  std::ofstream(from / ("sub/" + std::string(255, 'n'))) << "long";
  ::chmod((from / "a").c_str(), 0777);
  const auto target = open_directory(to.path());
  const mode_t umask_before = ::umask(077);
  const auto copied = copy_tree(operation(), from.path(), target->get(), 0640, 0750, as_it_is);
  ::umask(umask_before);
  REQUIRE(copied);
  CHECK(content_of(to / "a") == std::string("x\0y", 3));
  CHECK(content_of(to / "sub/big") == std::string(300'000, 'b'));
  CHECK(content_of(to / ("sub/" + std::string(255, 'n'))) == "long");
  CHECK(mode_of(to / "a") == 0640);
  CHECK(mode_of(to / "sub") == 0750);
  CHECK(mode_of(to / "sub/empty") == 0750);
}

TEST_CASE("a link or a special file in a package is refused") {
  const temporary_directory from;
  const temporary_directory to;
  ::mkdir((from / "sub").c_str(), 0755);
  const std::string kind =
      GENERATE("link to a file", "link to a directory", "dangling link", "fifo");
  const std::string path = from / "sub/odd";
  if (kind == "fifo") {
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  } else {
    REQUIRE(::symlink(kind == "link to a file"        ? "/etc/passwd"
                      : kind == "link to a directory" ? "/etc"
                                                      : "/nowhere",
                      path.c_str()) == 0);
  }
  const auto target = open_directory(to.path());
  const auto copied = copy_tree(operation(), from.path(), target->get(), 0640, 0750, as_it_is);
  REQUIRE_FALSE(copied);
  CHECK(copied.error().code == status_code::failed_precondition);
  CHECK(copied.error().message.find("sub/odd") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(to / "sub/odd"));
}

TEST_CASE("a copy over something that is there, or of something that is not, is an error") {
  const temporary_directory from;
  const temporary_directory to;
  std::ofstream(from / "a") << "new";
  std::ofstream(to / "a") << "old";
  const auto target = open_directory(to.path());
  CHECK(copy_tree(operation(), from.path(), target->get(), 0640, 0750, as_it_is).error().code ==
        status_code::already_exists);
  CHECK(content_of(to / "a") == "old");
  CHECK(copy_tree(operation(), from / "absent", target->get(), 0640, 0750, as_it_is).error().code ==
        status_code::not_found);
}

TEST_CASE("a package nested without end is refused") {
  const temporary_directory from;
  const temporary_directory to;
  unique_fd at = std::move(*open_directory(from.path()));
  for (int i = 0; i < 100; ++i) {
    REQUIRE(::mkdirat(at.get(), "d", 0755) == 0);
    at = unique_fd(::openat(at.get(), "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }
  const auto target = open_directory(to.path());
  CHECK(copy_tree(operation(), from.path(), target->get(), 0640, 0750, as_it_is).error().code ==
        status_code::failed_precondition);
}

TEST_CASE("removing takes a file, a link itself, a tree; what is absent is fine") {
  const temporary_directory root;
  const temporary_directory elsewhere;
  std::ofstream(elsewhere / "victim") << "untouched";
  std::ofstream(root / "file") << "x";
  REQUIRE(::symlink(elsewhere.path().c_str(), (root / "link").c_str()) == 0);
  std::filesystem::create_directories(root / "tree/a/b/c");
  std::ofstream(root / "tree/a/f") << "x";
  std::ofstream(root / "tree/a/b/c/g") << "x";
  REQUIRE(::symlink(elsewhere.path().c_str(), (root / "tree/a/link").c_str()) == 0);
  const auto directory = open_directory(root.path());
  for (const char* name : {"file", "link", "tree"}) {
    INFO(name);
    CHECK(remove_tree(operation(), directory->get(), name).value() == true);
    CHECK(remove_tree(operation(), directory->get(), name).value() == false);
  }
  CHECK(root.names().empty());
  CHECK(content_of(elsewhere / "victim") == "untouched");
}

TEST_CASE("a tree of any depth goes, with few descriptors") {
  const temporary_directory root;
  const auto directory = open_directory(root.path());
  unique_fd at(::openat(directory->get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (int i = 0; i < 1200; ++i) {  // deeper than descriptors are allowed, and longer than PATH_MAX
    REQUIRE(::mkdirat(at.get(), "deep", 0755) == 0);
    at = unique_fd(::openat(at.get(), "deep", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (i % 100 == 0) ::close(::openat(at.get(), "file", O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  }
  at = unique_fd();
  CHECK(remove_tree(operation(), directory->get(), "deep").value() == true);
  CHECK(root.names().empty());
}

TEST_CASE("only one name can be removed") {
  const temporary_directory root;
  const auto directory = open_directory(root.path());
  for (const char* name : {"", ".", "..", "a/b", "/etc"}) {
    CHECK(remove_tree(operation(), directory->get(), name).error().code ==
          status_code::invalid_argument);
  }
}

TEST_CASE("the entries of a directory are listed without moving the descriptor's offset") {
  const temporary_directory root;
  std::ofstream(root / "a") << "x";
  ::mkdir((root / ".hidden").c_str(), 0755);
  const auto directory = open_directory(root.path());
  for (int i = 0; i < 2; ++i) {
    auto names = entries_of(directory->get(), root.path());
    REQUIRE(names);
    std::sort(names->begin(), names->end());
    CHECK(*names == std::vector<std::string>{".hidden", "a"});
  }
}

TEST_CASE("work on a tree ends with the operation, and goes on when it is repeated (DM-19)") {
  const temporary_directory from;
  const temporary_directory to;
  std::ofstream(from / "a") << "x";
  ::mkdir((from / "sub").c_str(), 0755);
  std::ofstream(from / "sub/b") << "y";
  const auto source = open_directory(from.path());
  const auto target = open_directory(to.path());
  const operation passed = operation::within(milliseconds(0));
  dm::io::cancellation cancel;
  cancel.cancel();
  const operation cancelled(dm::io::steady_time::max(), &cancel);
  CHECK(copy_tree(passed, from.path(), target->get(), 0640, 0750, as_it_is).error().code ==
        status_code::deadline_exceeded);
  CHECK(copy_tree(cancelled, from.path(), target->get(), 0640, 0750, as_it_is).error().code ==
        status_code::cancelled);
  CHECK(std::filesystem::is_empty(to.path()));
  CHECK(remove_tree(cancelled, source->get(), "sub").error().code == status_code::cancelled);
  CHECK(std::filesystem::exists(from / "sub/b"));
  CHECK(remove_tree(operation(), source->get(), "sub").value());
}
