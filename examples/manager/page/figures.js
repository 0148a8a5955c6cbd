// Figures of an application's jobs, with their last hours.
// SPDX-License-Identifier: Apache-2.0
import {curl, get, path_of} from "./api.js";
import {chart} from "./chart.js";
import {h, show} from "./dom.js";
import {curl_details, problem_box, time_ago} from "./parts.js";

const seconds_between = 30;

function card(component) {
  const figures = component.figures || {};
  const history = component.history;
  const names = [...new Set([...(history?.names || []), ...Object.keys(figures)])].filter(
    (name) => name !== "uptime_ms" || !history,
  );
  const points_of = (name) => {
    const at = history?.names.indexOf(name) ?? -1;
    return at < 0 ? [] : history.points.map((point) => [point[0], point[at + 1]]);
  };
  const error =
    component.error && (component.error.message || component.error.information || String(component.error));
  return h(
    "section",
    {class: "card"},
    h("h2", {}, `${component.type}/${component.component}`),
    h("p", {class: "small quiet"}, "Last update: ", time_ago(component.observed_at, "never")),
    error && h("p", {class: "note warn"}, error),
    component.information && h("p", {class: "note"}, component.information),
    component.information
      ? null
      : names.length === 0
      ? h("p", {}, "The job tells nothing at the moment.")
      : h(
          "div",
          {class: "charts"},
          names.map((name) => chart(name, points_of(name), figures[name])),
        ),
  );
}

export function figures_section({name, query, signal}) {
  const path = path_of("applications", name, "figures");
  const element = h("div", {}, h("p", {class: "quiet"}, "Loading…"));
  const update = async () => {
    try {
      const {components} = await get(path, {component: query.component, history: true}, signal);
      const shown = h(
        "div",
        {},
        components.map(card),
        curl_details(curl("GET", path, {query: {component: query.component, history: true}})),
      );
      const open = element.querySelector("details")?.open;
      show(element, shown);
      if (open) shown.querySelector("details").open = true;
    } catch (problem) {
      if (problem.name === "AbortError") return;
      clearInterval(timer);
      show(element, problem_box(problem, "Figures are"));
    }
  };
  const timer = setInterval(() => {
    if (!document.hidden) update();
  }, seconds_between * 1000);
  update();
  return {element, stop: () => clearInterval(timer)};
}
