// All components of all applications in one table. Filters and order stand in the address.
// SPDX-License-Identifier: Apache-2.0
import {may} from "./credentials.js";
import {h, keep_rows, show} from "./dom.js";
import {fleet, on_fleet} from "./fleet.js";
import {
  component_badge,
  component_links,
  component_state,
  show_problem,
  state_badge,
  time_ago,
} from "./parts.js";
import {hash_of, place, set_query} from "./router.js";
import {plural, with_times, word} from "./text.js";

const columns = [
  ["application", "Application", (one) => one.application],
  ["component", "Component", (one) => one.component || ""],
  ["type", "Type", (one) => `${one.type} ${one.kind}`],
  ["id", "Id", (one) => one.id || ""],
  ["state", "Status", (one) => one.shown],
  ["since", "Since", (one) => one.since || ""],
  ["restarts", "Restarts", (one) => one.restarts || 0],
  ["savepoint", "Last savepoint", (one) => one.savepoint_at || ""],
];

// One row a component; one that has none yet has a row of its own.
function rows_of(application) {
  const common = {
    application: application.name,
    status: application.status,
    user: application.user,
    package: application.package,
    under_way: application.under_way,
    at: application.at,
  };
  if (application.components.length === 0) {
    return [
      {
        ...common,
        shown: application.status,
        reason: application.information,
        since: application.at,
        type: "",
        kind: "",
      },
    ];
  }
  return application.components.map((component) => ({
    ...component,
    ...common,
    shown: component_state(component),
  }));
}

function passes(row, query) {
  const text = (query.text || "").toLowerCase();
  return (
    (!query.state || row.shown === query.state) &&
    (!query.type || row.type === query.type) &&
    (!query.kind || row.kind === query.kind) &&
    (!query.user || row.user === query.user) &&
    (!text ||
      [row.application, row.component, row.id, row.package].some((one) =>
        String(one || "")
          .toLowerCase()
          .includes(text),
      ))
  );
}

function row_of(row) {
  return h(
    "tr",
    {},
    h(
      "th",
      {scope: "row"},
      h("a", {href: hash_of(["applications", row.application]), data_focus: "link"}, row.application),
      row.under_way && [" ", state_badge(row.under_way.status, "busy", `${word(row.under_way.verb)}…`)],
    ),
    h(
      "td",
      {data_label: "Component"},
      row.component &&
        h("a", {href: hash_of(["applications", row.application], {component: row.component})}, row.component),
    ),
    h("td", {data_label: "Type"}, row.type && `${word(row.type)}, ${row.kind}`),
    h("td", {data_label: "Id", class: "mono"}, row.id),
    h(
      "td",
      {data_label: "Status"},
      row.component ? component_badge(row) : state_badge(row.status),
      (row.problem || row.reason) && h("span", {class: "reason"}, with_times(row.problem || row.reason)),
    ),
    h("td", {data_label: "Since"}, time_ago(row.since)),
    h("td", {data_label: "Restarts", class: "number"}, row.restarts),
    h("td", {data_label: "Last savepoint"}, time_ago(row.savepoint_at)),
    h("td", {data_label: "Links"}, row.component && component_links(row, fleet.links)),
  );
}

function chosen(label, name, values, query, change) {
  return h(
    "label",
    {},
    label,
    h(
      "select",
      {name, on_change: (event) => change({[name]: event.target.value})},
      h("option", {value: ""}, "all"),
      values.map((value) => h("option", {value, selected: query[name] === value}, word(value))),
    ),
  );
}

const different = (values) => [...new Set(values.filter(Boolean))].sort();

export function applications_view() {
  const body = h("tbody", {});
  const count = h("p", {class: "small quiet", role: "status"});
  const filters = h("form", {class: "filters", role: "search", on_submit: (event) => event.preventDefault()});
  const head = h("tr", {});
  const problem = h("div", {});
  const shown = {choices: "", order: null};

  const change = (more) => {
    const query = {...place().query, ...more};
    set_query(query);
    update();
  };
  const sort_by = (name) => {
    const now = place().query.sort || "application";
    change({sort: now === name ? `-${name}` : name});
    head.querySelector(`[data-focus="${name}"]`)?.focus();
  };
  const text = h("input", {
    type: "search",
    name: "text",
    value: place().query.text || "",
    on_input: (event) => change({text: event.target.value}),
  });

  function make_filters(rows, query) {
    const choices = {
      state: different(rows.map((one) => one.shown)),
      type: different(rows.map((one) => one.type)),
      kind: different(rows.map((one) => one.kind)),
      user: different(rows.map((one) => one.user)),
    };
    for (const name of Object.keys(choices)) {
      if (query[name] && !choices[name].includes(query[name])) choices[name].push(query[name]);
    }
    const mark = JSON.stringify([choices, query.state, query.type, query.kind, query.user]);
    if (mark === shown.choices) return;
    shown.choices = mark;
    const focused = document.activeElement?.name;
    show(
      filters,
      h("label", {}, "Search", text),
      chosen("Status", "state", choices.state, query, change),
      chosen("Type", "type", choices.type, query, change),
      chosen("Kind", "kind", choices.kind, query, change),
      chosen("Owner", "user", choices.user, query, change),
    );
    if (focused && ["text", "state", "type", "kind", "user"].includes(focused))
      filters.elements[focused]?.focus();
  }

  function make_head(order) {
    if (shown.order === order) return;
    shown.order = order;
    show(
      head,
      columns.map(([name, title]) => {
        const direction = order === name ? "ascending" : order === `-${name}` ? "descending" : null;
        return h(
          "th",
          {scope: "col", aria_sort: direction},
          h(
            "button",
            {type: "button", class: "sort", data_focus: name, on_click: () => sort_by(name)},
            title,
            direction && h("span", {aria_hidden: "true"}, direction === "ascending" ? " ▲" : " ▼"),
          ),
        );
      }),
      h("th", {scope: "col"}, "Links"),
    );
  }

  const update = () => {
    show_problem(problem, fleet.problem);
    if (!fleet.asked) return;
    const {query} = place();
    const rows = fleet.applications.flatMap(rows_of);
    make_filters(rows, query);
    const order = query.sort || "application";
    make_head(order);
    const [, , value_of] = columns.find(([name]) => name === order.replace("-", "")) || columns[0];
    const sign = order.startsWith("-") ? -1 : 1;
    const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
    const found = rows
      .filter((row) => passes(row, query))
      .sort(
        (a, b) =>
          sign * compare(value_of(a), value_of(b)) ||
          compare(a.application, b.application) ||
          compare(a.component || "", b.component || ""),
      );
    keep_rows(body, found, (row) => `${row.application}/${row.type}/${row.component || ""}`, row_of);
    count.textContent =
      found.length === rows.length
        ? plural(rows.length, "row")
        : `${found.length} of ${plural(rows.length, "row")}`;
  };
  update();
  const forget = on_fleet(update);
  return {
    title: "Applications",
    aside: may.create() && h("a", {class: "button", href: "#/create"}, "Create an application"),
    element: [
      problem,
      filters,
      count,
      h(
        "div",
        {class: "scroll"},
        h(
          "table",
          {class: "folding"},
          h("caption", {class: "hidden"}, "Components of all applications"),
          h("thead", {}, head),
          body,
        ),
      ),
    ],
    stop: forget,
    update,
  };
}
