// Why components are as they are: sentences, and who said what.
// SPDX-License-Identifier: Apache-2.0
import {curl, get, path_of} from "./api.js";
import {h, show} from "./dom.js";
import {curl_details, problem_box, state_badge, table, time_ago} from "./parts.js";
import {with_times} from "./text.js";

function card(component) {
  const error =
    component.error && (component.error.message || component.error.information || String(component.error));
  return h(
    "section",
    {class: "card"},
    h(
      "div",
      {class: "row between"},
      h("h2", {}, `${component.type}/${component.component}`),
      component.state && state_badge(component.state),
    ),
    error
      ? h("p", {class: "note warn"}, error)
      : [
          h(
            "ol",
            {},
            (component.sentences || []).map((text) => h("li", {}, with_times(text))),
          ),
          component.facts?.length > 0 && [
            h("h3", {}, "Who said what"),
            table(
              "Facts",
              ["Source", "When", "What"],
              h(
                "tbody",
                {},
                component.facts.map((fact) =>
                  h(
                    "tr",
                    {},
                    h("th", {scope: "row"}, fact.source),
                    h("td", {data_label: "When"}, time_ago(fact.observed_at)),
                    h("td", {data_label: "What", class: "break"}, with_times(fact.message)),
                  ),
                ),
              ),
            ),
          ],
          component.rules?.length > 0 &&
            h(
              "details",
              {},
              h("summary", {}, "Rules that were applied"),
              h(
                "ul",
                {},
                component.rules.map((text) => h("li", {}, text)),
              ),
            ),
        ],
  );
}

export function explain_section({name, query, signal}) {
  const path = path_of("applications", name, "explain");
  const element = h("div", {}, h("p", {class: "quiet"}, "Loading…"));
  const update = () =>
    get(path, {component: query.component}, signal).then(
      ({components}) =>
        show(
          element,
          components.map(card),
          curl_details(curl("GET", path, {query: {component: query.component}})),
        ),
      (problem) => {
        if (problem.name !== "AbortError") show(element, problem_box(problem, "Explanations are"));
      },
    );
  update();
  return {element, update};
}
