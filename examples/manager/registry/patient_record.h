// Writing down, in the middle of an operation, what has been done by then.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancellation.h"
#include "base/log.h"
#include "registry/registry.h"

#include <chrono>
#include <string_view>

namespace manager {

inline constexpr std::chrono::milliseconds record_retry{2'000};

/// Runs the transaction until the disk takes it: that there is no place for the record of a step is
/// no failure of the step, and undoing it would need the same place. Throws what does not pass by
/// itself, and failure(cancelled) at a shutdown. [any-thread]
template <typename Work>
void record_patiently(registry& memory, cancellation& cancel, std::string_view operation,
                      Work work) {
  for (;;) {
    try {
      memory.transact(work);
      return;
    } catch (const database_error& problem) {
      if (!problem.passes()) throw;
      log::error("event=cannot_record operation={} retry_in_ms={} information={}", operation,
                 record_retry.count(), problem.what());
    }
    cancel.pause(record_retry);
  }
}

}  // namespace manager
