// Elements. What is shown is text, whatever is in it; nothing on this page becomes markup.
// SPDX-License-Identifier: Apache-2.0

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on_")) element.addEventListener(name.slice(3), value);
    else if (name === "value" || name === "checked" || name === "disabled" || name === "selected")
      element[name] = value;
    else
      element.setAttribute(
        name.replace(/^(aria|data)_/, "$1-").replaceAll("_", "-"),
        value === true ? "" : String(value),
      );
  }
  add(element, children);
  return element;
}

function add(element, children) {
  for (const child of [children].flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
  return element;
}

// h("a", {href: "#/", aria_current: "page", on_click: …}, "text", element, [more])
export function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

export function show(element, ...children) {
  element.replaceChildren();
  return add(element, children);
}

function is_web_address(text) {
  try {
    return ["http:", "https:"].includes(new URL(text).protocol);
  } catch {
    return false;
  }
}

// A link out of the page; what is no address of the web stays text.
export function link_out(address, text) {
  if (!is_web_address(address)) return text;
  return h(
    "a",
    {href: address, target: "_blank", rel: "noopener noreferrer"},
    text,
    h("span", {class: "hidden"}, " (new tab)"),
  );
}

// Rows that are made anew only where something is other, so that focus and selection stay where they are.
// make: (item) => element; what can have the focus in it has data-focus.
export function keep_rows(parent, items, key_of, make) {
  const known = parent.known_rows || new Map();
  const rows = new Map();
  const focused = document.activeElement;
  let again = null;
  for (const item of items) {
    const key = key_of(item);
    const mark = JSON.stringify(item);
    let row = known.get(key);
    if (!row || row.mark !== mark) {
      const element = make(item);
      if (row && row.element.contains(focused) && focused.dataset.focus)
        again = [element, focused.dataset.focus];
      row = {element, mark};
    }
    rows.set(key, row);
  }
  const wanted = [...rows.values()].map((row) => row.element);
  const same =
    wanted.length === parent.children.length &&
    wanted.every((element, at) => parent.children[at] === element);
  if (!same) {
    const inside = parent.contains(focused) && wanted.some((element) => element.contains(focused));
    parent.replaceChildren(...wanted);
    if (inside) focused.focus({preventScroll: true});
  }
  parent.known_rows = rows;
  if (again) again[0].querySelector(`[data-focus="${CSS.escape(again[1])}"]`)?.focus({preventScroll: true});
}
