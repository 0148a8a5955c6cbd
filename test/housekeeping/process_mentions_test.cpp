// Who of the node's processes names something.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/process_mentions.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <csignal>

using dm::housekeeping::is_named_by_a_process;

namespace {

constexpr const char* name = "5d0c8f3e-3a52-4b0e-9f5e-1c6f1d2a7b90";

// Whose processes can all be asked here: the first one of a container is root's, and need not tell
// even root.
uid_t account() { return ::geteuid() == 0 ? 65534 : ::geteuid(); }

// That account's process with this in its environment, which is there when the constructor ends.
class sleeper {
 public:
  explicit sleeper(const std::string& variable) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    std::string text = variable;
    std::array<char*, 2> environment{text.data(), nullptr};
    pid_ = ::fork();
    if (pid_ == 0) {
      if (::geteuid() == 0 && ::setresuid(account(), account(), account()) != 0) ::_exit(126);
      ::execle("/bin/sleep", "sleep", "600", nullptr, environment.data());
      ::_exit(127);
    }
    ::close(ends[1]);
    char none = 0;
    // Its end of the pipe is closed by exec.
    const auto read = ::read(ends[0], &none, 1);
    ::close(ends[0]);
    REQUIRE(read == 0);
  }
  ~sleeper() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  sleeper(const sleeper&) = delete;
  sleeper& operator=(const sleeper&) = delete;

 private:
  pid_t pid_ = -1;
};

bool is_named(uid_t by) {
  const auto answer = is_named_by_a_process(by, name);
  if (!answer) FAIL(answer.error().text());
  return *answer;
}

}  // namespace

TEST_CASE("a process names it while it lives, to its own account's question only") {
  CHECK_FALSE(is_named(account()));
  {
    const sleeper one(std::string("PYTHONPATH=/tmp/pyflink/") + name);
    CHECK(is_named(account()));
    CHECK_FALSE(is_named(account() + 12345));
  }
  CHECK_FALSE(is_named(account()));
}
