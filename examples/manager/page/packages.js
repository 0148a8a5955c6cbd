// Packages: those in the repository, those that are deployed, and an upload.
// SPDX-License-Identifier: Apache-2.0
import {curl, get} from "./api.js";
import {may} from "./credentials.js";
import {h, keep_rows, show} from "./dom.js";
import {say} from "./notices.js";
import {on_news} from "./news.js";
import {deploy, undeploy} from "./package_actions.js";
import {curl_details, error_box, state_badge, table} from "./parts.js";
import {hash_of} from "./router.js";
import {bytes} from "./text.js";
import {upload_form} from "./upload.js";

const versions_shown = 20;

async function known_packages() {
  const state = (status) => get("/packages", {view: "status", ...(status ? {status} : {})});
  const [deployed, deploying, undeploying, repository] = await Promise.all([
    state(""),
    state("DEPLOYING"),
    state("UNDEPLOYING"),
    get("/repository/packages", {recency: versions_shown}).then(
      (list) => ({list}),
      (problem) => ({list: [], problem}),
    ),
  ]);
  const rows = new Map();
  for (const one of repository.list) {
    for (const version of one.latest_versions) {
      const name = `${one.name}-${version.version}`;
      rows.set(name, {name, status: "NOTDEPLOYED", sha256: version.sha256, in_repository: true});
    }
  }
  for (const [name, one] of Object.entries({...deployed, ...deploying, ...undeploying}))
    rows.set(name, {...rows.get(name), name, ...one});
  return {rows: [...rows.values()].sort((a, b) => (a.name < b.name ? -1 : 1)), problem: repository.problem};
}

function row_of(one, done) {
  const busy = ["DEPLOYING", "UNDEPLOYING"].includes(one.status);
  return h(
    "tr",
    {},
    h(
      "th",
      {scope: "row"},
      one.status === "DEPLOYED" ? h("a", {href: hash_of(["packages", one.name])}, one.name) : one.name,
    ),
    h(
      "td",
      {data_label: "Status"},
      state_badge(one.status, null, one.status === "NOTDEPLOYED" ? "In the repository" : null),
      one.information && h("span", {class: "reason"}, one.information),
    ),
    h("td", {data_label: "Deployed by"}, one.user),
    h("td", {data_label: "Size", class: "number narrow"}, bytes(one.bytes)),
    h(
      "td",
      {data_label: "SHA-256", class: "mono", title: one.sha256},
      one.sha256 ? `${one.sha256.slice(0, 12)}…` : "",
    ),
    h(
      "td",
      {data_label: "Actions"},
      h(
        "div",
        {class: "actions"},
        !busy &&
          one.status === "NOTDEPLOYED" &&
          may.deploy() &&
          h(
            "button",
            {
              type: "button",
              data_focus: `deploy ${one.name}`,
              aria_label: `Deploy ${one.name}`,
              on_click: () => deploy(one.name, done),
            },
            "Deploy",
          ),
        one.status === "DEPLOYED" &&
          may.create() &&
          h(
            "a",
            {
              class: "button",
              href: hash_of(["create"], {package: one.name}),
              aria_label: `Create an application of ${one.name}`,
            },
            "Create an application",
          ),
        one.status === "DEPLOYED" &&
          may.undeploy(one.user) &&
          h(
            "button",
            {
              type: "button",
              class: "danger",
              data_focus: `undeploy ${one.name}`,
              aria_label: `Undeploy ${one.name}`,
              on_click: () => undeploy(one.name, done),
            },
            "Undeploy",
          ),
      ),
    ),
  );
}

export function packages_view() {
  const state = {number: 0};
  const problem = h("div", {}, h("p", {class: "quiet"}, "Loading…"));
  const none = h("p", {class: "note", hidden: true}, "There is no package yet.");
  const body = h("tbody", {});
  const list = table(
    "Packages",
    ["Package", "Status", "Deployed by", "Size", "SHA-256", "Actions"],
    body,
  );
  list.hidden = true;
  const update = async () => {
    const mine = (state.number += 1);
    try {
      const {rows, problem: refused} = await known_packages();
      if (mine !== state.number) return;
      show(problem, refused && error_box(refused));
      none.hidden = rows.length > 0;
      list.hidden = rows.length === 0;
      keep_rows(
        body,
        rows,
        (one) => one.name,
        (one) => row_of(one, () => update()),
      );
    } catch (refused) {
      if (mine === state.number) show(problem, error_box(refused));
    }
  };
  update();
  const forget = on_news(({event}) => {
    if (event === "package" || event === "lost") update();
  });
  const uploaded = () => {
    say("Uploaded");
    update();
  };
  return {
    title: "Packages",
    element: [
      may.deploy() && upload_form(uploaded),
      h("h2", {class: "hidden"}, "List"),
      problem,
      none,
      list,
      h(
        "p",
        {class: "small quiet"},
        `Of the repository the newest ${versions_shown} versions of each package are shown.`,
      ),
      curl_details(curl("GET", "/packages", {query: {view: "status"}})),
    ],
    stop: forget,
  };
}
