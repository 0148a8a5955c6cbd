// What can be done with an application: start, stop, destroy. Who may not sees no button.
// SPDX-License-Identifier: Apache-2.0
import {ask, curl, path_of} from "./api.js";
import {may} from "./credentials.js";
import {check_field, choice_field, confirm} from "./dialog.js";
import {h} from "./dom.js";
import {act} from "./notices.js";
import {go, place} from "./router.js";

function start(entry) {
  const path = path_of("applications", entry.name, "start");
  const loss = check_field("Start even if state would be lost");
  const body = () => (loss.value ? {accept_state_loss: true} : {});
  confirm(`Start ${entry.name}?`, {
    plan: (signal) =>
      ask("POST", path_of("applications", entry.name, "plan"), {body: body(), signal}).then(
        (answer) => answer.json,
      ),
    fields: loss.element,
    replan: true,
    command: () => curl("POST", path, {body: body()}),
    act: () => act("POST", path, {body: body()}),
    verb: "Start",
  });
}

function stop(entry) {
  const path = path_of("applications", entry.name, "stop");
  const how = choice_field(
    "How",
    [
      ["", "As the plugin does it: with a savepoint where there is state"],
      ["savepoint", "With a savepoint"],
      ["drain", "With a savepoint, for good: timers fire and windows close before"],
      ["without", "Without a savepoint: what was done since the last checkpoint is done again, or lost"],
      ["kill", "Kill it through YARN"],
    ],
    "",
  );
  const body = () =>
    ({
      "": {},
      savepoint: {savepoint: true},
      drain: {drain: true},
      without: {savepoint: false},
      kill: {kill: true},
    })[how.value];
  confirm(`Stop ${entry.name}?`, {
    plan: [
      ...entry.components.map(
        (one) =>
          `${one.type}/${one.component}: its job is ended (${one.kind === "batch" ? "a batch job: no savepoint by itself" : "with a savepoint, unless you choose otherwise"})`,
      ),
      "The application can be started again from what was saved",
    ],
    fields: how.element,
    command: () => curl("POST", path, {body: body()}),
    act: () => act("POST", path, {body: body()}),
    verb: "Stop",
  });
}

function destroy(entry) {
  const path = path_of("applications", entry.name);
  const keep = choice_field(
    "Savepoints and checkpoints",
    [
      ["keep", "Keep them: an application of that name finds them again"],
      ["dispose", "Delete them, too"],
    ],
    "keep",
  );
  confirm(`Destroy ${entry.name}?`, {
    plan: [
      "What runs is stopped, with a savepoint where there is state",
      ...entry.components.map((one) => `${one.type}/${one.component} is removed from its node`),
      "The application is gone from all lists; its log on HDFS stays",
    ],
    fields: keep.element,
    command: () => curl("DELETE", path, {query: {savepoints: keep.value}}),
    act: () =>
      act("DELETE", path, {query: {savepoints: keep.value}}, (operation) => {
        const [first, name] = place().parts;
        const here = first === "applications" && name === entry.name;
        if (operation?.status === "SUCCEEDED" && here) go(["applications"]);
      }),
    verb: "Destroy",
    danger: true,
  });
}

export function actions_of(entry) {
  if (!may.operate(entry.user))
    return h("p", {class: "small quiet"}, "You may look at it; it is changed by its owner.");
  const state = entry.status;
  const button = (name, call, attributes = {}) =>
    h("button", {type: "button", data_focus: name, on_click: () => call(entry), ...attributes}, name);
  const parts_run = state === "CREATED" && entry.components.some((one) => one.desired === "RUNNING");
  return h(
    "div",
    {class: "actions", role: "group", aria_label: `Actions on ${entry.name}`},
    state === "CREATED" && button("Start", start, {class: "primary"}),
    (["STARTED", "STARTING", "STOPPING"].includes(state) || parts_run) && button("Stop", stop),
    ["CREATED", "STARTED", "STARTING"].includes(state) && button("Destroy", destroy, {class: "danger"}),
  );
}
