// What was asked for here and goes on: followed to its end, wherever on the page one is.
// SPDX-License-Identifier: Apache-2.0
import {ask, get, path_of} from "./api.js";
import {h, show} from "./dom.js";
import {on_news} from "./news.js";
import {duration, phase_of, word} from "./text.js";

const most_notices = 3;
const ended = ["SUCCEEDED", "FAILED", "CANCELLED", "AWAITED", "SET_ASIDE"];

export function has_ended(operation) {
  return ended.includes(operation.status);
}

// For who does not see it.
export function say(text) {
  document.getElementById("said").textContent = text;
}

function notice(tone, ...children) {
  const element = h(
    "div",
    {class: `notice ${tone}`},
    children,
    h("button", {type: "button", class: "link", on_click: () => element.remove()}, "Dismiss"),
  );
  const all = document.getElementById("notices");
  all.append(element);
  // They lie over the page, so they are few: of those that have ended well only the newest stays.
  for (const one of [...all.children].slice(0, -1)) {
    if (one.classList.contains("good") || all.children.length > most_notices) one.remove();
  }
  return element;
}

// "start of counting"
function name_of(operation) {
  return `${operation.verb} of ${operation.object}`;
}

export function progress_of(operation) {
  const events = Object.entries(operation.progress || {});
  return events.map(([component, event]) =>
    h(
      "div",
      {class: "small"},
      h("p", {}, `${component}: ${event.message || event.phase || ""}`),
      Number.isFinite(event.total) &&
        event.total > 0 &&
        h("progress", {
          max: event.total,
          value: event.done || 0,
          aria_label: `Tasks of ${component} that run`,
        }),
    ),
  );
}

function shown(operation) {
  if (!has_ended(operation)) {
    return [
      h(
        "p",
        {},
        h("strong", {}, word(name_of(operation))),
        ` – ${word(operation.status)}${phase_of(operation) && `, ${phase_of(operation)}`}`,
      ),
      operation.queued_behind > 0 && h("p", {class: "small quiet"}, `${operation.queued_behind} before it`),
      progress_of(operation),
    ];
  }
  const took = Date.parse(operation.ended_at) - Date.parse(operation.accepted_at);
  return [
    h(
      "p",
      {},
      h("strong", {}, word(name_of(operation))),
      ` – ${word(operation.status)}${took >= 0 ? ` after ${duration(took)}` : ""}`,
    ),
    operation.information && h("p", {class: "small"}, operation.information),
  ];
}

// The promise is of the operation when it has ended; null when nothing is known of it any more.
function track(id) {
  const body = h("div", {});
  const element = notice("busy", body);
  const state = {known: null, over: false};
  return new Promise((resolve) => {
    const take = (operation) => {
      if (state.over) return;
      state.known = {...state.known, ...operation};
      show(body, shown(state.known));
      if (!has_ended(state.known)) return;
      finish();
      const good = state.known.status === "SUCCEEDED";
      element.className = `notice ${good ? "good" : state.known.status === "FAILED" ? "bad" : "warn"}`;
      say(`${word(name_of(state.known))}: ${word(state.known.status)}. ${state.known.information || ""}`);
      if (good) setTimeout(() => element.remove(), 5000);
      resolve(state.known);
    };
    const finish = () => {
      state.over = true;
      forget();
      clearInterval(timer);
    };
    const look = () =>
      get(path_of("operations", id)).then(take, (problem) => {
        if (problem.status !== 404 || state.over) return;
        finish();
        element.remove();
        resolve(null);
      });
    const forget = on_news(({event, data}) => {
      if (event === "operation" && data.id === id) take(data);
      if (event === "progress" && data.operation === id && state.known) {
        take({progress: {...state.known.progress, [data.component]: data.event}});
      }
      if (event === "lost") look();
    });
    const timer = setInterval(look, 4000); // where events do not come
    look();
  });
}

// A write: what it has begun is followed. Returns its answer. Throws Refused.
export async function act(method, path, options, then) {
  const answer = await ask(method, path, options);
  if (answer.operation) {
    say("Accepted");
    track(answer.operation).then((operation) => then?.(operation));
  } else {
    then?.(null);
  }
  return answer;
}
