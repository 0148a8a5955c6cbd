// One cancellation for everything that an operation does.
// SPDX-License-Identifier: Apache-2.0
#include "base/cancellation.h"

#include "base/failure.h"

namespace manager {

void cancellation::request(const std::string& why) {
  const std::lock_guard lock(mutex_);
  if (!requested_) why_ = why;
  requested_ = true;
  changed_.notify_all();
  for (const auto& [id, action] : actions_) action();
}

void cancellation::check() const {
  if (requested_) {
    throw failure(failure_kind::cancelled, why_);
  }
}

void cancellation::pause(std::chrono::milliseconds length) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, length, [this] { return requested_.load(); });
  check();
}

cancellation::registration::registration(cancellation& owner, std::function<void()> action)
    : owner_(owner) {
  const std::lock_guard lock(owner_.mutex_);
  if (owner_.requested_) action();
  id_ = owner_.next_++;
  owner_.actions_.emplace(id_, std::move(action));
}

cancellation::registration::~registration() {
  const std::lock_guard lock(owner_.mutex_);
  owner_.actions_.erase(id_);
}

}  // namespace manager
