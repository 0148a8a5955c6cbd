// One operation under way: its deadline, its cancellation, and where its log lines and events go.
// Everything that waits takes one of these (DM-19, DM-20, DM-22).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "io/error.h"

namespace dm::io {

using milliseconds = std::chrono::milliseconds;
using steady_time = std::chrono::steady_clock::time_point;

enum class log_level { trace = 0, debug = 1, info = 2, warning = 3, error = 4, off = 5 };

// A cancellation that another thread, or a signal handler, may set at any moment; it is sticky. It
// owns one eventfd, which a wait can poll.
class cancellation {
 public:
  cancellation();  // throws std::system_error when no descriptor is to be had
  ~cancellation();
  cancellation(const cancellation&) = delete;
  cancellation& operator=(const cancellation&) = delete;

  void cancel() noexcept;  // any thread; async-signal-safe; idempotent
  bool cancelled() const noexcept { return cancelled_.load(std::memory_order_acquire); }
  int descriptor() const noexcept { return descriptor_; }  // readable once cancelled

 private:
  int descriptor_;
  std::atomic<bool> cancelled_{false};
};

// What an event says beside its words; what is not known is empty.
struct progress_facts {
  std::string_view application_id;
  std::string_view job_id;
  std::string_view operation;  // the savepoint's
  // Steps of `total`; `done` may go back after a retry (DM-22).
  std::optional<std::int64_t> done;
  std::optional<std::int64_t> total;
};

// What an operation runs under. Used by one thread. The members it points to outlive it.
class operation {
 public:
  using log_sink = std::function<void(log_level, std::string_view)>;
  using event_sink = std::function<void(std::string_view phase, std::string_view message,
                                        const progress_facts& facts)>;

  operation() = default;  // no deadline, not cancellable, silent
  operation(steady_time deadline, const cancellation* cancel)
      : deadline_(deadline), cancel_(cancel) {}
  static operation within(milliseconds limit) {
    return operation(std::chrono::steady_clock::now() + limit, nullptr);
  }

  // Another operation that must end earlier: at most `limit` from now, under the same cancellation
  // and sinks.
  operation limited_to(milliseconds limit) const;

  steady_time deadline() const { return deadline_; }
  milliseconds remaining() const;  // never negative; 24 h at most
  bool cancelled() const { return cancel_ != nullptr && cancel_->cancelled(); }
  const cancellation* canceller() const { return cancel_; }

  // CANCELLED or DEADLINE_EXCEEDED once that is so. `waiting_for` completes "... while waiting for
  // <waiting_for>".
  result<void> check(std::string_view waiting_for) const;

  void set_log(log_level threshold, log_sink sink) {
    threshold_ = threshold;
    log_ = std::move(sink);
  }
  void set_events(event_sink sink) { events_ = std::move(sink); }
  bool logs(log_level level) const { return log_ && level >= threshold_; }
  void log(log_level level, std::string_view message) const {
    if (logs(level)) log_(level, message);
  }
  void progress(std::string_view phase, std::string_view message,
                const progress_facts& facts = {}) const {
    if (events_) events_(phase, message, facts);
  }

 private:
  steady_time deadline_ = steady_time::max();
  const cancellation* cancel_ = nullptr;
  log_level threshold_ = log_level::off;
  log_sink log_;
  event_sink events_;
};

}  // namespace dm::io
