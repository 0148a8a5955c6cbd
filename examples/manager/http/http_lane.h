// A few threads and a queue that ends: what waits for others never takes the place of what does
// not.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace manager {

class http_lane {
 public:
  http_lane(std::size_t threads, std::size_t queue_length);
  /// Drops what has not begun and waits for what has.
  ~http_lane();
  http_lane(const http_lane&) = delete;
  http_lane& operator=(const http_lane&) = delete;

  /// False when the queue is full. `job` must not throw. [any-thread]
  bool submit(std::function<void()> job);
  /// How many wait. [any-thread]
  std::size_t waiting() const;

 private:
  void work();

  const std::size_t queue_length_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> jobs_;  // guarded by mutex_
  bool closing_ = false;                    // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace manager
