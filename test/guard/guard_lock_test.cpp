// One guard a component, with real processes that hold the lock: polite ones and ones that hang.
// SPDX-License-Identifier: Apache-2.0
#include "guard/guard_lock.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "surroundings.h"

using namespace dm::guard;
using dm::status_code;
using dm::test::eventually;
using dm::test::file_content;
using dm::test::temporary_directory;
namespace io = dm::io;

namespace {

const io::operation in_time = io::operation::within(std::chrono::minutes(1));

// Another process with the lock; how it ended is read by the destructor's owner through end().
class holder {
 public:
  holder(const std::string& path, bool deaf) {
    int ready[2];
    REQUIRE(::pipe2(ready, O_CLOEXEC) == 0);
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      ::signal(SIGTERM, deaf ? SIG_IGN : SIG_DFL);
      const int file = ::open(path.c_str(), O_RDWR | O_CREAT, 0640);
      struct flock lock {};
      lock.l_type = F_WRLCK;
      if (::fcntl(file, F_SETLK, &lock) != 0 || ::write(ready[1], "x", 1) != 1) ::_exit(1);
      for (;;) ::pause();
    }
    char byte = 0;
    REQUIRE(::read(ready[0], &byte, 1) == 1);
    ::close(ready[0]);
    ::close(ready[1]);
  }
  ~holder() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
    (void)ended_by();
  }
  // The signal that ended it.
  int ended_by() {
    int status = 0;
    if (pid_ > 0) ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return WTERMSIG(status);
  }

 private:
  pid_t pid_ = 0;
};

struct fixture {
  fixture() : log(directory.path()) { REQUIRE(log.open()); }
  dm::result<io::unique_fd> take(io::milliseconds patience) {
    return take_guard_lock(in_time, http, log, directory.path(), patience);
  }
  temporary_directory directory;
  guard_log log;
  io::http_client http;
};

}  // namespace

TEST_CASE("a guard's lock that nobody holds is taken at once, and free again when it is closed") {
  fixture f;
  REQUIRE(f.take(io::milliseconds(0)));
  REQUIRE(f.take(io::milliseconds(0)));
  CHECK(file_content(f.directory / "guard.log").empty());
}

TEST_CASE("a guard that still lives is told to end, which the log says") {
  fixture f;
  holder other(f.directory / "guard.lock", false);
  REQUIRE(f.take(std::chrono::minutes(1)));
  CHECK(other.ended_by() == SIGTERM);
  CHECK_THAT(file_content(f.directory / "guard.log"),
             Catch::Matchers::Contains("still lives, as after a crash of supervisord"));
}

TEST_CASE("a guard that does not end in time is killed") {
  fixture f;
  holder other(f.directory / "guard.lock", true);
  REQUIRE(f.take(io::milliseconds(300)));
  CHECK(other.ended_by() == SIGKILL);
}

TEST_CASE("waiting for another guard ends when this one is told to end") {
  fixture f;
  holder other(f.directory / "guard.lock", true);
  io::cancellation cancel;
  cancel.cancel();
  const io::operation op(io::steady_time::max(), &cancel);
  const auto taken = take_guard_lock(op, f.http, f.log, f.directory.path());
  REQUIRE_FALSE(taken);
  CHECK(taken.error().code == status_code::cancelled);
}

TEST_CASE("a guard's lock in a directory that is gone names the file") {
  fixture f;
  const auto taken = take_guard_lock(in_time, f.http, f.log, f.directory / "nowhere");
  REQUIRE_FALSE(taken);
  CHECK_THAT(taken.error().message, Catch::Matchers::Contains("guard.lock"));
}
