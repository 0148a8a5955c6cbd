#!/usr/bin/env python3
"""A real carbon-cache takes the names that the default scopes make, however odd the names of application, component and
operator are.

SPDX-License-Identifier: Apache-2.0
"""

import re
import sys
import time

from support import ROOT, ScriptTest, main

sys.path.append(str(ROOT / "test/end_to_end"))
from carbon import Carbon  # noqa: E402  it is the end-to-end tests'

# The oddest that the rules allow: 1 to 100 of A-Z a-z 0-9 _ -, not beginning with a hyphen.
APPLICATIONS = ["clicks", "A" * 100, "_", "0-_-0", "application", "kpi", "jm"]
COMPONENTS = ["counter", "z" * 100, "0", "tm", "whisper", "a-b_c"]
# As programs call them; Flink's own reporter writes a hyphen for dots and blanks, and leaves quotes out.
OPERATORS = [
    "count",
    "Source: numbers -> throttle",
    'Sink: "a.b.c" (parallel)',
    "Map[12]{x=y},{z}*?",
    "Größe & Ärger ✓",
    "o" * 300,
    "-", "$HOME", "`id`", "%s%n", "<b>", "\ttab\n",
]


def default_scopes():
    """By the table of properties in documents.md, which a test holds equal to the program's."""
    text = (ROOT / "abi/documents.md").read_text()
    found = dict(re.findall(r"(?m)^\| `component_flink_metrics_scope_(\w+)` \| ([^ ]+) \|", text))
    return [found[name] for name in ("jm", "jm_job", "tm", "tm_job", "task", "operator")]


def as_reported(text):
    """What Flink's Graphite reporter makes of a part that is not its own: see ScheduledDropwizardReporter, GraphiteSanitize."""
    return re.sub(r"\s+", "-", text.replace(".", "-").replace('"', ""))


def name_of(application, component, scope, operator):
    values = {
        "<host>": "node-17_example_com",
        "<task_id>": "cbc357ccb763df2852fee8c4fc7d55f2",
        "<subtask_index>": "32767",
        "<operator_name>": as_reported(operator[:80]),
    }
    for variable, value in values.items():
        scope = scope.replace(variable, value)
    return f"application.kpi.{application}.{component}.{scope}"


class RealCarbon(ScriptTest):
    def setUp(self):
        super().setUp()
        self.carbon = Carbon(self.place / "carbon")
        self.addCleanup(self.carbon.stop)
        self.carbon.start()

    def await_stored(self, names):
        deadline = time.monotonic() + 120
        missing = set(names)
        while missing and time.monotonic() < deadline:
            time.sleep(0.2)
            missing -= self.carbon.series()
        self.assertEqual([], sorted(missing), "names that carbon did not store")

    def test_default_scopes_of_odd_names_are_stored(self):
        values = {}
        for application in APPLICATIONS:
            for component in COMPONENTS:
                for scope in default_scopes():
                    self.assertNotRegex(scope, "<(?!host|task_id|subtask_index|operator_name)", "a variable without a bound")
                    name = name_of(application, component, scope, OPERATORS[len(values) % len(OPERATORS)])
                    values[name + ".numRecordsIn.count"] = len(values) + 1
                # What the Deployment Manager has told, which the data logger hands on to carbon by the same name.
                values[f"application.kpi.{application}.{component}.uptime_ms"] = len(values) + 1
        for operator in OPERATORS:
            values[name_of("clicks", "counter", default_scopes()[-1], operator) + ".currentInputWatermark"] = len(values) + 1
        for name in values:
            for part in name.split("."):
                self.assertLessEqual(len(part.encode()), 255, name)
        self.carbon.send(values)
        self.await_stored(values)
        self.assertEqual(values, self.carbon.newest(values))

    def test_no_name_is_both_a_series_and_a_folder(self):
        names = {name_of("clicks", "counter", scope, "count") for scope in default_scopes()}
        self.assertEqual(6, len(names))
        for name in names:
            for other in names:
                self.assertFalse(other.startswith(name + "."), f"{other} is inside of {name}")

    def test_what_carbon_does_not_take_is_lost_alone(self):
        """A task's name, which Flink does not cut and which no default has therefore; and an operator's with a semicolon."""
        prefix = "application.kpi.clicks.counter."
        lost = {prefix + "task." + "t" * 300 + ".0.numRecordsIn": 1, prefix + "operator.a;b.0.numRecordsIn": 2}
        self.carbon.send({**lost, prefix + "jm.numRunningJobs": 3})
        self.await_stored([prefix + "jm.numRunningJobs"])
        self.assertEqual(set(), self.carbon.series() & set(lost))


if __name__ == "__main__":
    main()
