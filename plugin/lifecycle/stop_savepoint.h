// The savepoint of a stop: prepared before the stop is recorded, taken after it, and, when it
// fails, the stop taken back.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "lifecycle/stop.h"
#include "observation/live_job.h"
#include "savepoint/restore_points.h"
#include "savepoint/savepoint_operation.h"

namespace dm::lifecycle {

// Not thread-safe: one object per call of a verb. All arguments outlive it.
class stop_savepoint {
 public:
  stop_savepoint(context::component_view& view, const io::operation& op,
                 const stop_request& request);

  // Before the stop is recorded: writes the operation's request, whose id goes into the record.
  // Without one in the request it follows from log and job, so that a call that was killed before
  // the stop was recorded finds its own again. FAILED_PRECONDITION, nothing written: the id was
  // used already. An id whose savepoint has failed before: the same, with that savepoint in
  // `reply`.
  result<std::string> prepare(const component::log_snapshot& log, const observation::live_job& live,
                              stop_reply& reply);

  enum class outcome {
    taken,     // completed and recorded: the job has ended
    none,      // failed or lost, and the job has ended too
    revived,   // failed, or whole without having stopped the job: that runs on, and is wanted
               // again; reply.failure says so
    going_on,  // asked for; whoever does not wait may ask later
  };
  // Once the stop with this operation is the newest intent. Errors leave it going on, to be carried
  // on by a repeated stop.
  result<outcome> take(const std::string& operation, stop_reply& reply);

  // A stop that now goes on without its savepoint: its operation gets a result, once nothing lives
  // any more. Best effort.
  void abandon(const std::string& operation);

  const std::optional<savepoint::savepoint_progress>& progress() const { return progress_; }
  // Why there is no savepoint, and from what a start would resume; for outcome `none`.
  error lost();

 private:
  result<void> look();
  result<void> carry_on(const state::requested_record& requested);
  result<outcome> judge(stop_reply& reply);
  result<bool> want_again(const std::string& operation);
  std::string start_again();

  context::component_view& view_;
  const io::operation& op_;
  const stop_request& request_;
  const input::component_data& data_;
  state::savepoint_ledger& ledger_;
  std::optional<savepoint::savepoint_progress> progress_;
  std::optional<observation::live_job> live_;
};

}  // namespace dm::lifecycle
