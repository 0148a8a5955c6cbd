// Operations: what is under way and what has ended, the newest first.
// SPDX-License-Identifier: Apache-2.0
import {curl, get, path_of} from "./api.js";
import {may} from "./credentials.js";
import {confirm} from "./dialog.js";
import {h, keep_rows, show} from "./dom.js";
import {act, has_ended, progress_of} from "./notices.js";
import {on_news} from "./news.js";
import {curl_details, error_box, state_badge, time_ago} from "./parts.js";
import {hash_of, place, set_query} from "./router.js";
import {duration, phase_of, with_times, word} from "./text.js";

const page_size = 50;
const states = [
  "QUEUED",
  "RUNNING",
  "CANCELLING",
  "SUCCEEDED",
  "AWAITED",
  "FAILED",
  "CANCELLED",
  "SET_ASIDE",
];

function cancel(operation) {
  const path = path_of("operations", operation.id);
  confirm(`Cancel the ${operation.verb} of ${operation.object}?`, {
    plan: [
      operation.status === "QUEUED"
        ? "It has not begun: it is as if it had never been asked for"
        : "It ends as soon as it can; what cannot be undone stays, and its information says what",
      operation.verb === "upgrade" && "An upgrade is rolled back to the old version",
    ].filter(Boolean),
    command: () => curl("DELETE", path),
    act: () => act("DELETE", path, {}),
    verb: "Cancel it",
    danger: true,
  });
}

function place_of(one) {
  if (one.kind === "fleet") return ["fleet", one.id];
  if (one.kind === "housekeeping") return ["housekeeping"];
  if (one.kind === "package") return ["packages", one.object];
  return ["applications", one.kind === "savepoint" ? one.object.split("/")[0] : one.object];
}

function object_link(one) {
  return h(
    "a",
    {
      href: hash_of(place_of(one)),
      data_focus: `object ${one.id}`,
    },
    one.object,
  );
}

function row_of(one) {
  const end = one.ended_at || (has_ended(one) ? one.accepted_at : null);
  const cancellable = one.cancellable && !has_ended(one) && (may.operate(one.user) || may.undeploy(one.user));
  return h(
    "tr",
    {},
    h("th", {scope: "row"}, word(one.verb), " ", h("span", {class: "quiet small"}, one.kind)),
    h("td", {data_label: "Object"}, object_link(one)),
    h(
      "td",
      {data_label: "Status"},
      state_badge(one.status),
      phase_of(one) && !has_ended(one) && h("span", {class: "reason"}, phase_of(one)),
      !has_ended(one) && progress_of(one),
    ),
    h(
      "td",
      {data_label: "By"},
      one.user,
      one.cancelled_by && h("span", {class: "reason"}, `cancelled by ${one.cancelled_by}`),
    ),
    h("td", {data_label: "Accepted"}, time_ago(one.accepted_at)),
    h(
      "td",
      {data_label: "Took", class: "narrow"},
      end && duration(Date.parse(end) - Date.parse(one.accepted_at)),
    ),
    h("td", {data_label: "Information", class: "break"}, with_times(one.information)),
    h(
      "td",
      {data_label: "Actions"},
      cancellable &&
        h(
          "button",
          {
            type: "button",
            data_focus: `cancel ${one.id}`,
            aria_label: `Cancel the ${one.verb} of ${one.object}`,
            on_click: () => cancel(one),
          },
          "Cancel",
        ),
      one.not_cancellable_because &&
        !has_ended(one) &&
        h("span", {class: "reason"}, one.not_cancellable_because),
    ),
  );
}

export function operations_view() {
  const body = h("tbody", {});
  const problem = h("div", {});
  const foot = h("div", {});
  const state = {pages: [""], known: [], number: 0};
  const filters_of = () => {
    const {status, verb, object} = place().query;
    return {status, verb, object};
  };
  const draw = () => keep_rows(body, state.known, (one) => one.id, row_of);
  const update = async () => {
    const mine = (state.number += 1);
    const {id} = place().query;
    try {
      const answer = id
        ? {operations: [await get(path_of("operations", id))], more: false}
        : await get("/operations", {...filters_of(), limit: page_size, after: state.pages.at(-1)});
      if (mine !== state.number) return;
      state.known = answer.operations;
      draw();
      const turn = (pages) => {
        state.pages = pages;
        update();
      };
      show(
        foot,
        state.known.length === 0 && h("p", {class: "note"}, "None."),
        id && h("p", {}, h("a", {href: "#/operations"}, "All operations")),
        h(
          "p",
          {class: "row"},
          state.pages.length > 1 &&
            h("button", {type: "button", on_click: () => turn(state.pages.slice(0, -1))}, "Newer"),
          answer.more &&
            h("button", {type: "button", on_click: () => turn([...state.pages, answer.next])}, "Older"),
        ),
        curl_details(curl("GET", "/operations", {query: filters_of()})),
      );
      show(problem);
    } catch (refused) {
      if (mine === state.number) show(problem, error_box(refused));
    }
  };
  const filter = (more) => {
    set_query({...filters_of(), ...more});
    state.pages = [""];
    update();
  };
  const query = place().query;
  const filters = h(
    "form",
    {class: "filters", role: "search", on_submit: (event) => event.preventDefault()},
    h(
      "label",
      {},
      "Status",
      h(
        "select",
        {on_change: (event) => filter({status: event.target.value})},
        h("option", {value: ""}, "all"),
        states.map((one) => h("option", {value: one, selected: query.status === one}, word(one))),
      ),
    ),
    h(
      "label",
      {},
      "Of (application or package)",
      h("input", {
        type: "search",
        value: query.object || "",
        on_change: (event) => filter({object: event.target.value.trim()}),
      }),
    ),
  );
  update();
  const soon = {timer: 0};
  const forget = on_news(({event, data}) => {
    if (event === "lost") update();
    if (event === "progress") {
      state.known = state.known.map((one) =>
        one.id === data.operation ? {...one, progress: {...one.progress, [data.component]: data.event}} : one,
      );
      draw();
    }
    if (event !== "operation") return;
    if (state.known.some((one) => one.id === data.id)) {
      state.known = state.known.map((one) => (one.id === data.id ? {...one, ...data} : one));
      draw();
    } else if (state.pages.length === 1) {
      clearTimeout(soon.timer);
      soon.timer = setTimeout(update, 250);
    }
  });
  return {
    title: "Operations",
    stop: () => {
      clearTimeout(soon.timer);
      forget();
    },
    update,
    element: [
      filters,
      problem,
      h(
        "div",
        {class: "scroll"},
        h(
          "table",
          {class: "folding"},
          h("caption", {class: "hidden"}, "Operations"),
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              ["What", "Object", "Status", "By", "Accepted", "Took", "Information", "Actions"].map((text) =>
                h("th", {scope: "col"}, text),
              ),
            ),
          ),
          body,
        ),
      ),
      foot,
    ],
  };
}
