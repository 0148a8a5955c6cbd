// Server-sent events by fetch, since EventSource sends no Authorization.
// SPDX-License-Identifier: Apache-2.0
import {address, headers_of, refusal_of} from "./api.js";

const longest_silence = 45000; // ms; a sign of life comes each 15 s

function read_in_time(reader) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("Nothing comes any more")), longest_silence);
  });
  return Promise.race([reader.read(), late]).finally(() => clearTimeout(timer));
}

// Reads one answer to its end; each event goes to take({id, event, data}). Throws Refused, or what fetch throws.
export async function read_events(path, {query, signal, last, take, opened}) {
  const headers = headers_of(
    last ? {"Last-Event-ID": last, Accept: "text/event-stream"} : {Accept: "text/event-stream"},
  );
  const response = await fetch(address(path, query), {headers, signal, cache: "no-store", redirect: "error"});
  if (!response.ok) throw await refusal_of(response);
  opened?.();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const {done, value} = await read_in_time(reader);
      if (done) return;
      rest += value;
      for (let end = rest.indexOf("\n\n"); end >= 0; end = rest.indexOf("\n\n")) {
        const event = parsed(rest.slice(0, end));
        rest = rest.slice(end + 2);
        if (event) take(event);
      }
    }
  } finally {
    reader.cancel().catch(() => {}); // what is read no longer is closed
  }
}

function parsed(text) {
  const event = {id: "", event: "message", data: ""};
  const data = [];
  for (const line of text.split("\n")) {
    const mark = line.indexOf(":");
    if (mark <= 0) continue;
    const name = line.slice(0, mark);
    const value = line.slice(mark + 1).replace(/^ /, "");
    if (name === "data") data.push(value);
    else if (name in event) event[name] = value;
  }
  if (data.length === 0) return null;
  try {
    event.data = JSON.parse(data.join("\n"));
  } catch {
    return null;
  }
  return event;
}

const pause = (ms, signal) =>
  new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    signal.addEventListener("abort", over);
  });

// The same, again and again until it is aborted. state(word): "live", "waiting".
export async function follow_events(path, {query, signal, take, state}) {
  let last = "";
  let wait = 1000;
  while (!signal.aborted) {
    try {
      await read_events(path, {
        query,
        signal,
        last,
        opened: () => {
          wait = 1000;
          state("live");
        },
        take: (event) => {
          if (event.id) last = event.id;
          take(event);
        },
      });
    } catch (problem) {
      if (signal.aborted) return;
      if (problem.status === 401 || problem.status === 403) {
        state("refused");
        return;
      }
    }
    if (signal.aborted) return;
    state("waiting");
    await pause(wait, signal);
    wait = Math.min(wait * 2, 15000);
  }
}
