// One guard a component on a node.
// SPDX-License-Identifier: Apache-2.0
#include "guard/guard_lock.h"

#include <fcntl.h>

#include <cerrno>
#include <chrono>
#include <csignal>

#include <fmt/format.h>

#include "component/working_directory.h"
#include "guard/record_lock.h"

namespace dm::guard {

result<io::unique_fd> take_guard_lock(const io::operation& op, io::http_client& wait,
                                      guard_log& log, const std::string& directory,
                                      io::milliseconds patience) {
  const std::string path = fmt::format("{}/{}", directory, component::guard_lock_name);
  io::unique_fd descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0640));
  if (!descriptor) return fail(io::errno_error(errno, "open the guard's lock", path));
  const auto since = std::chrono::steady_clock::now();
  pid_t told = 0;
  for (;;) {
    const auto taken = try_record_lock(descriptor.get(), path);
    if (!taken) return fail(taken.error());
    if (*taken) return descriptor;
    if (const pid_t other = record_lock_holder(descriptor.get()); other > 1) {
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
