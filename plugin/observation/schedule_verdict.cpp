// The verdict on a component whose runs Oozie begins, while none is under way.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "observation/guard_presence.h"
#include "observation/verdict.h"

namespace dm::observation {

namespace {

std::string_view described(component::outcome outcome) {
  switch (outcome) {
    case component::outcome::completed:
      return "has completed";
    case component::outcome::stopped:
      return "was stopped";
    case component::outcome::killed:
      return "was killed";
    case component::outcome::failed:
      return "has failed";
    case component::outcome::unknown:
      break;
  }
  return "has ended, and how is not known";
}

std::string described_last_run(const component::log_snapshot& log) {
  const component::log_record* newest = log.current_incarnation();
  const auto end = newest == nullptr ? log.ends.end() : log.ends.find(newest->number);
  if (end == log.ends.end()) return "no run has begun yet";
  return fmt::format("the last run {}{}{}", described(end->second.outcome),
                     end->second.cause.empty() ? "" : ": ", end->second.cause);
}

void add_next_run(verdict& found, const oozie::coordinator& coordinator) {
  io::wall_time next = coordinator.next_materialized_at;
  for (const oozie::coordinator_action& action : coordinator.actions) {
    if (action.waits()) next = action.nominal_at;
  }
  if (next != io::wall_time{}) found.reason.add("the next one is due at " + io::to_rfc3339(next));
}

void judge_coordinator(verdict& found, const oozie::coordinator& coordinator) {
  const std::string is = fmt::format("its coordinator {} is {} in Oozie", coordinator.id,
                                     first_line(coordinator.status, 40));
  switch (coordinator.phase()) {
    case oozie::job_phase::under_way:
      add_next_run(found, coordinator);
      return;
    case oozie::job_phase::suspended:
      found.also(rule::coordinator_is_suspended);
      found.reason.add(
          is +
          ", so that no run begins; resume it there, or stop the component and start it again");
      return;
    case oozie::job_phase::succeeded:
      found.also(rule::coordinator_has_ended);
      found.state = component_state::completed;
      found.reason.add(is + ": its end has come, and no other run follows");
      return;
    case oozie::job_phase::ended_badly:
      found.also(rule::coordinator_has_ended);
      // Its end has come, and some of its runs had failed.
      found.state = coordinator.status == "DONEWITHERROR" ? component_state::completed
                                                          : component_state::failed;
      found.reason.add(
          is + ", and no other run follows; stop the component and start it again for another one");
      return;
    case oozie::job_phase::unknown:
      break;
  }
  found.confidence = confidence::stale;
  found.reason.add(is);
}

}  // namespace

bool awaits_run(const input::component_data& data, const component::log_snapshot& log) {
  if (!data.schedule || !log.wanted()) return false;
  const component::log_record* incarnation = log.current_incarnation();
  if (incarnation == nullptr) return true;
  const auto end = log.ends.find(incarnation->number);
  return end != log.ends.end() && end->second.decision != component::decision::restart;
}

verdict of_schedule(const input::component_data& data, const observed_facts& facts) {
  verdict found(component_state::scheduled, described_last_run(*facts.log),
                rule::next_run_is_awaited);
  const component::log_record* newest = facts.log->current_incarnation();
  if (newest != nullptr) {
    if (const auto end = facts.log->ends.find(newest->number); end != facts.log->ends.end()) {
      found.since = end->second.ended_at;
      found.job_id = end->second.job_id;
      found.application_id = end->second.application_id;
    }
  }
  if (!facts.oozie_error.empty() || !facts.oozie_asked) {
    found.also(rule::oozie_is_silent);
    found.confidence = confidence::stale;
    found.reason.add(facts.oozie_error.empty() ? "Oozie was not asked"
                                               : "Oozie could not be asked: " + facts.oozie_error);
  } else if (!facts.coordinator) {
    found.also(rule::coordinator_is_missing);
    found.reason.add(
        "Oozie has no coordinator of it; its guard submits one that was not submitted yet, and "
        "start another one in place of one that Oozie has lost");
  } else {
    judge_coordinator(found, *facts.coordinator);
  }
  if (presence_of_guard(facts) == guard_presence::missing) {
    found.also(rule::guard_missing);
    found.reason.add("nobody would end a run that Oozie kills: " + described_guard(data, facts));
    found.reason.add("start brings its guard back");
  }
  return found;
}

}  // namespace dm::observation
