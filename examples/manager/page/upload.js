// A package's way into the repository.
// SPDX-License-Identifier: Apache-2.0
import {address, curl, headers_of, path_of, Refused} from "./api.js";
import {h, show} from "./dom.js";
import {curl_details, error_box} from "./parts.js";
import {bytes} from "./text.js";

// fetch() does not tell how far an upload is.
function send(file, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", address(path_of("repository", "packages", file.name)));
    for (const [name, value] of Object.entries(headers_of({"Content-Type": "application/octet-stream"})))
      request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => progress(event.loaded, event.total));
    request.addEventListener("load", () => {
      let body = {};
      try {
        body = JSON.parse(request.responseText);
      } catch {
        // A proxy's own page, for instance.
      }
      if (request.status < 300) resolve(body);
      else reject(new Refused(request.status, body));
    });
    request.addEventListener("error", () =>
      reject(new Refused(0, {information: "The upload was broken off; the same one again is safe"})),
    );
    request.send(file);
  });
}

export function upload_form(done) {
  const file = h("input", {type: "file", accept: ".gz,.tgz,.tar", required: true});
  const bar = h("progress", {max: 1, value: 0, class: "hidden", aria_label: "Upload"});
  const told = h("p", {class: "small", role: "status"});
  const problem = h("div", {});
  const same = h("div", {});
  const button = h("button", {type: "submit", class: "primary"}, "Upload");
  file.addEventListener("change", () => {
    const name = file.files[0]?.name;
    show(same, name && curl_details(curl("PUT", path_of("repository", "packages", name), {file: name})));
  });
  return h(
    "form",
    {
      class: "card",
      on_submit: async (event) => {
        event.preventDefault();
        const [chosen] = file.files;
        if (!chosen) return;
        show(problem);
        button.disabled = true;
        bar.className = "";
        try {
          const answer = await send(chosen, (sent, all) => {
            bar.value = all ? sent / all : 0;
            told.textContent = `${bytes(sent)} of ${bytes(all)}`;
          });
          told.textContent = `${answer.file} ${answer.changed === false ? "was there already" : "is in the repository"}: ${bytes(answer.bytes)}, SHA-256 ${answer.sha256}`;
          done();
        } catch (refused) {
          told.textContent = "";
          show(problem, error_box(refused));
        }
        bar.className = "hidden";
        button.disabled = false;
      },
    },
    h("h2", {}, "Upload"),
    h("div", {class: "row"}, h("label", {}, "Package, <name>-<version>.tar.gz", file), button),
    bar,
    told,
    problem,
    same,
  );
}
