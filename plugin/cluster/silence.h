// A service that does not answer: remembered, so that it costs its time once and not with each call
// (D-55).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

#include "io/operation.h"

namespace dm::cluster {

// Thread-safe.
class silence {
 public:
  static constexpr io::milliseconds short_patience{500};

  // Whether somebody has waited in vain within the last half minute.
  bool noted() const {
    const io::steady_time at = noted_at_.load();
    return at != never && std::chrono::steady_clock::now() - at < remembered;
  }
  // An operation that has only seconds, a status, then gives the service half a second. `op` itself
  // in any other case.
  io::operation patience(const io::operation& op) const {
    return noted() && op.remaining() <= seconds_only ? op.limited_to(short_patience) : op;
  }

  void note_answer() { noted_at_.store(never); }
  // No answer to what was asked at `asked_at`. A refused connection is no wait, and that a short
  // patience was in vain says nothing new.
  void note_none(io::steady_time asked_at) {
    const io::steady_time now = std::chrono::steady_clock::now();
    if (now - asked_at > 2 * short_patience) noted_at_.store(now);
  }

 private:
  static constexpr io::milliseconds seconds_only{15'000};
  static constexpr std::chrono::seconds remembered{30};
  static constexpr io::steady_time never{};

  std::atomic<io::steady_time> noted_at_{never};
};

}  // namespace dm::cluster
