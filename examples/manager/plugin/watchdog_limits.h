// How long a plugin is waited for, and what happens to one that does not come back.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>

namespace manager {

struct breaker_limits {
  int failures = 3;                         // in a row, until it opens
  std::chrono::milliseconds pause{30'000};  // until the first probe; doubled for each that fails
  std::chrono::milliseconds longest{600'000};
  std::size_t most_stuck = 32;  // threads that may be lost; then nobody gets through
};

/// How long this host waits for a plugin beyond what the plugin was given itself.
struct watchdog_limits {
  std::chrono::milliseconds grace{15'000};
  /// Of what is no operation: to be loaded, to open its session, to be unloaded.
  std::chrono::milliseconds open{30'000};
  breaker_limits breaker = {};
};

}  // namespace manager
