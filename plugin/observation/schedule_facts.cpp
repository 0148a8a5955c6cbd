// Oozie asked, and its answer told.
// SPDX-License-Identifier: Apache-2.0
#include "observation/schedule_facts.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "oozie/server.h"

namespace dm::observation {

namespace {

// Those whose time has come, and what is made in advance: an hour's by default.
constexpr int actions_asked_for = 60;
constexpr int actions_asked_for_at_least = 20;

struct question {
  observed_component* of;
  oozie::server server;
  std::string name;
};

const oozie::coordinator* chosen(const std::vector<oozie::coordinator>& found) {
  const auto live = std::find_if(found.begin(), found.end(), [](const oozie::coordinator& one) {
    return !oozie::is_over(one.phase());
  });
  if (live != found.end()) return &*live;
  return found.empty() ? nullptr : &found.front();
}

// Of a workflow that was run again in Oozie the newest run tells; nullptr: none submitted anything.
const component::log_record* newest_of_workflow(const component::log_snapshot& log,
                                                const std::string& workflow_id) {
  if (workflow_id.empty()) return nullptr;
  for (auto it = log.records.rbegin(); it != log.records.rend(); ++it) {
    const component::log_record& record = it->second;
    if (record.kind == component::record_kind::incarnation &&
        record.run_name.starts_with(workflow_id + "."))
      return &record;
  }
  return nullptr;
}

}  // namespace

void ask_oozie(context::session& session, io::http_client::rounds& http, const io::operation& op,
               const observed_batch& batch, bool detail) {
  std::vector<question> questions;
  for (observed_component* one : batch) {
    if (!one->data->schedule) continue;
    observed_facts& facts = one->facts;
    facts.oozie_asked = true;
    const std::string& url = session.settings().oozie.url;
    if (url.empty()) {
      facts.oozie_source = "Oozie";
      facts.oozie_error = "the deployment manager knows no Oozie (setting oozie_url)";
      continue;
    }
    questions.push_back({one, oozie::server(session.http(), url, one->data->user),
                         oozie::job_name(one->data->id, facts.log->newest_intent()->number)});
    facts.oozie_source = questions.back().server.who();
  }
  std::vector<question*> known;
  http.perform_each(
      op, questions.size(),
      [&](std::size_t i) { return questions[i].server.find_request(questions[i].name); },
      [&](std::size_t i, const result<io::http_response>& answer) {
        question& asked = questions[i];
        observed_facts& facts = asked.of->facts;
        if (!answer) {
          facts.oozie_error = answer.error().message;
          return;
        }
        auto listed = oozie::read_coordinators(*answer, asked.server.who());
        if (!listed) {
          facts.oozie_error = listed.error().message;
          return;
        }
        const auto found = oozie::own(std::move(*listed), asked.name, asked.of->data->user);
        if (const oozie::coordinator* one = chosen(found)) {
          facts.coordinator = *one;
          known.push_back(&asked);
        }
      });
  const int count = detail ? actions_asked_for : actions_asked_for_at_least;
  http.perform_each(
      op, known.size(),
      [&](std::size_t i) {
        return known[i]->server.look_up_request(known[i]->of->facts.coordinator->id, count);
      },
      [&](std::size_t i, const result<io::http_response>& answer) {
        observed_facts& facts = known[i]->of->facts;
        if (!answer) {
          facts.oozie_error = answer.error().message;
          return;
        }
        auto coordinator = oozie::read_coordinator(*answer, known[i]->server.who());
        if (coordinator) {
          facts.coordinator = std::move(*coordinator);
        } else {
          facts.oozie_error = coordinator.error().message;
        }
      });
}

void report_schedule(component_status& status, const observed_facts& facts, bool detail) {
  schedule_report report;
  report.problem = facts.oozie_error;
  const component::log_snapshot* log = facts.log ? &*facts.log : nullptr;
  if (facts.coordinator) {
    const oozie::coordinator& coordinator = *facts.coordinator;
    report.coordinator_id = coordinator.id;
    report.coordinator_status = coordinator.status;
    if (!oozie::is_over(coordinator.phase())) report.next_run_at = coordinator.next_materialized_at;
    for (const oozie::coordinator_action& action : coordinator.actions) {
      if (action.waits()) {
        // Newest first: the last one that waits is the next one.
        report.next_run_at = action.nominal_at;
        continue;
      }
      scheduled_run run;
      run.number = action.number;
      run.nominal_at = action.nominal_at;
      run.status = action.status;
      run.workflow_id = action.workflow_id;
      run.cause = action.error_message;
      run.missed = action.missed();
      if (run.missed) ++report.missed;
      const component::log_record* incarnation =
          log == nullptr ? nullptr : newest_of_workflow(*log, run.workflow_id);
      if (incarnation != nullptr) {
        run.epoch = incarnation->number;
        if (const auto fact = log->applications.find(run.epoch); fact != log->applications.end()) {
          run.application_id = fact->second.application_id;
          run.job_id = fact->second.job_id;
        }
        if (const auto end = log->ends.find(run.epoch); end != log->ends.end()) {
          run.outcome = component::to_string(end->second.outcome);
          if (run.cause.empty()) run.cause = end->second.cause;
          if (run.application_id.empty()) run.application_id = end->second.application_id;
          if (run.job_id.empty()) run.job_id = end->second.job_id;
        }
      }
      if (detail) report.runs.push_back(std::move(run));
    }
    status.proof.push_back({facts.oozie_source, facts.now,
                            fmt::format("the coordinator {} is {}", coordinator.id,
                                        first_line(coordinator.status, 40))});
  } else if (facts.oozie_asked) {
    status.proof.push_back({facts.oozie_source, facts.now,
                            facts.oozie_error.empty()
                                ? "it has no coordinator of this component's newest start"
                                : facts.oozie_error});
  }
  if (status.state == component_state::scheduled && log != nullptr) {
    const component::log_record* newest = log->current_incarnation();
    const auto end = newest == nullptr ? log->ends.end() : log->ends.find(newest->number);
    const bool went_well = end == log->ends.end() ||
                           end->second.outcome == component::outcome::completed ||
                           end->second.outcome == component::outcome::stopped;
    if (!went_well) status.summary = "RUNNING_WITH_ERRORS";
  }
  status.schedule = std::move(report);
}

}  // namespace dm::observation
