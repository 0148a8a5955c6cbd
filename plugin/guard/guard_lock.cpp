// One guard a component on a node.
// SPDX-License-Identifier: Apache-2.0
#include "guard/guard_lock.h"

#include <fcntl.h>

#include <cerrno>
#include <chrono>
#include <csignal>

#include <fmt/format.h>

#include "component/working_directory.h"

namespace dm::guard {

namespace {

struct flock whole_file() {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

// The process that holds it; 0: nobody (any more), or one that this process cannot see.
pid_t holder(int descriptor) {
  struct flock lock = whole_file();
  if (::fcntl(descriptor, F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK) return 0;
  return lock.l_pid;
}

}  // namespace

result<io::unique_fd> take_guard_lock(const io::operation& op, io::http_client& wait,
                                      guard_log& log, const std::string& directory,
                                      io::milliseconds patience) {
  const std::string path = fmt::format("{}/{}", directory, component::guard_lock_name);
  io::unique_fd descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0640));
  if (!descriptor) return fail(io::errno_error(errno, "open the guard's lock", path));
  const auto since = std::chrono::steady_clock::now();
  pid_t told = 0;
  for (;;) {
    // A record lock: unlike flock() it is not inherited by the client, and the kernel tells who has
    // it.
    struct flock lock = whole_file();
    if (::fcntl(descriptor.get(), F_SETLK, &lock) == 0) return descriptor;
    if (errno != EAGAIN && errno != EACCES && errno != EINTR) {
      return fail(io::errno_error(errno, "lock", path));
    }
    if (const pid_t other = holder(descriptor.get()); other > 1) {
      const bool impatient = std::chrono::steady_clock::now() - since >= patience;
      if (told != other) {
        log.info(
            fmt::format("another guard of this component (pid {}) still lives, as after a "
                        "crash of supervisord; it is told to end",
                        other));
      }
      if (told != other || impatient) (void)::kill(other, impatient ? SIGKILL : SIGTERM);
      told = other;
    }
    if (auto slept = wait.sleep(op, io::milliseconds(100)); !slept) {
      return fail_while("waiting for an earlier guard to end", slept.error());
    }
  }
}

}  // namespace dm::guard
