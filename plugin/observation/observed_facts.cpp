// What the answers of the sources leave open.
// SPDX-License-Identifier: Apache-2.0
#include "observation/observed_facts.h"

#include "observation/restarts.h"

namespace dm::observation {

namespace {

// A job whose newest restart is at most this long ago, and not its first, is RESTARTING even at a
// moment at which all its tasks run: with checkpoints on, Flink restarts a failing job for ever.
constexpr std::chrono::seconds flapping_window{120};
constexpr std::int64_t flapping_restarts = 2;
// Tasks need a while to come up at first; a change later than this is a restart.
constexpr std::int64_t settled_after_ms = 30'000;

// What has ended with that epoch tells nothing of what the component is now.
bool is_of_the_past(const observed_facts& facts, std::uint64_t epoch) {
  if (!facts.log) return false;
  if (!facts.log->wanted()) return epoch < facts.log->life_began();
  const component::log_record* current = facts.log->current_incarnation();
  return epoch < (current == nullptr ? facts.log->run_began() : current->number);
}

}  // namespace

const cluster::yarn_application* chosen_application(const observed_facts& facts) {
  const auto live =
      component::live_of(facts.applications, component::newest_live_epoch(facts.applications));
  if (!live.empty()) return live.front();
  if (facts.applications.empty()) return nullptr;
  const auto& [epoch, of_epoch] = *facts.applications.rbegin();
  return is_of_the_past(facts, epoch) ? nullptr : &of_epoch.back();
}

bool absence_in_question(const observed_facts& facts) {
  const cluster::yarn_application* chosen = chosen_application(facts);
  return facts.yarn_answered && !facts.absence_confirmed &&
         (chosen == nullptr || chosen->terminal());
}

bool exceptions_needed(const observed_facts& facts) {
  if (!facts.job || facts.job->terminal()) return false;
  if (!facts.job->all_tasks_running()) return true;
  const auto changed = io::from_epoch_ms(facts.job->last_modified_ms);
  return job_manager_time(facts) - changed < flapping_window ||
         facts.job->last_modified_ms - facts.job->start_ms > settled_after_ms;
}

bool end_in_question(const observed_facts& facts) {
  return facts.job && facts.job->terminal() && facts.job->now_ms == 0;
}

bool stop_asked_for(const observed_facts& facts) {
  return facts.log && facts.log->newest_intent() != nullptr && !facts.log->wanted();
}

const component::application_fact* fact_of(const observed_facts& facts,
                                           const cluster::yarn_application& application) {
  if (!facts.log) return nullptr;
  for (const auto& [epoch, fact] : facts.log->applications) {
    if (fact.application_id == application.id) return &fact;
  }
  return nullptr;
}

const component::application_fact* denied_application(const observed_facts& facts) {
  const cluster::yarn_application* chosen = chosen_application(facts);
  const bool another_lives = chosen != nullptr && !chosen->terminal();
  if (!facts.yarn_answered || !facts.log || another_lives) return nullptr;
  return component::denied_application(*facts.log, facts.applications);
}

bool lives_denied(const observed_facts& facts) {
  const component::application_fact* denied = denied_application(facts);
  // Another component's JobManager may have taken the port over.
  return denied != nullptr && facts.job && !facts.job->terminal() &&
         facts.job->id == denied->job_id;
}

io::wall_time job_manager_time(const observed_facts& facts) {
  return facts.job && facts.job->now_ms > 0 ? io::from_epoch_ms(facts.job->now_ms) : facts.now;
}

bool restarts_again_and_again(const observed_facts& facts) {
  const auto report = restarts_of(facts);
  return report && report->count >= flapping_restarts &&
         job_manager_time(facts) - report->since_at < flapping_window;
}

}  // namespace dm::observation
