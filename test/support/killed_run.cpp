// A program under ptrace, killed before one of its system calls.
// SPDX-License-Identifier: Apache-2.0
#include "support/killed_run.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <cstdlib>

namespace dm::test {

namespace {

// System calls that change files, or tell supervisord something. openat counts whatever it is for:
// some create.
bool has_effect(std::uint64_t call) {
  static constexpr std::array<long, 15> calls = {
      SYS_openat,    SYS_mkdirat,   SYS_write,    SYS_fchown,    SYS_fchmod,
      SYS_fsync,     SYS_renameat2, SYS_unlinkat, SYS_symlinkat, SYS_sendto,
      SYS_ftruncate, SYS_fchownat,  SYS_flock,    SYS_linkat,    SYS_sendmsg};
  return std::find(calls.begin(), calls.end(), static_cast<long>(call)) != calls.end();
}

}  // namespace

killed_run run_and_kill(const std::vector<std::string>& argv, int effect) {
  std::vector<char*> arguments;
  for (const std::string& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(99);
    // The search for leaks cannot work under ptrace, and ends the process in its despair.
    ::setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
    ::execv(arguments[0], arguments.data());
    ::_exit(98);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  INFO("ptrace must be allowed here");
  REQUIRE(WIFSTOPPED(status));  // at its exec
  ::ptrace(PTRACE_SETOPTIONS, child, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
  int seen = 0;
  int signal_to_deliver = 0;
  bool loaded = false;
  for (;;) {
    ::ptrace(PTRACE_SYSCALL, child, nullptr, signal_to_deliver);
    signal_to_deliver = 0;
    if (::waitpid(child, &status, 0) != child) FAIL("the process is gone");
    if (WIFEXITED(status)) return {false, WEXITSTATUS(status)};
    if (!WIFSTOPPED(status)) FAIL("the process was ended by signal " << WTERMSIG(status));
    if (WSTOPSIG(status) != (SIGTRAP | 0x80)) {
      if (WSTOPSIG(status) != SIGTRAP) signal_to_deliver = WSTOPSIG(status);
      continue;
    }
    __ptrace_syscall_info information{};
    ::ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof information, &information);
    if (information.op != PTRACE_SYSCALL_INFO_ENTRY) continue;
    // What the loader opens is of no interest: it ends with the first flock or socket of the verb
    // itself.
    loaded = loaded || information.entry.nr == SYS_socket || information.entry.nr == SYS_flock;
    if (!loaded || !has_effect(information.entry.nr)) continue;
    if (seen++ < effect) continue;
    ::kill(child, SIGKILL);
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    return {true, -1};
  }
}

}  // namespace dm::test
