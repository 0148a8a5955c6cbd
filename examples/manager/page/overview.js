// An application's components, and what has happened to each of them.
// SPDX-License-Identifier: Apache-2.0
import {curl, get, path_of} from "./api.js";
import {h, show} from "./dom.js";
import {fleet} from "./fleet.js";
import {component_badge, component_links, curl_details, error_box, table, time_ago} from "./parts.js";
import {hash_of} from "./router.js";
import {schedule_of} from "./schedule.js";
import {plural, with_times, word} from "./text.js";
import {events_of, timeline} from "./timeline.js";

function vertices(list) {
  return h(
    "details",
    {},
    h("summary", {}, plural(list.length, "operator of the job", "operators of the job")),
    table(
      "Operators of the job",
      ["Operator", "State", "Parallelism"],
      h(
        "tbody",
        {},
        list.map((one) =>
          h(
            "tr",
            {},
            h("th", {scope: "row"}, one.name),
            h("td", {}, word(one.status)),
            h("td", {class: "number"}, one.parallelism),
          ),
        ),
      ),
    ),
  );
}

const policy_answers = {
  queue: "the queue policy names it",
  no_map: "the queue policy has no map",
  no_rule: "the queue policy has no rule for this account",
  not_allowed: "the queue policy does not allow what was asked for",
  not_told: "the queue policy did not answer",
};

// What the policy answered to the newest run, where it was asked; its words, where these say more.
function queue_policy(component) {
  const told = component.incarnations?.[0]?.queue_policy;
  if (!told) return "";
  const asked = told.requested ? `${told.requested} was asked for` : "no queue was asked for";
  return `${policy_answers[told.answer] || told.answer}; ${asked}${told.text ? `: ${told.text}` : ""}`;
}

function facts(component) {
  const row = (name, value) => value && [h("dt", {}, name), h("dd", {}, value)];
  const restarts = component.restarts;
  return h(
    "dl",
    {},
    row("State", component_badge(component)),
    row("Wanted", component.desired && word(component.desired)),
    row("Since", time_ago(component.since)),
    row("Why", with_times(component.reason)),
    row("Application", component.application_id && h("span", {class: "mono"}, component.application_id)),
    row("Job", component.job_id && h("span", {class: "mono"}, component.job_id)),
    row("Queue", component.queue && h("span", {class: "mono"}, component.queue)),
    row("Queue policy", queue_policy(component)),
    row(
      "Restarts",
      restarts?.count > 0 && [
        plural(restarts.count, "restart"),
        restarts.since_at && [", the last ", time_ago(restarts.since_at)],
        restarts.exception && h("pre", {tabindex: 0, aria_label: "Why it restarted"}, restarts.exception),
      ],
    ),
    row("Problem", component.problem),
  );
}

function happened(component, events) {
  return h(
    "details",
    {open: events.length > 0 && events.length <= 12},
    h("summary", {}, `What has happened (${events.length})`),
    table(
      `What has happened to ${component.component}`,
      ["When", "What", "Why and from where", "Links"],
      h(
        "tbody",
        {},
        events.map((one) =>
          h(
            "tr",
            {},
            h("td", {data_label: "When"}, time_ago(one.at, "unknown")),
            h("th", {scope: "row"}, one.what),
            h("td", {data_label: "Why", class: "break"}, with_times(one.why)),
            h("td", {data_label: "Links"}, one.links),
          ),
        ),
      ),
    ),
  );
}

function component_card(name, component, {points, operations, incidents, figures}) {
  const own = (one) => one.component === component.component && one.type === component.type;
  const events = events_of(name, component, points.filter(own), operations, fleet.links, {
    incidents: incidents.find(own)?.incidents,
    history: figures.find(own)?.history,
  });
  const summary = {
    ...component,
    id: component.application_id,
    url: component.tracking_url,
    history_url: component.history_url === component.tracking_url ? "" : component.history_url,
  };
  return h(
    "section",
    {class: "card", id: `component-${component.type}-${component.component}`},
    h(
      "div",
      {class: "row between"},
      h("h2", {}, `${component.type}/${component.component}`),
      component_links(summary, fleet.links),
    ),
    facts(component),
    schedule_of(component),
    component.vertices?.length > 0 && vertices(component.vertices),
    timeline(component, events),
    happened(component, events),
    h(
      "p",
      {class: "row small"},
      ["logs", "metrics", "incidents", "explain", "savepoints"].map((section) =>
        h(
          "a",
          {href: hash_of(["applications", name, section], {component: component.component})},
          word(section),
        ),
      ),
    ),
  );
}

// What is not there is no reason to show nothing: savepoints need an extension, operations are a history with an end. What
// could not be asked for is told.
async function known_of(name, detail) {
  const missing = [];
  const or_none = (what, none) => (problem) => {
    if (!problem.not_offered) missing.push(`${what} could not be asked for: ${problem.message}`);
    return none;
  };
  // Who may not read them sees the rest.
  const or_less = (what, none) => (problem) => (problem.status === 403 ? none : or_none(what, none)(problem));
  // Of what is not laid out yet nothing is there to be asked.
  const laid_out = fleet.application(name)?.status !== "CREATING";
  const ask = (place, query) => (laid_out ? get(path_of("applications", name, place), query) : Promise.resolve(null));
  const [components, savepoints, operations, incidents, figures] = await Promise.all([
    detail(),
    ask("savepoints", {limit: 200, verify: false, state: "all"})
      .then((found) => found || {savepoints: []})
      .catch(or_none("Savepoints", {savepoints: []})),
    get("/operations", {object: name, limit: 100}).catch(or_none("Operations", {operations: []})),
    ask("incidents", {limit: 50}).catch(or_less("Incidents", null)),
    ask("figures", {history: true}).catch(or_less("Figures", null)),
  ]);
  for (const [component, one] of Object.entries(savepoints.components || {})) {
    if (one.error) missing.push(`Savepoints of ${component}: ${one.error.message || one.error}`);
  }
  return {
    components,
    points: savepoints.savepoints,
    operations: operations.operations,
    incidents: incidents?.components || [],
    figures: figures?.components || [],
    missing,
  };
}

export function overview_section({name, query, detail}) {
  const element = h("div", {}, h("p", {class: "quiet"}, "Loading…"));
  const state = {number: 0, first: true};
  const update = async () => {
    const mine = (state.number += 1);
    try {
      const {components, missing, ...known} = await known_of(name, detail);
      if (mine !== state.number) return;
      const open = [...element.querySelectorAll("details")].map((one) => one.open);
      show(
        element,
        missing.map((text) => h("p", {class: "note warn"}, text)),
        components.length === 0 && h("p", {class: "quiet"}, "It has no components yet."),
        components.map((one) => component_card(name, one, known)),
        curl_details(curl("GET", path_of("applications", name, "detail"))),
      );
      element.querySelectorAll("details").forEach((one, at) => {
        if (at < open.length) one.open = open[at];
      });
      if (state.first && query.component) {
        components
          .filter((one) => one.component === query.component)
          .forEach((one) =>
            document.getElementById(`component-${one.type}-${one.component}`)?.scrollIntoView(),
          );
      }
      state.first = false;
    } catch (problem) {
      if (problem.name !== "AbortError" && mine === state.number) show(element, error_box(problem));
    }
  };
  update();
  return {element, update};
}
