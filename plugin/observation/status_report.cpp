// What goes into a status as the sources said it.
// SPDX-License-Identifier: Apache-2.0
#include "observation/status_report.h"

#include <fmt/format.h>

namespace dm::observation {

using component::log_record;
using component::record_kind;

void prove(component_status& status, const observed_facts& facts, std::string source,
           std::string message) {
  status.proof.push_back({std::move(source), facts.now, std::move(message)});
}

void report_application(component_status& status, const observed_facts& facts,
                        const cluster::yarn_application& application) {
  status.application_id = application.id;
  status.queue = application.queue;
  status.yarn_state = application.state;
  status.yarn_final_status = application.final_status;
  status.yarn_started_ms = application.started_ms;
  status.tracking_url = application.tracking_url;
  prove(status, facts, "resourcemanager " + facts.yarn_source,
        fmt::format("{} is {} {}{}", application.id, application.state, application.final_status,
                    application.restricted_view ? "; an access list hides the rest" : ""));
}

void report_sources(component_status& status, const observed_facts& facts) {
  if (!facts.supervisor_source.empty()) {
    prove(status, facts, "supervisord " + facts.supervisor_source,
          !facts.supervisor_answered ? facts.supervisor_error
          : facts.process ? fmt::format("{} is {}", facts.process->name, facts.process->state)
                          : "does not know the program");
  }
  if (!facts.yarn_answered)
    prove(status, facts, "resourcemanager " + facts.yarn_source, facts.yarn_error);
  for (const cluster::yarn_application& foreign : facts.foreign_applications) {
    prove(status, facts, "resourcemanager " + facts.yarn_source,
          fmt::format("{} of user {} carries the component's tag and is {}; it is not the "
                      "component's own",
                      foreign.id, foreign.user, foreign.state));
  }
  if (!facts.job_manager_error.empty())
    prove(status, facts, "jobmanager " + facts.job_manager, facts.job_manager_error);
  if (facts.job) {
    prove(status, facts, "jobmanager " + facts.job_manager,
          fmt::format("job {} is {}, {} of {} tasks running", facts.job->id, facts.job->state,
                      facts.job->tasks_running, facts.job->tasks_total));
  }
  if (!facts.exceptions_error.empty())
    prove(status, facts, "jobmanager " + facts.job_manager, facts.exceptions_error);
  if (facts.run_is_newest) {
    prove(status, facts, facts.log_source,
          fmt::format("newest record: incarnation {}, which lives",
                      component::newest_live_epoch(facts.applications)));
  } else if (facts.log) {
    const log_record* intent = facts.log->newest_intent();
    prove(status, facts, facts.log_source,
          intent == nullptr ? "no intent is recorded"
                            : fmt::format("newest intent: {} (record {})",
                                          component::to_string(intent->kind), intent->number));
  } else if (!facts.log_error.empty()) {
    prove(status, facts, facts.log_source, facts.log_error);
  }
}

namespace {

// As many as a guard keeps on its node.
constexpr std::size_t client_logs_kept = 10;

}  // namespace

void report_incarnations(component_status& status, const input::component_data& data,
                         const observed_facts& facts) {
  if (!facts.log) return;
  for (auto it = facts.log->records.rbegin(); it != facts.log->records.rend(); ++it) {
    const log_record& record = it->second;
    if (record.kind != record_kind::incarnation) continue;
    incarnation_report report;
    report.epoch = record.number;
    report.started_at = record.written_at;
    report.restore_point = record.restore_path;
    report.queue_policy = record.queue_policy;
    if (const auto fact = facts.log->applications.find(record.number);
        fact != facts.log->applications.end()) {
      report.application_id = fact->second.application_id;
      report.job_id = fact->second.job_id;
    }
    if (const auto end = facts.log->ends.find(record.number); end != facts.log->ends.end()) {
      report.ended_at = end->second.ended_at;
      report.outcome = component::to_string(end->second.outcome);
      report.cause = end->second.cause;
      report.source = end->second.source;
      report.failure_class = end->second.failure_class;
      report.frame = end->second.frame;
      if (report.job_id.empty()) report.job_id = end->second.job_id;
    }
    if (facts.log->had_client(record.number) && !data.directory.empty() &&
        status.incarnations.size() < client_logs_kept)
      report.client_log = fmt::format("{}/logs/client-{}.log", data.directory, record.number);
    status.incarnations.push_back(std::move(report));
  }
}

}  // namespace dm::observation
