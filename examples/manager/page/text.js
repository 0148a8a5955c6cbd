// Numbers, times and sizes as people read them.
// SPDX-License-Identifier: Apache-2.0

const clock = {ahead: 0}; // the server's before this machine's, ms

export function set_server_time(text) {
  const at = Date.parse(text);
  if (!Number.isNaN(at)) clock.ahead = at - Date.now();
}

export function server_now() {
  return Date.now() + clock.ahead;
}

export function duration(ms) {
  if (!Number.isFinite(ms)) return "";
  const seconds = Math.round(Math.abs(ms) / 1000);
  if (Math.abs(ms) < 1000) return `${Math.round(Math.abs(ms))} ms`;
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min${minutes < 10 && seconds % 60 ? ` ${seconds % 60} s` : ""}`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h${minutes % 60 ? ` ${minutes % 60} min` : ""}`;
  const days = Math.floor(hours / 24);
  return `${days} d${hours % 24 && days < 10 ? ` ${hours % 24} h` : ""}`;
}

export function ago(at) {
  const passed = server_now() - at;
  return passed < 1000 ? "just now" : `${duration(passed)} ago`;
}

// One way for all: as logs, the API and dmctl have it, so that what is read here can be found there.
export function date_time(at) {
  const when = new Date(at);
  return Number.isNaN(when.getTime()) ? "" : `${when.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

// A sentence of the server's, with its times as the page has them.
export function with_times(text) {
  return String(text ?? "").replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, (time) => date_time(time) || time);
}

// What an operation is about at the moment, where that is more than its verb says already.
export function phase_of(operation) {
  return operation.phase && operation.phase !== operation.verb ? operation.phase : "";
}

export function bytes(count) {
  if (!Number.isFinite(count)) return "";
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let at = 0;
  let value = count;
  while (value >= 1024 && at < units.length - 1) {
    value /= 1024;
    at += 1;
  }
  return `${at === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[at]}`;
}

export function number(value) {
  if (!Number.isFinite(value)) return "";
  const size = Math.abs(value);
  if (size >= 1e9) return `${(value / 1e9).toFixed(1)} G`;
  if (size >= 1e6) return `${(value / 1e6).toFixed(1)} M`;
  if (size >= 1e4) return `${(value / 1e3).toFixed(1)} k`;
  return String(Number.isInteger(value) ? value : Number(value.toFixed(2)));
}

export function plural(count, one, many) {
  return `${count} ${count === 1 ? one : many || `${one}s`}`;
}

// FINISHED_SUCCEEDED -> Finished succeeded
export function word(text) {
  const plain = String(text || "")
    .replaceAll("_", " ")
    .toLowerCase();
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}
