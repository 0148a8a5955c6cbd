// One operation on the fleet: its progress, its report, and what can be done with it.
// SPDX-License-Identifier: Apache-2.0
import {curl, get, path_of} from "./api.js";
import {may} from "./credentials.js";
import {confirm} from "./dialog.js";
import {h, keep_rows, show} from "./dom.js";
import {begin_start} from "./fleet_begin.js";
import {report_heads, report_progress, report_row, warnings_of} from "./fleet_report.js";
import {on_news} from "./news.js";
import {act, has_ended} from "./notices.js";
import {curl_details, show_problem, state_badge, table, time_ago} from "./parts.js";
import {word} from "./text.js";

const seconds_between = 4;

function cancel(report, again) {
  const path = path_of("fleet", "operations", report.id);
  confirm(`Cancel the ${report.verb} of the fleet?`, {
    plan: ["What is under way goes on to its end", "What waits is left as it is"],
    command: () => curl("DELETE", path),
    act: () => act("DELETE", path, {}, again),
    verb: "Cancel it",
    danger: true,
  });
}

function facts_of(report) {
  return h(
    "p",
    {},
    state_badge(report.status),
    ` ${word(report.verb)} of the fleet, by ${report.user}, accepted `,
    time_ago(report.accepted_at),
    report.ended_at && [", ended ", time_ago(report.ended_at)],
    report.cancelled_by && `, cancelled by ${report.cancelled_by}`,
  );
}

export function fleet_operation_view(id) {
  const head = h("div", {});
  const problem = h("div", {});
  const buttons = h("p", {class: "row"});
  const body = h("tbody", {});
  const list = table("Components", report_heads, body, {hidden: true});
  const state = {number: 0, timer: 0, shown: ""};
  const leaving = new AbortController();

  const draw = (report) => {
    show(head, facts_of(report), report_progress(report), warnings_of(report));
    list.hidden = report.components.length === 0;
    keep_rows(body, report.components, (one) => `${one.type}/${one.application}/${one.component}`, report_row);
    const over = has_ended(report) || Boolean(report.ended_at);
    const offers = `${over} ${report.status}`;
    if (offers === state.shown) return over;
    state.shown = offers;
    const begin = (name, call, attributes) =>
      h("button", {type: "button", data_focus: name, on_click: call, ...attributes}, name);
    show(
      buttons,
      !over && report.status !== "CANCELLING" && may.operate(report.user) && begin("Cancel", () => cancel(report, update)),
      over &&
        report.verb === "stop" &&
        may.create() &&
        begin("Start what it has stopped", () => begin_start(report.id, problem), {class: "primary"}),
      h("a", {href: "#/fleet"}, "All operations on the fleet"),
    );
    return over;
  };
  const update = async () => {
    const mine = (state.number += 1);
    clearTimeout(state.timer);
    let over = false;
    try {
      const report = await get(path_of("fleet", "operations", id), {}, leaving.signal);
      if (mine !== state.number) return;
      over = draw(report);
      show_problem(problem, null);
    } catch (refused) {
      if (refused.name === "AbortError" || mine !== state.number) return;
      show_problem(problem, refused);
    }
    if (!over) state.timer = setTimeout(update, seconds_between * 1000);
  };
  const soon = {timer: 0};
  const forget = on_news(({event}) => {
    if (event === "line" || event === "progress") return;
    clearTimeout(soon.timer);
    soon.timer = setTimeout(update, 300);
  });
  update();
  return {
    title: "Operation on the fleet",
    stop: () => {
      forget();
      leaving.abort();
      clearTimeout(state.timer);
      clearTimeout(soon.timer);
    },
    update,
    element: [
      head,
      problem,
      buttons,
      list,
      curl_details(curl("GET", path_of("fleet", "operations", id))),
    ],
  };
}
