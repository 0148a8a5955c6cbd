// Properties of components, as fields or as JSON.
// SPDX-License-Identifier: Apache-2.0
import {Refused} from "./api.js";
import {h, show} from "./dom.js";

const as_text = (value) =>
  value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);

// A text as what it means: numbers, true, false and JSON stay what they are, as far as the default is of that kind.
function as_value(text, like) {
  if (typeof like === "string" || like === undefined || like === null) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function field(name, value, given) {
  const input = h("input", {
    type: "text",
    value: as_text(given),
    placeholder: as_text(value),
    spellcheck: "false",
    autocomplete: "off",
  });
  return {
    name,
    input,
    element: h("label", {}, h("span", {class: "mono"}, name), input),
    get value() {
      return input.value === "" ? undefined : as_value(input.value, value);
    },
  };
}

function component_fields(type, component, defaults, given) {
  const names = [...new Set([...Object.keys(defaults), ...Object.keys(given)])];
  const fields = names.map((name) => field(name, defaults[name], given[name]));
  const list = h(
    "div",
    {class: "properties"},
    fields.map((one) => one.element),
  );
  const name = h("input", {
    type: "text",
    aria_label: `Name of another property of ${component}`,
    placeholder: "name",
    spellcheck: "false",
  });
  const more = h(
    "button",
    {
      type: "button",
      on_click: () => {
        const wanted = name.value.trim();
        if (!wanted || fields.some((one) => one.name === wanted)) return;
        const made = field(wanted, undefined, undefined);
        fields.push(made);
        list.append(made.element);
        name.value = "";
        made.input.focus();
      },
    },
    "Add",
  );
  return {
    element: h(
      "fieldset",
      {},
      h("legend", {}, `${type}/${component}`),
      list,
      h("div", {class: "row"}, name, more),
    ),
    // What was given before and is empty now goes (null).
    value: () =>
      Object.fromEntries(
        fields
          .map((one) => [
            one.name,
            one.value === undefined && given[one.name] !== undefined ? null : one.value,
          ])
          .filter(
            ([key, value]) => value !== undefined && JSON.stringify(value) !== JSON.stringify(given[key]),
          ),
      ),
  };
}

// {element, value()}: value() is {type: {component: {property: value}}} of what is other than `given`.
export function properties_form(defaults, given = {}) {
  const parts = Object.entries(defaults).flatMap(([type, components]) =>
    Object.entries(components).map(([component, properties]) => ({
      type,
      component,
      ...component_fields(type, component, properties || {}, given[type]?.[component] || {}),
    })),
  );
  const from_fields = () => {
    const result = {};
    for (const one of parts) {
      const value = one.value();
      if (Object.keys(value).length > 0) (result[one.type] ??= {})[one.component] = value;
    }
    return result;
  };
  const text = h("textarea", {
    spellcheck: "false",
    aria_label: "Properties as JSON: type, component, property",
  });
  const place = h("div", {});
  const state = {json: false};
  const button = h("button", {
    type: "button",
    class: "link",
    on_click: () => {
      state.json = !state.json;
      if (state.json) text.value = JSON.stringify(from_fields(), null, 2);
      shown();
    },
  });
  const shown = () => {
    button.textContent = state.json ? "As fields" : "As JSON";
    show(place, state.json ? text : parts.map((one) => one.element));
  };
  shown();
  const read = () => {
    if (!state.json) return from_fields();
    try {
      return JSON.parse(text.value || "{}");
    } catch (problem) {
      throw new Refused(400, {information: `The properties are no JSON: ${problem.message}`});
    }
  };
  return {
    element: h(
      "section",
      {},
      h("div", {class: "row between"}, h("h2", {}, "Properties"), button),
      h("p", {class: "small quiet"}, "Empty fields stay as the package has them, in grey."),
      place,
    ),
    value: read,
  };
}
