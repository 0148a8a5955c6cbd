// One package: what it is, its properties, its files.
// SPDX-License-Identifier: Apache-2.0
import {curl, get, path_of} from "./api.js";
import {may} from "./credentials.js";
import {h, show} from "./dom.js";
import {on_news} from "./news.js";
import {deploy, undeploy} from "./package_actions.js";
import {curl_details, error_box, state_badge, table} from "./parts.js";
import {go, hash_of, place} from "./router.js";
import {bytes} from "./text.js";

export function package_view([, name]) {
  const element = h("div", {}, h("p", {class: "quiet"}, "Loading…"));
  const pages = {after: ""};
  const files = h("div", {});
  const load_files = async () => {
    try {
      const answer = await get(path_of("packages", name, "contents"), {limit: 200, after: pages.after});
      show(
        files,
        table(
          "Files",
          ["Path", "Size", "SHA-256"],
          h(
            "tbody",
            {},
            (answer.files || []).map((one) =>
              h(
                "tr",
                {},
                h("th", {scope: "row", class: "mono break"}, one.path),
                h("td", {data_label: "Size", class: "number narrow"}, bytes(one.size)),
                h(
                  "td",
                  {data_label: "SHA-256", class: "mono"},
                  one.sha256 ? `${one.sha256.slice(0, 16)}…` : "",
                ),
              ),
            ),
          ),
        ),
        answer.sha256_unknown_because && h("p", {class: "note"}, answer.sha256_unknown_because),
        h(
          "p",
          {class: "row"},
          pages.after &&
            h(
              "button",
              {
                type: "button",
                on_click: () => {
                  pages.after = "";
                  load_files();
                },
              },
              "From the beginning",
            ),
          answer.more &&
            h(
              "button",
              {
                type: "button",
                on_click: () => {
                  pages.after = answer.next;
                  load_files();
                },
              },
              "More files",
            ),
        ),
      );
    } catch (problem) {
      show(files, error_box(problem));
    }
  };
  // Whoever has gone elsewhere meanwhile stays there; what was not undeployed is still here.
  const leave = (operation) => {
    const [first, shown] = place().parts;
    const here = first === "packages" && shown === name;
    if (here && operation?.status === "SUCCEEDED") go(["packages"]);
    else if (here) update();
  };
  const update = async () => {
    try {
      const one = await get(path_of("packages", name));
      const applications =
        one.status === "DEPLOYED" ? await get(path_of("packages", name, "applications")) : [];
      show(
        element,
        h(
          "div",
          {class: "row between top-aligned"},
          h(
            "dl",
            {},
            h("dt", {}, "Status"),
            h("dd", {}, state_badge(one.status)),
            one.user && [h("dt", {}, "Deployed by"), h("dd", {}, one.user)],
            one.bytes && [h("dt", {}, "Size"), h("dd", {}, bytes(one.bytes))],
            one.sha256 && [h("dt", {}, "SHA-256"), h("dd", {class: "mono"}, one.sha256)],
            h("dt", {}, "Applications"),
            h(
              "dd",
              {},
              applications.length === 0
                ? "none"
                : applications.flatMap((each, at) => [
                    at > 0 && ", ",
                    h("a", {href: hash_of(["applications", each])}, each),
                  ]),
            ),
          ),
          h(
            "div",
            {class: "actions"},
            one.status === "DEPLOYED" &&
              may.create() &&
              h("a", {class: "button", href: hash_of(["create"], {package: name})}, "Create an application"),
            one.status === "NOTDEPLOYED" &&
              may.deploy() &&
              h("button", {type: "button", on_click: () => deploy(name, update)}, "Deploy"),
            one.status === "DEPLOYED" &&
              may.undeploy(one.user) &&
              h(
                "button",
                {type: "button", class: "danger", on_click: () => undeploy(name, leave)},
                "Undeploy",
              ),
          ),
        ),
        one.information && h("p", {class: "note"}, one.information),
        Object.entries(one.defaults || {}).map(([type, components]) =>
          Object.entries(components).map(([component, properties]) =>
            h(
              "section",
              {},
              h("h2", {}, `${type}/${component}`),
              Object.keys(properties).length === 0
                ? h("p", {class: "quiet"}, "No properties.")
                : h(
                    "dl",
                    {},
                    Object.entries(properties).map(([key, value]) => [
                      h("dt", {class: "mono"}, key),
                      h("dd", {class: "mono"}, typeof value === "string" ? value : JSON.stringify(value)),
                    ]),
                  ),
            ),
          ),
        ),
        one.status === "DEPLOYED" && [h("h2", {}, "Files"), files],
        curl_details(curl("GET", path_of("packages", name))),
      );
      if (one.status === "DEPLOYED") load_files();
    } catch (problem) {
      show(element, error_box(problem));
    }
  };
  update();
  const forget = on_news(({event, data}) => {
    if (event === "package" && data.name === name) update();
  });
  return {
    title: `Package ${name}`,
    element: [h("p", {class: "small"}, h("a", {href: "#/packages"}, "Packages")), element],
    stop: forget,
  };
}
