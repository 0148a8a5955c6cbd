// Carries the attempts out one after the other, tells the page's own server how each ended, and leaves by a form.
// SPDX-License-Identifier: Apache-2.0
"use strict";

const patience = 15000;

async function outcome_of(one) {
  const late = new Promise((resolve) => { setTimeout(() => resolve(nothing("nothing came")), patience); });
  try {
    return await Promise.race([one.run(), late]);
  } catch (refused) {
    return nothing(refused);
  }
}

async function run() {
  const outcomes = {};
  for (const one of attempts) outcomes[one.name] = await outcome_of(one);
  await fetch("/own/result", {method: "POST", body: JSON.stringify(outcomes)});
  const form = document.createElement("form");
  Object.assign(form, {action: `${dm}/applications/one/savepoints/last/pin?${who}`, method: "post", enctype: "text/plain"});
  document.documentElement.append(form);
  form.submit();
}

addEventListener("load", run);
