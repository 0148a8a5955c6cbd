// Schedules.
// SPDX-License-Identifier: Apache-2.0
#include "client/view_schedule.h"

#include "client/member.h"

#include <fmt/format.h>

namespace dmctl {
namespace {

constexpr std::size_t runs_at_a_glance = 5;

// What became of a run by the component's log, else in Oozie's word.
std::string came_to(const json::value& run) {
  if (flag_member(run, "missed")) return "missed";
  const std::string outcome = text_member(run, "outcome");
  return outcome.empty() ? text_member(run, "status") : outcome;
}

void show_runs(const json::value& schedule, output& out, std::size_t most) {
  table shown({{"DUE"},
               {"OUTCOME", false, true},
               {"OOZIE", false, true},
               {"WORKFLOW"},
               {"APPLICATION"},
               {"CAUSE", false, false, true}});
  std::size_t count = 0;
  each_of(schedule, "runs", [&](const json::value& run) {
    if (count++ >= most) return;
    shown.add({time_member(run, "due_at"), came_to(run), text_member(run, "status"),
               text_member(run, "workflow_id"), text_member(run, "application_id"),
               words_member(run, "cause")});
  });
  if (!shown.empty()) out.rows(shown);
  if (count > most)
    out.made_line(fmt::format("and {} earlier ones: see dmctl show application", count - most));
}

}  // namespace

void show_schedule(const json::value& component, output& out, std::size_t most_runs) {
  const json::value* schedule = json::find(component, "schedule");
  if (schedule == nullptr || !schedule->IsObject()) return;
  const std::string id = text_member(*schedule, "coordinator_id");
  const std::string status = text_member(*schedule, "status");
  out.fact("coordinator", id.empty() || status.empty() ? id : fmt::format("{}, {}", id, status));
  out.fact("next run", time_member(*schedule, "next_run_at"));
  const std::string missed = any_member(*schedule, "missed");
  if (missed != "0") out.fact("missed", missed);
  out.fact("not known", text_member(*schedule, "problem"));
  show_runs(*schedule, out, most_runs);
}

void show_schedules(const json::value& detail, output& out) {
  each_of(detail, "components", [&](const json::value& one) {
    const json::value* schedule = json::find(one, "schedule");
    // Of one that is not started there is nothing to tell.
    if (schedule == nullptr || (text_member(*schedule, "coordinator_id").empty() &&
                                text_member(*schedule, "problem").empty()))
      return;
    out.made_line("");
    out.heading(
        fmt::format("schedule of {}/{}", text_member(one, "type"), text_member(one, "component")));
    show_schedule(one, out, runs_at_a_glance);
  });
}

}  // namespace dmctl
