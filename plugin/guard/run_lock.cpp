// The lock of a scheduled component's runs.
// SPDX-License-Identifier: Apache-2.0
#include "guard/run_lock.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>

#include <fmt/format.h>

#include "guard/record_lock.h"

namespace dm::guard {

namespace {

constexpr std::string_view lock_name = "run.lock";

std::string written(int descriptor) {
  std::array<char, 256> text{};
  const ssize_t size = ::pread(descriptor, text.data(), text.size(), 0);
  return size <= 0 ? std::string() : std::string(text.data(), static_cast<std::size_t>(size));
}

}  // namespace

result<io::unique_fd> take_run_lock(const io::operation& op, io::http_client& wait, guard_log& log,
                                    const std::string& directory, const std::string& run_name,
                                    io::milliseconds patience) {
  const std::string path = fmt::format("{}/{}", directory, lock_name);
  io::unique_fd descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0640));
  if (!descriptor) return fail(io::errno_error(errno, "open the lock of the runs", path));
  const auto since = std::chrono::steady_clock::now();
  pid_t told = 0;
  for (;;) {
    const auto taken = try_record_lock(descriptor.get(), path);
    if (!taken) return fail(taken.error());
    if (*taken) break;
    if (const pid_t other = record_lock_holder(descriptor.get()); other > 1) {
      const bool same = written(descriptor.get()) == run_name;
      if (told != other) {
        log.info(fmt::format("another guard (pid {}) is at work on {}; it is {}", other,
                             same ? "this run" : "another run",
                             same ? "told to end" : "waited for"));
      }
      const bool impatient = std::chrono::steady_clock::now() - since >= patience;
      if (same && (told != other || impatient)) (void)::kill(other, impatient ? SIGKILL : SIGTERM);
      told = other;
    }
    if (auto slept = wait.sleep(op, io::milliseconds(200)); !slept)
      return fail_while("waiting for another run's guard to end", slept.error());
  }
  if (::ftruncate(descriptor.get(), 0) != 0 ||
      ::pwrite(descriptor.get(), run_name.data(), run_name.size(), 0) !=
          static_cast<ssize_t>(run_name.size()))
    return fail(io::errno_error(errno, "write", path));
  return descriptor;
}

}  // namespace dm::guard
