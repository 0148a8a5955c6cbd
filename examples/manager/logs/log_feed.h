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
#include <string>
#include <thread>

namespace manager {

class log_feed {
 public:
  enum class entrance { open, all_taken, users_taken };

  explicit log_feed(std::size_t most_followers);
  ~log_feed();
  log_feed(const log_feed&) = delete;
  log_feed& operator=(const log_feed&) = delete;

  /// Takes one of the user's places, if there is one. It is given back with the follower, or by
  /// leave(). [any-thread]
  entrance enter(const std::string& user);
  void leave(const std::string& user);
  /// Of who has entered. [any-thread]
  void add(const std::string& user, std::shared_ptr<log_follower> one);
  std::size_t followers() const;

 private:
  using clock = std::chrono::steady_clock;
  struct entry {
    std::string user;
    std::shared_ptr<log_follower> one;
  };

  void work();
  void serve(const entry& of);
  void give_back(const std::string& user);  // under mutex_

  const std::size_t most_;
  const std::size_t most_of_one_;  // so that no account takes all places
  cancellation closing_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t places_taken_ = 0;                 // guarded by mutex_
  std::map<std::string, std::size_t> by_user_;   // guarded by mutex_
  std::multimap<clock::time_point, entry> due_;  // guarded by mutex_
  bool ending_ = false;                          // guarded by mutex_
  std::unique_ptr<worker_pool> workers_;
  std::thread thread_;
};

}  // namespace manager
