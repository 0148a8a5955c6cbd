// The sentences of the rules by which a component's state follows from the facts.
// SPDX-License-Identifier: Apache-2.0
#include "observation/rule.h"

namespace dm::observation {

std::string_view described(rule value) {
  switch (value) {
    case rule::job_has_just_ended:
      return "A job that has ended takes its YARN application with it within a minute; until then "
             "the component is STOPPING.";
    case rule::job_ended_application_stays:
      return "A job that ended more than a minute ago is over though its application lives: what "
             "became of it is Flink's word, and the guard, or a stop, ends the application.";
    case rule::job_is_cancelled:
      return "A job that is being cancelled is STOPPING.";
    case rule::stop_is_pending:
      return "The newest intent is a stop: whatever lives is STOPPING until it has ended.";
    case rule::flink_restarts_it:
      return "A job that fails or restarts, or that Flink has restarted at least twice, the last "
             "time within two minutes, is RESTARTING, though YARN says RUNNING.";
    case rule::all_tasks_run:
      return "RUNNING means that every task of the job runs, by its JobManager's word.";
    case rule::tasks_are_missing:
      return "A job whose tasks do not all run yet is STARTING.";
    case rule::job_manager_is_silent:
      return "A JobManager that does not answer proves nothing: YARN's word holds, as stale; "
             "RUNNING where the job was seen before, or its application has run for a minute.";
    case rule::application_has_no_job_yet:
      return "An application whose job does not show yet is STARTING.";
    case rule::application_waits:
      return "An application that YARN has not started yet is STARTING.";
    case rule::restarts_not_known:
      return "Where Flink does not tell its exceptions, whether it restarts the job again and "
             "again "
             "is not known, and the answer is stale.";
    case rule::nobody_watches:
      return "Without its guard a job runs on, and nobody restarts it when it fails.";
    case rule::yarn_denies_a_live_job:
      return "A JobManager that answers with the job outweighs a ResourceManager that does not "
             "know its application.";
    case rule::absence_not_confirmed:
      return "That nothing lives counts only when an active ResourceManager has confirmed it; else "
             "the answer is stale.";
    case rule::nothing_submitted_yet:
      return "A wanted component of which nothing was submitted yet is STARTING while its guard is "
             "at work.";
    case rule::submission_under_way:
      return "A submission that YARN does not show yet is under way while the guard is at work.";
    case rule::application_is_lost:
      return "An application that was seen and that YARN does not know any more is looked into by "
             "the guard.";
    case rule::attached_client_goes_on:
      return "An attached run is over when its client is, which may execute again.";
    case rule::end_not_recorded:
      return "An application that has ended without a record of its end is the guard's to judge.";
    case rule::retry_is_due:
      return "The guard has decided for another attempt: BACKOFF until it is made.";
    case rule::given_up:
      return "The guard has given up: by the program's own proof, or because its budget of "
             "restarts "
             "is used up.";
    case rule::ended_for_good:
      return "The newest incarnation has ended and nothing is to follow it: the state is what "
             "became of it.";
    case rule::guard_not_known:
      return "Whether a guard is at work is known on the component's own node alone; elsewhere, or "
             "while supervisord does not answer, the answer is stale.";
    case rule::guard_missing:
      return "Without a guard nobody acts: what waits for it does not come by itself.";
    case rule::damaged_on_this_node:
      return "A component whose files or account are missing on its node cannot run there.";
    case rule::never_started:
      return "What was never started, or was destroyed since, is CREATED.";
    case rule::start_failed:
      return "A start that failed for good has taken the wish back: the component is FAILED.";
    case rule::not_wanted:
      return "What is not wanted and does not live is STOPPED, or COMPLETED where its job had "
             "ended "
             "well.";
    case rule::log_not_read:
      return "Without the component's log nothing tells what was wanted: the state is UNKNOWN.";
    case rule::next_run_is_awaited:
      return "A component whose runs Oozie begins is SCHEDULED while none lives.";
    case rule::coordinator_is_missing:
      return "Without a coordinator in Oozie no run begins: the guard sees to it, or a start.";
    case rule::coordinator_is_suspended:
      return "A coordinator that somebody has suspended in Oozie begins no run; start resumes it.";
    case rule::coordinator_has_ended:
      return "A coordinator that has ended in Oozie begins no run: COMPLETED where its end had "
             "come, "
             "FAILED where somebody ended it, or it failed.";
    case rule::oozie_is_silent:
      return "An Oozie that does not answer proves nothing: what is known without it holds, as "
             "stale.";
    case rule::yarn_is_silent:
      return "A ResourceManager that does not answer is no evidence: nothing is confirmed, and "
             "nothing follows from its silence.";
    case rule::last_known_holds:
      break;
  }
  return "Where nobody can be asked the state is what was last known.";
}

}  // namespace dm::observation
