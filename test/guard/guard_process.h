// A guard in a process of its own, to be killed at one of the effects that it has outside itself.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "fake/http_server.h"

namespace dm::test {

class guard_process {
 public:
  guard_process() = default;
  guard_process(const guard_process&) = delete;
  guard_process& operator=(const guard_process&) = delete;
  ~guard_process() { end(); }

  void start(const std::string& guard_file, const std::vector<std::string>& command) {
    std::vector<std::string> words = {DM_FAST_GUARD, guard_file};
    words.insert(words.end(), command.begin(), command.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const pid_t child = ::fork();
    if (child == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    const std::lock_guard lock(mutex_);
    pid_ = child;
  }
  // Its exit code; nullopt: it was killed, or has not ended yet.
  std::optional<int> ended() {
    int status = 0;
    const std::lock_guard lock(mutex_);
    if (pid_ == 0 || ::waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
    pid_ = 0;
    dead_ = !WIFEXITED(status);
    return dead_ ? std::nullopt : std::optional(WEXITSTATUS(status));
  }
  bool dead() const { return dead_; }
  void bury() { dead_ = false; }
  void end() {
    const std::lock_guard lock(mutex_);
    if (pid_ == 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

  // The guard dies at its effect number `nth`.
  void kill_at(int nth, bool carried_out) {
    const std::lock_guard lock(mutex_);
    kill_at_ = nth;
    carried_out_ = carried_out;
  }
  int effects() const { return effects_; }

  // Told of each effect, on a server's thread. A value: the guard was killed at it.
  std::optional<fake::disturbance> at_effect() {
    const std::lock_guard lock(mutex_);
    if (pid_ == 0 || ++effects_ != kill_at_) return std::nullopt;
    ::kill(pid_, SIGKILL);
    fake::disturbance d;
    d.what = fake::disturbance::kind::close;
    d.carried_out = carried_out_;
    return d;
  }

 private:
  std::mutex mutex_;
  pid_t pid_ = 0;
  std::atomic<int> effects_{0};
  int kill_at_ = 0;
  bool carried_out_ = false;
  std::atomic<bool> dead_{false};
};

}  // namespace dm::test
