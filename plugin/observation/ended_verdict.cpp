// The verdict on a component of which nothing lives in YARN.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "observation/guard_presence.h"
#include "observation/verdict.h"

namespace dm::observation {

namespace {

using component::decision;
using component::end_fact;
using component::log_record;
using component::outcome;

// A wanted component whose guard is to act next: what holds while the guard is at work. Without it
// nobody acts, and where that is not known, neither is the state.
verdict with_guard(const input::component_data& data, const observed_facts& facts, verdict found,
                   component_state without_guard, const std::string& what_is_known) {
  switch (presence_of_guard(facts)) {
    case guard_presence::at_work:
      return found;
    case guard_presence::not_known:
      found.confidence = confidence::stale;
      found.also(rule::guard_not_known);
      found.reason = sentence(what_is_known);
      found.reason.add(described_guard(data, facts));
      break;
    case guard_presence::missing:
      found.also(rule::guard_missing);
      found.state = guard_given_up(facts) ? component_state::failed : without_guard;
      found.reason = sentence(what_is_known);
      found.reason.add("nobody looks after it: " + described_guard(data, facts));
      if (facts.damage.empty()) found.reason.add("start brings its guard back");
      break;
  }
  if (!facts.damage.empty() && presence_of_guard(facts) == guard_presence::missing) {
    found.state = component_state::failed;
    found.also(rule::damaged_on_this_node);
    found.reason = sentence(facts.damage).add(what_is_known);
    found.damage_told = true;
  }
  return found;
}

// YARN knows no application of the newest submission.
verdict of_submission(const input::component_data& data, const observed_facts& facts) {
  if (const component::application_fact* denied = denied_application(facts)) {
    const std::string lost =
        fmt::format("YARN does not know its application {} any more", denied->application_id);
    verdict found = with_guard(
        data, facts,
        {component_state::backoff, lost + "; the guard looks into it", rule::application_is_lost},
        component_state::failed, lost);
    found.application_id = denied->application_id;
    return found;
  }
  return with_guard(
      data, facts,
      {component_state::starting,
       data.submission == flink::submission_mode::direct ? "the job is being submitted to YARN"
                                                         : "the flink client is submitting the job",
       rule::submission_under_way},
      component_state::unknown,
      presence_of_guard(facts) == guard_presence::missing
          ? "the last submission left no trace in YARN"
          : "the flink client may be submitting the job");
}

// An application of an attached run has completed. The run is over when its client is, which may
// execute again: its guard lives as long, and records the end (architecture, section 9).
verdict of_attached_client(const input::component_data& data, const observed_facts& facts,
                           const cluster::yarn_application& application) {
  const std::string ended = fmt::format("{} has completed", application.id);
  verdict found = with_guard(
      data, facts,
      {component_state::running, ended + "; its attached client may execute again",
       rule::attached_client_goes_on},
      component_state::unknown, ended + "; whether its attached client has is not recorded");
  if (application.finished_ms > 0) found.since = io::from_epoch_ms(application.finished_ms);
  return found;
}

// Its application has ended, and its end is not recorded yet.
verdict of_ended_application(const input::component_data& data, const observed_facts& facts,
                             const cluster::yarn_application& application) {
  const outcome came_to = component::outcome_of(application);
  const std::string diagnostics = first_line(application.diagnostics);
  const std::string colon = diagnostics.empty() ? "" : ": ";
  if (came_to == outcome::completed) {
    // Its end is the schedule's, not that of one run.
    if (data.schedule)
      return {component_state::scheduled, "its run has completed", rule::end_not_recorded};
    return data.submission == flink::submission_mode::attached
               ? of_attached_client(data, facts, application)
               : verdict(component_state::completed, "", rule::end_not_recorded);
  }
  const bool killed = came_to == outcome::killed;
  const std::string ended = killed
                                ? "ended from outside" + colon + diagnostics
                                : fmt::format("the application ended {} {}{}{}", application.state,
                                              application.final_status, colon, diagnostics);
  // The guard may have killed it itself, and is about to say why.
  verdict found(component_state::backoff,
                fmt::format("the application ended {} {}; the guard looks into the cause{}{}",
                            application.state, application.final_status, colon, diagnostics),
                rule::end_not_recorded);
  found = with_guard(data, facts, std::move(found),
                     killed ? component_state::stopped : component_state::failed, ended);
  if (application.finished_ms > 0) found.since = io::from_epoch_ms(application.finished_ms);
  return found;
}

// A start records the run first, then has supervisord run the guard. A guard that has ended before
// that is an earlier run's.
bool start_is_under_way(const observed_facts& facts) {
  constexpr std::chrono::seconds long_enough{30};
  const log_record* run = facts.log->newest_intent();
  const auto ago = facts.now - run->written_at;
  const bool in_time = ago > -long_enough && ago < long_enough;
  const bool has_ended = guard_given_up(facts) &&
                         io::from_epoch_ms(facts.process->stopped_s * 1000) >= run->written_at;
  return in_time && presence_of_guard(facts) == guard_presence::missing && facts.process &&
         facts.damage.empty() && !has_ended;
}

verdict of_wanted(const input::component_data& data, const observed_facts& facts) {
  const component::log_snapshot& log = *facts.log;
  const log_record* incarnation = log.current_incarnation();
  if (incarnation == nullptr) {
    if (start_is_under_way(facts)) {
      return {component_state::starting, "its start was asked for a moment ago, its guard comes up",
              rule::nothing_submitted_yet};
    }
    return with_guard(data, facts,
                      {component_state::starting, "the guard is about to submit the job",
                       rule::nothing_submitted_yet},
                      component_state::unknown, "wanted, but nothing was submitted yet");
  }
  if (const auto end = log.ends.find(incarnation->number); end != log.ends.end()) {
    verdict found = of_end(facts, end->second);
    if (found.state != component_state::backoff) return found;
    const std::string known = presence_of_guard(facts) == guard_presence::missing
                                  ? end->second.cause
                                  : found.reason.text();
    const io::wall_time since = found.since;
    const std::string job_id = found.job_id;
    const std::string application_id = found.application_id;
    found = with_guard(data, facts, std::move(found), component_state::failed, known);
    found.since = since;
    found.job_id = job_id;
    found.application_id = application_id;
    return found;
  }
  const auto ended = facts.applications.find(incarnation->number);
  return ended == facts.applications.end()
             ? of_submission(data, facts)
             : of_ended_application(data, facts, ended->second.back());
}

}  // namespace

verdict of_end(const observed_facts& facts, const end_fact& end) {
  verdict found;
  switch (end.decision) {
    case decision::restart:
      found = {
          component_state::backoff,
          fmt::format("{}; next attempt {}", end.cause,
                      end.restart_at > facts.now ? "at " + io::to_rfc3339(end.restart_at) : "now"),
          rule::retry_is_due};
      break;
    case decision::give_up:
      found = {component_state::failed, end.cause, rule::given_up};
      if (end.restart_at > facts.now)
        found.reason.add("tried again at " + io::to_rfc3339(end.restart_at));
      break;
    case decision::none:
      switch (end.outcome) {
        case outcome::completed:
          found = {component_state::completed, "", rule::ended_for_good};
          break;
        case outcome::stopped:
          found = {component_state::stopped, "", rule::ended_for_good};
          break;
        case outcome::killed:
          found = {component_state::stopped, "ended from outside: " + end.cause,
                   rule::ended_for_good};
          break;
        case outcome::failed:
        case outcome::unknown:
          found = {component_state::failed, end.cause, rule::ended_for_good};
          break;
      }
      break;
  }
  found.since = end.ended_at;
  found.job_id = end.job_id;
  found.application_id = end.application_id;
  if (!end.failure_class.empty()) found.failure = flink::parse_failure_class(end.failure_class);
  return found;
}

// How the newest incarnation ended is told by whoever recorded it: that is who knew of the stop.
verdict of_unwanted(const input::component_data& data, const observed_facts& facts) {
  const component::log_snapshot& log = *facts.log;
  const log_record* intent = log.newest_intent();
  // What was before a destroy is a former life.
  if (intent == nullptr || intent->stop_cause == component::destroyed)
    return {component_state::created, "", rule::never_started};
  const log_record* incarnation = log.newest_incarnation();
  const auto recorded =
      incarnation == nullptr ? log.ends.end() : log.ends.find(incarnation->number);
  const bool start_failed = intent->stop_cause == "start-failed";
  verdict found(component_state::stopped, "", rule::not_wanted);
  if (recorded != log.ends.end()) {
    const end_fact& end = recorded->second;
    // What one run came to is neither the schedule's end nor why its start failed.
    if (end.outcome == outcome::completed && !data.schedule)
      found.state = component_state::completed;
    if (!data.schedule && (start_failed || end.decision == decision::give_up))
      found = {component_state::failed, end.cause,
               start_failed ? rule::start_failed : rule::given_up};
    found.job_id = end.job_id;
  }
  if (start_failed && found.reason.text().empty()) {
    found = {component_state::failed,
             data.schedule
                 ? "its start failed: Oozie refused its coordinator, and the operation says why"
                 : "its start failed, and the guard was ended before it had recorded why",
             rule::start_failed};
  }
  // What had come to its end before is as it is since then.
  found.since =
      found.state == component_state::completed ? recorded->second.ended_at : intent->written_at;
  return found;
}

verdict of_nothing_live(const input::component_data& data, const observed_facts& facts) {
  verdict found = awaits_run(data, *facts.log) ? of_schedule(data, facts)
                  : facts.log->wanted()        ? of_wanted(data, facts)
                                               : of_unwanted(data, facts);
  if (!facts.absence_confirmed) {
    found.confidence = confidence::stale;
    found.also(rule::absence_not_confirmed);
  }
  return found;
}

}  // namespace dm::observation
