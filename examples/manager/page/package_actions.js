// Deploying a package and undeploying it.
// SPDX-License-Identifier: Apache-2.0
import {curl, path_of} from "./api.js";
import {confirm} from "./dialog.js";
import {act} from "./notices.js";

export function deploy(name, done) {
  const path = path_of("packages", name);
  confirm(`Deploy ${name}?`, {
    plan: [
      `${name} is fetched from the repository, unpacked and looked at by the plugins of its components`,
      "What is wrong with it is told, and nothing is deployed then",
      "Applications can be created from it afterwards",
    ],
    command: () => curl("PUT", path),
    act: () => act("PUT", path, {}, done),
    verb: "Deploy",
  });
}

export function undeploy(name, done) {
  const path = path_of("packages", name);
  confirm(`Undeploy ${name}?`, {
    plan: [
      "No application can be created from it any more, and no upgrade from it is possible",
      "Applications that were made from it go on; the file stays in the repository",
    ],
    command: () => curl("DELETE", path),
    act: () => act("DELETE", path, {}, done),
    verb: "Undeploy",
    danger: true,
  });
}
