// Begins operations on the fleet: what is chosen, what would be done, and then doing it.
// SPDX-License-Identifier: Apache-2.0
import {ask, curl} from "./api.js";
import {choice_field, confirm, text_field} from "./dialog.js";
import {h, show} from "./dom.js";
import {dry_run_table, warnings_of} from "./fleet_report.js";
import {act} from "./notices.js";
import {curl_details, error_box} from "./parts.js";
import {go} from "./router.js";

const stop_path = "/fleet/stop";
const start_path = "/fleet/start";

const patterns = (text) => text.split(/[\s,]+/).filter((one) => one !== "");

const looked = async (path, body) => (await ask("POST", path, {body: {...body, dry_run: true}})).json;

// The operation's own report is where it is followed.
const begun = async (path, body) => {
  const answer = await act("POST", path, {body});
  if (answer.operation) go(["fleet", answer.operation]);
  return answer;
};

function plan_of(report) {
  return h(
    "div",
    {},
    warnings_of(report),
    report.components.length > 0 ? dry_run_table(report) : h("p", {class: "note"}, "There is nothing to do."),
    h("p", {role: "status"}, report.summary),
  );
}

// Where it cannot be begun `problem` says why.
export async function begin_start(stop, problem) {
  const body = {from: stop};
  try {
    const report = await looked(start_path, body);
    confirm("Start what the stop has stopped?", {
      plan: plan_of(report),
      command: () => curl("POST", start_path, {body}),
      act: () => begun(start_path, body),
      verb: "Start them",
    });
  } catch (refused) {
    show(problem, error_box(refused));
  }
}

function fields_of() {
  return {
    application: text_field("Applications", {placeholder: "payments-* counting"}),
    component: text_field("Components"),
    queue: text_field("YARN queues", {placeholder: "root.prod or prod"}),
    user: text_field("Owners"),
  };
}

export function stop_form() {
  const which = choice_field(
    "Which components",
    [
      ["chosen", "Those that fit all of these patterns"],
      ["all", "All of them"],
    ],
    "chosen",
  );
  const filters = fields_of();
  const order = text_field("First of all, in this order (application or application/component)", {placeholder: "payments-*"});
  const parallel = text_field("At a time", {inputmode: "numeric", placeholder: "4"});
  const patience = text_field("Seconds to wait for what is still starting", {inputmode: "numeric", placeholder: "300"});
  const how = choice_field(
    "How",
    [
      ["", "With a savepoint where there is state; what cannot be saved runs on"],
      ["cancel", "With a savepoint; what cannot be saved is stopped without one"],
      ["kill", "With a savepoint; what cannot be saved is killed through YARN"],
      ["without", "Without savepoints: what was done since the last checkpoints is done again, or lost"],
    ],
    "",
  );
  const told = h("div", {});
  const problem = h("div", {});
  const number = {last: 0};
  // What the server refuses it says itself, by the member's name; a number stays one.
  const number_of = (text) => (/^\d+$/.test(text) ? Number(text) : text);
  const body = () => {
    const wish = {};
    if (which.value === "all") wish.all = true;
    else
      for (const [member, field] of Object.entries(filters))
        if (patterns(field.value).length > 0) wish[member] = patterns(field.value);
    if (patterns(order.value).length > 0) wish.order = patterns(order.value);
    if (parallel.value) wish.parallel = number_of(parallel.value);
    if (patience.value) wish.patience_s = number_of(patience.value);
    if (how.value === "without") wish.savepoint = false;
    else if (how.value) wish.if_not_saved = how.value;
    return wish;
  };
  const chosen = h("div", {class: "fields"}, Object.values(filters).map((field) => field.element));
  const forget = () => {
    number.last += 1;
    chosen.hidden = which.value === "all";
    show(told);
    show(problem);
  };
  const look = async () => {
    forget();
    const mine = (number.last += 1);
    const wish = body();
    show(told, h("p", {class: "quiet"}, "Looking…"));
    try {
      const report = await looked(stop_path, wish);
      if (mine !== number.last) return;
      const stops = report.counts.WAITING || 0;
      const button = h(
        "button",
        {
          type: "button",
          class: "danger",
          disabled: stops === 0,
          on_click: () =>
            confirm(`Stop ${stops} of ${report.components.length}?`, {
              plan: [
                `${stops} ${stops === 1 ? "component is" : "components are"} stopped, as the table says`,
                how.input.selectedOptions[0].textContent,
                "What is stopped can be started again from exactly its points",
              ],
              command: () => curl("POST", stop_path, {body: wish}),
              act: () => begun(stop_path, wish),
              verb: "Stop them",
              danger: true,
            }),
        },
        "Stop them…",
      );
      show(
        told,
        h("h3", {}, "What would be done"),
        plan_of(report),
        curl_details(curl("POST", stop_path, {body: {...wish, dry_run: true}})),
        h("div", {class: "row"}, button),
      );
    } catch (refused) {
      if (mine !== number.last) return;
      show(told);
      show(problem, error_box(refused));
    }
  };
  return h(
    "section",
    {class: "card", aria_labelledby: "fleet-stop"},
    h("h2", {id: "fleet-stop"}, "Stop many components"),
    h(
      "form",
      {
        class: "stacked",
        on_input: forget,
        on_change: forget,
        on_submit: (event) => {
          event.preventDefault();
          look();
        },
      },
      which.element,
      chosen,
      h("p", {class: "small quiet"}, "Patterns, divided by blanks: * for any characters, ? for one."),
      order.element,
      h("div", {class: "fields"}, parallel.element, patience.element),
      how.element,
      h("div", {class: "row"}, h("button", {type: "submit", class: "primary"}, "Show what would be done")),
    ),
    problem,
    told,
  );
}
