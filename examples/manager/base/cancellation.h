// One cancellation for everything that an operation does: calls of plugins, downloads, waits.
// It is sticky: what is registered after the request is cancelled at once.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace manager {

class cancellation {
 public:
  cancellation() = default;
  cancellation(const cancellation&) = delete;
  cancellation& operator=(const cancellation&) = delete;

  /// Runs every registered action, on the caller's thread. `why` is what check() then says; of
  /// several requests the first one's. [any-thread]
  void request(const std::string& why = "the Deployment Manager is shutting down");
  bool requested() const { return requested_; }
  /// Throws a failure of kind cancelled when it was requested. [any-thread]
  void check() const;
  /// A pause that a request ends; throws then as check() does. [any-thread]
  void pause(std::chrono::milliseconds length);

  /// While it lives, request() runs the action; never afterwards. The action must not block.
  class registration {
   public:
    registration(cancellation& owner, std::function<void()> action);
    ~registration();
    registration(const registration&) = delete;
    registration& operator=(const registration&) = delete;

   private:
    cancellation& owner_;
    std::uint64_t id_ = 0;
  };

 private:
  std::atomic<bool> requested_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string why_;         // written once, before requested_ is set
  std::uint64_t next_ = 1;  // guarded by mutex_
  std::map<std::uint64_t, std::function<void()>> actions_;  // guarded by mutex_
};

}  // namespace manager
