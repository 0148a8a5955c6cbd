// Tells other services of state changes: POSTs to package_callback and application_callback. Every
// change is put into the registry's outbox in the transaction that makes it; threads of their own
// deliver, in order per object, with a time limit and with retries that survive a restart (E44).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancellation.h"
#include "registry/registry.h"

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace manager {

/// {"data":[{"id","state","timestamp"[,"information"]}],"timestamp"}
std::string callback_body(const std::string& name, const std::string& state,
                          const std::string& information, std::int64_t now);

/// Where and how callbacks are sent.
struct callback_options {
  std::string package_url;      // empty: nobody is told, and what waits for it is dropped
  std::string application_url;  // the same
  std::chrono::milliseconds timeout{10'000};
  std::filesystem::path secret_file;  // read at each delivery; empty: messages are not signed
};

/// Delivers one receiver's part of the outbox.
class callback_sender {
 public:
  /// A message that is refused (4xx but 408, 425 and 429) is given up after so many tries: it will
  /// not be taken later either.
  static constexpr int most_refusals = 3;
  /// Seven days of trying, at the longest delay. Counted, not timed: a clock that is set forward
  /// must not drop anything.
  static constexpr int most_attempts = 2025;

  callback_sender(std::string receiver, std::string url, const callback_options& options,
                  registry& memory);
  ~callback_sender();
  callback_sender(const callback_sender&) = delete;
  callback_sender& operator=(const callback_sender&) = delete;

  /// There may be something new. [any-thread]
  void wake();

 private:
  using clock = std::chrono::steady_clock;
  enum class answer { taken, refused, not_now, receiver_away };

  void deliver();
  /// Delivers the oldest entry that is due, and says how long there is nothing to do.
  std::chrono::milliseconds step();
  answer send(const outbox_entry& entry, std::string& why);

  const std::string receiver_;
  const std::string url_;
  const std::chrono::milliseconds timeout_;
  const std::filesystem::path secret_file_;
  registry& registry_;
  cancellation cancel_;
  // Only the thread below uses these. A new process tries at once.
  std::map<std::string, clock::time_point> held_;  // object -> not before
  clock::time_point receiver_held_{};
  int receiver_failures_ = 0;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;    // guarded by mutex_
  bool closing_ = false;  // guarded by mutex_
  std::thread thread_;
};

class callbacks {
 public:
  callbacks(const callback_options& options, registry& memory);

  /// Inside the transaction that changes the state. `noun`: "package" or "application".
  void record(registry_view& view, const std::string& noun, const std::string& name,
              const std::string& state, const std::string& information);
  /// After that transaction.
  void wake(const std::string& noun);

 private:
  std::map<std::string, std::unique_ptr<callback_sender>> senders_;
};

}  // namespace manager
