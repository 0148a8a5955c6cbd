#!/usr/bin/env python3
"""dmctl fleet, with the real Deployment Manager and the scriptable plugin.

Environment: DM_PROGRAM, the Deployment Manager; DMCTL_PROGRAM, its client; DM_FLINK_PLUGIN, the scriptable plugin for components
of type flink.

SPDX-License-Identifier: Apache-2.0
"""

import re

from dmctl_client import CONFLICT, DONE, FAILED, NOT_FOUND, UNFINISHED, USAGE, RealTest
from pseudo_terminal import columns
from support import main

UNSAVED = {
    "status": 9,
    "reply": {"schema": 1, "changed": False, "state": "RUNNING", "desired": "RUNNING", "savepoint": None,
              "error": {"code": "FAILED_PRECONDITION", "message": "no room \u202efor it", "details": [], "retry": False}},
}


class Fleet(RealTest):
    def setUp(self):
        super().setUp()
        self.made("counting")
        self.dmctl("create", "other", "--package", "counter-1.0.0")
        self.dmctl("start", "other")

    def rows(self, text):
        """{component: cells} of the report's table."""
        lines = text.splitlines()
        head = next(line for line in lines if line.startswith("COMPONENT "))
        places = [found.start() for found in re.finditer(r"\S+", head)]
        rows = {}
        for line in lines[lines.index(head) + 1:]:
            cells = [line[begin:end].strip() for begin, end in zip(places, [*places[1:], None])]
            rows[cells[0]] = cells[1:]
            for place in places[1:]:  # it lines up: there is a gap before each column
                self.assertEqual(" ", line[place - 1:place] or " ", text)
        return rows

    def operation(self, text):
        return re.search(r"(?m)^operation +([0-9a-f]{32})$", text)[1]

    def test_round_as_text(self):
        ended = self.dmctl("fleet", "stop", "--all", "--parallel", "1", "--order", "other")
        self.assertNotIn("\x1b", ended.out + ended.err)
        rows = self.rows(ended.out)
        self.assertEqual({"counting/stream", "counting/batch", "other/stream", "other/batch"}, set(rows))
        for cells in rows.values():
            self.assertEqual("SAVED", cells[0])
            self.assertRegex(cells[3], r"^hdfs:///state/")
        self.assertRegex(ended.out, r"(?m)^components +4 saved$")
        # What is done is told while it goes on, in columns, too.
        told = re.findall(r"(?m)^ +\d+ s  SAVED        (\S+) +hdfs:///", ended.err)
        self.assertEqual(set(rows), set(told))
        self.assertTrue(told[0].startswith("other/"), told)
        stop = self.operation(ended.out)
        self.assertRegex(self.dmctl("fleet", "list").out, rf"(?m)^{stop} +stop +SUCCEEDED .* 4 saved$")
        started = self.dmctl("fleet", "start", stop, "--patience", "20")
        for name, cells in self.rows(started.out).items():  # without what it was before the stop
            self.assertEqual(("STARTED", rows[name][3]), (cells[0], cells[2]))
        self.assertIn("counting", self.dmctl("list", "applications", "--status", "STARTED").out)
        self.assertEqual(self.operation(started.out), self.operation(self.dmctl("fleet", "status").out))
        self.assertIn("from ", self.dmctl("fleet", "status", self.operation(started.out)).out)

    def test_round_as_json(self):
        self.assertEqual({"WAITING": 2}, self.told("fleet", "fleet", "stop", "--application", "c*", "--dry-run")["counts"])
        stopped = self.told("fleet", "fleet", "stop", "--application", "c*", "--owner", "daemon", "--id", "a" * 32)
        self.assertEqual(("a" * 32, "SUCCEEDED", {"SAVED": 2}), (stopped["id"], stopped["status"], stopped["counts"]))
        # The same once more begins nothing.
        again = self.told("fleet", "fleet", "stop", "--application", "c*", "--owner", "daemon", "--id", "a" * 32)
        self.assertEqual(stopped["components"], again["components"])
        begun = self.told("fleet", "fleet", "start", "a" * 32, "--no-wait")
        self.assertEqual("SUCCEEDED", self.told("operation", "wait", begun["id"])["status"])
        self.assertEqual({"STARTED": 2}, self.told("fleet", "fleet", "status", begun["id"])["counts"])
        self.assertEqual(2, len(self.told("fleets", "fleet", "list")["operations"]))
        listed = self.told("fleets", "fleet", "list", "--limit", "1")
        self.assertEqual(["a" * 32], [one["id"] for one in self.told("fleets", "fleet", "list", "--after", listed["next"])["operations"]])

    def test_dry_run_shows_states_and_what_fits_nothing(self):
        self.script("component-stream", application="counting", component="stream", state="STARTING", summary="", desired="RUNNING",
                    confidence="confirmed", observed_at="2024-01-01T00:00:00.000Z", reason="", job_name="", tracking_url="", history_url="",
                    queue="root.prod", incarnations=[])
        arguments = ("fleet", "stop", "--application", "counting", "--order", "nobody", "--patience", "7", "--dry-run")
        told = self.dmctl(*arguments)
        rows = self.rows(told.out)
        self.assertEqual(["WAITING", "STARTING", "root.prod", "not now"], rows["counting/stream"][:4])
        self.assertEqual(["WAITING", "RUNNING"], rows["counting/batch"][:2])
        self.assertRegex(told.out, r"(?m)^warning +\$\.order\[0\]: no component of those that are chosen fits nobody$")
        report = self.told("fleet", *arguments)
        self.assertEqual(("$.order[0]", 7), (report["warnings"][0]["path"], report["request"]["patience_s"]))

    def test_what_fails_has_its_code(self):
        self.assertEqual(NOT_FOUND, self.told("error", "fleet", "status", code=NOT_FOUND)["error"]["exit_code"])
        self.dmctl("fleet", "stop", code=USAGE)
        self.assertIn("--all", self.dmctl("fleet", "stop", code=USAGE).err)
        self.assertIn("--parallel", self.dmctl("fleet", "stop", "--all", "--parallel", "99", code=USAGE).err)
        self.dmctl("fleet", "stop", "--application", "nobody-*", code=NOT_FOUND)
        self.dmctl("fleet", "start", "b" * 32, code=NOT_FOUND)
        self.script("stop-stream", **UNSAVED)
        ended = self.dmctl("fleet", "stop", "--application", "counting", code=FAILED)
        rows = self.rows(ended.out)
        self.assertEqual(["NOT_SAVED", "RUNNING", "RUNNING", "-", "FAILED_PRECONDITION"], rows["counting/stream"][:5])
        self.assertIn("no room \\u202efor it", rows["counting/stream"][5])
        self.assertIn("dmctl fleet stop with --if-not-saved cancel", rows["counting/stream"][5])
        self.assertEqual("SAVED", rows["counting/batch"][0])
        (self.manager.programs / "stop-stream.json").unlink()
        stopped = self.told("fleet", "fleet", "stop", "--application", "counting", "--component", "stream")
        self.dmctl("start", "counting")
        left = self.told("fleet", "fleet", "start", stopped["id"], code=FAILED)
        self.assertEqual("LEFT_ALONE", left["components"][0]["outcome"])

    def under_way(self, operation):
        """The application's operation that goes on at the moment."""
        while True:
            for one in self.told("fleet", "fleet", "status", operation)["components"]:
                if one["outcome"] == "STOPPING":
                    return one["operation"]

    def test_cancelled_and_not_waited_for(self):
        self.script("stop", delay_ms=280_000)  # until it is cancelled
        begun = self.dmctl("fleet", "stop", "--all", "--parallel", "1", "--no-wait")
        operation = self.operation(begun.out)
        self.assertIn(f"dmctl wait {operation}", begun.err)
        names = self.dmctl("complete-words", "--", "fleet", "cancel", "").out
        self.assertIn(operation, names)
        self.assertEqual("", self.dmctl("complete-words", "--", "fleet", "start", "").out)
        self.dmctl("fleet", "stop", "--application", "other", code=CONFLICT)
        self.dmctl("fleet", "stop", "--all", "--parallel", "1", "--id", operation, "--timeout", "300ms", code=UNFINISHED)
        going_on = self.under_way(operation)
        self.assertEqual("CANCELLING", self.told("fleet", "fleet", "cancel", operation, "--no-wait")["status"])
        self.dmctl("cancel", going_on)
        self.dmctl("wait", operation, code=FAILED)
        told = self.told("fleet", "fleet", "status", operation)
        self.assertEqual(("CANCELLED", {"UNTOLD": 1, "CANCELLED": 3}), (told["status"], told["counts"]))
        self.dmctl("fleet", "cancel", operation, code=CONFLICT)
        self.assertIn(f"{operation}\tstop CANCELLED", self.dmctl("complete-words", "--", "fleet", "start", "").out)
        self.assertEqual({"stop", "start", "status", "list", "cancel"},
                         {line.split("\t")[0] for line in self.dmctl("complete-words", "--", "fleet", "").out.splitlines()})

    def test_in_a_terminal(self):
        self.dmctl("fleet", "stop", "--all")
        for width in (40, 60, 100, 200):
            shown = self.terminal("fleet", "status", width=width)
            self.assertEqual(DONE, shown.ended(), shown.text)
            self.assertIn(b"\x1b[32mSAVED", shown.shown)
            for line in shown.screen:
                if re.search(r"\S +\S", line) and "hdfs:///" not in line and not line.startswith("operation"):
                    self.assertLessEqual(columns(line), width, shown.text)
        plain = self.terminal("fleet", "list", environment={"NO_COLOR": "1"})
        self.assertEqual(DONE, plain.ended())
        self.assertNotIn(b"\x1b", plain.shown)


if __name__ == "__main__":
    main()
