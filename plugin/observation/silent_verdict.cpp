// The verdict on a component of which YARN tells nothing, since it does not answer.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "observation/verdict.h"

namespace dm::observation {

namespace {

std::string last_seen(const context::last_known::sight& sight) {
  return fmt::format("last known at {}", io::to_rfc3339(sight.seen_at));
}

// The newest incarnation has no end in the log.
verdict of_open_incarnation(const observed_facts& facts, std::uint64_t epoch) {
  const component::log_snapshot& log = *facts.log;
  const auto fact = log.applications.find(epoch);
  if (fact == log.applications.end()) {
    return {log.wanted() ? component_state::starting : component_state::stopping,
            "its submission was not seen to arrive in YARN", rule::submission_under_way};
  }
  verdict found(component_state::starting, "last known", rule::last_known_holds);
  if (!fact->second.job_id.empty()) found.state = component_state::running;
  // What this session saw of the application says more than that there is one.
  if (facts.remembered && facts.remembered->application_id == fact->second.application_id) {
    found = {facts.remembered->state, last_seen(*facts.remembered), rule::last_known_holds};
  }
  if (!log.wanted()) found.state = component_state::stopping;
  found.application_id = fact->second.application_id;
  found.job_id = fact->second.job_id;
  found.since = fact->second.seen_at;
  return found;
}

verdict of_log(const input::component_data& data, const observed_facts& facts) {
  const component::log_snapshot& log = *facts.log;
  const component::log_record* incarnation = log.newest_incarnation();
  if (incarnation != nullptr && !log.ends.contains(incarnation->number))
    return of_open_incarnation(facts, incarnation->number);
  if (!log.wanted()) return of_unwanted(data, facts);
  if (awaits_run(data, log)) return of_schedule(data, facts);
  if (log.current_incarnation() == nullptr)
    return {component_state::starting, "nothing is submitted while YARN is away",
            rule::nothing_submitted_yet};
  return of_end(facts, log.ends.at(incarnation->number));
}

// Neither YARN nor the log tells anything.
verdict of_memory(const observed_facts& facts) {
  if (!facts.remembered) {
    verdict found(component_state::unknown, "", rule::log_not_read);
    found.confidence = confidence::unknown;
    return found;
  }
  verdict found(facts.remembered->state, last_seen(*facts.remembered), rule::last_known_holds);
  found.application_id = facts.remembered->application_id;
  found.job_id = facts.remembered->job_id;
  return found;
}

}  // namespace

verdict of_silence(const input::component_data& data, const observed_facts& facts) {
  const bool answers = facts.job && !facts.job->terminal();
  verdict found = answers     ? of_job(data, facts)
                  : facts.log ? of_log(data, facts)
                              : of_memory(facts);
  if (found.confidence == confidence::confirmed) found.confidence = confidence::stale;
  found.also(rule::yarn_is_silent);
  found.reason.add("the ResourceManager does not answer: " + facts.yarn_error);
  if (!facts.log && !facts.log_error.empty())
    found.reason.add(fmt::format("its log on HDFS was not read: {}", facts.log_error));
  return found;
}

}  // namespace dm::observation
