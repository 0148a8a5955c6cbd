// A small chart: one line over time, with its last value.
// SPDX-License-Identifier: Apache-2.0
import {h, svg} from "./dom.js";
import {bytes, duration, number, word} from "./text.js";

const width = 300;
const height = 66;

function figure_text(name, value) {
  if (!Number.isFinite(value)) return "–";
  if (name.endsWith("_ms")) return duration(value);
  if (name.endsWith("_bytes")) return bytes(value);
  if (name.endsWith("_permille")) return `${number(value / 10)} %`;
  return name.endsWith("_per_second") ? `${number(value)} /s` : number(value);
}

function figure_title(name) {
  return word(name.replace(/_(ms|bytes|permille)$/, "").replace(/_per_second$/, ""));
}

// points: [[time ms, value or null]]. A gap stays a gap.
function line_of(points, least, most) {
  const begin = points[0][0];
  const span = Math.max(1, points.at(-1)[0] - begin);
  const range = most - least || 1;
  const pieces = [];
  let open = null;
  for (const [at, value] of points) {
    if (!Number.isFinite(value)) {
      open = null;
      continue;
    }
    const spot = [
      (((at - begin) / span) * width).toFixed(1),
      (height - 4 - ((value - least) / range) * (height - 8)).toFixed(1),
    ];
    if (!open) pieces.push((open = []));
    open.push(spot);
  }
  return pieces;
}

export function chart(name, points, last) {
  const values = points.map(([, value]) => value).filter(Number.isFinite);
  const newest = Number.isFinite(last) ? last : values.at(-1);
  const caption = h("figcaption", {}, figure_title(name), h("b", {}, figure_text(name, newest)));
  if (values.length < 2) return h("figure", {class: "chart"}, caption);
  const least = Math.min(0, ...values);
  const most = Math.max(...values);
  const image = svg("svg", {
    viewBox: `0 0 ${width} ${height}`,
    preserveAspectRatio: "none",
    role: "img",
    aria_label: `${figure_title(name)} in the last ${duration(points.at(-1)[0] - points[0][0])}: from ${figure_text(name, Math.min(...values))} to ${figure_text(name, most)}, now ${figure_text(name, newest)}`,
  });
  for (const piece of line_of(points, least, most)) {
    const path = piece.map(([x, y], at) => `${at === 0 ? "M" : "L"}${x} ${y}`).join("");
    image.append(
      svg("path", {class: "area", d: `${path}L${piece.at(-1)[0]} ${height}L${piece[0][0]} ${height}z`}),
      svg("path", {class: "line", d: path, vector_effect: "non-scaling-stroke"}),
    );
  }
  image.append(
    svg("path", {class: "axis", d: `M0 ${height - 0.5}H${width}`, vector_effect: "non-scaling-stroke"}),
  );
  return h("figure", {class: "chart"}, caption, image);
}
