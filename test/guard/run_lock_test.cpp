// One guard of a component's runs at a time on a node.
// SPDX-License-Identifier: Apache-2.0
#include "guard/run_lock.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "surroundings.h"

using namespace dm::test;
namespace io = dm::io;

namespace {

// A process that holds the lock for a run until it is told to end; the write end of its pipe closes
// once it has it.
pid_t holder_of(const std::string& directory, const std::string& run) {
  int ready[2];
  REQUIRE(::pipe(ready) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    (void)::signal(SIGTERM, SIG_DFL);  // the test program catches it
    ::close(ready[0]);
    io::http_client http;
    dm::guard::guard_log log(directory);
    const io::operation op;
    const auto lock = dm::guard::take_run_lock(op, http, log, directory, run);
    ::close(ready[1]);
    if (lock) ::pause();
    ::_exit(0);
  }
  ::close(ready[1]);
  char none = 0;
  CHECK(::read(ready[0], &none, 1) == 0);
  ::close(ready[0]);
  return child;
}

}  // namespace

TEST_CASE("an earlier guard of the same run is told to end") {
  const temporary_directory place;
  const pid_t other = holder_of(place.path(), "x-W.0");
  io::http_client http;
  dm::guard::guard_log log(place.path());
  const auto in_time = io::operation::within(std::chrono::minutes(1));
  CHECK(dm::guard::take_run_lock(in_time, http, log, place.path(), "x-W.0"));
  int status = 0;
  REQUIRE(::waitpid(other, &status, 0) == other);
  CHECK(WIFSIGNALED(status));
}

TEST_CASE("one of another run is waited for, and left alone") {
  const temporary_directory place;
  const pid_t other = holder_of(place.path(), "x-W.0");
  io::http_client http;
  dm::guard::guard_log log(place.path());
  const auto soon = io::operation::within(std::chrono::milliseconds(700));
  CHECK_FALSE(dm::guard::take_run_lock(soon, http, log, place.path(), "y-W.0"));
  CHECK(alive(other));
  ::kill(other, SIGKILL);
  REQUIRE(::waitpid(other, nullptr, 0) == other);
  const auto in_time = io::operation::within(std::chrono::minutes(1));
  CHECK(dm::guard::take_run_lock(in_time, http, log, place.path(), "y-W.0"));
}
