// What the Deployment Manager tells by itself, handed to whoever listens.
// SPDX-License-Identifier: Apache-2.0
import {follow_events} from "./stream.js";

const listeners = new Set();
const line = {abort: null, state: "waiting"};

// take({event, data}); returns what ends it.
export function on_news(take) {
  listeners.add(take);
  return () => listeners.delete(take);
}

function tell(event) {
  for (const take of [...listeners]) take(event);
}

export function begin_news() {
  line.abort?.abort();
  line.abort = new AbortController();
  follow_events("/events", {
    signal: line.abort.signal,
    take: tell,
    state: (state) => {
      line.state = state;
      tell({event: "line", data: {state}});
    },
  });
}
