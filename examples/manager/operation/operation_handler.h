// What the work of an operation is given, and what it gives back.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancellation.h"
#include "base/failure.h"
#include "base/json.h"
#include "registry/registry.h"

#include <functional>
#include <string>

namespace manager {

/// How an operation ended, besides the state that it left.
enum class operation_end {
  succeeded,
  awaited,  // the waiting has ended; what was asked for is wanted and still to come
  failed
};

/// How an operation ended. `record` writes it, in the transaction that also ends the journal's
/// entry.
struct operation_outcome {
  std::string state;
  std::string information;
  std::function<void(registry_view&)> record;
  std::function<void()> after = {};  // once it is durable; must not throw
  operation_end end = operation_end::succeeded;
};

inline operation_outcome as_failed(operation_outcome outcome) {
  outcome.end = operation_end::failed;
  return outcome;
}

/// What the work may use while it runs.
struct operation_context {
  cancellation& cancel;  // requested by whoever cancels the operation, and at shutdown
  /// What a component does at the moment, for whoever waits. [any-thread]
  std::function<void(const std::string& component, const json::value& event)> progress;
  /// Requested at shutdown only. What must be done in spite of a cancel (undoing, rolling back) is
  /// done under this one; interrupted by it nothing is concluded, the next process goes on.
  cancellation& shutdown = cancel;
  /// A new phase of the whole operation, and the object's state in it. May be empty.
  std::function<void(const std::string& phase, const std::string& state)> phase = {};
  /// From here on it cannot be cancelled any more; `why` is said to whoever tries. May be empty.
  std::function<void(const std::string& why)> no_way_back = {};
};

/// The work of one noun's operations.
class operation_handler {
 public:
  virtual ~operation_handler() = default;
  /// Does the work; may be called again after it was interrupted at any point. Throws failure; of
  /// kind cancelled only when context.cancel was requested.
  virtual operation_outcome run(const operation_record& operation, operation_context& context) = 0;
  /// Why this program, as it is, cannot carry out what an earlier or a newer one has left, though
  /// another can: a verb or a step that it does not know, a plugin that does not load. Empty: it
  /// can.
  virtual std::string obstacle(const operation_record& operation) = 0;
  /// The fall-back of a failed operation.
  virtual operation_outcome failed(const operation_record& operation, const failure& why) = 0;
};

}  // namespace manager
