// Who asks, and what he may do. A browser proves by itself what a proxy or a certificate stands for; a token or a name
// is typed here, and kept until the tab is closed.
// SPDX-License-Identifier: Apache-2.0

const kept = {token: "", name: ""};
const who = {user: null, roles: [], proof: "none", account: false};

function stored(name) {
  try {
    return sessionStorage.getItem(`dm.${name}`) || "";
  } catch {
    return ""; // a browser that keeps nothing
  }
}

kept.token = stored("token");
kept.name = stored("name");

function keep(name, value) {
  kept[name] = value;
  try {
    if (value) sessionStorage.setItem(`dm.${name}`, value);
    else sessionStorage.removeItem(`dm.${name}`);
  } catch {
    // It is known until the page is left.
  }
}

export const credentials = {
  get token() {
    return kept.token;
  },
  get name() {
    return kept.name;
  },
  set_token(token) {
    keep("token", token.trim());
  },
  set_name(name) {
    keep("name", name.trim());
  },
  forget() {
    keep("token", "");
    keep("name", "");
  },
};

export const caller = {
  get user() {
    return who.user;
  },
  get proof() {
    return who.proof;
  },
  get account() {
    return who.account;
  },
  get roles() {
    return who.roles;
  },
  set(answer) {
    Object.assign(who, answer);
  },
  has(role) {
    return who.roles.includes(role) && (role === "read" || Boolean(who.user));
  },
};

// For whom he may act, as the last answer of /fleet says: true, or a list.
const owners = {known: []};

export function set_owners(found) {
  owners.known = found;
}

function acts_for(owner) {
  return (
    owners.known === true ||
    caller.has("administer") ||
    owner === caller.user ||
    (Array.isArray(owners.known) && owners.known.includes(owner))
  );
}

export const may = {
  deploy: () => caller.has("deploy"),
  undeploy: (owner) => caller.has("deploy") && acts_for(owner),
  create: () => caller.has("operate"),
  operate: (owner) => caller.has("operate") && acts_for(owner),
  administer: () => caller.has("administer"),
};
