// Savepoints and checkpoints of an application, and what can be done with them.
// SPDX-License-Identifier: Apache-2.0
import {ask, curl, get, path_of} from "./api.js";
import {may} from "./credentials.js";
import {check_field, choice_field, confirm, text_field} from "./dialog.js";
import {h, keep_rows, show} from "./dom.js";
import {act, say} from "./notices.js";
import {on_news} from "./news.js";
import {curl_details, problem_box, state_badge, table, time_ago} from "./parts.js";
import {bytes, with_times} from "./text.js";

const page_size = 50;
const gone = ["DISPOSED", "DISPOSING", "FAILED", "CLAIMED", "IN_PROGRESS"];

function trigger(entry, done) {
  const path = path_of("applications", entry.name, "savepoints");
  const operation = text_field("Its id (empty: one is made up)", {
    maxlength: 64,
    pattern: "[A-Za-z0-9_][A-Za-z0-9_\\-]*",
  });
  const component = choice_field(
    "Of",
    [
      ["", "all components"],
      ...entry.components.map((one) => [one.component, `${one.type}/${one.component}`]),
    ],
    "",
  );
  const format = choice_field(
    "Format",
    [
      ["", "as the plugin does it: canonical"],
      ["canonical", "canonical: any later version can read it"],
      ["native", "native: faster"],
    ],
    "",
  );
  const body = () =>
    Object.fromEntries(
      Object.entries({component: component.value, operation: operation.value, format: format.value}).filter(
        ([, value]) => value,
      ),
    );
  confirm(`Take a savepoint of ${entry.name}?`, {
    plan: [
      "Flink writes the state of the running job to HDFS; the job runs on",
      "It is listed here as soon as it is asked for, and kept until somebody deletes it or a rule of the component does",
    ],
    fields: [entry.components.length > 1 && component.element, operation.element, format.element],
    command: () => curl("POST", path, {body: body()}),
    act: () => act("POST", path, {body: body()}, done),
    verb: "Take it",
  });
}

function resume(entry, point, done) {
  const path = path_of("applications", entry.name, "savepoints", point.id, "resume");
  const left = check_field("State of operators that the job no longer has may be left behind");
  const claim = choice_field(
    "Whose it is afterwards",
    [
      ["", "as Flink does it: it stays"],
      ["no_claim", "it stays (no_claim)"],
      ["claim", "Flink's, which deletes it when it likes (claim)"],
    ],
    "",
  );
  const body = () => ({
    component: point.component,
    ...(left.value ? {allow_non_restored_state: true} : {}),
    ...(claim.value ? {claim_mode: claim.value} : {}),
  });
  confirm(`Resume ${point.component} from ${point.id}?`, {
    plan: (signal) =>
      ask("POST", path_of("applications", entry.name, "plan"), {
        body: {savepoint: point.id, component: point.component},
        signal,
      }).then((answer) => answer.json),
    fields: [left.element, claim.element],
    command: () => curl("POST", path, {body: body()}),
    act: () => act("POST", path, {body: body()}, done),
    verb: "Resume",
  });
}

function pin(entry, point, done) {
  const path = path_of("applications", entry.name, "savepoints", point.id, "pin");
  const reason = text_field("Why (one line, for others)", {maxlength: 200});
  const body = () => ({
    component: point.component,
    pinned: !point.pinned,
    ...(!point.pinned && reason.value ? {reason: reason.value} : {}),
  });
  confirm(point.pinned ? `Unpin ${point.id}?` : `Pin ${point.id}?`, {
    plan: [
      point.pinned
        ? "It may be deleted again, by you and by the component's rules"
        : "Nobody deletes it, neither by hand nor by a rule, until it is unpinned",
    ],
    fields: !point.pinned && reason.element,
    command: () => curl("POST", path, {body: body()}),
    act: () =>
      act("POST", path, {body: body()}, () => {
        say(point.pinned ? "Unpinned" : "Pinned");
        done();
      }),
    verb: point.pinned ? "Unpin" : "Pin",
  });
}

function dispose(entry, point, chosen, done) {
  const path = path_of("applications", entry.name, "savepoints", point.id);
  const force = check_field("Also the last usable one of a component whose state is required (force)");
  const query = () => ({component: point.component, ...(force.value ? {force: true} : {})});
  confirm(`Delete ${point.id}?`, {
    plan: [
      `${point.path || "Its files"} ${point.size_bytes ? `(${bytes(point.size_bytes)}) ` : ""}will be deleted for good; no job can be resumed from it then`,
      chosen === point.id
        ? "It is what a start would choose now: the next start takes an older one, or none"
        : "A start would not choose it: nothing changes for the next start",
      "The plugin refuses where a rule says that it is still needed",
    ],
    fields: force.element,
    command: () => curl("DELETE", path, {query: query()}),
    act: () => act("DELETE", path, {query: query()}, done),
    verb: "Delete",
    danger: true,
  });
}

function row_of(entry, {point, of_component, allowed}, done) {
  const usable = !gone.includes(point.state);
  const button = (name, call, attributes = {}) =>
    h(
      "button",
      {
        type: "button",
        data_focus: `${name} ${point.id}`,
        aria_label: `${name} ${point.id} of ${point.component}`,
        on_click: call,
        ...attributes,
      },
      name,
    );
  return h(
    "tr",
    {},
    h("th", {scope: "row", class: "break"}, point.id, h("span", {class: "reason mono"}, point.path)),
    h("td", {data_label: "Component"}, point.component),
    h("td", {data_label: "Kind"}, point.kind),
    h(
      "td",
      {data_label: "State"},
      state_badge(point.state),
      point.under_way && ` ${point.under_way}…`,
      point.reason && h("span", {class: "reason"}, with_times(point.reason)),
    ),
    h("td", {data_label: "Completed"}, time_ago(point.completed_at)),
    h("td", {data_label: "Size", class: "number narrow"}, bytes(point.size_bytes)),
    h(
      "td",
      {data_label: "Notes"},
      [
        point.pinned && `pinned${point.pin_reason ? `: ${point.pin_reason}` : ""}`,
        of_component?.in_use === point.id && "the job was started from it",
        of_component?.next === point.id && "a start would choose it",
        point.user && `by ${point.user}`,
      ]
        .filter(Boolean)
        .join("; "),
    ),
    h(
      "td",
      {data_label: "Actions"},
      allowed &&
        usable &&
        h(
          "div",
          {class: "actions"},
          button("Resume", () => resume(entry(), point, done)),
          point.kind === "savepoint" && button(point.pinned ? "Unpin" : "Pin", () => pin(entry(), point, done)),
          button("Delete", () => dispose(entry(), point, of_component?.next, done), {class: "danger"}),
        ),
    ),
  );
}

export function savepoints_section({name, entry, signal}) {
  const path = path_of("applications", name, "savepoints");
  const state = {number: 0, pages: [null]};
  const trigger_button = h(
    "button",
    {type: "button", class: "primary", on_click: () => trigger(entry(), () => update())},
    "Take a savepoint",
  );
  const problem = h("div", {});
  const none = h("p", {class: "note", hidden: true}, "There is none.");
  const body = h("tbody", {});
  const list = table(
    "Savepoints and checkpoints",
    ["Id", "Component", "Kind", "State", "Completed", "Size", "Notes", "Actions"],
    body,
  );
  list.hidden = true;
  const pager = h("p", {class: "row"});
  const element = h(
    "div",
    {},
    h(
      "div",
      {class: "row between"},
      h("p", {class: "quiet"}, "What a job can be resumed from, the newest first."),
      trigger_button,
    ),
    problem,
    none,
    list,
    pager,
    curl_details(curl("GET", path)),
  );

  const turn = (pages) => {
    state.pages = pages;
    update();
  };
  const draw = (answer, now) => {
    trigger_button.hidden = !(may.operate(now.user) && now.status === "STARTED");
    const errors = Object.entries(answer.components || {}).filter(([, one]) => one.error);
    show(
      problem,
      errors.map(([component, one]) =>
        h("p", {class: "note warn"}, `${component}: ${one.error.message || one.error}`),
      ),
    );
    const rows = answer.savepoints.map((point) => ({
      point,
      of_component: {
        in_use: answer.components?.[point.component]?.in_use,
        next: answer.components?.[point.component]?.next,
      },
      allowed: may.operate(now.user),
    }));
    none.hidden = rows.length > 0;
    list.hidden = rows.length === 0;
    keep_rows(
      body,
      rows,
      ({point}) => `${point.type}/${point.component}/${point.id}`,
      (row) => row_of(entry, row, () => update()),
    );
    show(
      pager,
      state.pages.length > 1 &&
        h("button", {type: "button", on_click: () => turn(state.pages.slice(0, -1))}, "Newer"),
      answer.more &&
        answer.next &&
        h("button", {type: "button", on_click: () => turn([...state.pages, answer.next])}, "Older"),
    );
  };
  const update = async () => {
    const mine = (state.number += 1);
    try {
      const answer = await get(path, {limit: page_size, after: state.pages.at(-1)}, signal);
      const now = entry();
      if (mine === state.number && now) draw(answer, now);
    } catch (refused) {
      if (refused.name === "AbortError" || mine !== state.number) return;
      trigger_button.hidden = refused.not_offered;
      show(problem, problem_box(refused, "Savepoints are"));
    }
  };
  trigger_button.hidden = true;
  update();
  const forget = on_news(({event, data}) => {
    if (event === "savepoint" && String(data.name || "").startsWith(`${name}/`)) update();
  });
  return {element, update, stop: forget};
}
