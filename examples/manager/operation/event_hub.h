// What has happened lately, for clients that follow it: states of packages, applications and
// savepoints, progress and ends of operations. A bounded buffer; whoever follows reads on from the
// last event that he has, so that a slow client costs no memory.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace manager {

struct host_event {
  std::uint64_t number = 0;
  std::string type;  // "package", "application", "savepoint", "operation" or "progress"
  std::string data;  // a JSON object, on one line
};

class event_hub {
 public:
  /// The oldest go when there are more events, or more bytes of data, than these.
  explicit event_hub(std::size_t most_events = 5'000, std::size_t most_bytes = 512U << 10);

  /// [any-thread]
  void publish(std::string_view type, const json::value& data);

  struct page {
    std::vector<host_event> events;
    bool lost = false;  // some between the last one that the client has and these are gone
  };
  /// At most `most` of those after `number`, the oldest first. [any-thread]
  page after(std::uint64_t number, std::size_t most) const;
  /// The number of the newest; 0 when nothing has happened yet. [any-thread]
  std::uint64_t newest() const;

  /// "<this process>.<number>", so that an id of an earlier process is known as such.
  std::string id_of(std::uint64_t number) const;
  /// The number of an id that this process gave; nullopt for all others.
  std::optional<std::uint64_t> number_of(std::string_view id) const;

  /// `wake` is called, on the publisher's thread, after each event; it must return at once and
  /// must not call the hub. Returns what unfollow() wants. [any-thread]
  std::uint64_t follow(std::function<void()> wake);
  /// Afterwards `wake` is not called any more. [any-thread]
  void unfollow(std::uint64_t follower);
  std::size_t followers() const;

 private:
  const std::size_t most_events_;
  const std::size_t most_bytes_;
  const std::string process_;
  mutable std::mutex mutex_;
  std::deque<host_event> events_;    // guarded by mutex_; numbers without gaps
  std::size_t bytes_ = 0;            // of events_; guarded by mutex_
  std::uint64_t last_ = 0;           // guarded by mutex_
  std::uint64_t last_follower_ = 0;  // guarded by mutex_
  std::map<std::uint64_t, std::function<void()>> followers_;  // guarded by mutex_
};

}  // namespace manager
