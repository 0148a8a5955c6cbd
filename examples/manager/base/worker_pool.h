// A fixed number of threads that work through a queue.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <limits>
#include <mutex>
#include <thread>
#include <vector>

namespace manager {

class worker_pool {
 public:
  /// With as many of the threads as can be made; throws std::system_error when there is none.
  explicit worker_pool(std::size_t threads,
                       std::size_t queue_length = std::numeric_limits<std::size_t>::max());
  /// Drops what has not begun and waits for what has.
  ~worker_pool();
  worker_pool(const worker_pool&) = delete;
  worker_pool& operator=(const worker_pool&) = delete;

  /// False, with nothing done, when the queue is full or the pool ends. `job` must not throw.
  /// [any-thread]
  bool submit(std::function<void()> job);

 private:
  void work();

  const std::size_t queue_length_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> jobs_;  // guarded by mutex_
  bool closing_ = false;                    // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace manager
