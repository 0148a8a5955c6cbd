// Operations on the fleet: which components one is of, what each was, and what became of it. A row
// is written in the transaction that begins or ends the component's part, so that whatever is
// killed in between is found here as it was.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registry/database.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace manager {

/// What became of a component: words that clients see.
namespace fleet_outcome {
inline constexpr const char* waiting = "WAITING";          // its turn has not come
inline constexpr const char* stopping = "STOPPING";        // under way
inline constexpr const char* starting = "STARTING";        // under way
inline constexpr const char* saved = "SAVED";              // stopped with a savepoint
inline constexpr const char* stopped = "STOPPED";          // stopped without one
inline constexpr const char* completed = "COMPLETED";      // had ended well by itself
inline constexpr const char* not_saved = "NOT_SAVED";      // runs on: it could not be stopped so
inline constexpr const char* not_running = "NOT_RUNNING";  // was not wanted, so left alone
inline constexpr const char* started = "STARTED";          // its tasks run
inline constexpr const char* awaited = "AWAITED";          // is wanted, and still to come
inline constexpr const char* left_alone = "LEFT_ALONE";    // somebody has had to do with it since
inline constexpr const char* forbidden = "FORBIDDEN";      // not this caller's
inline constexpr const char* gone = "GONE";                // destroyed meanwhile
inline constexpr const char* failed = "FAILED";            // refused: it is as it was
inline constexpr const char* untold = "UNTOLD";            // what became of it is not known
inline constexpr const char* cancelled = "CANCELLED";      // cancelled before its turn
}  // namespace fleet_outcome

struct fleet_operation {
  std::string id;      // of the operation, too
  std::string verb;    // "stop" or "start"
  std::string user;    // who asked
  std::string origin;  // of a start: the stop whose components it starts; else empty
  std::string request = "{}";
  std::int64_t accepted_at = 0;
};

struct fleet_member {
  std::string operation;
  std::int64_t position = 0;  // its turn
  std::int64_t rank = 0;      // of the request's order; several have the same
  std::string application;
  std::string type;
  std::string name;
  std::string user;  // the application's owner when it was chosen
  std::string outcome = fleet_outcome::waiting;
  std::string child;         // the application's operation that does it; empty: none yet
  std::string facts = "{}";  // JSON: what is told of it besides
};

/// A place in the list: the newest first.
struct fleet_place {
  std::int64_t accepted_at = 0;
  std::string id;
};

class fleet_store {
 public:
  explicit fleet_store(database& registry) : registry_(registry) {}

  void add(const fleet_operation& operation, const std::vector<fleet_member>& components);
  std::optional<fleet_operation> find(const std::string& id);
  /// At most `limit`, the newest first, beyond `after`.
  std::vector<fleet_operation> list(const std::optional<fleet_place>& after, std::int64_t limit);
  /// In their order.
  std::vector<fleet_member> members(const std::string& operation);
  /// Those that the application's operation is about.
  std::vector<fleet_member> members_of_child(const std::string& operation,
                                             const std::string& child);
  /// Outcome, child and facts.
  void put(const fleet_member& component);
  /// Forgets all but the newest `count`, and of these none that was accepted after `oldest`, and
  /// none that is under way.
  void prune(std::int64_t count, std::int64_t oldest);

 private:
  database& registry_;
};

}  // namespace manager
