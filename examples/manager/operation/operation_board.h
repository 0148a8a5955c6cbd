// The operations that this process has: what waits, what runs, who waits for whom. It knows nothing
// of how they are carried out.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancellation.h"
#include "operation/operation_handler.h"
#include "registry/operation_journal.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace manager {

/// Operations wait for a thread of their own lane only, so that starts that wait for a cluster hold
/// back neither a stop nor a deployment. What nobody waits for, in the background, has one thread,
/// and so has what is done to the fleet, which waits for operations in the other lanes.
enum class operation_lane { starts, stops, others, background, fleet };
operation_lane lane_of(const std::string& noun, const std::string& verb);

/// One operation from its acceptance to its end. Shared by its worker and whoever looks at it or
/// cancels it.
struct live_operation {
  live_operation(operation_record accepted, operation_lane its_lane)
      : record(std::move(accepted)), lane(its_lane) {}

  const operation_record record;
  const operation_lane lane;
  cancellation cancel;  // requested by a user, by what takes its place, or at shutdown

  std::mutex ending;   // held while its end is written, or another one is put in its place
  bool ended = false;  // guarded by ending
  std::shared_ptr<live_operation> replaced_by;          // guarded by ending
  std::function<void(registry_view&)> replacing_state;  // that one's passing state; with it

  // All of the following is guarded by the board's mutex.
  bool begun = false;
  std::int64_t started_at = 0;
  std::string phase;
  std::int64_t phase_since = 0;
  std::map<std::string, std::string> progress;  // component -> its last event as JSON
  std::string cancelled_by;
  std::string no_way_back;                // why it cannot be cancelled any more
  std::shared_ptr<live_operation> after;  // this one must have returned first
};

/// What is to be seen of a live operation.
struct operation_view {
  operation_record operation;
  std::string status;  // QUEUED, RUNNING or CANCELLING
  std::int64_t started_at = 0;
  std::string phase;
  std::int64_t phase_since = 0;
  std::map<std::string, std::string> progress;
  std::vector<std::string> waits_for;  // ids of those that go first, while it is QUEUED
  std::string cancelled_by;
  std::string no_way_back;
};

class operation_board {
 public:
  using live = std::shared_ptr<live_operation>;

  /// `after`, where there is one, goes first.
  live add(const operation_record& record, const live& after = nullptr);
  /// False when it has begun, or was taken off, already.
  bool begin(const live& one);
  /// Whether it waits for a thread of its lane, and for nothing else.
  bool waits_for_thread(const live& one) const;
  /// What it waits for the return of; nullptr when there is nothing.
  live predecessor(const live& one) const;
  /// Its end: it is not seen any more, and who waits for it is told.
  void remove(const live& one);

  live find(const std::string& id) const;
  /// The newest of an object.
  live of_object(const std::string& noun, const std::string& name) const;
  std::optional<operation_view> view(const std::string& id) const;
  std::optional<operation_view> view_of_object(const std::string& noun,
                                               const std::string& name) const;
  /// In the order of their acceptance.
  std::vector<operation_view> views() const;

  void set_progress(const live& one, const std::string& component, const json::value& event);
  void set_phase(const live& one, const std::string& phase);
  void set_cancelled_by(const live& one, const std::string& user);
  void set_no_way_back(const live& one, const std::string& why);
  /// Of one that has just ended, too.
  operation_view view(const live& one) const;

  /// `ended` is called once, on any thread, when the operation (and what took its place) has ended,
  /// or at once when there is none of that id. It must return at once and must not call the board.
  /// Returns what forget() wants.
  std::uint64_t when_ended(const std::string& id, std::function<void()> ended);
  /// Afterwards `ended` is not called any more.
  void forget(std::uint64_t waiting);

 private:
  operation_view locked_view(const live_operation& one) const;

  struct waiter {
    std::string id;
    std::function<void()> ended;
  };

  mutable std::mutex mutex_;
  std::vector<live> live_;                   // guarded by mutex_; in the order of their acceptance
  std::uint64_t last_waiter_ = 0;            // guarded by mutex_
  std::map<std::uint64_t, waiter> waiters_;  // guarded by mutex_
};

}  // namespace manager
