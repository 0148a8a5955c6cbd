// All clients that follow logs: a bounded number, served by a few threads.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancellation.h"
#include "base/worker_pool.h"
#include "logs/log_follower.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

namespace manager {

class log_feed {
 public:
  explicit log_feed(std::size_t most_followers);
  ~log_feed();
  log_feed(const log_feed&) = delete;
  log_feed& operator=(const log_feed&) = delete;

  /// Takes one of the places; false: there is none. It is given back with the follower, or by
  /// leave(). [any-thread]
  bool enter();
  void leave();
  /// Of who has entered. [any-thread]
  void add(std::shared_ptr<log_follower> one);
  std::size_t followers() const;

 private:
  using clock = std::chrono::steady_clock;

  void work();
  void serve(const std::shared_ptr<log_follower>& one);

  const std::size_t most_;
  cancellation closing_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t places_taken_ = 0;                                         // guarded by mutex_
  std::multimap<clock::time_point, std::shared_ptr<log_follower>> due_;  // guarded by mutex_
  bool ending_ = false;                                                  // guarded by mutex_
  std::unique_ptr<worker_pool> workers_;
  std::thread thread_;
};

}  // namespace manager
