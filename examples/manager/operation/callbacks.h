// Tells other services of state changes: POSTs to package_callback and application_callback. Every
// change is put into the registry's outbox in the transaction that makes it; threads of their own
// deliver, in order per receiver, with a time limit and with retries that survive a restart (E44).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancellation.h"
#include "registry/registry.h"

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace manager {

/// {"data":[{"id","state","timestamp"[,"information"]}],"timestamp"}
std::string callback_body(const std::string& name, const std::string& state,
                          const std::string& information, std::int64_t now);

/// Delivers one receiver's part of the outbox.
class callback_sender {
 public:
  callback_sender(std::string receiver, std::string url, std::chrono::milliseconds timeout,
                  registry& memory);
  ~callback_sender();
  callback_sender(const callback_sender&) = delete;
  callback_sender& operator=(const callback_sender&) = delete;

  /// There may be something new. [any-thread]
  void wake();

 private:
  void deliver();
  /// Delivers the oldest entry, if it is due, and says how long there is nothing to do.
  std::chrono::milliseconds step();

  const std::string receiver_;
  const std::string url_;
  const std::chrono::milliseconds timeout_;
  registry& registry_;
  cancellation cancel_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;    // guarded by mutex_
  bool closing_ = false;  // guarded by mutex_
  std::thread thread_;
};

class callbacks {
 public:
  /// An empty address: nobody is told, and what waits in the outbox for that receiver is dropped.
  callbacks(const std::string& package_url, const std::string& application_url,
            std::chrono::milliseconds timeout, registry& memory);

  /// Inside the transaction that changes the state. `noun`: "package" or "application".
  void record(registry_view& view, const std::string& noun, const std::string& name,
              const std::string& state, const std::string& information);
  /// After that transaction.
  void wake(const std::string& noun);

 private:
  std::map<std::string, std::unique_ptr<callback_sender>> senders_;
};

}  // namespace manager
