// Files without races: links refused, written whole or not at all.
#include "io/file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <thread>

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

// Files may not grow beyond `bytes` while it lives, and the signal that says so is ignored.
class file_size_limit {
 public:
  explicit file_size_limit(rlim_t bytes) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~file_size_limit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, SIG_DFL);
  }

 private:
  rlimit before_{};
};

}  // namespace

TEST_CASE("errno is told as what it means for the caller") {
  CHECK(errno_error(ENOENT, "open", "/x").code == status_code::not_found);
  CHECK(errno_error(EACCES, "open", "/x").code == status_code::permission_denied);
  CHECK(errno_error(EPERM, "open", "/x").code == status_code::permission_denied);
  CHECK(errno_error(ENOSPC, "open", "/x").code == status_code::resource_exhausted);
  CHECK(errno_error(EDQUOT, "open", "/x").code == status_code::resource_exhausted);
  CHECK(errno_error(EMFILE, "open", "/x").code == status_code::resource_exhausted);
  CHECK(errno_error(EEXIST, "open", "/x").code == status_code::already_exists);
  CHECK(errno_error(EIO, "open", "/x").code == status_code::internal);
  CHECK(errno_error(ENOENT, "open", "/x").message == "cannot open /x: No such file or directory");
}

TEST_CASE("a descriptor is closed once, by its last owner") {
  int number = -1;
  {
    unique_fd first(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    number = first.get();
    unique_fd second(std::move(first));
    CHECK_FALSE(first);
    CHECK(second.get() == number);
    unique_fd third;
    third = std::move(second);
    CHECK(::fcntl(number, F_GETFD) >= 0);
  }
  CHECK(::fcntl(number, F_GETFD) < 0);
}

TEST_CASE("a directory is opened, a file or a link is not") {
  const temporary_directory directory;
  REQUIRE(::symlink(directory.path().c_str(), (directory / "link").c_str()) == 0);
  std::ofstream(directory / "file") << "x";
  CHECK(open_directory(directory.path()));
  CHECK(open_directory(directory / "absent").error().code == status_code::not_found);
  CHECK_FALSE(open_directory(directory / "file"));
  const auto link = open_directory(directory / "link");
  REQUIRE_FALSE(link);
  CHECK(link.error().code == status_code::failed_precondition);
  CHECK(link.error().message.find("symbolic link") != std::string::npos);
}

TEST_CASE("missing directories are made with their mode, existing ones stay as they are") {
  const temporary_directory root;
  ::mkdir((root / "old").c_str(), 0711);
  const mode_t umask_before = ::umask(077);
  const auto made = make_directories(root.path(), {"old", "new", "newer"}, 0750, as_it_is);
  ::umask(umask_before);
  REQUIRE(made);
  CHECK(mode_of(root / "old") == 0711);
  CHECK(mode_of(root / "old/new") == 0750);
  CHECK(mode_of(root / "old/new/newer") == 0750);
  REQUIRE(::mkdirat(made->get(), "inside", 0700) == 0);
  CHECK(mode_of(root / "old/new/newer/inside") == 0700);
  CHECK(make_directories(root.path(), {"old", "new", "newer"}, 0700, as_it_is));
  CHECK(mode_of(root / "old/new") == 0750);
  CHECK(root.names() == std::vector<std::string>{"old"});
}

TEST_CASE("an owner is set on what is made") {
  if (::geteuid() != 0) {
    CHECK(make_directories("/tmp", {}, 0700, as_it_is));  // only root gives files away
    return;
  }
  const temporary_directory root;
  REQUIRE(make_directories(root.path(), {"a"}, 0750, {0, 12345}));
  const auto directory = open_directory(root.path());
  REQUIRE(write_file(directory->get(), "f", "x", 0640, {12345, 12346}));
  struct stat status {};
  REQUIRE(::stat((root / "a").c_str(), &status) == 0);
  CHECK(status.st_gid == 12345);
  REQUIRE(::stat((root / "f").c_str(), &status) == 0);
  CHECK(status.st_uid == 12345);
  CHECK(status.st_gid == 12346);
}

TEST_CASE("no link is followed on the way down") {
  const temporary_directory root;
  const temporary_directory elsewhere;
  REQUIRE(::symlink(elsewhere.path().c_str(), (root / "link").c_str()) == 0);
  REQUIRE(::symlink("/nowhere", (root / "dangling").c_str()) == 0);
  for (const char* name : {"link", "dangling"}) {
    const auto made = make_directories(root.path(), {name, "below"}, 0750, as_it_is);
    REQUIRE_FALSE(made);
    CHECK(made.error().code == status_code::failed_precondition);
  }
  CHECK(elsewhere.names().empty());
}

TEST_CASE("a name is one name") {
  const temporary_directory root;
  const auto directory = open_directory(root.path());
  for (const std::string& name : {std::string(), std::string("."), std::string(".."),
                                  std::string("a/b"), std::string("a\0b", 3)}) {
    CHECK(make_directories(root.path(), {name}, 0750, as_it_is).error().code ==
          status_code::invalid_argument);
    CHECK(write_file(directory->get(), name, "x", 0640, as_it_is).error().code ==
          status_code::invalid_argument);
  }
}

TEST_CASE("several make the same directories at once") {
  const temporary_directory root;
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      if (make_directories(root.path(), {"a", "b", "c", "d"}, 0750, as_it_is)) ++good;
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(good == 8);
  CHECK(root.names() == std::vector<std::string>{"a"});
  CHECK(mode_of(root / "a/b/c/d") == 0750);
}

TEST_CASE("a written file has its content, mode and name, and nothing else is left") {
  const temporary_directory root;
  const auto directory = open_directory(root.path());
  const std::string content("bytes\0and more", 14);
  REQUIRE(write_file(directory->get(), "f", content, 0640, as_it_is));
  CHECK(content_of(root / "f") == content);
  CHECK(mode_of(root / "f") == 0640);
  REQUIRE(write_file(directory->get(), "f", "", 0600, as_it_is));
  CHECK(content_of(root / "f").empty());
  CHECK(root.names() == std::vector<std::string>{"f"});
}

TEST_CASE("the longest name there is can be written, a longer one is an error") {
  const temporary_directory root;
  const auto directory = open_directory(root.path());
  CHECK(write_file(directory->get(), std::string(255, 'n'), "x", 0640, as_it_is));
  CHECK_FALSE(write_file(directory->get(), std::string(256, 'n'), "x", 0640, as_it_is));
  CHECK(make_directories(root.path(), {std::string(255, 'd')}, 0750, as_it_is));
  CHECK(root.names().size() == 2);
}

TEST_CASE("a link in the place of a file is replaced, not written through") {
  const temporary_directory root;
  const temporary_directory elsewhere;
  std::ofstream(elsewhere / "victim") << "untouched";
  REQUIRE(::symlink((elsewhere / "victim").c_str(), (root / "f").c_str()) == 0);
  const auto directory = open_directory(root.path());
  REQUIRE(write_file(directory->get(), "f", "new", 0640, as_it_is));
  CHECK(content_of(elsewhere / "victim") == "untouched");
  CHECK(content_of(root / "f") == "new");
  CHECK_FALSE(std::filesystem::is_symlink(root / "f"));
}

TEST_CASE("when there is no room the old file stays, and no half of the new one") {
  const temporary_directory root;
  const auto directory = open_directory(root.path());
  REQUIRE(write_file(directory->get(), "f", "old", 0640, as_it_is));
  {
    const file_size_limit limit(1000);
    const auto written = write_file(directory->get(), "f", std::string(5000, 'x'), 0640, as_it_is);
    REQUIRE_FALSE(written);
    CHECK(written.error().code == status_code::resource_exhausted);
  }
  CHECK(content_of(root / "f") == "old");
  CHECK(root.names() == std::vector<std::string>{"f"});
}

TEST_CASE("a directory in the place of a file is an error that leaves nothing behind") {
  const temporary_directory root;
  ::mkdir((root / "f").c_str(), 0755);
  const auto directory = open_directory(root.path());
  CHECK_FALSE(write_file(directory->get(), "f", "x", 0640, as_it_is));
  CHECK(root.names() == std::vector<std::string>{"f"});
}

TEST_CASE("a reader never sees a file half written") {
  const temporary_directory root;
  const auto directory = open_directory(root.path());
  const std::string a(20'000, 'a');
  const std::string b(30'000, 'b');
  REQUIRE(write_file(directory->get(), "f", a, 0640, as_it_is));
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (int i = 0; i < 30; ++i)
      static_cast<void>(write_file(directory->get(), "f", i % 2 == 0 ? b : a, 0640, as_it_is));
    done = true;
  });
  int torn = 0;
  while (!done) {
    const auto content = read_file(root / "f", 100'000);
    if (!content || (*content != a && *content != b)) ++torn;
  }
  writer.join();
  CHECK(torn == 0);
}

TEST_CASE("a file is read up to the limit, and only a regular one") {
  const temporary_directory root;
  std::ofstream(root / "f") << std::string(1000, 'x');
  CHECK(read_file(root / "f", 1000).value().size() == 1000);
  CHECK(read_file(root / "f", 999).error().code == status_code::resource_exhausted);
  CHECK(read_file(root / "absent", 10).error().code == status_code::not_found);
  CHECK(read_file(root.path(), 10).error().code == status_code::failed_precondition);
  REQUIRE(::symlink((root / "f").c_str(), (root / "link").c_str()) == 0);
  CHECK(read_file(root / "link", 1000).error().code == status_code::failed_precondition);
  REQUIRE(::mkfifo((root / "fifo").c_str(), 0600) == 0);
  CHECK(read_file(root / "fifo", 10).error().code ==
        status_code::failed_precondition);  // and does not wait for a writer
  CHECK(read_file("/dev/zero", 10).error().code == status_code::failed_precondition);
  CHECK_FALSE(read_file("/proc/self/stat", 10'000).value().empty());  // whose size is said to be 0
}
