// What the registry keeps of operations: the journal of those that are under way, the history of
// those that have ended, and with each step the state of its object and what its followers are
// called back with. Each step is one transaction.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "operation/callbacks.h"
#include "operation/operation_handler.h"
#include "registry/registry.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace manager {

/// Of the history: what is older, or more, goes.
struct operation_retention {
  std::int64_t count = 10'000;
  std::chrono::hours age{24 * 90};
};

/// All members may be called from any thread; they throw what the registry throws.
class operation_records {
 public:
  /// Writes a state of the operation's object.
  using recorder = std::function<void(registry_view&)>;

  operation_records(registry& memory, callbacks& told, const operation_retention& retention)
      : registry_(memory), callbacks_(told), retention_(retention) {}

  /// A new operation, with its object's passing state.
  void accept(const operation_record& operation, const std::string& passing_state,
              const recorder& record);
  /// The same in the place of another one of the object, which has ended.
  void replace(const ended_operation& earlier, const operation_record& operation,
               const std::string& passing_state, const recorder& record);
  /// In how many processes it was begun. Throws nothing: only the count is lost.
  void set_attempts(const operation_record& operation, int attempts) noexcept;
  /// So that the next process, too, knows that it is cancelled. A full disk throws nothing.
  void set_cancelled_by(const operation_record& operation, const std::string& user);
  /// The end. With `replacing_state` another operation has taken its place: the journal's entry is
  /// that one's, and so is the object's state, which is written again.
  void end(const ended_operation& ended, const operation_outcome& outcome,
           const recorder& replacing_state);

  /// What the journal holds, in the order of its acceptance.
  std::vector<operation_record> pending();
  std::optional<ended_operation> find_ended(const std::string& id);
  /// Throws nothing: another one will.
  void prune() noexcept;
  /// Prunes after each hundredth call.
  void prune_now_and_then() noexcept;

 private:
  void add(registry_view& view, const operation_record& operation, const std::string& passing_state,
           const recorder& record);

  registry& registry_;
  callbacks& callbacks_;
  const operation_retention retention_;
  std::atomic<unsigned> ends_{0};
};

}  // namespace manager
