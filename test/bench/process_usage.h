// What a process costs: proportional memory and processor time, as the kernel accounts for them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace dm::bench {

struct process_usage {
  std::int64_t pss_kb = 0;      // proportional set size, /proc/<pid>/smaps_rollup
  std::int64_t private_kb = 0;  // of it what is this process's alone
  double cpu_seconds = 0;       // of all threads that live, /proc/<pid>/task/<tid>/schedstat
};

// Throws std::runtime_error when the process is gone or may not be looked at.
process_usage usage_of(int pid);

struct resident_memory {
  std::int64_t now_kb = 0;   // VmRSS of /proc/<pid>/status
  std::int64_t peak_kb = 0;  // VmHWM: the highest since the process began, or since forget_peak()
  int threads = 0;
};

// Both throw std::runtime_error as usage_of() does.
resident_memory memory_of(int pid);
void forget_peak(int pid);

struct open_descriptors {
  std::size_t all = 0;
  std::size_t sockets = 0;
};

// pid 0: of this process. Throws std::runtime_error as usage_of() does.
open_descriptors descriptors_of(int pid);

}  // namespace dm::bench
