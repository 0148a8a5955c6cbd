// Does the same for several things at once, on a few threads.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <system_error>
#include <thread>
#include <vector>

namespace manager {

/// Calls work(0) ... work(count - 1), at most `most_threads` at a time, and returns when all have
/// returned. `work` must not throw. The caller's thread takes part.
template <typename Work>
void parallel_for(std::size_t count, std::size_t most_threads, Work work) {
  std::atomic<std::size_t> next{0};
  const auto loop = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  const std::size_t threads = std::min(count, most_threads);
  std::vector<std::thread> helpers;
  helpers.reserve(threads);  // nothing but a thread may be missing once there are some
  try {
    for (std::size_t i = 1; i < threads; ++i) helpers.emplace_back(loop);
  } catch (const std::system_error&) {
    // No more threads are to be had (TasksMax, a full process table): fewer do it as well.
  }
  loop();
  for (std::thread& helper : helpers) helper.join();
}

}  // namespace manager
