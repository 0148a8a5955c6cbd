// A lock of a whole file that belongs to a process.
// SPDX-License-Identifier: Apache-2.0
#include "guard/record_lock.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <csignal>

#include "../io/temporary_directory.h"
#include "io/file.h"

using namespace dm::guard;
namespace io = dm::io;

TEST_CASE("one process has the lock, and the others are told which") {
  const dm::test::temporary_directory place;
  const std::string path = place / "lock";
  const io::unique_fd ours(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  std::array<int, 2> ready{};
  REQUIRE(::pipe(ready.data()) == 0);
  const pid_t other = ::fork();
  REQUIRE(other >= 0);
  if (other == 0) {
    const int theirs = ::open(path.c_str(), O_RDWR);
    const auto taken = try_record_lock(theirs, path);
    const char word = taken && *taken ? 'y' : 'n';
    (void)!::write(ready[1], &word, 1);
    for (;;) ::pause();
  }
  char word = 0;
  CHECK(::read(ready[0], &word, 1) == 1);
  CHECK(word == 'y');
  CHECK(try_record_lock(ours.get(), path) == false);
  CHECK(record_lock_holder(ours.get()) == other);
  ::kill(other, SIGKILL);
  ::waitpid(other, nullptr, 0);
  CHECK(record_lock_holder(ours.get()) == 0);
  CHECK(try_record_lock(ours.get(), path) == true);
  CHECK(record_lock_holder(ours.get()) == 0);  // this one has it
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_CASE("what cannot be locked is an error, and not another's") {
  const auto taken = try_record_lock(-1, "/some/where");
  REQUIRE_FALSE(taken);
  CHECK(taken.error().message.find("/some/where") != std::string::npos);
}
