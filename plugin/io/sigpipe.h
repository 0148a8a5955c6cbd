// No SIGPIPE while libcurl writes to a socket that its peer has closed: CURLOPT_NOSIGNAL also
// switches off libcurl's own protection, and the disposition belongs to the host's process (D-20,
// DM-23).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pthread.h>
#include <signal.h>

#include <ctime>

namespace dm::io {

// For its lifetime SIGPIPE is blocked in this thread; one that arose meanwhile is consumed before
// the mask is restored.
class sigpipe_blocked {
 public:
  sigpipe_blocked() {
    sigset_t pending;
    sigemptyset(&pending);
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, &before_);
  }
  ~sigpipe_blocked() {
    if (!was_pending_) {
      sigset_t pipe;
      sigemptyset(&pipe);
      sigaddset(&pipe, SIGPIPE);
      const timespec at_once{};
      while (sigtimedwait(&pipe, nullptr, &at_once) > 0) {
      }
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  sigpipe_blocked(const sigpipe_blocked&) = delete;
  sigpipe_blocked& operator=(const sigpipe_blocked&) = delete;

 private:
  sigset_t before_{};
  bool was_pending_ = false;
};

}  // namespace dm::io
