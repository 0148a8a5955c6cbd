// A component whose runs Oozie begins: its coordinator, its next run, and what its newest runs came to.
// SPDX-License-Identifier: Apache-2.0
import {h} from "./dom.js";
import {state_badge, table} from "./parts.js";
import {date_time, plural, with_times, word} from "./text.js";

const at_a_glance = 10;

// By the component's log, else in Oozie's word.
function came_to(run) {
  return run.missed ? "missed" : run.outcome || run.status;
}

function runs_table(component, runs) {
  return table(
    `Runs of ${component.component}`,
    ["Due", "Outcome", "Application", "Workflow", "Why"],
    h(
      "tbody",
      {},
      runs.slice(0, at_a_glance).map((run) =>
        h(
          "tr",
          {},
          h("th", {scope: "row"}, date_time(run.due_at) || `run ${run.number}`),
          h("td", {data_label: "Outcome"}, state_badge(came_to(run).toUpperCase())),
          h("td", {data_label: "Application", class: "mono"}, run.application_id),
          h("td", {data_label: "Workflow", class: "mono"}, run.workflow_id),
          h("td", {data_label: "Why", class: "break"}, with_times(run.cause)),
        ),
      ),
    ),
  );
}

export function schedule_of(component) {
  const schedule = component.schedule;
  if (!schedule) return null;
  const row = (name, value) => value && [h("dt", {}, name), h("dd", {}, value)];
  const runs = schedule.runs || [];
  return h(
    "div",
    {},
    h(
      "dl",
      {},
      row("Next run", date_time(schedule.next_run_at)),
      row("Coordinator", schedule.coordinator_id && [
        h("span", {class: "mono"}, schedule.coordinator_id),
        schedule.status && `, ${word(schedule.status)} in Oozie`,
      ]),
      row("Missed", schedule.missed > 0 && plural(schedule.missed, "run")),
      row("Not known", schedule.problem),
    ),
    runs.length > 0 && runs_table(component, runs),
  );
}
