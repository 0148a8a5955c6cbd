// Ctrl-C.
// SPDX-License-Identifier: Apache-2.0
#include "client/interruption.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <system_error>

namespace dmctl {
namespace {

// A signal's handler reaches nothing else. The pipe is a byte that stays unread.
std::array<int, 2> ends = {-1, -1};
volatile std::sig_atomic_t came = 0;

extern "C" void on_signal(int signal) {
  if (came != 0) ::_exit(128 + signal);
  came = 1;
  const int before = errno;
  [[maybe_unused]] const auto written = ::write(ends[1], "x", 1);
  errno = before;
}

void handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  ::sigaction(signal, &action, nullptr);
}

}  // namespace

interruption::interruption() {
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
    throw std::system_error(errno, std::generic_category(), "cannot make a pipe");
  }
  came = 0;
  handle(SIGINT, on_signal);
  handle(SIGTERM, on_signal);
  handle(SIGPIPE, SIG_IGN);
}

interruption::~interruption() {
  handle(SIGINT, SIG_DFL);
  handle(SIGTERM, SIG_DFL);
  for (int& one : ends) {
    ::close(one);
    one = -1;
  }
}

bool interruption::requested() const { return came != 0; }

int interruption::descriptor() const { return ends[0]; }

bool interruption::pause(std::chrono::milliseconds how_long) const {
  pollfd waited{descriptor(), POLLIN, 0};
  ::poll(&waited, 1, static_cast<int>(how_long.count()));
  return requested();
}

}  // namespace dmctl
