// One operation under way: cancellation by an eventfd, and the deadline.
// SPDX-License-Identifier: Apache-2.0
#include "io/operation.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <system_error>

namespace dm::io {

namespace {
constexpr milliseconds longest_wait = std::chrono::hours(24);
}

cancellation::cancellation() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

cancellation::~cancellation() { ::close(descriptor_); }

void cancellation::cancel() noexcept {
  if (cancelled_.exchange(true, std::memory_order_acq_rel)) return;
  // May run in a signal handler, whose victim must find errno as it was. The eventfd is never read,
  // so it stays readable and a write can only fail for reasons that do not occur at its first.
  const int saved = errno;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
  errno = saved;
}

operation operation::limited_to(milliseconds limit) const {
  operation shorter = *this;
  const auto bounded = std::clamp(limit, milliseconds(0), longest_wait);
  shorter.deadline_ = std::min(deadline_, std::chrono::steady_clock::now() + bounded);
  return shorter;
}

milliseconds operation::remaining() const {
  const auto now = std::chrono::steady_clock::now();
  if (deadline_ <= now) return milliseconds(0);
  if (deadline_ - now >= longest_wait) return longest_wait;
  // Rounded up: a wait must not end just before the deadline and find that nothing has happened
  // yet.
  return std::chrono::ceil<milliseconds>(deadline_ - now);
}

result<void> operation::check(std::string_view waiting_for) const {
  if (cancelled()) {
    return fail(status_code::cancelled, "cancelled while waiting for " + std::string(waiting_for));
  }
  if (std::chrono::steady_clock::now() >= deadline_) {
    return fail(status_code::deadline_exceeded,
                "the deadline passed while waiting for " + std::string(waiting_for),
                "call again, or allow the operation more time");
  }
  return {};
}

}  // namespace dm::io
