// Who asks, where the browser cannot say it by itself: a token, or a name that is believed.
// SPDX-License-Identifier: Apache-2.0
import {get, on_unknown_caller} from "./api.js";
import {caller, credentials} from "./credentials.js";
import {text_field} from "./dialog.js";
import {h, show} from "./dom.js";
import {error_box} from "./parts.js";

function form(title, text, field, take) {
  const problem = h("div", {});
  const main = document.getElementById("main");
  document.title = `${title} – Deployment Manager`;
  return new Promise((resolve) => {
    show(
      main,
      h("h1", {tabindex: -1}, title),
      h(
        "form",
        {
          class: "card",
          on_submit: async (event) => {
            event.preventDefault();
            show(problem);
            try {
              resolve(await take(field.value));
            } catch (refused) {
              show(problem, error_box(refused));
            }
          },
        },
        h("p", {}, text),
        field.element,
        problem,
        h("p", {}, h("button", {type: "submit", class: "primary"}, "Go on")),
      ),
    );
    field.input.focus();
  });
}

async function known() {
  const answer = await get("/whoami");
  caller.set(answer);
  return answer;
}

function ask_for_token() {
  return form(
    "A token, please",
    "This Deployment Manager asks for a token: `deployment-manager token create` makes one. It is kept until this tab is closed, and sent to nobody else.",
    text_field("Token", {type: "password", autocomplete: "off", required: true, spellcheck: "false"}),
    async (token) => {
      credentials.set_token(token);
      try {
        return await known();
      } catch (refused) {
        credentials.set_token("");
        throw refused;
      }
    },
  );
}

function ask_for_name() {
  return form(
    "Who are you?",
    "This Deployment Manager believes the name that it is told. To look around none is needed: leave it empty.",
    text_field("Account", {autocomplete: "username", spellcheck: "false"}),
    async (name) => {
      credentials.set_name(name);
      const answer = await known();
      if (!name || answer.account) return answer;
      credentials.set_name("");
      await known();
      throw new Error(`${name} is no account of this machine`);
    },
  );
}

// Until it is known who asks. A browser that proves it by itself is asked nothing.
export async function sign_in() {
  on_unknown_caller(() => {
    if (credentials.token) credentials.set_token("");
  });
  const asks = document.documentElement.dataset.asks;
  if (asks === "token" && !credentials.token) return ask_for_token();
  try {
    const answer = await known();
    return answer.proof === "none" && !credentials.name ? await ask_for_name() : answer;
  } catch (refused) {
    if (asks === "token" && refused.status === 401) return ask_for_token();
    throw refused;
  }
}
