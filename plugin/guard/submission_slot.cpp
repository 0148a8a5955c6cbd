// Submission slots: locked files.
// SPDX-License-Identifier: Apache-2.0
#include "guard/submission_slot.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <utility>

#include <fmt/format.h>

namespace dm::guard {

namespace {

io::unique_fd open_file(const std::string& path) {
  return io::unique_fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
}

}  // namespace

submission_slot& submission_slot::operator=(submission_slot&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

void submission_slot::give_back() {
  if (descriptor_ >= 0) (void)::flock(descriptor_, LOCK_UN);
  descriptor_ = -1;
}

result<submission_slots> submission_slots::open(const std::string& directory, int count) {
  submission_slots slots;
  for (int i = 0; i < count; ++i) {
    const std::string path = fmt::format("{}/submission-{}", directory, i);
    io::unique_fd file = open_file(path);
    const int number = errno;
    if (!file && number == ENOENT) file = open_file(fmt::format("{}/slot-{}", directory, i));
    if (!file) return fail(io::errno_error(number, "open the submission slot", path));
    slots.files_.push_back(std::move(file));
  }
  return slots;
}

std::optional<submission_slot> submission_slots::try_take() {
  if (files_.empty()) return submission_slot();
  for (const io::unique_fd& file : files_) {
    if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) return submission_slot(file.get());
    // Neither is a proof that somebody has it; the bound is not worth a component that never runs.
    if (errno != EWOULDBLOCK && errno != EINTR) return submission_slot();
  }
  return std::nullopt;
}

}  // namespace dm::guard
