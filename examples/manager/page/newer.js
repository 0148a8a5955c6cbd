// Whether the Deployment Manager has another page by now: one that is open for days outlives updates of its server.
// SPDX-License-Identifier: Apache-2.0
import {headers_of} from "./api.js";
import {on_news} from "./news.js";

const script = "/page/page.js";
const known = {tag: null};

// Asked for again, and not sent again where it is the same.
async function tag_now() {
  try {
    const answer = await fetch(script, {cache: "no-cache", headers: headers_of(), redirect: "error"});
    answer.body?.cancel();
    return answer.ok ? answer.headers.get("ETag") : null;
  } catch {
    return null; // nobody is there to be asked
  }
}

async function look(tell) {
  const tag = await tag_now();
  if (tag && known.tag && tag !== known.tag) tell();
  known.tag ||= tag;
}

// tell() is called when there is one. It is looked for some time after the page is there, and whenever a connection is new.
export function watch_for_newer(tell) {
  setTimeout(() => look(tell), 10000);
  on_news(({event, data}) => {
    if (event === "line" && data.state === "live" && known.tag) look(tell);
  });
}
