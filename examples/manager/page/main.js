// The page: who asks, the bar above, and the view that the address names.
// SPDX-License-Identifier: Apache-2.0
import {on_unknown_caller} from "./api.js";
import {application_view} from "./application.js";
import {applications_view} from "./applications.js";
import {create_view} from "./create.js";
import {caller, credentials, may} from "./credentials.js";
import {h, show} from "./dom.js";
import {watch_fleet} from "./fleet.js";
import {fleet_operation_view} from "./fleet_operation.js";
import {fleet_operations_view} from "./fleet_operations.js";
import {home_view} from "./home.js";
import {housekeeping_view} from "./housekeeping.js";
import {watch_for_newer} from "./newer.js";
import {begin_news, on_news} from "./news.js";
import {operations_view} from "./operations.js";
import {package_view} from "./package.js";
import {packages_view} from "./packages.js";
import {error_box, tick} from "./parts.js";
import {place} from "./router.js";
import {sign_in} from "./sign_in.js";

const sections = [
  ["", "Home"],
  ["applications", "Applications"],
  ["packages", "Packages"],
  ["fleet", "Fleet"],
  ["operations", "Operations"],
  ["housekeeping", "Housekeeping"],
];
const shown = {view: null, key: null};

function view_of({parts, query}) {
  const [first, second] = parts;
  if (first === undefined) return home_view();
  if (first === "applications")
    return second === undefined ? applications_view() : application_view(parts, query);
  if (first === "packages") return second === undefined ? packages_view() : package_view(parts);
  if (first === "create") return create_view(parts, query);
  if (first === "fleet") return second === undefined ? fleet_operations_view() : fleet_operation_view(second);
  if (first === "operations") return operations_view();
  if (first === "housekeeping") return housekeeping_view();
  return {
    title: "Not found",
    element: h("p", {class: "note"}, "This page has no such place. ", h("a", {href: "#/"}, "Home")),
  };
}

function show_sections(first = "") {
  const here = first === "create" ? "applications" : first;
  show(
    document.getElementById("sections"),
    sections
      .filter(([key]) => key !== "housekeeping" || may.administer())
      .map(([key, text]) => h("a", {href: `#/${key}`, aria_current: key === here ? "page" : null}, text)),
  );
}

function show_place() {
  if (location.hash === "#main") return; // the link that skips the bar
  const now = place();
  shown.view?.stop?.();
  show_sections(now.parts[0]);
  const view = view_of(now);
  shown.view = view;
  document.title = `${view.title} – Deployment Manager`;
  const heading = h("h1", {tabindex: -1}, view.title);
  show(document.getElementById("main"), h("div", {class: "row between"}, heading, view.aside), view.element);
  if (shown.key !== null) {
    heading.focus({preventScroll: true});
    scrollTo(0, 0);
  }
  shown.key = location.hash;
}

function show_caller() {
  const typed = credentials.token || credentials.name || caller.proof === "none";
  const other = h(
    "button",
    {
      type: "button",
      class: "link",
      on_click: () => {
        credentials.forget();
        location.reload();
      },
    },
    caller.user ? "Leave" : "Say who you are",
  );
  show(
    document.getElementById("who"),
    caller.user || "nobody",
    caller.by && ` (by ${caller.by})`,
    !may.create() && !may.deploy() && h("span", {class: "quiet"}, " – reads only"),
    typed && [" ", other],
  );
}

// A token that has run out or was taken away, for instance.
function show_unknown_caller() {
  credentials.set_token("");
  show(
    document.getElementById("who"),
    h("span", {role: "status"}, "The Deployment Manager no longer knows who you are. "),
    h("button", {type: "button", class: "link", on_click: () => location.reload()}, "Say who you are"),
  );
}

function show_newer() {
  show(
    document.getElementById("newer"),
    "The Deployment Manager has a newer page. ",
    h("button", {type: "button", class: "link", on_click: () => location.reload()}, "Load it"),
  );
}

function show_line(state) {
  document.getElementById("live").textContent = {
    live: "live",
    waiting: "no live news; asking from time to time",
    refused: "no live news",
  }[state];
}

async function begin() {
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById("main").focus();
  });
  try {
    await sign_in();
  } catch (problem) {
    show(document.getElementById("main"), h("h1", {}, "Deployment Manager"), error_box(problem));
    return;
  }
  show_caller();
  on_unknown_caller(show_unknown_caller);
  on_news(({event, data}) => {
    if (event === "line") show_line(data.state);
  });
  begin_news();
  watch_fleet();
  show_place();
  addEventListener("hashchange", show_place);
  watch_for_newer(show_newer);
  setInterval(tick, 10000);
}

begin();
