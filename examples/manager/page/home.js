// Home: how Flink is, the fleet by state, what needs somebody, what is under way.
// SPDX-License-Identifier: Apache-2.0
import {get} from "./api.js";
import {h, keep_rows, link_out, show, svg} from "./dom.js";
import {fleet, on_fleet} from "./fleet.js";
import {health_of, needs_attention} from "./health.js";
import {help_button} from "./help.js";
import {component_badge, component_state, show_problem, state_badge, time_ago, tone_of} from "./parts.js";
import {hash_of} from "./router.js";
import {phase_of, plural, word} from "./text.js";

const most_shown = 20;
const health_tones = {OK: "good", WARN: "warn", ERROR: "bad"};
const blocks = [
  ["stream", "streaming", "Stream"],
  ["batch", "batch", "Batch"],
];

function block(kind, title, state, topic) {
  const tone = health_tones[state.word] || "idle";
  const shown = state.word === "NO_RECENT_UPDATE" ? "No recent update" : word(state.word);
  return h(
    "section",
    {class: `card ${tone}`, aria_labelledby: `block-${topic}`},
    h(
      "div",
      {class: "row between"},
      h("h2", {id: `block-${topic}`}, `${title}: Flink`),
      h(
        "span",
        {class: "row"},
        state_badge(state.word, tone, state.word === "OK" ? "OK" : shown),
        help_button(topic),
      ),
    ),
    h("p", {class: "small quiet"}, "Last update: ", time_ago(state.updated, "never")),
    state.causes.length > 0 &&
      h(
        "ul",
        {class: "small"},
        state.causes.slice(0, 5).map((text) => h("li", {}, text)),
        state.causes.length > 5 && h("li", {}, `and ${state.causes.length - 5} more`),
      ),
    h(
      "p",
      {class: "row small"},
      h("a", {href: hash_of(["applications"], {kind})}, plural(state.count, "component")),
      fleet.links.history_server
        ? link_out(fleet.links.history_server, "History server")
        : h("span", {class: "quiet"}, "No history server is configured"),
      state.version && h("span", {class: "quiet"}, `Flink ${state.version}`),
    ),
  );
}

function fleet_bar(counts, total) {
  const tones = {good: 0, busy: 0, idle: 0, warn: 0, bad: 0};
  for (const [state, count] of counts) tones[tone_of(state)] += count;
  const bar = svg("svg", {
    class: "bar",
    viewBox: `0 0 ${total || 1} 1`,
    preserveAspectRatio: "none",
    aria_hidden: "true",
  });
  let at = 0;
  for (const [tone, count] of Object.entries(tones)) {
    bar.append(svg("rect", {class: tone, x: at, y: 0, width: count, height: 1}));
    at += count;
  }
  return bar;
}

function fleet_by_state(components) {
  const counts = new Map();
  for (const one of components) counts.set(component_state(one), (counts.get(component_state(one)) || 0) + 1);
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  return [
    h(
      "p",
      {},
      `${plural(fleet.applications.length, "application")}, ${plural(components.length, "component")}`,
    ),
    components.length > 0 && fleet_bar(sorted, components.length),
    h(
      "ul",
      {class: "counts"},
      sorted.map(([state, count]) =>
        h(
          "li",
          {},
          h("a", {href: hash_of(["applications"], {state})}, h("b", {}, count), state_badge(state)),
        ),
      ),
    ),
    fleet.applications.length === 0 &&
      h(
        "p",
        {},
        "There is no application yet. ",
        h("a", {href: "#/packages"}, "Upload and deploy a package"),
        ", then ",
        h("a", {href: "#/create"}, "create an application"),
        ".",
      ),
  ];
}

function attention_row({component, cause}) {
  return h(
    "li",
    {},
    h(
      "p",
      {class: "row"},
      component_badge(component),
      h(
        "a",
        {
          href: hash_of(["applications", component.application.name], {component: component.component}),
          data_focus: "link",
        },
        `${component.application.name} – ${component.component}`,
      ),
    ),
    h("p", {class: "small quiet"}, cause.text),
  );
}

export function home_view() {
  const state = {history: null, over: false};
  const health = h("div", {class: "cards"});
  const by_state = h("div", {}, h("p", {class: "quiet"}, "Loading…"));
  const attention = h("ul", {});
  const more = h("p", {class: "quiet"});
  const under_way = h("ul", {});
  const nothing = h("p", {class: "quiet"});
  const problem = h("div", {});
  const element = [
    problem,
    h("h2", {class: "hidden"}, "Platform"),
    health,
    h("section", {}, h("h2", {}, "Fleet by state"), by_state),
    h(
      "div",
      {class: "cards"},
      h("section", {class: "card"}, h("h2", {}, "Needs attention"), attention, more),
      h("section", {class: "card"}, h("h2", {}, "Under way"), under_way, nothing),
    ),
  ];

  const update = () => {
    show_problem(problem, fleet.problem);
    if (!fleet.asked) return;
    const components = fleet.components;
    const facts = {
      components,
      plugin: fleet.types.flink,
      history: state.history,
      observed_at: fleet.observed_at,
    };
    const found = blocks.map(([topic, kind, title]) => ({
      topic,
      kind,
      title,
      ...health_of(kind, facts),
      version: state.history?.version,
    }));
    keep_rows(
      health,
      found,
      (one) => one.topic,
      (one) => block(one.kind, one.title, one, one.topic),
    );
    show(by_state, fleet_by_state(components));
    const wanted = needs_attention(components);
    keep_rows(
      attention,
      wanted
        .slice(0, most_shown)
        .map(({component, cause}) => ({
          component: {...component, application: {name: component.application.name}},
          cause,
        })),
      (one) => `${one.component.application.name}/${one.component.type}/${one.component.component}`,
      attention_row,
    );
    show(
      more,
      wanted.length > most_shown
        ? `and ${wanted.length - most_shown} more`
        : wanted.length === 0 && "Nothing.",
    );
    const busy = fleet.applications.filter((one) => one.under_way);
    keep_rows(
      under_way,
      busy.map((one) => ({name: one.name, under_way: one.under_way})),
      (one) => one.name,
      (one) =>
        h(
          "li",
          {},
          h("a", {href: hash_of(["applications", one.name]), data_focus: "link"}, one.name),
          ` – ${one.under_way.verb}`,
          phase_of(one.under_way) && `, ${phase_of(one.under_way)}`,
          ` (${word(one.under_way.status)})`,
        ),
    );
    show(nothing, busy.length === 0 && "Nothing.");
  };
  const look = () =>
    get("/fleet/history-server").then(
      (answer) => {
        state.history = answer;
        if (!state.over) update();
      },
      (problem) => {
        // What it was a while ago is not what it is.
        state.history = {state: "NOT_ASKED", causes: [`The history server could not be asked for: ${problem.message}`]};
        if (!state.over) update();
      },
    );
  const timer = setInterval(() => {
    if (!document.hidden) look();
  }, 30000);
  look();
  update();
  const forget = on_fleet(update);
  return {
    title: "Home",
    element,
    stop: () => {
      state.over = true;
      clearInterval(timer);
      forget();
    },
  };
}
