// What is left lying about on the cluster, and removing it. For administrators.
// SPDX-License-Identifier: Apache-2.0
import {curl, get} from "./api.js";
import {may} from "./credentials.js";
import {confirm} from "./dialog.js";
import {h, show} from "./dom.js";
import {act} from "./notices.js";
import {curl_details, problem_box, table, time_ago} from "./parts.js";
import {bytes, plural, word} from "./text.js";

// Nothing is what was found where all could be looked at.
const whole = (one) => !one.error && !(one.withheld?.length > 0);

function row_of(entry, chosen, change) {
  return h(
    "tr",
    {},
    h(
      "td",
      {data_label: "Chosen"},
      entry.cleanable &&
        h("input", {
          type: "checkbox",
          checked: chosen.has(entry.id),
          aria_label: `Choose ${entry.what}`,
          on_change: (event) => {
            if (event.target.checked) chosen.add(entry.id);
            else chosen.delete(entry.id);
            change();
          },
        }),
    ),
    h(
      "th",
      {scope: "row", class: "break"},
      entry.what,
      entry.path && h("span", {class: "reason mono"}, entry.path),
    ),
    h("td", {data_label: "Kind"}, word(entry.kind)),
    h("td", {data_label: "Size", class: "number narrow"}, bytes(entry.size_bytes)),
    h("td", {data_label: "Changed"}, time_ago(entry.modified_at)),
    h(
      "td",
      {data_label: "Why", class: "break"},
      entry.why,
      entry.breaks && h("span", {class: "reason"}, `What would break: ${entry.breaks}`),
      entry.error && h("span", {class: "reason"}, entry.error.message || entry.error),
    ),
  );
}

export function housekeeping_view() {
  const element = h(
    "div",
    {},
    h("p", {class: "quiet"}, "Looking… this asks YARN and HDFS and may take a while."),
  );
  const stopping = new AbortController();
  const update = async () => {
    try {
      const {plugins} = await get("/housekeeping", {}, stopping.signal);
      const entries = plugins.flatMap((one) => one.entries || []);
      const chosen = new Set();
      const button = h(
        "button",
        {
          type: "button",
          class: "danger",
          disabled: true,
          on_click: () => {
            const found = entries.filter((one) => chosen.has(one.id));
            const body = {entries: found.map((one) => one.id), dry_run: false};
            confirm(`Remove ${plural(found.length, "entry", "entries")}?`, {
              plan: found
                .slice(0, 30)
                .map((one) => `${one.what}${one.path ? ` (${one.path})` : ""}`)
                .concat(found.length > 30 ? [`and ${found.length - 30} more`] : []),
              command: () => curl("POST", "/housekeeping", {body}),
              act: () => act("POST", "/housekeeping", {body}, update),
              verb: "Remove",
              danger: true,
            });
          },
        },
        "Remove what is chosen",
      );
      const change = () => {
        button.disabled = chosen.size === 0;
      };
      show(
        element,
        plugins.map((one) =>
          h(
            "section",
            {},
            h("h2", {}, word(one.type)),
            one.error && h("p", {class: "note warn"}, one.error.message || String(one.error)),
            (one.withheld || []).map((each) =>
              h("p", {class: "note"}, `${word(each.kind)} was not looked at: ${each.because}`),
            ),
            one.entries?.length > 0
              ? table(
                  "Leftovers",
                  ["Chosen", "What", "Kind", "Size", "Changed", "Why it may go"],
                  h(
                    "tbody",
                    {},
                    one.entries.map((entry) => row_of(entry, chosen, change)),
                  ),
                )
              : whole(one) && h("p", {class: "note"}, "Nothing is left lying about."),
            one.more && h("p", {class: "note"}, "There are more than are told at once: look again when these are gone."),
          ),
        ),
        entries.some((one) => one.cleanable) && h("p", {}, button),
        curl_details(curl("GET", "/housekeeping")),
      );
    } catch (problem) {
      if (problem.name !== "AbortError") show(element, problem_box(problem, "Housekeeping is"));
    }
  };
  if (may.administer()) update();
  else show(element, h("p", {class: "note"}, "Housekeeping is for administrators."));
  return {title: "Housekeeping", element, stop: () => stopping.abort()};
}
