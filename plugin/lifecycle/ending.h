// Ending what lives of a component: its applications, then its guard. Once the stop is recorded.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "component/observation.h"
#include "context/component_view.h"
#include "flink/job_manager.h"
#include "state/savepoint_record.h"

namespace dm::lifecycle {

struct end_order {
  bool kill = false;  // through YARN, at once
  // The stop's savepoint, completed and recorded: its job has ended, and its JobManager leaves only
  // when somebody has asked for the result.
  std::optional<state::requested_record> savepoint;
  // An application whose jobs have all ended leaves by itself within this time, or is ended.
  io::milliseconds time_to_leave{60'000};
};

// Not thread-safe: one object per call of a verb. All arguments outlive it.
class ending {
 public:
  ending(context::component_view& view, const io::operation& op, end_order order);

  // Asks every live application of the component to end. true: none lives, by an answer that
  // counts.
  result<bool> end_live();
  // The same until nothing lives. A failure says what still does.
  result<void> until_nothing_lives();
  // On the component's own node: its program must not be RUNNING in supervisord.
  result<void> end_guard();
  // Where end_guard() may have interrupted a client: YARN shows what that has handed over within
  // moments, and only then is its absence an answer.
  result<void> let_submissions_show();
  // The guard writes the end when it sees it; where it was not there to see, this does. What has
  // ended by itself is recorded as that (component::judged_end).
  // "STOPPED", or "COMPLETED" when the job had completed by itself.
  result<std::string> record_end();

  // As it was read last: the newest of it.
  const component::log_snapshot& log() const { return snapshot_; }

 private:
  result<void> read_log();
  bool outlives_its_jobs(const std::vector<flink::job_overview>& jobs);
  result<bool> end_denied();
  result<void> end_application(std::uint64_t epoch, const cluster::yarn_application& application);
  result<void> cancel_jobs(const std::string& application_id, const std::string& job_manager);
  result<void> release(const std::string& application_id, const std::string& job_manager);
  io::progress_facts told() const;
  result<void> silent(const std::string& job_manager, const error& problem);

  context::component_view& view_;
  const io::operation& op_;
  end_order order_;
  std::string tag_;
  component::log_snapshot snapshot_;
  component::applications_by_epoch applications_;  // as YARN listed them last
  std::string live_;                               // what was seen alive last, for people
  std::string live_application_;                   // the same, by its ids
  std::string live_job_;
  std::optional<io::steady_time> ended_since_;  // the stopped job's cluster has outlived its job
  std::optional<io::steady_time>
      all_ended_since_;        // so has one whose jobs have ended by themselves
  bool job_finished_ = false;  // by itself, in an application that had to be ended
  bool guard_ended_ = false;   // by this object
};

}  // namespace dm::lifecycle
