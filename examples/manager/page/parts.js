// Small parts that views are made of.
// SPDX-License-Identifier: Apache-2.0
import {h, link_out, show} from "./dom.js";
import {ago, date_time, word} from "./text.js";

const tones = {
  good: [
    "RUNNING",
    "SCHEDULED",
    "OK",
    "COMPLETED",
    "SUCCEEDED",
    "DEPLOYED",
    "STARTED",
    "FINISHED_SUCCEEDED",
    "DISCOVERED",
    "SAVED",
  ],
  warn: [
    "BACKOFF",
    "RESTARTING",
    "UNKNOWN",
    "WARN",
    "RUNNING_WITH_ERRORS",
    "AWAITED",
    "SET_ASIDE",
    "KILLED",
    "NOT_FOUND",
    "CLAIMED",
    "STOPPED_WITH_FAILURES",
    "KILLED_WITH_FAILURES",
    "LEFT",
    "CANCELLED",
    "UNTOLD",
    "LEFT_ALONE",
    "FORBIDDEN",
  ],
  bad: ["FAILED", "ERROR", "COMPLETED_WITH_FAILURES", "DAMAGED", "NOT_SAVED"],
  busy: [
    "STARTING",
    "STOPPING",
    "CREATING",
    "DESTROYING",
    "DEPLOYING",
    "UNDEPLOYING",
    "QUEUED",
    "CANCELLING",
    "IN_PROGRESS",
    "DISPOSING",
    "SUBMITTED",
    "ACCEPTED",
  ],
};

export function tone_of(state) {
  return Object.keys(tones).find((tone) => tones[tone].includes(state)) || "idle";
}

export function state_badge(state, tone, text) {
  return h("span", {class: `state ${tone || tone_of(state)}`}, text || word(state) || "Unknown");
}

// A component's state as its plugin tells it; wanted but stopped is a kill from outside.
export function component_state(component) {
  const killed = component.state === "STOPPED" && component.desired === "RUNNING";
  return killed ? "KILLED" : component.state || "UNKNOWN";
}

export function component_badge(component) {
  const state = component_state(component);
  const sure = !component.confidence || component.confidence === "confirmed";
  return [state_badge(state), sure ? null : h("span", {class: "small quiet"}, ` ${component.confidence}`)];
}

const ticking = new Set();

// "3 min ago", which grows older by itself.
export function time_ago(text, none = "") {
  const at = Date.parse(text);
  if (!text || Number.isNaN(at)) return none;
  const element = h("time", {datetime: text, title: date_time(at)}, ago(at));
  ticking.add(new WeakRef(element));
  return element;
}

export function tick() {
  for (const reference of ticking) {
    const element = reference.deref();
    if (!element) ticking.delete(reference);
    else if (element.isConnected) element.textContent = ago(Date.parse(element.dateTime));
  }
}

export function error_box(problem) {
  const details = problem.details || [];
  return h(
    "div",
    {class: "error", role: "alert"},
    h("p", {}, problem.message),
    details.length > 0 &&
      h(
        "ul",
        {},
        details.map((one) =>
          h(
            "li",
            {},
            one.path && h("code", {}, one.path),
            one.path && " ",
            one.message,
            one.found && ` found: ${one.found};`,
            one.allowed && ` allowed: ${one.allowed}`,
          ),
        ),
      ),
    problem.under_way &&
      h(
        "p",
        {},
        "Under way: ",
        h(
          "a",
          {href: `#/operations?id=${encodeURIComponent(problem.under_way.id)}`},
          `${problem.under_way.verb} by ${problem.under_way.user}`,
        ),
      ),
  );
}

// The same trouble once, however often it is met: it is read aloud each time that it is made anew.
export function show_problem(place_of_it, problem) {
  const text = problem ? problem.message : "";
  if ((place_of_it.dataset.shown || "") === text) return;
  place_of_it.dataset.shown = text;
  show(place_of_it, problem && error_box(problem));
}

// Politely, where something is not there.
export function problem_box(problem, what) {
  if (!problem.not_offered) return error_box(problem);
  return h(
    "p",
    {class: "note"},
    `${what} not offered by this Deployment Manager or by the plugin. `,
    h("span", {class: "small quiet"}, problem.message),
  );
}

function curl_block(command) {
  const copy = h(
    "button",
    {
      type: "button",
      on_click: async () => {
        try {
          await navigator.clipboard.writeText(command);
          copy.textContent = "Copied";
        } catch {
          getSelection().selectAllChildren(text);
          copy.textContent = "Selected";
        }
      },
    },
    "Copy",
  );
  const text = h("pre", {tabindex: 0, aria_label: "The same with curl"}, command);
  return h("div", {class: "curl"}, text, copy);
}

export function curl_details(command, title = "The same with curl") {
  return h("details", {}, h("summary", {}, title), curl_block(command));
}

// Filled when it has been asked for; says so when that fails.
export function later(promise, make, what = "This is") {
  const place = h("div", {}, h("p", {class: "quiet"}, "Loading…"));
  promise.then(
    (value) => show(place, make(value)),
    (problem) => {
      if (problem.name !== "AbortError") show(place, problem_box(problem, what));
    },
  );
  return place;
}

export function table(caption, heads, rows, attributes = {}) {
  return h(
    "div",
    {class: "scroll", ...attributes},
    h(
      "table",
      {class: "folding"},
      h("caption", {class: "hidden"}, caption),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          heads.map((head) => h("th", {scope: "col"}, head)),
        ),
      ),
      rows,
    ),
  );
}

// With the slash before the # without which pages of Flink do not find their files, and in today's form of its addresses.
export function flink_address(address, ended) {
  return String(address || "")
    .replace(/([^/])#/, "$1/#")
    .replace(/#\/jobs\/([0-9A-Za-z]+)$/, `#/job/${ended ? "completed" : "running"}/$1/overview`);
}

export function component_links(component, links) {
  const history = links.history_server || "";
  const ended = Boolean(history) && String(component.url || "").startsWith(history);
  return h(
    "span",
    {class: "row small"},
    component.url &&
      link_out(flink_address(component.url, ended), ended ? "History" : "Dashboard"),
    component.history_url && link_out(flink_address(component.history_url, true), "History"),
    component.id &&
      links.yarn_application &&
      link_out(links.yarn_application + encodeURIComponent(component.id), "YARN"),
  );
}
