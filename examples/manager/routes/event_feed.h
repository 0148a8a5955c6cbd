// Sends events to those who follow them (server-sent events): one thread for all of them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "operation/event_hub.h"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace manager {

class event_feed {
 public:
  /// `hub` outlives this object.
  explicit event_feed(event_hub& hub);
  ~event_feed();
  event_feed(const event_feed&) = delete;
  event_feed& operator=(const event_feed&) = delete;

  struct follower {
    std::uint64_t last = 0;       // the newest event that he has
    bool lost = false;            // he comes from an event that this process does not know
    std::set<std::string> types;  // empty: all
    /// An event's data as he may read it; empty: as it is.
    std::function<std::string(const host_event&)> data_of;
    /// Takes a piece of the stream and does not wait; false: he is gone.
    std::function<bool(std::string)> send;
  };
  /// [any-thread]
  void add(follower one);
  std::size_t followers() const;

 private:
  void work();
  /// What there is for him; false: he is gone.
  bool serve(follower& one);

  event_hub& hub_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<follower> arriving_;  // guarded by mutex_
  std::size_t served_ = 0;          // guarded by mutex_
  bool woken_ = false;              // guarded by mutex_
  bool closing_ = false;            // guarded by mutex_
  std::uint64_t at_hub_ = 0;
  std::thread thread_;
};

/// "id: …\nevent: …\ndata: …\n\n"
std::string event_text(const event_hub& hub, const host_event& one, const std::string& data);

}  // namespace manager
