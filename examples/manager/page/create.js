// A new application: package, name, properties, the plan, and then making it.
// SPDX-License-Identifier: Apache-2.0
import {ask, curl, get, path_of, Refused} from "./api.js";
import {may} from "./credentials.js";
import {choice_field, plan_view, text_field} from "./dialog.js";
import {h, show} from "./dom.js";
import {act} from "./notices.js";
import {curl_details, error_box, later} from "./parts.js";
import {properties_form} from "./properties.js";
import {go} from "./router.js";

function form_of(packages, wanted) {
  const chosen = choice_field(
    "Package",
    packages.map((one) => [one, one]),
    packages.includes(wanted) ? wanted : packages[0],
  );
  const name = text_field("Name: letters, digits, _ and -", {
    required: true,
    maxlength: 100,
    pattern: "[A-Za-z0-9_][A-Za-z0-9_\\-]*",
    autocomplete: "off",
  });
  const properties = h("div", {});
  const told = h("div", {});
  const problem = h("div", {});
  const form = {now: null, number: 0, plans: 0};
  const body = () => ({package: chosen.value, ...form.now.value()});

  // A plan of what is no longer in the form is none.
  const forget_plan = () => {
    form.plans += 1;
    show(told);
  };
  const load = () => {
    const mine = (form.number += 1);
    show(properties, h("p", {class: "quiet"}, "Loading…"));
    form.now = null;
    forget_plan();
    get(path_of("packages", chosen.value)).then(
      (one) => {
        if (mine !== form.number) return; // another one was chosen meanwhile
        form.now = properties_form(one.defaults || {});
        show(properties, form.now.element);
      },
      (refused) => show(properties, error_box(refused)),
    );
  };
  const refuse = (refused) => show(problem, error_box(refused));
  const create = async (called, path, wanted_body, button) => {
    button.disabled = true;
    try {
      await act("PUT", path, {body: wanted_body});
      go(["applications", called]);
    } catch (refused) {
      refuse(refused);
      button.disabled = false;
    }
  };
  const check = async (event) => {
    event.preventDefault();
    show(problem);
    forget_plan();
    const mine = form.plans;
    const called = name.value;
    try {
      if (!called) throw new Refused(400, {information: "The application needs a name"});
      if (!form.now) throw new Refused(400, {information: "The properties of the package are not there yet"});
      const wanted_body = body();
      const path = path_of("applications", called);
      const {json} = await ask("POST", path_of("applications", called, "plan"), {body: wanted_body});
      if (mine !== form.plans) return;
      const button = h(
        "button",
        {
          type: "button",
          class: "primary",
          disabled: !json.possible,
          on_click: () => create(called, path, wanted_body, button),
        },
        `Create ${called}`,
      );
      show(
        told,
        h(
          "section",
          {class: "card", aria_labelledby: "plan-title"},
          h("h2", {id: "plan-title", tabindex: -1}, "The plan"),
          plan_view(json),
          curl_details(curl("PUT", path, {body: wanted_body})),
          h("div", {class: "row"}, button),
        ),
      );
      told.querySelector("h2").focus();
    } catch (refused) {
      if (mine === form.plans) refuse(refused);
    }
  };
  chosen.input.addEventListener("change", load);
  load();
  return h(
    "form",
    {on_submit: check},
    h(
      "div",
      {on_input: forget_plan},
      h("div", {class: "row top-aligned"}, chosen.element, name.element),
      properties,
    ),
    h("p", {}, h("button", {type: "submit", class: "primary"}, "Show the plan")),
    problem,
    told,
  );
}

export function create_view(_parts, query) {
  if (!may.create())
    return {
      title: "Create an application",
      element: h(
        "p",
        {class: "note"},
        "Your account may not create applications: that needs the role operate.",
      ),
    };
  return {
    title: "Create an application",
    element: later(get("/packages"), (packages) =>
      packages.length === 0
        ? h("p", {class: "note"}, "No package is deployed yet. ", h("a", {href: "#/packages"}, "Packages"))
        : form_of(packages, query.package),
    ),
  };
}
