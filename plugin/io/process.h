// A child process of the guard: argv, its own session, an explicit list of what it inherits. By
// Boost.Process v2 (D-30). flink.so never links this.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/error.h"

namespace dm::io {

struct process_spec {
  std::vector<std::string> argv;  // argv[0] is an absolute path; no shell, no PATH search
  std::vector<std::pair<std::string, std::string>> environment;  // all of it; nothing is inherited
  std::string directory;
  int output = -1;     // descriptor for standard output and error; standard input is /dev/null
  int error = -1;      // descriptor for standard error alone, or -1: where the output goes
  int inherited = -1;  // one further descriptor the child and its children keep (a lock), or -1
  // The child writes its pid there before exec, so that a lock names its holder.
  bool write_pid_to_inherited = true;
  // All that the child starts dies with this process, too, unless it leaves the process group.
  bool group_dies_with_parent = false;
};

// How a child ended.
struct process_exit {
  int code = -1;   // exit code, when it exited
  int signal = 0;  // signal, when one ended it
  bool success() const { return signal == 0 && code == 0; }
};

// A running child in a session of its own (its pid is its process group). It dies with the thread
// that made it (PR_SET_PDEATHSIG = SIGKILL); its own children do not, unless the specification says
// so: then the pid is that of a keeper, which ends as the program does.
class process {
 public:
  // INVALID_ARGUMENT, NOT_FOUND, PERMISSION_DENIED, RESOURCE_EXHAUSTED.
  static result<process> spawn(const process_spec& spec);
  process(process&&) noexcept;
  process& operator=(process&&) noexcept;
  ~process();  // kills the group with SIGKILL and reaps, when it still runs

  int pid() const;
  int descriptor() const;  // a pidfd: readable when the child has ended
  bool ended() const;      // it may still be a zombie, whose process group is its own
  std::optional<process_exit> try_reap();  // the end, once it has come
  void signal_group(int signal);           // to the child's whole process group

 private:
  struct implementation;
  explicit process(std::unique_ptr<implementation> started);
  std::unique_ptr<implementation> implementation_;
};

}  // namespace dm::io
