// Carries out long operations on a bounded number of threads, through the journal: accepted
// operations survive the process and are taken up again by the next one (E45).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancellation.h"
#include "base/failure.h"
#include "base/json.h"
#include "operation/callbacks.h"
#include "operation/worker_pool.h"
#include "registry/registry.h"

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace manager {

/// How an operation ended. `record` writes it, in the transaction that also ends the journal's
/// entry.
struct operation_outcome {
  std::string state;
  std::string information;
  std::function<void(registry_view&)> record;
  std::function<void()> after = {};  // once it is durable; must not throw
  bool failed = false;               // set by the runner, for the figures
};

/// What the work may use while it runs.
struct operation_context {
  cancellation& cancel;  // requested at shutdown
  std::function<void(const std::string& component, const json::value& event)> progress;
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

class operation_runner {
 public:
  /// After so many processes died with an operation under way, it is given up instead of being
  /// taken up again: it may be what kills them.
  static constexpr int most_attempts = 5;

  operation_runner(registry& memory, callbacks& told, std::size_t threads);
  /// Cancels what is under way, which stays in the journal, and waits for its return.
  ~operation_runner() { shut_down(); }

  /// Asks everything under way to end, and returns at once. [any-thread]
  void cancel() { shutdown_.request(); }

  /// The same before destruction: afterwards no handler is used any more. Idempotent.
  void shut_down();

  /// Before anything is accepted.
  void set_handler(const std::string& noun, operation_handler& handler);

  /// Called on the worker when an operation's work is done, before its new state can be seen.
  void set_listener(std::function<void(const operation_record&)> listener) {
    listener_ = std::move(listener);
  }

  /// Writes the operation and, by `record`, its passing state in one transaction, and queues it.
  void accept(operation_record operation, const std::string& passing_state,
              const std::function<void(registry_view&)>& record);

  /// Queues what the journal holds from an earlier process. Once, after the handlers are set. What
  /// has an obstacle is set aside: it stays in the journal, and its object in its passing state.
  void resume();

  /// Why the object's operation is set aside; nullopt when it has none. [any-thread]
  std::optional<std::string> set_aside(const std::string& noun, const std::string& name) const;
  /// Throws failure(failed_connection), so 503, saying why. [any-thread]
  void check_not_set_aside(const std::string& noun, const std::string& name) const;

  /// The last progress event of each component while the operation runs, as a JSON object; nullopt
  /// when there is none. [any-thread]
  std::optional<std::string> progress(const std::string& noun, const std::string& name) const;

  /// A new id: 32 hex digits from the system's random source.
  static std::string make_id();

 private:
  void run(const operation_record& operation);
  std::string obstacle_to(const operation_record& operation);
  static void note(registry_view& view, const operation_record& operation);
  void set_attempts(const operation_record& operation, int attempts);
  void settle(const operation_record& operation, const operation_outcome& outcome);
  operation_outcome attempt(const operation_record& operation);
  void forget_progress(const operation_record& operation);

  registry& registry_;
  callbacks& callbacks_;
  std::map<std::string, operation_handler*> handlers_;
  std::function<void(const operation_record&)> listener_;
  cancellation shutdown_;
  mutable std::mutex mutex_;
  // "noun/name" -> component -> its last event as JSON; guarded by mutex_
  std::map<std::string, std::map<std::string, std::string>> progress_;
  std::map<std::string, std::string> set_aside_;  // "noun/name" -> why; guarded by mutex_
  std::optional<worker_pool> workers_;            // none after shut_down
};

}  // namespace manager
