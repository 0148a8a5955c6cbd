// Logs of an application: sources, pieces of them, and following one.
// SPDX-License-Identifier: Apache-2.0
import {curl, get, path_of} from "./api.js";
import {h, show} from "./dom.js";
import {curl_details, error_box, problem_box} from "./parts.js";
import {place, set_query} from "./router.js";
import {read_events} from "./stream.js";
import {bytes, word} from "./text.js";

const most_kept = 512 * 1024; // characters on the page; the oldest go
const tail_lines = 200;

function name_of_source(source) {
  return [
    word(source.kind),
    source.epoch !== undefined && `run ${source.epoch}`,
    source.file,
    source.host,
    source.size_bytes !== undefined && bytes(source.size_bytes),
    source.state !== "living" && source.state,
  ]
    .filter(Boolean)
    .join(", ");
}

// The text with what can be done with it.
function reader(path, source, component, signal) {
  const text = h("pre", {class: "log", tabindex: 0, aria_label: `Log ${source.id}`});
  const told = h("p", {class: "small quiet", role: "status"});
  const problem = h("div", {});
  const same = h("div", {});
  const filter = h("input", {type: "search", placeholder: "text, or /regular expression/"});
  const state = {next: null, following: null, ended: false};
  const log_path = `${path}/${encodeURIComponent(source.id)}`;

  const append = (more) => {
    const at_end = text.scrollTop + text.clientHeight >= text.scrollHeight - 30;
    const kept = (text.firstChild?.data || "") + more;
    const cut = kept.length > most_kept ? kept.slice(kept.indexOf("\n", kept.length - most_kept) + 1) : kept;
    show(text, cut);
    if (at_end) text.scrollTop = text.scrollHeight;
  };
  const read = async (query, fresh) => {
    show(problem);
    try {
      const wanted = {component, grep: filter.value, ...query};
      show(same, curl_details(curl("GET", log_path, {query: wanted})));
      const piece = await get(log_path, wanted, signal);
      if (fresh) show(text);
      append(piece.text);
      state.next = piece.next_offset;
      more.disabled = Boolean(piece.ended);
      told.textContent = [
        piece.truncated && "Not all of it is shown",
        piece.size_bytes !== undefined && bytes(piece.size_bytes),
        piece.text === "" && "Nothing was written",
      ]
        .filter(Boolean)
        .join("; ");
    } catch (refused) {
      if (refused.name !== "AbortError") show(problem, error_box(refused));
    }
  };
  const end_following = () => {
    state.following?.abort();
    state.following = null;
    follow.textContent = "Follow";
    follow.setAttribute("aria-pressed", "false");
  };
  const begin_following = async () => {
    state.following = new AbortController();
    const mine = state.following;
    follow.textContent = "Stop following";
    follow.setAttribute("aria-pressed", "true");
    show(problem);
    show(text);
    told.textContent = "Following…";
    const query = {component, follow: true, tail: tail_lines, grep: filter.value};
    show(same, curl_details(curl("GET", log_path, {query}).replace("curl", "curl -N")));
    const takes = {
      log: (data) => {
        append(data.text);
        told.textContent = data.truncated ? "Following; some of it was left out" : "Following…";
      },
      source: (data) => {
        append(`\n--- ${data.source}${data.epoch === undefined ? "" : `, run ${data.epoch}`} ---\n`);
        told.textContent = "Following the next run…";
      },
      waiting: (data) => {
        told.textContent = `Waiting${data.for ? `: ${data.for}` : ": the source is away at the moment"}`;
      },
      end: () => {
        state.ended = true;
        told.textContent = "It has ended";
      },
    };
    state.ended = false;
    try {
      await read_events(log_path, {
        query,
        signal: mine.signal,
        take: ({event, data}) => takes[event]?.(data),
      });
    } catch (refused) {
      if (refused.name !== "AbortError" && !mine.signal.aborted) show(problem, error_box(refused));
    }
    if (state.following !== mine) return;
    end_following();
    // As when the Deployment Manager is started again.
    if (!state.ended) told.textContent = "It is not followed any more: the connection is gone. Follow begins anew";
  };
  signal.addEventListener("abort", () => state.following?.abort());
  const follow = h(
    "button",
    {
      type: "button",
      aria_pressed: "false",
      data_focus: "follow",
      on_click: () => (state.following ? end_following() : begin_following()),
    },
    "Follow",
  );
  const more = h(
    "button",
    {
      type: "button",
      on_click: () => {
        end_following();
        read({offset: state.next ?? 0});
      },
    },
    "Next piece",
  );
  const newest = () => {
    end_following();
    read({tail: tail_lines}, true);
  };
  const element = h(
    "section",
    {aria_label: `Log ${source.id}`},
    h(
      "form",
      {
        class: "filters",
        on_submit: (event) => {
          event.preventDefault();
          newest();
        },
      },
      h("label", {}, "Filter", filter),
      h("button", {type: "submit"}, "Newest lines"),
      h(
        "button",
        {
          type: "button",
          on_click: () => {
            end_following();
            read({offset: 0}, true);
          },
        },
        "From the beginning",
      ),
      more,
      follow,
    ),
    problem,
    told,
    text,
    same,
  );
  read({tail: tail_lines}, true);
  return {element, stop: end_following};
}

export function logs_section({name, query, signal}) {
  const path = path_of("applications", name, "logs");
  const element = h("div", {}, h("p", {class: "quiet"}, "Loading…"));
  const open = {now: null};
  const body = h("div", {});

  function open_source(component, source) {
    open.now?.stop();
    open.now = null;
    const now = place().query;
    set_query({
      ...now,
      component: component.component,
      source: source.id,
      epoch: now.epoch === undefined ? undefined : source.epoch,
    });
    if (source.state === "unavailable") {
      show(body, h("p", {class: "note"}, `It cannot be read: ${source.reason || "no reason is told"}`));
      return;
    }
    open.now = reader(path, source, component.component, signal);
    show(body, open.now.element);
  }

  function sources_of(components) {
    const all = components.flatMap((component) =>
      (component.sources || []).map((source) => ({component, source})),
    );
    const wanted = all.findIndex(
      ({component, source}) =>
        (!query.component || component.component === query.component) &&
        (!query.source || source.id === query.source) &&
        (!query.epoch || String(source.epoch) === query.epoch),
    );
    const select = h(
      "select",
      {
        on_change: (event) => {
          const {component, source} = all[Number(event.target.value)];
          open_source(component, source);
        },
      },
      all.map(({component, source}, at) =>
        h(
          "option",
          {value: at, selected: at === Math.max(0, wanted)},
          `${component.component}: ${name_of_source(source)}`,
        ),
      ),
    );
    show(
      element,
      components
        .filter((one) => one.error)
        .map((one) =>
          h(
            "p",
            {class: "note warn"},
            `${one.component}: ${one.error.message || one.error.information || one.error}`,
          ),
        ),
      components
        .filter((one) => one.missing?.length > 0)
        .map((one) =>
          h("p", {class: "note"}, `${one.component}: not looked at: ${one.missing.join("; ")}`),
        ),
      all.length > 0 &&
        wanted < 0 &&
        h(
          "p",
          {class: "note warn", role: "status"},
          `There is no log${query.source ? ` ${query.source}` : ""}${query.epoch ? ` of run ${query.epoch}` : ""}${query.component ? ` of ${query.component}` : ""} (any more). This is another one.`,
        ),
      all.length === 0
        ? h("p", {class: "note"}, "There is no log yet.")
        : [h("p", {}, h("label", {}, "Source", select)), body],
      curl_details(curl("GET", path), "The sources with curl"),
    );
    if (all.length > 0) open_source(all[Math.max(0, wanted)].component, all[Math.max(0, wanted)].source);
  }

  get(path, {incarnations: query.epoch ? 20 : ""}, signal).then(
    (answer) => sources_of(answer.components),
    (problem) => {
      if (problem.name !== "AbortError") show(element, problem_box(problem, "Logs are"));
    },
  );
  return {element, stop: () => open.now?.stop()};
}
