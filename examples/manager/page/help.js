// Help texts, in the words of this page.
// SPDX-License-Identifier: Apache-2.0
import {h} from "./dom.js";
import {open_help} from "./dialog.js";

const topics = {
  stream: {
    title: "Apache Flink, streaming",
    text: [
      "Flink computes on data while it arrives. A streaming job runs until it is stopped and keeps its state in " +
        "checkpoints and savepoints, from which it goes on after a failure or an upgrade.",
      "Here each component of an application is one job on YARN, in a Flink of its own, watched by its guard. OK: what is wanted " +
        "runs, and the history server answers. WARN: something restarts, waits, or cannot be told. ERROR: a component was given up, " +
        "or the history server does not answer. Without news for three minutes a block turns grey.",
    ],
    link: "https://flink.apache.org/what-is-flink/flink-applications/",
  },
  batch: {
    title: "Apache Flink, batch",
    text: [
      "Flink computes on data that is complete as well: a batch job reads its input, writes its result and ends.",
      "A batch component that has ended well is Completed; what it did is shown by the history server. The colours mean the same as " +
        "for streaming.",
    ],
    link: "https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/datastream/execution_mode/",
  },
};

export function help_button(topic) {
  const {title, text, link} = topics[topic];
  return h(
    "button",
    {
      type: "button",
      aria_label: `Help: ${title}`,
      data_focus: `help-${topic}`,
      on_click: () => open_help(title, text, link),
    },
    "?",
  );
}
