// From what the sources said to a status.
// SPDX-License-Identifier: Apache-2.0
#include "observation/evaluation.h"

#include <fmt/format.h>

#include "observation/guard_presence.h"
#include "observation/restarts.h"
#include "observation/schedule_facts.h"
#include "observation/status_report.h"
#include "observation/verdict.h"

namespace dm::observation {

namespace {

verdict judge(const input::component_data& data, const observed_facts& facts) {
  if (!facts.yarn_answered) return of_silence(data, facts);
  const cluster::yarn_application* application = chosen_application(facts);
  if (application != nullptr && !application->terminal())
    return of_live_application(data, facts, *application);
  if (lives_denied(facts)) {
    verdict found = of_job(data, facts);
    found.confidence = confidence::stale;
    found.also(rule::yarn_denies_a_live_job);
    found.application_id = denied_application(facts)->application_id;
    found.reason.add("YARN does not know its application " + found.application_id);
    return found;
  }
  if (facts.log) return of_nothing_live(data, facts);
  verdict found(component_state::unknown,
                "nothing lives in YARN, and the component's log was not read: " + facts.log_error,
                rule::log_not_read);
  found.confidence = confidence::unknown;
  return found;
}

// What keeps the guard from going on, unless it has been written since.
std::string kept_from_writing(const observed_facts& facts) {
  if (!facts.unwritten || !facts.log || !facts.log->wanted()) return {};
  const std::uint64_t number = facts.unwritten->number;
  if (number < facts.log->newest_number() || facts.log->ends.contains(number)) return {};
  return fmt::format("its guard cannot write the component's log: {}", facts.unwritten->message);
}

// What is worth saying whatever the state is.
void add_observations(verdict& found, const observed_facts& facts) {
  sentence& reason = found.reason;
  const std::uint64_t live = component::newest_live_epoch(facts.applications);
  if (!component::live_of(facts.applications, live).empty()) {
    for (const cluster::yarn_application* other :
         component::live_except(facts.applications, live)) {
      reason.add(other->id + " of an older epoch is still live; the guard kills it");
    }
  }
  for (const cluster::yarn_application& foreign : facts.foreign_applications) {
    if (!foreign.terminal())
      reason.add(fmt::format("{} of user {} carries its tag, and is not taken for its own",
                             foreign.id, foreign.user));
  }
  if (!found.damage_told) reason.add(facts.damage);
  reason.add(kept_from_writing(facts));
}

std::string desired(const observed_facts& facts) {
  if (facts.run_is_newest) return "RUNNING";
  if (!facts.log || facts.log->newest_intent() == nullptr) return {};
  return facts.log->wanted() ? "RUNNING" : "STOPPED";
}

void add_logs(component_status& status, const input::component_data& data,
              const observed_facts& facts) {
  if (data.directory.empty()) return;  // the original's record
  status.guard_log = data.directory + "/logs/guard.log";
  const component::log_record* incarnation = facts.log ? facts.log->newest_incarnation() : nullptr;
  const std::uint64_t epoch = incarnation != nullptr
                                  ? incarnation->number
                                  : component::newest_live_epoch(facts.applications);
  if (incarnation != nullptr && !facts.log->had_client(epoch)) return;
  if (epoch != 0) status.client_log = fmt::format("{}/logs/client-{}.log", data.directory, epoch);
}

}  // namespace

component_status evaluate(const input::component_data& data, const observed_facts& facts,
                          bool detail) {
  component_status status;
  status.name = data.name;
  status.id = data.id;
  status.job_name = data.job_name;
  status.observed_at = facts.now;
  status.desired = desired(facts);
  if (const cluster::yarn_application* application = chosen_application(facts))
    report_application(status, facts, *application);
  report_sources(status, facts);
  status.restarts = restarts_of(facts);

  verdict found = judge(data, facts);
  add_observations(found, facts);
  status.state = found.state;
  status.confidence = found.confidence;
  status.reason = found.reason.text();
  status.watched = found.watched;
  status.rules = found.rules;
  status.failed_as = found.failure;
  status.since = found.since;
  status.job_id = found.job_id;
  if (status.application_id.empty()) status.application_id = found.application_id;

  if (facts.job && !facts.job->terminal()) {
    status.tasks_running = facts.job->tasks_running;
    status.tasks_total = facts.job->tasks_total;
  }
  add_logs(status, data, facts);
  if (detail) {
    status.vertices = facts.vertices;
    report_incarnations(status, data, facts);
  }
  const bool killed = status.state == component_state::stopped &&
                      status.yarn_final_status == "KILLED" && facts.log && facts.log->wanted();
  status.summary = summary_word(status.state, status.yarn_state, killed);
  if (data.schedule) report_schedule(status, facts, detail);
  return status;
}

}  // namespace dm::observation
