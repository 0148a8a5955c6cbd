// All applications as this page knows them: asked once as a whole, then for what has changed, when something is told and
// from time to time, since what a plugin only observes is told by nobody.
// SPDX-License-Identifier: Apache-2.0
import {get} from "./api.js";
import {set_owners} from "./credentials.js";
import {on_news} from "./news.js";
import {set_server_time} from "./text.js";

const seconds_between = 8;
const listeners = new Set();
const known = {
  applications: new Map(),
  revision: "",
  types: {},
  links: {},
  observed_at: null,
  asked: false,
  problem: null,
};
const asking = {now: null, again: false, timer: 0};

export const fleet = {
  get applications() {
    return [...known.applications.values()];
  },
  application: (name) => known.applications.get(name),
  get types() {
    return known.types;
  },
  get links() {
    return known.links;
  },
  get observed_at() {
    return known.observed_at;
  },
  get problem() {
    return known.problem;
  },
  get asked() {
    return known.asked;
  },
  has: (type, extension) => known.types[type]?.extensions?.includes(extension) || false,
  // Each component with its application, in the order of names.
  get components() {
    return fleet.applications
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((application) => application.components.map((component) => ({...component, application})));
  },
};

export function on_fleet(call) {
  listeners.add(call);
  return () => listeners.delete(call);
}

function tell(changed) {
  for (const call of [...listeners]) call(changed);
}

async function ask_once() {
  try {
    const answer = await get("/fleet", {since: known.revision});
    set_server_time(answer.now);
    set_owners(answer.owners);
    const before = new Set(known.applications.keys());
    if (answer.whole) known.applications.clear();
    for (const one of answer.applications) known.applications.set(one.name, one);
    for (const name of answer.gone) known.applications.delete(name);
    const components = fleet.applications.some((one) => one.components.length > 0);
    Object.assign(known, {
      revision: answer.revision,
      types: answer.types,
      links: answer.links,
      // Where none of them could be looked at, nothing was learnt by asking.
      observed_at: answer.observed_at || (components ? known.observed_at : answer.now),
      asked: true,
      problem: null,
    });
    tell(
      new Set(
        [...before]
          .filter((name) => !known.applications.has(name))
          .concat(answer.applications.map((one) => one.name)),
      ),
    );
  } catch (problem) {
    known.problem = problem;
    tell(new Set());
  }
}

// One question at a time; what is wanted meanwhile is asked once more afterwards.
async function look_at_fleet() {
  if (asking.now) {
    asking.again = true;
    return asking.now;
  }
  clearTimeout(asking.timer);
  asking.now = ask_once();
  await asking.now;
  asking.now = null;
  if (asking.again) {
    asking.again = false;
    return look_at_fleet();
  }
  asking.timer = setTimeout(look_when_seen, seconds_between * 1000);
}

function look_when_seen() {
  if (document.hidden) asking.timer = setTimeout(look_when_seen, 1000);
  else look_at_fleet();
}

const soon = {timer: 0};

export function watch_fleet() {
  on_news(({event, data}) => {
    if (event === "progress" || (event === "line" && data.state !== "live")) return;
    clearTimeout(soon.timer);
    soon.timer = setTimeout(look_at_fleet, 250);
  });
  return look_at_fleet();
}
