// Ctrl-C (and SIGTERM): ends what is waited for, never what was asked for. The second one ends the
// process. One of them per process.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace dmctl {

class interruption {
 public:
  /// Takes over SIGINT and SIGTERM; SIGPIPE is ignored. Throws std::system_error.
  interruption();
  ~interruption();
  interruption(const interruption&) = delete;
  interruption& operator=(const interruption&) = delete;

  bool requested() const;
  /// Readable once it was requested: for whoever waits for descriptors.
  int descriptor() const;
  /// Sleeps; true when it was interrupted.
  bool pause(std::chrono::milliseconds how_long) const;
};

}  // namespace dmctl
