// The rules by which a component's state follows from the facts, as values; and their sentences for
// people, in one place.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace dm::observation {

enum class rule {
  // its application lives
  job_has_just_ended,
  job_ended_application_stays,
  job_is_cancelled,
  stop_is_pending,
  flink_restarts_it,
  all_tasks_run,
  tasks_are_missing,
  job_manager_is_silent,
  application_has_no_job_yet,
  application_waits,
  restarts_not_known,
  nobody_watches,
  yarn_denies_a_live_job,
  // nothing lives
  absence_not_confirmed,
  nothing_submitted_yet,
  submission_under_way,
  application_is_lost,
  attached_client_goes_on,
  end_not_recorded,
  retry_is_due,
  given_up,
  ended_for_good,
  guard_not_known,
  guard_missing,
  damaged_on_this_node,
  never_started,
  start_failed,
  not_wanted,
  log_not_read,
  // Oozie begins its runs
  next_run_is_awaited,
  coordinator_is_missing,
  coordinator_is_suspended,
  coordinator_has_ended,
  oozie_is_silent,
  // YARN is silent
  yarn_is_silent,
  last_known_holds,
};
inline constexpr int rule_count = static_cast<int>(rule::last_known_holds) + 1;

// One sentence.
std::string_view described(rule value);

}  // namespace dm::observation
