// The JobManager's memory, computed as Flink's client computes it (JobManagerProcessUtils of 1.11
// and later), so that its container and its JVM are the ones that the client would have asked for.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "flink/configuration_map.h"
#include "io/error.h"

namespace dm::flink {

// All in bytes.
struct jobmanager_memory {
  std::int64_t process = 0;  // of the whole container
  std::int64_t heap = 0;
  std::int64_t off_heap = 0;
  std::int64_t metaspace = 0;
  std::int64_t overhead = 0;
  bool limits_direct_memory = false;  // jobmanager.memory.enable-jvm-direct-memory-limit

  std::int64_t container_mb() const { return process >> 20; }
};

// From the keys jobmanager.memory.*. heap.size goes before flink.size, and that before
// process.size. INVALID_ARGUMENT with the keys at fault: a value that is none, sizes that do not
// fit into each other, or none of the three given.
result<jobmanager_memory> plan_jobmanager_memory(const configuration_map& configuration);

}  // namespace dm::flink
