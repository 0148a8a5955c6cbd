// Windows over the page: a question with its plan, and help.
// SPDX-License-Identifier: Apache-2.0
import {h, show} from "./dom.js";
import {curl_details, error_box} from "./parts.js";
import {planned} from "./plan.js";

const numbers = {last: 0};

// make(close) returns what stands in it. The promise is of what close() is called with; Escape is close(null).
function open_dialog(title, make) {
  const id = `dialog-${(numbers.last += 1)}`;
  const before = document.activeElement;
  return new Promise((resolve) => {
    const dialog = h("dialog", {aria_labelledby: id});
    const close = (value) => {
      resolve(value);
      dialog.close();
    };
    dialog.addEventListener("close", () => {
      resolve(null);
      dialog.remove();
      // What was pressed may have been made anew meanwhile.
      const name = before?.dataset?.focus;
      const again = before?.isConnected
        ? before
        : name && document.querySelector(`main [data-focus="${CSS.escape(name)}"]`);
      (again || document.querySelector("main h1"))?.focus();
    });
    show(dialog, h("h2", {id}, title), make(close));
    document.body.append(dialog);
    dialog.showModal();
  });
}

export function open_help(title, paragraphs, link) {
  return open_dialog(title, (close) => [
    paragraphs.map((text) => h("p", {}, text)),
    h(
      "div",
      {class: "row end"},
      h("button", {type: "button", class: "primary", on_click: () => close(null)}, "OK"),
      h(
        "a",
        {class: "button", href: link, target: "_blank", rel: "noopener noreferrer"},
        "More info…",
        h("span", {class: "hidden"}, " (new tab)"),
      ),
    ),
  ]);
}

export function plan_view(plan) {
  return h(
    "div",
    {class: "plan"},
    plan.obstacles.length > 0 &&
      h(
        "div",
        {class: "error"},
        h("p", {}, "It would be refused:"),
        h(
          "ul",
          {},
          plan.obstacles.map((text) => h("li", {}, text)),
        ),
      ),
    h(
      "ol",
      {class: "steps"},
      plan.steps.map((text) => h("li", {}, text)),
    ),
    plan.components.map((component) => component_plan(component)),
  );
}

const one_line = (value) =>
  value === null || value === undefined
    ? "nothing"
    : typeof value === "string"
      ? value
      : JSON.stringify(value);

function component_plan(plan) {
  const more = [
    plan.why && h("p", {}, plan.restore_point?.id ? `State: ${plan.restore_point.id}. ` : "", plan.why),
    plan.changes?.length > 0 && [
      h("h4", {}, "What is different"),
      h(
        "ul",
        {class: "small"},
        plan.changes.map((change) =>
          h("li", {}, h("code", {}, change.path), `: ${one_line(change.from)} → ${one_line(change.to)}`),
        ),
      ),
    ],
    plan.not_restorable?.length > 0 &&
      h(
        "div",
        {class: "note warn"},
        h("p", {}, "Left behind:"),
        h(
          "ul",
          {},
          plan.not_restorable.map((text) => h("li", {}, text)),
        ),
      ),
    plan.not_known?.length > 0 &&
      h("p", {class: "small quiet"}, `Not known before it starts: ${plan.not_known.join("; ")}`),
    plan.warnings?.length > 0 &&
      h(
        "ul",
        {class: "small"},
        plan.warnings.map((one) => h("li", {}, one.path && `${one.path}: `, one.message)),
      ),
  ].filter(Boolean);
  return more.length > 0 && h("section", {}, h("h3", {}, `${plan.type}/${plan.component}`), more);
}

// A question before something is done. plan: an element, a list of texts, or plan(signal), a promise of an answer of …/plan;
// fields: further elements, of which the request is made, and with replan the plan too; command(): the curl of it; act(): does
// it, its refusal is shown and can be mended. The promise is of what act() returned, or null.
export function confirm(title, {plan, fields, replan, command, act, verb, danger}) {
  const leaving = new AbortController();
  return open_dialog(title, (close) => {
    const asked = typeof plan === "function" && planned(() => plan(leaving.signal));
    const number = {last: 0};
    const told = h("div", {});
    const problem = h("div", {});
    const same = h("div", {});
    const renew = () => show(same, curl_details(command()));
    const button = h(
      "button",
      {
        type: "button",
        class: danger ? "danger" : "primary",
        on_click: async () => {
          button.disabled = true;
          show(problem);
          try {
            const other = asked && (await asked.become());
            if (other) {
              show_plan(other, "What would be done is no longer what you have seen. The plan now:");
              return;
            }
            close(await act());
          } catch (refused) {
            show(problem, error_box(refused));
            button.disabled = false;
          }
        },
      },
      verb,
    );
    const show_plan = (answer, title_of_plan) => {
      show(told, h("p", {role: "status"}, title_of_plan), plan_view(answer));
      button.disabled = !answer.possible && (replan || !fields);
    };
    const ask_for_plan = () => {
      const mine = (number.last += 1);
      show(told, h("p", {class: "quiet"}, "Asking for the plan…"));
      button.disabled = true;
      asked.look().then(
        (answer) => {
          if (mine === number.last) show_plan(answer, "The plan:");
        },
        (refused) => {
          if (mine !== number.last || refused.name === "AbortError") return;
          show(
            told,
            refused.not_offered ? h("p", {class: "note"}, "The plugin makes no plans.") : error_box(refused),
          );
          button.disabled = !refused.not_offered && !fields;
        },
      );
    };
    if (Array.isArray(plan))
      show(
        told,
        h("p", {}, "What will be done:"),
        h(
          "ol",
          {class: "steps"},
          plan.map((text) => h("li", {}, text)),
        ),
      );
    else if (plan instanceof Node) show(told, plan);
    else if (asked) ask_for_plan();
    renew();
    const changed = () => {
      renew();
      if (replan && asked) ask_for_plan();
    };
    const form = h("div", {on_input: renew, on_change: changed}, fields);
    return [
      told,
      form,
      same,
      problem,
      h(
        "div",
        {class: "row end"},
        h("button", {type: "button", on_click: () => close(null)}, "Cancel"),
        button,
      ),
    ];
  }).finally(() => leaving.abort());
}

export function text_field(label, attributes = {}) {
  const input = h("input", {type: "text", ...attributes});
  return {
    element: h("label", {class: "wide"}, label, input),
    input,
    get value() {
      return input.value.trim();
    },
  };
}

export function check_field(label, checked = false) {
  const input = h("input", {type: "checkbox", checked});
  return {
    element: h("p", {}, h("label", {class: "line"}, input, label)),
    input,
    get value() {
      return input.checked;
    },
  };
}

export function choice_field(label, options, value) {
  const input = h(
    "select",
    {},
    options.map(([key, text]) => h("option", {value: key, selected: key === value}, text)),
  );
  return {
    element: h("label", {class: "wide"}, label, input),
    input,
    get value() {
      return input.value;
    },
  };
}
