// What has happened to a component, as a picture and as a list: runs with how they ended, restarts, savepoints, upgrades.
// SPDX-License-Identifier: Apache-2.0
import {h, link_out, svg} from "./dom.js";
import {flink_address} from "./parts.js";
import {hash_of} from "./router.js";
import {date_time, duration, plural, server_now, word} from "./text.js";

const width = 900;
const left = 8;
const row_height = 16;
const most_runs = 12; // the newest
const outcome_tones = {completed: "good", stopped: "idle", killed: "warn", failed: "bad", unknown: "warn"};

function run_links(name, run, links) {
  const history =
    links.history_server && run.job_id && flink_address(`${links.history_server}#/jobs/${run.job_id}`, true);
  return h(
    "span",
    {class: "row small"},
    history && run.ended_at && link_out(history, "Flink history"),
    run.application_id &&
      links.yarn_application &&
      link_out(links.yarn_application + encodeURIComponent(run.application_id), "YARN"),
    h(
      "a",
      {href: hash_of(["applications", name, "logs"], {component: run.component, epoch: run.epoch})},
      "Logs",
    ),
  );
}

function run_events(name, component, links) {
  return (component.incarnations || []).flatMap((run) => {
    const from = run.restore_point ? `from ${run.restore_point}` : "";
    const began = {
      at: run.started_at,
      what: `Run ${run.epoch} began`,
      why: from,
      kind: "run",
      links: run_links(name, {...run, component: component.component}, links),
    };
    if (!run.ended_at) return [began];
    return [
      began,
      {
        at: run.ended_at,
        what: `Run ${run.epoch} ${run.outcome === "unknown" || !run.outcome ? "ended" : `ended: ${run.outcome}`}`,
        why: run.cause,
        kind: run.outcome === "failed" || run.outcome === "killed" ? "failure" : "end",
        epoch: run.epoch,
        links: run_links(name, {...run, component: component.component}, links),
      },
    ];
  });
}

// Flink's own restarts, as the figures of the last hours have counted them. The newest one is the component's, which knows why.
function restart_events(component, history) {
  const events = [];
  const newest = component.restarts?.since_at;
  if (newest) {
    events.push({
      at: newest,
      what: `Restarted by Flink (${component.restarts.count} in this run)`,
      why: component.restarts.exception,
      kind: "restart",
    });
  }
  const column = (history?.names || []).indexOf("restarts") + 1;
  if (column === 0) return events;
  let before = null;
  for (const point of history.points) {
    const count = point[column];
    if (!Number.isFinite(count)) continue;
    // Of a new run it begins again.
    const more = before && count - (count < before.count ? 0 : before.count);
    const told = newest && before && Date.parse(newest) > before.at && Date.parse(newest) <= point[0];
    if (more > 0 && !(told && more === 1)) {
      events.push({
        at: new Date(point[0]).toISOString(),
        what: more === 1 ? "Restarted by Flink" : `Restarted by Flink ${more} times`,
        why: `${plural(count, "restart")} of the run by then`,
        kind: "restart",
      });
    }
    before = {at: point[0], count};
  }
  return events;
}

const same_failure = 120_000; // ms between what the guard kept, and what Flink and YARN say of it

// What was kept of a failure is a link in the line that tells of it already, else a line of its own.
function add_incidents(name, component, incidents, events) {
  for (const incident of incidents) {
    const link = h(
      "a",
      {
        class: "small",
        href: hash_of(["applications", name, "incidents"], {
          component: component.component,
          incident: incident.id,
        }),
      },
      "Incident",
    );
    const times = [incident.at, incident.last_at].map((time) => Date.parse(time));
    const told = events.find(
      (one) =>
        ["failure", "restart"].includes(one.kind) &&
        (one.epoch === undefined || one.epoch === incident.epoch) &&
        times.some((time) => Math.abs(time - Date.parse(one.at)) < same_failure),
    );
    if (told && !(incident.count > 1)) {
      told.links = [told.links, told.links && " ", link];
      told.why ||= incident.message;
      continue;
    }
    const often = incident.count > 1 ? `, ${incident.count} times until ${date_time(incident.last_at)}` : "";
    events.push({
      at: incident.at,
      what: `Failure in run ${incident.epoch}${often}`,
      why: incident.message,
      kind: "failure",
      links: link,
    });
  }
}

// The newest first: {at, what, why, kind, links}. `more`: what was kept of failures, and the figures of the last hours.
export function events_of(name, component, points, operations, links, {incidents = [], history} = {}) {
  const events = [...run_events(name, component, links), ...restart_events(component, history)];
  add_incidents(name, component, incidents, events);
  for (const point of points.filter((one) => one.kind === "savepoint")) {
    events.push({
      at: point.completed_at || point.requested_at,
      what: `Savepoint ${point.id}${point.state === "COMPLETED" ? "" : `: ${word(point.state)}`}`,
      why: point.reason || point.path,
      kind: "savepoint",
      links: h("a", {class: "small", href: hash_of(["applications", name, "savepoints"])}, "Savepoints"),
    });
  }
  for (const one of operations.filter((operation) =>
    ["upgrade", "resume", "start", "stop"].includes(operation.verb),
  )) {
    events.push({
      at: one.accepted_at,
      what: `${word(one.verb)} by ${one.user}: ${word(one.status)}`,
      why: one.information,
      kind: one.verb === "upgrade" ? "upgrade" : "operation",
    });
  }
  return events.sort((a, b) => (Date.parse(b.at) || 0) - (Date.parse(a.at) || 0));
}

const shapes = {
  savepoint: (x, y) => svg("path", {class: "busy mark", d: `M${x} ${y - 6}l6 6-6 6-6-6z`}),
  upgrade: (x, y) => svg("path", {class: "good mark", d: `M${x} ${y - 7}l7 12h-14z`}),
  restart: (x, y) => svg("path", {class: "warn mark", d: `M${x} ${y + 7}l7-12h-14z`}),
  failure: (x, y) => svg("path", {class: "bad mark", d: `M${x - 5} ${y - 5}h10v10h-10z`}),
};

function tell(element, text) {
  element.append(svg("title", {}, text));
  return element;
}

function picture(component, runs, events, begin, end) {
  const x_of = (at) => left + (((Date.parse(at) || end) - begin) / (end - begin)) * (width - 2 * left);
  const height = 34 + row_height * (runs.length + 1);
  const image = svg("svg", {
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    aria_label: `Timeline of ${component.component}: ${runs.length} runs and ${events.length} events in ${duration(end - begin)}; the list below tells the same`,
  });
  runs.forEach((run, at) => {
    const x = x_of(run.started_at);
    const y = 14 + row_height * at;
    const tone = run.ended_at ? outcome_tones[run.outcome] || "warn" : "good";
    image.append(
      tell(
        svg("rect", {
          class: tone,
          x,
          y: y - 5,
          rx: 3,
          height: 10,
          width: Math.max(4, x_of(run.ended_at) - x),
        }),
        `Run ${run.epoch}: ${run.ended_at ? run.outcome || "ended" : "goes on"}${run.cause ? `, ${run.cause}` : ""}`,
      ),
    );
  });
  const y = 14 + row_height * runs.length;
  image.append(svg("path", {class: "axis", d: `M${left} ${y + 10}H${width - left}`}));
  for (const event of events) {
    if (shapes[event.kind] && Date.parse(event.at) >= begin)
      image.append(tell(shapes[event.kind](x_of(event.at), y), event.what));
  }
  image.append(
    svg("text", {x: left, y: height - 4}, date_time(begin)),
    svg("text", {x: width - left, y: height - 4, text_anchor: "end"}, "now"),
  );
  return image;
}

function keys() {
  const key = (kind, text) =>
    h("li", {}, svg("svg", {viewBox: "0 0 16 16", aria_hidden: "true"}, shapes[kind](8, 8)), ` ${text}`);
  return h(
    "ul",
    {class: "keys"},
    key("savepoint", "savepoint"),
    key("upgrade", "upgrade"),
    key("restart", "restart by Flink"),
    key("failure", "failure"),
  );
}

export function timeline(component, events) {
  const runs = (component.incarnations || [])
    .filter((run) => run.started_at)
    .slice(0, most_runs)
    .reverse();
  const times = [
    ...runs.map((run) => Date.parse(run.started_at)),
    ...events.filter((one) => shapes[one.kind]).map((one) => Date.parse(one.at)),
  ].filter(Number.isFinite);
  if (times.length === 0) return null;
  const end = server_now();
  const begin =
    runs.length > 0 ? Math.min(...runs.map((run) => Date.parse(run.started_at))) : Math.min(...times);
  const sheet = h(
    "div",
    {class: "timeline", tabindex: 0, role: "group", aria_label: "Timeline"},
    picture(component, runs, events, Math.min(begin, end - 60000), end),
  );
  // Where it is wider than the page, today is what is looked at.
  requestAnimationFrame(() => {
    sheet.scrollLeft = sheet.scrollWidth;
  });
  return h("div", {}, sheet, keys());
}
