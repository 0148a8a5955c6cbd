// Requests to the Deployment Manager, and the curl commands that do the same.
// SPDX-License-Identifier: Apache-2.0
import {caller, credentials} from "./credentials.js";

// Said by the Deployment Manager, in its own words; or why nothing was said.
export class Refused extends Error {
  constructor(status, body) {
    super(
      typeof body?.information === "string" && body.information
        ? body.information
        : `The answer is ${status} without a reason`,
    );
    this.status = status;
    this.details = Array.isArray(body?.details) ? body.details : [];
    this.state = body?.status;
    this.under_way = body?.under_way;
  }

  // A route or an extension that is not there.
  get not_offered() {
    return (
      this.status === 501 ||
      (this.status === 404 && this.message.startsWith("Unknown path")) ||
      (this.status === 400 && /is not a valid (query|command|action)/.test(this.message))
    );
  }
}

export function path_of(...parts) {
  return `/${parts.map(encodeURIComponent).join("/")}`;
}

export function address(path, query = {}) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") parameters.set(name, value);
  }
  if (credentials.name) parameters.set("user.name", credentials.name);
  const text = parameters.toString();
  return text ? `${path}?${text}` : path;
}

export function headers_of(more = {}) {
  return credentials.token ? {...more, Authorization: `Bearer ${credentials.token}`} : more;
}

const listeners = {refused: () => {}};

// Called when the Deployment Manager does not know who asks (any more).
export function on_unknown_caller(call) {
  listeners.refused = call;
}

export async function refusal_of(response) {
  const body = await response.json().catch(() => ({}));
  const refused = new Refused(response.status, body);
  if (response.status === 401) listeners.refused(refused);
  return refused;
}

function parsed(text, response) {
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused(response.status, {
      information: `What answers with ${response.status} is no Deployment Manager, but a proxy in front of it for instance`,
    });
  }
}

// {json, operation, next}: operation is the id of what goes on. Throws Refused.
export async function ask(method, path, {query, body, signal} = {}) {
  const options = {method, signal, headers: headers_of(), cache: "no-store", redirect: "error"};
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  let response;
  let text;
  try {
    response = await fetch(address(path, query), options);
    if (response.ok) text = await response.text();
  } catch (problem) {
    if (problem.name === "AbortError") throw problem;
    const looks = method === "GET" || (method === "POST" && (path.endsWith("/plan") || body?.dry_run === true));
    throw new Refused(0, {
      information: looks
        ? "The Deployment Manager does not answer"
        : "No answer came: whether the Deployment Manager has taken this on is not known, and it is not sent again. Operations tell it",
    });
  }
  if (!response.ok) throw await refusal_of(response);
  const location = response.headers.get("Location") || "";
  const link = /<([^>]*)>; rel="next"/.exec(response.headers.get("Link") || "");
  return {
    json: parsed(text, response),
    operation: location.startsWith("/operations/")
      ? decodeURIComponent(location.slice("/operations/".length))
      : "",
    next: link ? new URL(link[1], globalThis.location.origin).searchParams.get("after") : null,
  };
}

export async function get(path, query, signal) {
  return (await ask("GET", path, {query, signal})).json;
}

const in_quotes = (text) => `'${text.replaceAll("'", "'\\''")}'`;

// What a person types in a shell for the same.
export function curl(method, path, {query, body, file} = {}) {
  const words = ["curl"];
  if (file) words.push("-T", in_quotes(file));
  else if (method !== "GET" && !(method === "POST" && body !== undefined)) words.push("-X", method);
  if (caller.proof === "token") words.push("-H", '"Authorization: Bearer $TOKEN"');
  if (caller.proof === "certificate") words.push("--cert me.pem --key me.key");
  if (caller.proof === "proxy_header") words.push("--netrc");
  words.push(in_quotes(globalThis.location.origin + address(path, query)));
  if (body !== undefined) words.push("--json", in_quotes(JSON.stringify(body)));
  return words.join(" ");
}
