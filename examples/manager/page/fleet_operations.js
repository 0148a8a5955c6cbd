// Operations on the fleet: those that there are, and a new one.
// SPDX-License-Identifier: Apache-2.0
import {curl, get} from "./api.js";
import {may} from "./credentials.js";
import {h, keep_rows, show} from "./dom.js";
import {stop_form} from "./fleet_begin.js";
import {on_news} from "./news.js";
import {curl_details, show_problem, state_badge, table, time_ago} from "./parts.js";
import {hash_of} from "./router.js";
import {word} from "./text.js";

const page_size = 20;

function row_of(one) {
  return h(
    "tr",
    {},
    h("th", {scope: "row"}, h("a", {href: hash_of(["fleet", one.id]), data_focus: one.id}, `${word(one.verb)} of the fleet`)),
    h("td", {data_label: "Status"}, state_badge(one.status)),
    h("td", {data_label: "By"}, one.user),
    h("td", {data_label: "Accepted"}, time_ago(one.accepted_at)),
    h("td", {data_label: "Components", class: "break"}, one.summary),
  );
}

export function fleet_operations_view() {
  const body = h("tbody", {});
  const list = table("Operations on the fleet", ["What", "Status", "By", "Accepted", "Components"], body, {hidden: true});
  const foot = h("div", {});
  const problem = h("div", {});
  const state = {pages: [""], number: 0};
  const leaving = new AbortController();
  const update = async () => {
    const mine = (state.number += 1);
    try {
      const answer = await get("/fleet/operations", {limit: page_size, after: state.pages.at(-1)}, leaving.signal);
      if (mine !== state.number) return;
      list.hidden = answer.operations.length === 0;
      keep_rows(body, answer.operations, (one) => one.id, row_of);
      const turn = (pages) => {
        state.pages = pages;
        update();
      };
      show(
        foot,
        answer.operations.length === 0 && h("p", {class: "note"}, "None yet."),
        h(
          "p",
          {class: "row"},
          state.pages.length > 1 && h("button", {type: "button", on_click: () => turn(state.pages.slice(0, -1))}, "Newer"),
          answer.more && h("button", {type: "button", on_click: () => turn([...state.pages, answer.next])}, "Older"),
        ),
      );
      show_problem(problem, null);
    } catch (refused) {
      if (refused.name !== "AbortError" && mine === state.number) show_problem(problem, refused);
    }
  };
  const soon = {timer: 0};
  const forget = on_news(({event, data}) => {
    if (event !== "lost" && !(event === "operation" && data.kind === "fleet")) return;
    clearTimeout(soon.timer);
    soon.timer = setTimeout(update, 250);
  });
  update();
  return {
    title: "Fleet",
    stop: () => {
      forget();
      leaving.abort();
      clearTimeout(soon.timer);
    },
    update,
    element: [
      may.create() && stop_form(),
      h("h2", {}, "Operations"),
      problem,
      list,
      foot,
      curl_details(curl("GET", "/fleet/operations")),
    ],
  };
}
