// How many plans that unpack a package are made at a time.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <mutex>
#include <set>
#include <string>

namespace manager {

/// Each takes a thread, plugins' time and a package's size on the disk, while somebody waits: an
/// account has one at a time, and all accounts together most_plans. [thread-safe]
class plan_turns {
 public:
  static constexpr std::size_t most_plans = 4;

  class turn {
   public:
    /// Throws failure(failed_connection), so 503, when it is not this account's turn.
    turn(plan_turns& owner, std::string user);
    ~turn();
    turn(const turn&) = delete;
    turn& operator=(const turn&) = delete;

   private:
    plan_turns& owner_;
    const std::string user_;
  };

 private:
  std::mutex mutex_;
  std::set<std::string> users_;  // who has one; guarded by mutex_
};

}  // namespace manager
