// Submission slots: locked files.
// SPDX-License-Identifier: Apache-2.0
#include "guard/submission_slot.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include <fmt/format.h>

namespace dm::guard {

namespace {

io::unique_fd open_file(const std::string& path) {
  return io::unique_fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
}

// Its numbers begin anew long before an offset cannot say them.
constexpr std::int64_t last_turn = std::int64_t{1} << 40;

struct flock byte_of(std::int64_t first, std::int64_t count, short type) {
  struct flock range {};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  range.l_start = first;
  range.l_len = count;
  return range;
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
  const std::string turns = fmt::format("{}/{}", directory, turns_file);
  slots.turns_ = io::unique_fd(::open(turns.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
  return slots;
}

void submission_slots::draw_turn() {
  // Held for two short calls.
  if (::flock(turns_.get(), LOCK_EX) != 0) return;
  std::int64_t next = 0;
  if (::pread(turns_.get(), &next, sizeof next, 0) != sizeof next || next < 0 || next >= last_turn)
    next = 0;
  const std::int64_t after = next + 1;
  struct flock own = byte_of(next, 1, F_WRLCK);
  if (::pwrite(turns_.get(), &after, sizeof after, 0) == sizeof after &&
      ::fcntl(turns_.get(), F_OFD_SETLK, &own) == 0)
    turn_ = next;
  (void)::flock(turns_.get(), LOCK_UN);
}

bool submission_slots::somebody_is_before() const {
  if (turn_ <= 0) return false;
  struct flock before = byte_of(0, turn_, F_WRLCK);
  return ::fcntl(turns_.get(), F_OFD_GETLK, &before) == 0 && before.l_type != F_UNLCK;
}

std::optional<submission_slot> submission_slots::try_take() {
  if (files_.empty()) return submission_slot();
  if (turns_ && turn_ < 0) draw_turn();
  if (somebody_is_before()) return std::nullopt;
  for (const io::unique_fd& file : files_) {
    if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) {
      if (turn_ >= 0) {
        struct flock own = byte_of(turn_, 1, F_UNLCK);
        (void)::fcntl(turns_.get(), F_OFD_SETLK, &own);
        turn_ = -1;
      }
      return submission_slot(file.get());
    }
    // Neither is a proof that somebody has it; the bound is not worth a component that never runs.
    if (errno != EWOULDBLOCK && errno != EINTR) return submission_slot();
  }
  return std::nullopt;
}

}  // namespace dm::guard
