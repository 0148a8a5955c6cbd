// Another version of an application's package, or other properties: what would be done, and then doing it.
// SPDX-License-Identifier: Apache-2.0
import {ask, curl, get, path_of} from "./api.js";
import {may} from "./credentials.js";
import {check_field, choice_field, plan_view} from "./dialog.js";
import {h, show} from "./dom.js";
import {act} from "./notices.js";
import {curl_details, error_box, later} from "./parts.js";
import {planned} from "./plan.js";
import {properties_form} from "./properties.js";

function form_of(name, entry, packages, application, again) {
  const title = entry.package.slice(0, entry.package.lastIndexOf("-"));
  const names = [...packages].sort(
    (a, b) => Number(b.startsWith(`${title}-`)) - Number(a.startsWith(`${title}-`)) || (a < b ? 1 : -1),
  );
  const chosen = choice_field(
    "Package",
    names.map((one) => [one, one === entry.package ? `${one} (installed)` : one]),
    names[0],
  );
  const left = check_field("State that the new version has no place for may be left behind");
  const properties = h("div", {});
  const form = {now: null, number: 0, plans: 0};
  const told = h("div", {});
  const problem = h("div", {});
  const buttons = h("div", {class: "row"});
  const path = path_of("applications", name, "upgrade");
  const body = () => ({
    package: chosen.value,
    ...form.now.value(),
    ...(left.value ? {allow_non_restored_state: true} : {}),
  });

  const refuse = (refused) => show(problem, error_box(refused));
  // A plan of what is no longer in the form is none.
  const forget_plan = () => {
    form.plans += 1;
    show(told);
  };
  const plan = async () => {
    const mine = (form.plans += 1);
    show(problem);
    show(told, h("p", {class: "quiet"}, "Asking for the plan…"));
    try {
      const wanted = body();
      const asked = planned(() =>
        ask("POST", path_of("applications", name, "plan"), {body: wanted}).then((answer) => answer.json),
      );
      show_plan(await asked.look(), asked, wanted, mine, "The plan");
    } catch (refused) {
      if (mine !== form.plans) return;
      show(told);
      refuse(refused);
    }
  };
  const show_plan = (answer, asked, wanted, mine, title_of_plan) => {
    if (mine !== form.plans) return;
    const go_on = h(
      "button",
      {
        type: "button",
        class: "primary",
        disabled: !answer.possible,
        on_click: async () => {
          go_on.disabled = true;
          show(problem);
          try {
            const other = await asked.become();
            if (other) {
              show_plan(other, asked, wanted, mine, "The plan now, which is no longer what you have seen");
              return;
            }
            await act("POST", path, {body: wanted}, (operation) => {
              if (operation?.status === "SUCCEEDED") again();
            });
            show(
              told,
              h(
                "p",
                {class: "note", role: "status"},
                "The upgrade is under way; what it does is shown above and in the corner.",
              ),
            );
          } catch (refused) {
            refuse(refused);
            go_on.disabled = false;
          }
        },
      },
      `Upgrade to ${wanted.package}`,
    );
    show(
      told,
      h(
        "section",
        {class: "card", aria_labelledby: "plan-title"},
        h("h2", {id: "plan-title", tabindex: -1}, title_of_plan),
        plan_view(answer),
        curl_details(curl("POST", path, {body: wanted})),
        h("div", {class: "row"}, go_on),
      ),
    );
    told.querySelector("h2").focus();
  };
  const load = () => {
    const mine = (form.number += 1);
    show(properties, h("p", {class: "quiet"}, "Loading…"));
    show(buttons);
    forget_plan();
    get(path_of("packages", chosen.value)).then(
      (one) => {
        if (mine !== form.number) return; // another one was chosen meanwhile
        form.now = properties_form(one.defaults || {}, application.overrides || {});
        show(properties, form.now.element);
        show(buttons, h("button", {type: "button", class: "primary", on_click: plan}, "Show the plan"));
      },
      (refused) => show(properties, error_box(refused)),
    );
  };
  chosen.input.addEventListener("change", load);
  load();
  return h(
    "div",
    {},
    h(
      "p",
      {class: "quiet"},
      `Installed is ${entry.package}. Nothing is touched before you have seen the plan and confirmed it; if the new version does not run, ` +
        "the old one is brought back from the savepoint of the stop.",
    ),
    h("div", {on_input: forget_plan}, chosen.element, properties, left.element),
    buttons,
    problem,
    told,
  );
}

export function upgrade_section({name, entry, signal}) {
  const now = entry();
  if (!may.operate(now.user))
    return {
      element: h(
        "p",
        {class: "note"},
        "Upgrades are for the owner, those who share a group with him, and administrators.",
      ),
    };
  const element = h("div", {});
  const shown = {package: null};
  const again = () => {
    shown.package = null;
    update();
  };
  const update = () => {
    const installed = entry();
    if (!installed || installed.package === shown.package) return;
    shown.package = installed.package;
    const asked = Promise.all([get("/packages", {}, signal), get(path_of("applications", name), {}, signal)]);
    show(
      element,
      later(asked, ([packages, application]) =>
        packages.length === 0
          ? h("p", {class: "note"}, "No package is deployed.")
          : form_of(name, installed, packages, application, again),
      ),
    );
  };
  update();
  // What was filled in for the version that was there before is nothing for the one that is there now.
  return {element, update};
}
