// The operations of a session that run now, so that all of them can be ended at once.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/running_calls.h"

namespace dm::boundary {

void running_calls::add(io::cancellation& cancel) {
  const std::lock_guard lock(mutex_);
  running_.insert(&cancel);
  if (ended_) cancel.cancel();
}

void running_calls::remove(io::cancellation& cancel) noexcept {
  const std::lock_guard lock(mutex_);
  if (const auto found = running_.find(&cancel); found != running_.end()) running_.erase(found);
}

void running_calls::cancel_all() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  for (io::cancellation* cancel : running_) cancel->cancel();
}

}  // namespace dm::boundary
