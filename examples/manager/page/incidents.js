// What was kept when something failed: the list, and one of them as a whole.
// SPDX-License-Identifier: Apache-2.0
import {curl, get, path_of} from "./api.js";
import {h, show} from "./dom.js";
import {curl_details, later, problem_box, table, time_ago} from "./parts.js";
import {hash_of} from "./router.js";
import {bytes, word} from "./text.js";

const page_size = 50;

// Whatever the document holds: texts as they are, the rest as JSON.
function part(name, value) {
  if (value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0))
    return null;
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return h("section", {}, h("h3", {}, word(name)), h("pre", {tabindex: 0, aria_label: word(name)}, text));
}

function exceptions(list) {
  return (
    list?.length > 0 &&
    h(
      "section",
      {},
      h("h3", {}, "Exceptions"),
      list.map((one, at) =>
        typeof one === "string"
          ? h("pre", {tabindex: 0, aria_label: `Exception ${at + 1}`}, one)
          : [
              h("p", {}, one.at && [time_ago(one.at), " "], one.task || one.name || ""),
              h(
                "pre",
                {tabindex: 0, aria_label: `Exception ${at + 1}`},
                one.text || one.exception || one.message || JSON.stringify(one, null, 2),
              ),
            ],
      ),
    )
  );
}

function document_of(document) {
  const {diagnostics, exceptions: thrown, logs, ...rest} = document || {};
  return [
    part("diagnostics", diagnostics),
    exceptions(thrown),
    Object.entries(rest).map(([name, value]) => part(name, value)),
    logs?.map((one) => part(`log ${one.source}`, one.text)),
  ];
}

function one_incident(component, incident) {
  return [
    h(
      "dl",
      {},
      h("dt", {}, "When"),
      h("dd", {}, time_ago(incident.at)),
      h("dt", {}, "Component"),
      h("dd", {}, component),
      h("dt", {}, "Class"),
      h("dd", {}, incident.class),
      h("dt", {}, "Said by"),
      h("dd", {}, incident.source),
      h("dt", {}, "Message"),
      h("dd", {}, incident.message),
      incident.frame && [h("dt", {}, "Where"), h("dd", {class: "mono"}, incident.frame)],
      incident.application_id && [
        h("dt", {}, "Application"),
        h("dd", {class: "mono"}, incident.application_id),
      ],
      incident.job_id && [h("dt", {}, "Job"), h("dd", {class: "mono"}, incident.job_id)],
    ),
    document_of(incident.document),
  ];
}

function incident_view(name, query, signal) {
  const path = path_of("applications", name, "incidents", query.incident);
  return h(
    "div",
    {},
    h("p", {}, h("a", {href: hash_of(["applications", name, "incidents"])}, "All incidents")),
    h("h2", {}, `Incident ${query.incident}`),
    later(
      get(path, {component: query.component}, signal),
      (answer) => {
        const component = answer.components?.find((one) => one.incidents?.length > 0);
        const incident = component?.incidents[0] || answer.incidents?.[0] || answer;
        return [
          one_incident(component?.component || answer.component || query.component, incident),
          curl_details(curl("GET", path, {query: {component: query.component}})),
        ];
      },
      "Incidents are",
    ),
  );
}

export function incidents_section({name, query, signal}) {
  if (query.incident) return {element: incident_view(name, query, signal)};
  const path = path_of("applications", name, "incidents");
  const element = h("div", {}, h("p", {class: "quiet"}, "Loading…"));
  const update = async () => {
    try {
      const answer = await get(path, {component: query.component, limit: page_size}, signal);
      const found = answer.components
        .flatMap((component) => (component.incidents || []).map((incident) => ({component, incident})))
        .sort((a, b) => Date.parse(b.incident.at) - Date.parse(a.incident.at));
      show(
        element,
        answer.components
          .filter((one) => one.error)
          .map((one) => h("p", {class: "note warn"}, `${one.component}: ${one.error.message || one.error}`)),
        found.length === 0
          ? h("p", {class: "note"}, "Nothing has failed that is remembered.")
          : table(
              "Incidents",
              ["When", "Component", "Run", "Class", "Message", "Size"],
              h(
                "tbody",
                {},
                found.map(({component, incident}) =>
                  h(
                    "tr",
                    {},
                    h(
                      "th",
                      {scope: "row"},
                      h(
                        "a",
                        {
                          href: hash_of(["applications", name, "incidents"], {
                            component: component.component,
                            incident: incident.id,
                          }),
                        },
                        time_ago(incident.at, incident.id),
                      ),
                    ),
                    h("td", {data_label: "Component"}, component.component),
                    h("td", {data_label: "Run"}, incident.epoch),
                    h("td", {data_label: "Class", class: "mono break"}, incident.class),
                    h(
                      "td",
                      {data_label: "Message", class: "break"},
                      incident.message,
                      incident.frame && h("span", {class: "reason mono"}, incident.frame),
                    ),
                    h("td", {data_label: "Size", class: "number narrow"}, bytes(incident.size_bytes)),
                  ),
                ),
              ),
            ),
        answer.components.some((one) => one.more) &&
          h("p", {class: "quiet"}, `The newest ${page_size} of each component are shown.`),
        curl_details(curl("GET", path)),
      );
    } catch (problem) {
      if (problem.name !== "AbortError") show(element, problem_box(problem, "Incidents are"));
    }
  };
  update();
  return {element, update};
}
