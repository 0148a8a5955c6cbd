// What a page's scripts can try against the Deployment Manager at ?dm=…: reads and writes, by each way that sends a request.
// An attempt says what the page has learnt: {read: text or null, note: how it ended}.
// SPDX-License-Identifier: Apache-2.0
"use strict";

const dm = new URLSearchParams(location.search).get("dm");
const who = "user.name=daemon";
const attempts = []; // {name, run}
performance.setResourceTimingBufferSize(5000);

function attempt(name, run) {
  attempts.push({name, run});
}

const nothing = (note) => ({read: null, note: String(note)});

// Of a stream that has no end the first piece.
async function text_of(response) {
  const reader = response.body ? response.body.getReader() : null;
  if (!reader) return "";
  let text = "";
  for (;;) {
    const {done, value} = await reader.read();
    if (done) return text;
    text += new TextDecoder().decode(value);
    if ((response.headers.get("content-type") || "").startsWith("text/event-stream")) {
      await reader.cancel();
      return text;
    }
  }
}

async function fetched(path, options = {}) {
  const response = await fetch(dm + path, {cache: "no-store", ...options});
  if (response.type === "opaque") return nothing("opaque");
  return {read: await text_of(response), note: `${response.type} ${response.status}`};
}

function requested(method, path, body, type) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open(method, dm + path);
    if (type) request.setRequestHeader("Content-Type", type);
    request.onload = () => resolve({read: request.responseText, note: String(request.status)});
    request.onerror = () => resolve(nothing(`error ${request.status}`));
    request.send(body);
  });
}

// Reads.

const readable = [
  "/applications", "/applications?view=summary", "/applications/one", "/applications/one/detail",
  "/applications/one/savepoints", "/packages", "/packages/counter-1.0.0", "/repository/packages", "/operations",
  "/environment/endpoints", "/metrics", "/plugins", "/selftest/all", "/healthz", "/readyz", "/", "/events",
  "/fleet", "/whoami", "/page/page.js",
];
for (const path of readable) {
  attempt(`fetch GET ${path}`, () => fetched(path));
  attempt(`fetch GET ${path}, JSON`, () => fetched(path, {headers: {"Content-Type": "application/json"}}));
  attempt(`fetch GET ${path}, with credentials`, () => fetched(path, {credentials: "include"}));
  attempt(`fetch GET ${path}, no-cors`, () => fetched(path, {mode: "no-cors"}));
  if (path !== "/events") attempt(`XMLHttpRequest GET ${path}`, () => requested("GET", path));
}
attempt("fetch HEAD /applications", () => fetched("/applications", {method: "HEAD"}));

attempt("EventSource /events", () => new Promise((resolve) => {
  const events = new EventSource(`${dm}/events`);
  events.onopen = () => { events.close(); resolve({read: "open", note: "open"}); };
  events.onerror = () => { events.close(); resolve(nothing("error")); };
}));
attempt("WebSocket /events", () => new Promise((resolve) => {
  const socket = new WebSocket(`${dm.replace(/^http/, "ws")}/events`);
  socket.onopen = () => { socket.close(); resolve({read: "open", note: "open"}); };
  socket.onerror = () => resolve(nothing("error"));
}));
attempt("import of /applications", async () => ({read: JSON.stringify(await import(`${dm}/applications`)), note: "imported"}));
attempt("Worker /applications", () => new Promise((resolve) => {
  const worker = new Worker(`${dm}/applications`);
  worker.onmessage = (event) => resolve({read: String(event.data), note: "message"});
  worker.onerror = () => resolve(nothing("error"));
}));

// Writes.

const json = "application/json";
const writes = [
  ["POST", "/applications/one/stop", "{}"],
  ["POST", "/applications/one/start", "{}"],
  ["POST", "/applications/one/plan", "{}"],
  ["POST", "/applications/one/upgrade", '{"package": "counter-1.0.0"}'],
  ["POST", "/applications/one/savepoints", "{}"],
  ["POST", "/applications/one/savepoints/latest/resume", "{}"],
  ["POST", "/applications/one/savepoints/latest/pin", "{}"],
  ["PUT", "/applications/two", '{"package": "counter-1.0.0"}'],
  ["PUT", "/packages/counter-1.0.0", ""],
  ["PUT", "/repository/packages/evil-1.0.0.tar.gz", "not really an archive"],
  ["DELETE", "/operations/one", ""],
  ["DELETE", "/applications/one/savepoints/latest", ""],
  ["DELETE", "/repository/packages/counter-1.0.0.tar.gz", ""],
  ["DELETE", "/packages/counter-1.0.0", ""],
  ["DELETE", "/applications/one", ""],
];
// What a page may send without asking first.
const simple = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"];

for (const [method, path, body] of writes) {
  const to = `${path}?${who}`;
  attempt(`fetch ${method} ${path}, JSON`, () => fetched(to, {method, body: body || undefined, headers: {"Content-Type": json}}));
  attempt(`fetch ${method} ${path}, no body`, () => fetched(to, {method}));
  attempt(`XMLHttpRequest ${method} ${path}, JSON`, () => requested(method, to, body || null, json));
  for (const type of simple) {
    attempt(`fetch ${method} ${path}, ${type}`, () => fetched(to, {method, body: body || "x", headers: {"Content-Type": type}}));
  }
  if (method !== "POST") continue;
  attempt(`fetch POST ${path}, no-cors, no body`, () => fetched(to, {method, mode: "no-cors"}));
  attempt(`fetch POST ${path}, no-cors, no referrer`, () => fetched(to, {method, mode: "no-cors", referrerPolicy: "no-referrer"}));
  for (const type of simple) {
    attempt(`fetch POST ${path}, no-cors, ${type}`, () =>
      fetched(to, {method, body, mode: "no-cors", keepalive: true, headers: {"Content-Type": type}}));
  }
  attempt(`sendBeacon ${path}`, () => nothing(navigator.sendBeacon(dm + to, body)));
  attempt(`sendBeacon ${path}, JSON`, () => nothing(navigator.sendBeacon(dm + to, new Blob([body], {type: json}))));
}
