// Addresses of the page, all behind the #: #/applications/counting/logs?component=stream. What is shown, and how it is
// filtered, stands in the address, so that it can be sent to somebody and comes back with the browser's button.
// SPDX-License-Identifier: Apache-2.0

export function hash_of(parts, query = {}) {
  const parameters = new URLSearchParams(
    Object.entries(query).filter(([, value]) => value !== "" && value !== undefined && value !== null),
  );
  const text = parameters.toString();
  return `#/${parts.map(encodeURIComponent).join("/")}${text ? `?${text}` : ""}`;
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function place() {
  const text = globalThis.location.hash.replace(/^#\/?/, "");
  const mark = text.indexOf("?");
  const path = mark < 0 ? text : text.slice(0, mark);
  return {
    parts: path
      .split("/")
      .filter((part) => part !== "")
      .map(decoded),
    query: Object.fromEntries(new URLSearchParams(mark < 0 ? "" : text.slice(mark + 1))),
  };
}

export function go(parts, query) {
  globalThis.location.hash = hash_of(parts, query);
}

// Another query for what is shown already: no new view, no new entry in the history.
export function set_query(query) {
  history.replaceState(null, "", hash_of(place().parts, query));
}
