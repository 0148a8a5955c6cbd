// The operations of a session that run now, so that all of them can be ended at once.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <unordered_set>

#include "io/operation.h"

namespace dm::boundary {

// Thread-safe (DM-26).
class running_calls {
 public:
  // Cancels it at once where cancel_all() was called before. It must be taken out before it ends.
  void add(io::cancellation& cancel);
  void remove(io::cancellation& cancel) noexcept;
  // Every one that is in it, and every one that is added later.
  void cancel_all();

 private:
  std::mutex mutex_;
  bool ended_ = false;
  // One that two operations try to run under is in it twice until the second has been refused.
  std::unordered_multiset<io::cancellation*> running_;
};

}  // namespace dm::boundary
