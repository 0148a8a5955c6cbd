// Operations that have ended: who did what, when, and how it ended. A row is written in the
// transaction that takes the operation out of the journal.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registry/database.h"
#include "registry/operation_journal.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace manager {

struct ended_operation {
  operation_record operation;   // without its request
  std::int64_t started_at = 0;  // 0: it never began
  std::int64_t ended_at = 0;
  std::string outcome;       // SUCCEEDED, AWAITED, FAILED or CANCELLED
  std::string cancelled_by;  // an account; empty when nobody cancelled it
  std::string state;         // the object's, afterwards
  std::string information;
};

/// Empty members do not restrict.
struct operation_filter {
  std::string status = {};
  std::string verb = {};
  std::string noun = {};
  std::string object = {};  // the name, or, of an application, also that of its savepoints
  std::string user = {};
  std::int64_t since = 0;  // accepted then or later, ms since 1970
};

/// A place in the list: the newest first, by the time of acceptance and then by id.
struct operation_place {
  std::int64_t accepted_at = 0;
  std::string id;
};

class operation_history {
 public:
  /// However old, so many of the newest stay: a clock that is wrong for a moment forgets nothing
  /// that is still looked at.
  static constexpr std::int64_t always_kept = 100;

  explicit operation_history(database& registry) : registry_(registry) {}

  /// Replaces what was known under the same id.
  void put(const ended_operation& ended);
  std::optional<ended_operation> find(const std::string& id);
  /// At most `limit`, the newest first, beyond `after`.
  std::vector<ended_operation> list(const operation_filter& filter,
                                    const std::optional<operation_place>& after,
                                    std::int64_t limit);
  /// Forgets all but the newest `count`, and of these what ended before `oldest`.
  void prune(std::int64_t count, std::int64_t oldest);

 private:
  database& registry_;
};

}  // namespace manager
