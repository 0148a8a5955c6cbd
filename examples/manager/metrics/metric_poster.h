// Tells the platform's data logger, by a thread of its own. What a receiver that is away or slow
// was not told is not kept: there is room for the newest look only, and the next one has newer
// figures.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancellation.h"
#include "metrics/exposition.h"
#include "metrics/metric_message.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace manager::metrics {

class metric_poster {
 public:
  /// url: of the receiver; empty: nobody is told, and nothing is done. `most`: how long one look's
  /// messages may take together.
  metric_poster(std::string url, std::chrono::milliseconds most);
  ~metric_poster() { stop(); }
  metric_poster(const metric_poster&) = delete;
  metric_poster& operator=(const metric_poster&) = delete;

  bool listened_to() const { return !url_.empty(); }
  /// In the place of what has not been begun yet. Returns at once. [any-thread]
  void tell(std::int64_t at, std::vector<metric_item> items);
  /// Cuts off what is under way. Idempotent.
  void stop();

  void write(exposition& into) const;

 private:
  struct look {
    std::int64_t at = 0;
    std::vector<metric_item> items;
  };

  void run();
  void send(const look& newest);
  void note(const std::string& problem);

  const std::string url_;
  const std::chrono::milliseconds most_;
  cancellation ending_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;         // guarded by mutex_
  std::optional<look> waiting_;  // guarded by mutex_
  std::uint64_t succeeded_ = 0;  // messages; guarded by mutex_
  std::uint64_t failed_ = 0;     // messages; guarded by mutex_
  std::uint64_t left_out_ = 0;   // looks that a newer one replaced; guarded by mutex_
  bool said_ = false;            // that it does not get through; of the thread
  std::thread thread_;
};

}  // namespace manager::metrics
