// What a page can try without scripts' requests: forms, frames, images, other pages; and whether what it cannot read can be
// told by what happens (an event, a time stamp, the number of frames), for what is there and for what is not.
// SPDX-License-Identifier: Apache-2.0
"use strict";

function added(tag, properties) {
  const element = document.createElement(tag);
  Object.assign(element, properties);
  document.documentElement.append(element);
  return element;
}

// The event that comes of a tag with that address.
function event_of(tag, attribute, path, more = {}) {
  return new Promise((resolve) => {
    const element = document.createElement(tag);
    Object.assign(element, more);
    element.onload = () => resolve("load");
    element.onerror = () => resolve("error");
    element.onloadedmetadata = () => resolve("load");
    element.setAttribute(attribute, dm + path);
    document.documentElement.append(element);
    setTimeout(() => resolve("nothing"), 5000);
  });
}

const tags = [
  ["img", "src"], ["script", "src"], ["link", "href", {rel: "stylesheet"}], ["iframe", "src"], ["object", "data"],
  ["embed", "src"], ["video", "src"], ["audio", "src"],
];
const there = "/applications/one/detail";
const absent = "/applications/none/detail";
for (const [tag, attribute, more] of tags) {
  attempt(`<${tag}> tells whether it is there`, async () => {
    const found = await event_of(tag, attribute, there, more);
    const other = await event_of(tag, attribute, absent, more);
    return found === other ? nothing(found) : {read: `${found} if it is there, ${other} if not`, note: "told apart"};
  });
}
attempt("no-cors tells whether it is there", async () => {
  const ended = async (path) => {
    try {
      await fetch(dm + path, {mode: "no-cors", cache: "no-store"});
      return "load";
    } catch (problem) {
      return "error";
    }
  };
  const found = await ended(there);
  const other = await ended(absent);
  return found === other ? nothing(found) : {read: `${found} if it is there, ${other} if not`, note: "told apart"};
});
attempt("what the browser has measured", () => {
  const told = performance.getEntries().filter((entry) => entry.name.startsWith(dm) &&
    (entry.responseStatus || entry.transferSize || entry.encodedBodySize || entry.decodedBodySize));
  // Without their names, which the page knows.
  const sizes = told.map((entry) => [entry.initiatorType, entry.responseStatus, entry.transferSize, entry.encodedBodySize, entry.decodedBodySize]);
  return told.length === 0 ? nothing("no sizes") : {read: JSON.stringify(sizes), note: "sizes"};
});

attempt("<script> with values", async () => {
  const before = Object.keys(window).length;
  const event = await event_of("script", "src", "/applications");
  const after = Object.keys(window).length;
  return before === after ? nothing(event) : {read: "new names", note: event};
});
attempt("<link> with rules", async () => {
  const sheet = added("link", {rel: "stylesheet", href: `${dm}/applications`});
  await new Promise((resolve) => { sheet.onload = sheet.onerror = resolve; });
  const rules = sheet.sheet ? sheet.sheet.cssRules.length : 0;
  return rules === 0 ? nothing("no rules") : {read: String(rules), note: "rules"};
});

// Frames and pages.

function document_of(frame) {
  try {
    const inside = frame.document;
    return inside && inside.body && inside.location.href !== "about:blank" ? inside.body.innerText : null;
  } catch (refused) {
    return null;
  }
}
attempt("iframe /applications", async () => {
  const frame = added("iframe", {src: `${dm}/applications`});
  await new Promise((resolve) => { frame.onload = resolve; });
  return {read: document_of(frame.contentWindow), note: `frames: ${frame.contentWindow.length}`};
});
attempt("window /applications", async () => {
  const other = window.open(`${dm}/applications`);
  if (!other) return nothing("no window");
  await new Promise((resolve) => { setTimeout(resolve, 1000); });
  const read = document_of(other);
  other.close();
  return {read, note: "window"};
});

function submit(to, properties, name, value) {
  return new Promise((resolve) => {
    const target = `frame${document.querySelectorAll("iframe").length}`;
    const frame = added("iframe", {name: target});
    const form = added("form", {action: dm + to, target, ...properties});
    const input = document.createElement("input");
    Object.assign(input, {name, value});
    form.append(input);
    frame.onload = () => resolve({read: document_of(frame.contentWindow), note: "answered"});
    form.submit();
  });
}
const forms = ["/applications/one/stop", "/applications/one/start", "/applications/one/upgrade", "/applications/one/savepoints"];
for (const path of forms) {
  for (const enctype of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
    const properties = {method: "post", enctype};
    attempt(`form ${path}, ${enctype}`, () => submit(`${path}?${who}`, properties, '{"package": "counter-1.0.0", "x": "', '"}'));
  }
  attempt(`form ${path}, no referrer`, () => {
    const policy = added("meta", {name: "referrer", content: "no-referrer"});
    return submit(`${path}?${who}`, {method: "post", enctype: "text/plain"}, "{}", "").finally(() => policy.remove());
  });
}
attempt("form GET", () => submit("/applications/one/stop", {method: "get"}, "user.name", "daemon"));

// A frame that has no origin at all ("null").
attempt("a frame without an origin", () => new Promise((resolve) => {
  addEventListener("message", (event) => {
    const read = event.data.filter((one) => one !== null);
    resolve(read.length === 0 ? nothing("refused") : {read: JSON.stringify(read), note: "read"});
  }, {once: true});
  added("iframe", {
    sandbox: "allow-scripts",
    srcdoc: `<script>
      const ask = async (path, options) => {
        try {
          const answer = await fetch(${JSON.stringify(dm)} + path, options);
          return answer.type === "opaque" ? null : await answer.text();
        } catch (refused) { return null; }
      };
      Promise.all([
        ask("/applications"),
        ask("/applications/one/stop?${who}", {method: "POST", mode: "no-cors"}),
        ask("/applications/one/stop?${who}", {method: "POST", body: "{}", mode: "no-cors"}),
        ask("/applications/two?${who}", {method: "PUT", body: '{"package": "counter-1.0.0"}', headers: {"Content-Type": "application/json"}}),
      ]).then((all) => parent.postMessage(all, "*"));
    <\/script>`,
  });
}));
