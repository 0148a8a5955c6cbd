// Cleans up from time to time, where the configuration says so.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "configuration/configuration.h"
#include "housekeeping/housekeeping_service.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

namespace manager {

class housekeeping_schedule {
 public:
  /// A process that has just started has other things to do, and may be one of many that die.
  static constexpr std::chrono::minutes first_pause{10};

  housekeeping_schedule(const configuration& settings, registry& memory,
                        housekeeping_service& service);
  ~housekeeping_schedule() { stop(); }
  housekeeping_schedule(const housekeeping_schedule&) = delete;
  housekeeping_schedule& operator=(const housekeeping_schedule&) = delete;

  /// Not at all where the interval is 0.
  void start();
  /// Idempotent.
  void stop();

  /// Begins a clean-up where one is due at `now`, by the history of those before: a restart of the
  /// process changes nothing. Whether it was begun. Never throws. [any-thread]
  bool look(std::int64_t now);
  /// What the plugins are asked for. [any-thread]
  json::document wish() const;

 private:
  void run();

  const configuration& settings_;
  registry& registry_;
  housekeeping_service& service_;
  std::int64_t since_;  // when the process began, ms since 1970
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace manager
