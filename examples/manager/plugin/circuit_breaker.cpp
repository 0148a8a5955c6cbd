// Keeps callers away from a plugin that does not come back.
// SPDX-License-Identifier: Apache-2.0
#include "plugin/circuit_breaker.h"

#include <algorithm>

namespace manager {

bool circuit_breaker::admit(time now) {
  const std::lock_guard lock(mutex_);
  if (!opened_) return true;
  if (probing_ || now < probe_from_ || stuck_ >= limits_.most_stuck) return false;
  probing_ = true;
  return true;
}

void circuit_breaker::came_back() {
  const std::lock_guard lock(mutex_);
  failures_ = 0;
  opened_ = false;
  probing_ = false;
  pause_ = std::chrono::milliseconds(0);
}

void circuit_breaker::not_made() {
  const std::lock_guard lock(mutex_);
  probing_ = false;
}

void circuit_breaker::got_stuck(time now, bool opens) {
  const std::lock_guard lock(mutex_);
  ++stuck_;
  ++failures_;
  const bool probe = probing_ || opens;
  probing_ = false;
  if (failures_ < limits_.failures && !probe && stuck_ < limits_.most_stuck) return;
  // Several calls that began before it opened lengthen its pause only once.
  if (!opened_ || probe) {
    pause_ = pause_.count() == 0 ? limits_.pause : std::min(pause_ * 2, limits_.longest);
    probe_from_ = now + pause_;
  }
  opened_ = true;
}

void circuit_breaker::came_back_late(time now) {
  const std::lock_guard lock(mutex_);
  if (stuck_ > 0) --stuck_;
  if (opened_) probe_from_ = std::min(probe_from_, now);
}

circuit_breaker::position circuit_breaker::state(time now) const {
  const std::lock_guard lock(mutex_);
  if (!opened_) return position::closed;
  return probing_ || (now >= probe_from_ && stuck_ < limits_.most_stuck) ? position::half_open
                                                                         : position::open;
}

std::size_t circuit_breaker::stuck() const {
  const std::lock_guard lock(mutex_);
  return stuck_;
}

std::string_view to_text(circuit_breaker::position position) {
  switch (position) {
    case circuit_breaker::position::closed:
      return "closed";
    case circuit_breaker::position::open:
      return "open";
    case circuit_breaker::position::half_open:
      break;
  }
  return "half-open";
}

}  // namespace manager
