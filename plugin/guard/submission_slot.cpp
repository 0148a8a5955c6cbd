// Submission slots: locked files.
// SPDX-License-Identifier: Apache-2.0
#include "guard/submission_slot.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

#include <fmt/format.h>

namespace dm::guard {

result<std::optional<io::unique_fd>> try_submission_slot(const std::string& directory, int count) {
  for (int i = 0; i < count; ++i) {
    const std::string path = fmt::format("{}/slot-{}", directory, i);
    io::unique_fd slot(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!slot) return fail(io::errno_error(errno, "open the submission slot", path));
    if (::flock(slot.get(), LOCK_EX | LOCK_NB) == 0) return std::optional(std::move(slot));
    if (errno != EWOULDBLOCK) return fail(io::errno_error(errno, "lock the submission slot", path));
  }
  return std::optional<io::unique_fd>();
}

}  // namespace dm::guard
