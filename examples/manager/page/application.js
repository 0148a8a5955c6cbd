// One application: its head with what can be done, and its sections.
// SPDX-License-Identifier: Apache-2.0
import {actions_of} from "./actions.js";
import {get, path_of} from "./api.js";
import {h, show} from "./dom.js";
import {explain_section} from "./explain.js";
import {figures_section} from "./figures.js";
import {fleet, on_fleet} from "./fleet.js";
import {incidents_section} from "./incidents.js";
import {logs_section} from "./logs.js";
import {overview_section} from "./overview.js";
import {error_box, state_badge, time_ago} from "./parts.js";
import {hash_of} from "./router.js";
import {savepoints_section} from "./savepoints.js";
import {phase_of, with_times} from "./text.js";
import {upgrade_section} from "./upgrade.js";

const sections = [
  ["", "Overview", overview_section],
  ["savepoints", "Savepoints", savepoints_section],
  ["upgrade", "Upgrade", upgrade_section],
  ["logs", "Logs", logs_section],
  ["metrics", "Metrics", figures_section],
  ["incidents", "Incidents", incidents_section],
  ["explain", "Explain", explain_section],
];

function head_of(entry) {
  return [
    h(
      "div",
      {class: "row between top-aligned"},
      h(
        "dl",
        {},
        h("dt", {}, "Status"),
        h(
          "dd",
          {},
          state_badge(entry.status),
          entry.word && entry.word !== "RUNNING" && [" ", state_badge(entry.word)],
        ),
        h("dt", {}, "Package"),
        h("dd", {}, h("a", {href: hash_of(["packages", entry.package])}, entry.package)),
        h("dt", {}, "Owner"),
        h("dd", {}, entry.user),
        h("dt", {}, "Since"),
        h("dd", {}, time_ago(entry.at, "unknown")),
      ),
      actions_of(entry),
    ),
    entry.under_way &&
      h(
        "p",
        {class: "note", role: "status"},
        "Under way: ",
        h("a", {href: hash_of(["operations"], {object: entry.name})}, entry.under_way.verb),
        phase_of(entry.under_way) && `, ${phase_of(entry.under_way)}`,
      ),
    entry.information &&
      h(
        "p",
        {class: `note${entry.information.startsWith("Error") || entry.set_aside ? " warn" : ""}`},
        with_times(entry.information),
      ),
  ];
}

// What sections work with: the entry of the fleet, and the detail of all components.
async function detail_of(name, signal) {
  const entry = fleet.application(name);
  if (!entry || entry.status === "CREATING") return [];
  return (await get(path_of("applications", name, "detail"), {}, signal)).components;
}

export function application_view([, name, section = ""], query) {
  const head = h("div", {});
  const body = h("div", {});
  const stopping = new AbortController();
  const known = {mark: null, section: null};
  const [, title, make] = sections.find(([key]) => key === section) || sections[0];
  const tabs = h(
    "nav",
    {class: "tabs", aria_label: `Sections of ${name}`},
    sections.map(([key, text]) =>
      h(
        "a",
        {
          href: hash_of(
            ["applications", name, ...(key ? [key] : [])],
            query.component ? {component: query.component} : {},
          ),
          aria_current: key === section ? "page" : null,
        },
        text,
      ),
    ),
  );

  const update = (changed) => {
    if (fleet.problem) {
      const mark = `problem: ${fleet.problem.message}`;
      if (mark !== known.mark) show(head, error_box(fleet.problem));
      known.mark = mark;
      return;
    }
    if (!fleet.asked) return;
    const entry = fleet.application(name);
    if (!entry) {
      known.section?.stop?.();
      known.section = null;
      known.mark = null;
      show(
        head,
        h(
          "p",
          {class: "note"},
          `There is no application ${name}. `,
          h("a", {href: "#/applications"}, "All applications"),
        ),
      );
      show(body);
      return;
    }
    const mark = JSON.stringify(entry);
    if (mark !== known.mark) {
      known.mark = mark;
      const focus = head.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
      show(head, head_of(entry));
      if (focus) head.querySelector(`[data-focus="${CSS.escape(focus)}"]`)?.focus();
    }
    if (!known.section) {
      known.section = make({
        name,
        query,
        signal: stopping.signal,
        entry: () => fleet.application(name),
        detail: () => detail_of(name, stopping.signal),
      });
      show(body, known.section.element);
    } else if (changed?.has(name)) {
      known.section.update?.();
    }
  };
  update();
  const forget = on_fleet(update);
  return {
    title: section ? `${name}: ${title}` : name,
    element: [h("p", {class: "small"}, h("a", {href: "#/applications"}, "Applications")), head, tabs, body],
    stop: () => {
      forget();
      stopping.abort();
      known.section?.stop?.();
    },
  };
}
