// What is told of an operation on the fleet: before it, while it goes on, and at its end.
// SPDX-License-Identifier: Apache-2.0
import {h} from "./dom.js";
import {state_badge, table, time_ago} from "./parts.js";
import {hash_of} from "./router.js";
import {with_times} from "./text.js";

const under_way = ["WAITING", "STOPPING", "STARTING"];

const is_over = (one) => !under_way.includes(one.outcome);

function name_cell(one) {
  return h(
    "th",
    {scope: "row"},
    h("a", {href: hash_of(["applications", one.application]), data_focus: `of ${one.application}/${one.component}`}, one.application),
    `/${one.component}`,
  );
}

// In the words of this page where it has the means itself.
function advice_of(one) {
  if (one.outcome !== "NOT_SAVED") return one.advice;
  return "If it must not run on: stop it once more here, so that what cannot be saved is stopped without a savepoint, or killed.";
}

function words_of(one) {
  return [
    one.information,
    one.not_saved && `Not saved: ${one.not_saved.information}`,
    one.point_choice?.reason,
    one.point_untold && `What it goes on from is not known: ${one.point_untold.information}`,
    one.exact === false && `Meant was ${one.point?.path || "no point"}`,
    one.waits_for && `Waits for ${one.waits_for}`,
    advice_of(one),
  ].filter(Boolean);
}

function words_cell(one) {
  return h(
    "td",
    {data_label: "Information", class: "break"},
    words_of(one).map((text) => h("p", {class: "small"}, with_times(text))),
  );
}

const badge_of = (seen) => seen?.state && state_badge(seen.state);

export function warnings_of(report) {
  if (!(report.warnings?.length > 0)) return null;
  return h(
    "div",
    {class: "note warn"},
    h(
      "ul",
      {},
      report.warnings.map((one) => h("li", {}, h("code", {}, one.path), " ", one.message)),
    ),
  );
}

const savable_text = (one) => (one.savable === undefined ? "" : one.savable ? "Yes" : "Not now");

export function dry_run_table(report) {
  return table(
    "What would be done",
    ["Component", "Turn", "State", "Queue", "Can be saved", "Newest savepoint", "Information"],
    h(
      "tbody",
      {},
      report.components.map((one) =>
        h(
          "tr",
          {},
          name_cell(one),
          h("td", {data_label: "Turn"}, state_badge(one.outcome)),
          h("td", {data_label: "State"}, badge_of(one.now)),
          h("td", {data_label: "Queue"}, one.now?.queue || one.before?.queue),
          h("td", {data_label: "Can be saved"}, savable_text(one)),
          h("td", {data_label: "Newest savepoint"}, time_ago(one.savepoint_at)),
          words_cell(one),
        ),
      ),
    ),
  );
}

function point_of(one) {
  return one.started_from || one.point?.path || one.point?.id || "";
}

export function report_row(one) {
  return h(
    "tr",
    {},
    name_cell(one),
    h("td", {data_label: "Outcome"}, state_badge(one.outcome)),
    h("td", {data_label: "Was"}, badge_of(one.before)),
    h("td", {data_label: "Is"}, badge_of(one.after)),
    h("td", {data_label: "Point", class: "break mono small"}, point_of(one)),
    words_cell(one),
  );
}

export const report_heads = ["Component", "Outcome", "Was", "Is", "Point", "Information"];

export function report_progress(report) {
  const done = report.components.filter(is_over).length;
  const total = report.components.length;
  return [
    h("progress", {max: total, value: done, aria_label: `Components that are done: ${done} of ${total}`}),
    h("p", {}, report.summary),
  ];
}
