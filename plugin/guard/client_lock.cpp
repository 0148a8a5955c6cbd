// The lock that a flink client inherits.
// SPDX-License-Identifier: Apache-2.0
#include "guard/client_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>

#include <fmt/format.h>

#include "component/working_directory.h"

namespace dm::guard {

namespace {

// A group that was sent SIGKILL is gone in milliseconds, unless its file system hangs.
constexpr std::chrono::seconds patience{20};

result<io::unique_fd> open_lock(const std::string& directory) {
  const std::string path = fmt::format("{}/{}", directory, component::client_lock_name);
  io::unique_fd descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0640));
  if (!descriptor) return fail(io::errno_error(errno, "open the client's lock", path));
  return descriptor;
}

// The pid that the holder wrote; it leads its own session and process group. 0: not written yet.
int holder(int descriptor) {
  std::array<char, 32> text{};
  const ssize_t size = ::pread(descriptor, text.data(), text.size() - 1, 0);
  int pid = 0;
  if (size > 0) std::from_chars(text.data(), text.data() + size, pid);
  return pid > 1 ? pid : 0;
}

}  // namespace

result<taken_lock> take_client_lock(const io::operation& op, io::http_client& wait,
                                    const std::string& directory) {
  auto descriptor = open_lock(directory);
  if (!descriptor) return fail(descriptor.error());
  taken_lock taken;
  const auto since = std::chrono::steady_clock::now();
  while (::flock(descriptor->get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return fail(io::errno_error(errno, "lock", directory + "/client.lock"));
    }
    // Only a process that holds the lock keeps it busy, so the group named in it is that client's,
    // not a stranger's with a recycled number.
    const int group = holder(descriptor->get());
    if (group != 0 && ::kill(-group, SIGKILL) == 0) taken.killed_group = group;
    if (std::chrono::steady_clock::now() - since >= patience) {
      return fail(
          status_code::unavailable,
          fmt::format("{}/client.lock is still held, though process group {} was sent SIGKILL",
                      directory, group == 0 ? "(unknown)" : fmt::to_string(group)),
          "nothing is submitted while an earlier flink client may live; find it with fuser, and "
          "end it");
    }
    if (auto slept = wait.sleep(op, io::milliseconds(100)); !slept) {
      return fail_while("waiting for an earlier flink client to end", slept.error());
    }
  }
  taken.descriptor = std::move(*descriptor);
  return taken;
}

result<bool> client_lives(const std::string& directory) {
  auto descriptor = open_lock(directory);
  if (!descriptor) return fail(descriptor.error());
  if (::flock(descriptor->get(), LOCK_EX | LOCK_NB) == 0) return false;
  return errno == EWOULDBLOCK;
}

}  // namespace dm::guard
