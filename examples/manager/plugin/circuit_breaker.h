// Keeps callers away from a plugin that does not come back.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugin/watchdog_limits.h"

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string_view>

namespace manager {

/// Closed: calls pass. Open: none does. Half-open, after a pause: one call, the probe, decides. All
/// functions may be called from any thread. Times are the steady clock's, given by the caller.
class circuit_breaker {
 public:
  using time = std::chrono::steady_clock::time_point;
  enum class position { closed, open, half_open };

  explicit circuit_breaker(const breaker_limits& limits = {}) : limits_(limits) {}

  /// Whether a call may pass; it must end in came_back(), not_made() or got_stuck().
  bool admit(time now);
  /// The call has returned in time, whatever it answered.
  void came_back();
  /// The call was not even made; it says nothing about the plugin.
  void not_made();
  /// The call has not, and its thread is lost. `opens`: the first one is enough.
  void got_stuck(time now, bool opens = false);
  /// A lost thread has returned after all: a sign of life, so the next call is the probe.
  void came_back_late(time now);

  position state(time now) const;
  std::size_t stuck() const;

 private:
  const breaker_limits limits_;
  mutable std::mutex mutex_;
  int failures_ = 0;                    // in a row; guarded by mutex_
  bool opened_ = false;                 // guarded by mutex_
  bool probing_ = false;                // guarded by mutex_
  time probe_from_{};                   // guarded by mutex_
  std::chrono::milliseconds pause_{0};  // the last one; guarded by mutex_
  std::size_t stuck_ = 0;               // guarded by mutex_
};

std::string_view to_text(circuit_breaker::position position);

}  // namespace manager
