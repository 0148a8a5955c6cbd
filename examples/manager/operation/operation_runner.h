// Carries out long operations on a bounded number of threads, through the journal: accepted
// operations survive the process and are taken up again by the next one (E45). They can be looked
// at, cancelled and replaced while they last, and are in the history afterwards.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancellation.h"
#include "base/failure.h"
#include "base/worker_pool.h"
#include "operation/callbacks.h"
#include "operation/operation_board.h"
#include "operation/operation_handler.h"
#include "operation/operation_news.h"
#include "operation/operation_records.h"
#include "operation/set_aside_operations.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace manager {

struct operation_limits {
  std::size_t threads = 10;  // at a time in each lane
  operation_retention history = {};
};

class operation_runner {
 public:
  /// After so many processes died with an operation under way, it is given up instead of being
  /// taken up again: it may be what kills them.
  static constexpr int most_attempts = 5;

  operation_runner(registry& memory, callbacks& told, event_hub& events,
                   const operation_limits& limits);
  /// Cancels what is under way, which stays in the journal, and waits for its return.
  ~operation_runner() { shut_down(); }

  /// Cancels what is under way and waits for nothing. Idempotent.
  void begin_shut_down();
  /// The same before destruction: afterwards no handler is used any more. Idempotent.
  void shut_down();

  /// Before anything is accepted.
  void set_handler(const std::string& noun, operation_handler& handler);

  /// Called on the worker when an operation's work is done, before its new state can be seen.
  void set_listener(std::function<void(const operation_record&)> listener) {
    listener_ = std::move(listener);
  }
  /// The same after its end has been written.
  void set_ended_listener(std::function<void(const operation_record&)> listener) {
    ended_listener_ = std::move(listener);
  }

  using recorder = operation_records::recorder;

  /// Writes the operation and, by `record`, its passing state in one transaction, and queues it.
  void accept(operation_record operation, const std::string& passing_state, const recorder& record);

  /// The same in the place of the object's operation `earlier`, which is cancelled and, when it is
  /// under way, waited for by the new one. False, with nothing done, when that one has ended by
  /// now or cannot be cancelled any more.
  bool accept_instead(const std::string& earlier, operation_record operation,
                      const std::string& passing_state, const recorder& record);

  /// Ends an operation before its time; what has happened by then is for its handler to undo or to
  /// tell. Throws failure: not_found when there is none of that id, conflicting_state (with the
  /// reason) when it has ended or cannot be cancelled any more. Cancelling twice is no failure. A
  /// process that takes the operation up again knows that it is cancelled.
  void cancel(const std::string& id, const std::string& user);

  /// Queues what the journal holds from an earlier process. Once, after the handlers are set. What
  /// has an obstacle is set aside: it stays in the journal, and its object in its passing state.
  void resume();

  /// What the journal holds and this process leaves alone. [any-thread]
  const set_aside_operations& set_aside() const { return set_aside_; }

  /// The last progress event of each component while the operation runs, as a JSON object; nullopt
  /// when there is none. [any-thread]
  std::optional<std::string> progress(const std::string& noun, const std::string& name) const;

  /// What waits and runs. [any-thread]
  operation_board& board() { return board_; }
  const operation_board& board() const { return board_; }

 private:
  using live = operation_board::live;

  void queue(const live& one);
  void queue(const live& one, operation_lane lane);
  void run(const live& one);
  std::string obstacle_to(const operation_record& operation);
  void settle(const live& one, const operation_outcome& outcome);
  bool settle_once(const live& one, const operation_outcome& outcome);
  operation_outcome attempt(const live& one);
  operation_outcome work(const live& one, operation_handler& handler);
  ended_operation ended(const live& one, const operation_outcome& outcome) const;

  operation_records records_;
  operation_news news_;
  callbacks& callbacks_;
  std::map<std::string, operation_handler*> handlers_;
  std::function<void(const operation_record&)> listener_;
  std::function<void(const operation_record&)> ended_listener_;
  cancellation shutdown_;
  set_aside_operations set_aside_;
  operation_board board_;
  std::mutex pools_mutex_;
  // guarded by pools_mutex_; none after shut_down
  std::map<operation_lane, std::unique_ptr<worker_pool>> pools_;
};

}  // namespace manager
