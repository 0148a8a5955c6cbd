// How Flink is, from what is seen of its components, its plugin and its history server.
// SPDX-License-Identifier: Apache-2.0
import {component_state} from "./parts.js";
import {duration, server_now} from "./text.js";

const stale_after = 3 * 60 * 1000;

function cause_of(component) {
  const name = `${component.application.name} – ${component.component}`;
  const state = component_state(component);
  const why = component.reason ? `: ${component.reason}` : "";
  if (state === "FAILED") return {tone: "ERROR", text: `${name} has failed${why}`};
  if (state === "KILLED") return {tone: "WARN", text: `${name} was killed from outside${why}`};
  if (state === "BACKOFF") return {tone: "WARN", text: `${name} failed and waits for its next attempt${why}`};
  if (state === "RESTARTING") return {tone: "WARN", text: `${name} restarts again and again${why}`};
  if (component.problem) return {tone: "WARN", text: `${name} cannot be looked at: ${component.problem}`};
  if (state === "UNKNOWN") return {tone: "WARN", text: `How ${name} is cannot be told${why}`};
  if (component.confidence === "stale") return {tone: "WARN", text: `${name}: last known state${why}`};
  return null;
}

export function needs_attention(components) {
  return components
    .map((component) => ({component, cause: cause_of(component)}))
    .filter((one) => one.cause)
    .sort((a, b) => (a.cause.tone === b.cause.tone ? 0 : a.cause.tone === "ERROR" ? -1 : 1));
}

function plugin_cause(plugin) {
  if (!plugin) return {tone: "ERROR", text: "No plugin for Flink is loaded"};
  if (plugin.circuit === "open")
    return {
      tone: "ERROR",
      text: "The plugin does not come back from its calls, and is left alone for a while",
    };
  if (plugin.stuck > 0)
    return {tone: "WARN", text: `${plugin.stuck} calls have not come back from the plugin`};
  return null;
}

// {word: OK, WARN, ERROR, UNAVAILABLE or NO_RECENT_UPDATE, causes: [text], updated}; history: an answer of
// /fleet/history-server, NOT_ASKED with a cause where there was none, or null while nothing is known.
export function health_of(kind, {components, plugin, history, observed_at}) {
  const of_kind = components.filter((one) => one.type === "flink" && one.kind === kind);
  const found = [plugin_cause(plugin), ...needs_attention(of_kind).map((one) => one.cause)];
  if (history?.state === "ERROR") found.push(...history.causes.map((text) => ({tone: "ERROR", text})));
  const age = server_now() - Date.parse(observed_at);
  if (history?.state === "NOT_ASKED" && !(age > stale_after))
    found.push(...history.causes.map((text) => ({tone: "WARN", text})));
  const causes = found.filter(Boolean);
  const word = causes.some((one) => one.tone === "ERROR") ? "ERROR" : causes.length > 0 ? "WARN" : "OK";
  const texts = causes.map((one) => one.text);
  if (!observed_at) return {word: "UNAVAILABLE", causes: texts, updated: null, count: of_kind.length};
  if (word === "OK" && age > stale_after) {
    return {
      word: "NO_RECENT_UPDATE",
      causes: [`No update for ${duration(age)}`],
      updated: observed_at,
      count: of_kind.length,
    };
  }
  return {word, causes: texts, updated: observed_at, count: of_kind.length};
}
