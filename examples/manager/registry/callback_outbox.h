// Callbacks that are still to be delivered, in order per receiver and object. They are written in
// the transaction of the state change they tell of, so none is lost and none delays the work (E44).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registry/database.h"

#include <cstdint>
#include <string>
#include <vector>

namespace manager {

struct outbox_entry {
  std::int64_t id = 0;
  std::string object;  // whose state it tells of
  std::string body;
  int attempts = 0;
};

class callback_outbox {
 public:
  /// A receiver that is away for long must not fill the disk: the oldest beyond this go.
  static constexpr std::int64_t most_entries = 10'000;

  explicit callback_outbox(database& registry) : registry_(registry) {}

  /// `receiver`: "package" or "application"; `object`: whose state it tells of. Returns how many
  /// old entries had to go.
  std::int64_t add(const std::string& receiver, const std::string& object, const std::string& body,
                   std::int64_t now);
  /// The oldest of each object for that receiver, in the order of their making.
  std::vector<outbox_entry> first_of_each(const std::string& receiver);
  void set_attempts(std::int64_t id, int attempts);
  void erase(std::int64_t id);
  void erase_all(const std::string& receiver);

 private:
  database& registry_;
};

}  // namespace manager
