// Clients that wait for the end of an operation: none of them takes a thread.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "operation/operation_board.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace manager {

class operation_waits {
 public:
  /// `board` outlives this object.
  explicit operation_waits(operation_board& board);
  /// All waits end as at the end of their time.
  ~operation_waits();
  operation_waits(const operation_waits&) = delete;
  operation_waits& operator=(const operation_waits&) = delete;

  /// `done` is called once, on this object's own thread: when the operation (and what took its
  /// place) has ended, or when `longest` is over. `abandoned` is asked now and then; when it says
  /// true the wait is forgotten and `done` is never called. Neither may throw or wait. [any-thread]
  void wait(const std::string& operation, std::chrono::milliseconds longest,
            std::function<void()> done, std::function<bool()> abandoned);

  /// How many wait. [any-thread]
  std::size_t waiting() const;

  /// Ends all waits, and all later ones at once. Idempotent.
  void end();

 private:
  using clock = std::chrono::steady_clock;
  struct one {
    clock::time_point until;
    std::function<void()> done;
    std::function<bool()> abandoned;
    std::uint64_t at_board = 0;
    bool ended = false;
  };

  void work();

  operation_board& board_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t last_ = 0;              // guarded by mutex_
  std::map<std::uint64_t, one> waits_;  // guarded by mutex_
  bool closing_ = false;                // guarded by mutex_
  std::thread thread_;
};

}  // namespace manager
