#!/usr/bin/env python3
"""dmctl with the real Deployment Manager and the scriptable plugin: the whole round, what it writes, every command.

Environment: DM_PROGRAM, the Deployment Manager; DMCTL_PROGRAM, its client; DM_FLINK_PLUGIN, the scriptable plugin for components
of type flink.

SPDX-License-Identifier: Apache-2.0
"""

import json
import re
import subprocess
import time

import jsonschema

from dmctl_client import DMCTL, SCHEMAS, DONE, FAILED, USAGE, FORBIDDEN, NOT_FOUND, CONFLICT, UNFINISHED, INTERRUPTED, ODD, RealTest
from manager_program import USER
from pseudo_terminal import columns
from support import ROOT, ScriptTest, main


class WholeRound(RealTest):
    def test_as_text(self):
        self.assertRegex(self.dmctl("upload", "counter-1.0.0.tar.gz", "counter-1.1.0.tar.gz").out,
                         r"counter-1\.0\.0\.tar\.gz uploaded  \d+ B  sha256 [0-9a-f]{12}\n")
        self.assertIn("was there already", self.dmctl("upload", "counter-1.0.0.tar.gz").out)
        self.assertRegex(self.dmctl("list", "repository").out, r"NAME +VERSION +FILE +SHA256\ncounter +1\.1\.0")
        self.assertIn("counter-1.0.0 is DEPLOYED", self.dmctl("deploy", "counter-1.0.0").out)
        self.dmctl("deploy", "counter-1.1.0")
        self.assertRegex(self.dmctl("list", "packages").out, rf"counter-1\.0\.0 +DEPLOYED +{USER} +\d+ B")
        self.assertRegex(self.dmctl("show", "package", "counter-1.1.0").out, r"flink_parallelism +3")
        self.assertIn("flink/stream/properties.json", self.dmctl("contents", "counter-1.0.0").out)
        self.assertIn("+ flink_parallelism = 3", self.dmctl("difference", "counter-1.0.0", "counter-1.1.0").out)
        self.assertIn("counting is CREATED", self.dmctl("create", "counting", "-p", "counter-1.0.0").out)
        self.assertIn("counting is STARTED", self.dmctl("start", "counting").out)
        status = self.dmctl("status", "counting").out
        self.assertRegex(status, r"(?m)^status +STARTED$")
        self.assertRegex(status, r"(?m)^flink/stream +RUNNING +confirmed")
        self.assertRegex(self.dmctl("status").out, r"counting")
        self.assertRegex(self.dmctl("list", "applications").out, rf"counting +STARTED +counter-1\.0\.0 +{USER}")
        self.assertRegex(self.dmctl("show", "application", "counting").out, r"(?m)^job +abc$")
        self.dmctl("trigger", "counting", "--component", "stream", "--operation", "first")
        self.assertRegex(self.dmctl("list", "savepoints", "counting").out, r"(?m)^first +stream +savepoint +COMPLETED")
        self.assertRegex(self.dmctl("show", "savepoint", "counting", "first").out, r"(?m)^state +COMPLETED$")
        self.assertIn("first is pinned", self.dmctl("pin", "counting", "first", "--reason", "for ä").out)
        self.assertIn("first is not pinned", self.dmctl("unpin", "counting", "first").out)
        self.assertIn("it is possible", self.dmctl("plan", "counting", "--package", "counter-1.1.0").out)
        # To what it is already would be a restart for nothing.
        self.assertIn("--set is needed", self.dmctl("upgrade", "counting", code=2).err)
        self.assertIn("counting is STARTED", self.dmctl("upgrade", "counting", "--package", "counter-1.1.0").out)
        self.assertIn("counter-1.1.0", self.dmctl("list", "applications").out)
        self.dmctl("resume", "counting", "first", "--component", "stream")
        self.assertIn("counting is CREATED", self.dmctl("stop", "counting").out)
        self.dmctl("dispose", "counting", "first", "--component", "stream")
        self.assertRegex(self.dmctl("list", "operations", "--object", "counting").out, r"stop +counting +SUCCEEDED")
        self.assertIn("counting is NOTCREATED", self.dmctl("destroy", "counting").out)
        self.assertIn("is NOTDEPLOYED", self.dmctl("undeploy", "counter-1.0.0").out)
        self.assertIn("is deleted", self.dmctl("remove", "upload", "counter-1.0.0.tar.gz").out)
        self.assertEqual([], list(self.manager.programs.glob("flink.demo.*")))

    def test_as_json(self):
        self.told("uploads", "upload", "counter-1.0.0.tar.gz", "counter-1.1.0.tar.gz")
        self.told("repository", "list", "repository", "--recency", "5")
        self.assertEqual("SUCCEEDED", self.told("operation", "deploy", "counter-1.0.0")["status"])
        self.told("operation", "deploy", "counter-1.1.0")
        self.assertIn("counter-1.0.0", self.told("packages", "list", "packages"))
        self.told("package", "show", "package", "counter-1.0.0")
        self.told("contents", "contents", "counter-1.0.0")
        self.told("difference", "difference", "counter-1.0.0", "counter-1.1.0")
        self.told("operation", "create", "counting", "-p", "counter-1.0.0", "--set", "stream.flink_parallelism=2")
        self.assertEqual("STARTED", self.told("operation", "start", "counting")["state"])
        self.assertEqual("STARTED", self.told("status", "status", "counting")["status"])
        self.told("summaries", "status")
        self.told("applications", "list", "applications", "--status", "STARTED", "--owner", USER, "--prefix", "c")
        self.told("detail", "show", "application", "counting")
        begun = self.told("operation", "trigger", "counting", "--component", "stream", "--operation", "first", "--no-wait")
        self.told("operation", "wait", begun["id"])
        self.told("savepoints", "list", "savepoints", "counting", "--state", "all")
        self.told("savepoint", "show", "savepoint", "counting", "first")
        self.told("pinned", "pin", "counting", "first")
        self.told("pinned", "unpin", "counting", "first")
        self.told("plan", "plan", "counting", "--savepoint", "first", "--component", "stream")
        self.told("plan", "plan", "counting", "-p", "counter-1.1.0", "--set", "batch.flink_parallelism=1")
        self.told("operation", "upgrade", "counting", "-p", "counter-1.1.0")
        self.told("operation", "resume", "counting", "first", "--component", "stream")
        self.told("operation", "stop", "counting", "--savepoint")
        self.told("operation", "dispose", "counting", "first", "--component", "stream")
        listed = self.told("operations", "list", "operations", "--limit", "3")["operations"]
        self.assertEqual(3, len(listed))
        self.told("operation", "show", "operation", listed[0]["id"])
        self.told("examination", "doctor")
        self.told("operation", "destroy", "counting")
        self.told("operation", "undeploy", "counter-1.0.0")
        self.told("removed_upload", "remove", "upload", "counter-1.0.0.tar.gz")
        self.told("error", "start", "counting", code=NOT_FOUND)

    def test_in_a_terminal(self):
        self.dmctl("upload", "counter-1.0.0.tar.gz")
        self.script("create", delay_ms=2500, event={"event": "progress", "phase": "files", "message": "copies ä\x1b[2J"})
        self.dmctl("deploy", "counter-1.0.0")
        creation = self.terminal("create", "counting", "-p", "counter-1.0.0")
        creation.until("copies")
        self.assertEqual(DONE, creation.ended(), creation.text)
        self.assertEqual(1, len(creation.screen), creation.screen)  # progress is written over
        self.assertRegex(creation.screen[0], r"^counting is CREATED  (\d+ min )?[\d.]+ s$")
        self.assertIn("copies ä\\x1b[2J", creation.text)
        self.assertIn(b"\r", creation.shown)
        self.assertNotIn(b"\x1b[2J", creation.shown)
        self.assertIn(b"\x1b[", creation.shown)
        plain = self.terminal("list", "applications", environment={"NO_COLOR": "1"})
        self.assertEqual(DONE, plain.ended())
        self.assertNotIn(b"\x1b", plain.shown)
        for width in (24, 40, 60, 80, 200):
            for words in (("list", "applications"), ("list", "operations"), ("status", "counting"), ("doctor",)):
                shown = self.terminal(*words, width=width)
                self.assertEqual(DONE, shown.ended(), shown.text)
                for line in shown.screen:
                    if not re.match(r"(information|last operation|file|registry|  )", line) and re.search(r"\S +\S", line):
                        self.assertLessEqual(columns(line), width, f"{words}\n{shown.text}")  # but for one long word

    def test_progress_without_a_terminal_is_lines(self):
        self.dmctl("upload", "counter-1.0.0.tar.gz")
        self.dmctl("deploy", "counter-1.0.0")
        self.script("create", delay_ms=2500, event={"event": "progress", "phase": "files", "message": "copies"})
        told = self.dmctl("create", "counting", "-p", "counter-1.0.0")
        self.assertRegex(told.err, r"(?m)^ +\d+ s  create counting: .*copies")
        self.assertNotIn("\r", told.err)
        self.assertEqual(1, len(told.out.splitlines()))


class Writes(RealTest):
    def test_overrides_from_file_and_set(self):
        self.dmctl("upload", "counter-1.0.0.tar.gz")
        self.dmctl("deploy", "counter-1.0.0")
        (self.place / "more.json").write_text(json.dumps({"flink": {"stream": {"a": 1, "b": "x"}}}))
        self.dmctl("create", "counting", "-p", "counter-1.0.0", "-f", "more.json", "--set", "stream.a=2",
                   "--set", "batch.application_args=--n 5")
        made = [json.loads(line)["request"] for line in (self.manager.programs / "calls").read_text().splitlines()
                if json.loads(line)["verb"] == "create"]
        stream = next(one for one in made if one["component"] == "stream")["properties"]
        batch = next(one for one in made if one["component"] == "batch")["properties"]
        self.assertEqual((2, "x"), (stream["component_a"], stream["component_b"]))
        self.assertEqual("--n 5", batch["component_application_args"])
        wrong = self.dmctl("create", "other", "-p", "counter-1.0.0", "--set", "gone.a=1", code=USAGE)
        self.assertIn("--set gone.a: the package has no such component; it has: stream, batch", wrong.err)
        self.dmctl("create", "piped", "-f", "-", stdin=json.dumps({"package": "counter-1.0.0"}))

    def test_ways_to_stop(self):
        self.made()
        for options, wanted in (
            (["--no-savepoint"], {"savepoint": False}), (["--kill"], {"kill": True}),
            (["--drain"], {"drain": True}), (["--savepoint", "--format", "native"], {"savepoint": True, "format": "native"}),
        ):
            self.dmctl("stop", "counting", *options)
            lines = (self.manager.programs / "calls").read_text().splitlines()
            stop = next(json.loads(line)["request"] for line in reversed(lines) if json.loads(line)["verb"] == "stop")
            self.assertEqual(wanted, {name: stop[name] for name in wanted})
            self.dmctl("start", "counting")
        refused = self.dmctl("stop", "counting", "--kill", "--drain", code=USAGE)
        self.assertIn("$.drain", refused.err)
        self.assertIn("allowed: nothing with kill", refused.err)

    def test_failures_have_their_codes(self):
        self.made(start=False)
        self.script("start", status=9, reply={"schema": 1, "error": {
            "code": "FAILED_PRECONDITION", "message": "no state \x1b[2J", "details": [], "retry": False}})
        failed = self.dmctl("start", "counting", code=FAILED)
        self.assertRegex(failed.err, r"error: start of counting failed: .*FailedStart")
        self.assertIn("counting is CREATED", failed.err)
        self.assertEqual("FAILED", self.told("operation", "start", "counting", code=FAILED)["status"])
        self.dmctl("start", "gone", code=NOT_FOUND)
        self.dmctl("status", "gone", code=NOT_FOUND)
        self.dmctl("show", "package", "gone-1.0.0", code=NOT_FOUND)
        self.dmctl("show", "operation", "0" * 32, code=NOT_FOUND)
        self.dmctl("stop", "counting", code=CONFLICT)
        self.dmctl("deploy", "counter-1.0.0", code=CONFLICT)
        self.dmctl("list", "applications", "--status", "NONSENSE", code=USAGE)
        self.dmctl("show", "operation", "x", code=NOT_FOUND)
        self.dmctl("start", "counting", environment={"DMCTL_USER": "no-such-account"}, code=FORBIDDEN)
        self.dmctl("upload", "none.tar.gz", code=USAGE)
        self.dmctl("upload", str(self.place), code=USAGE)
        for words in ((), ("list",), ("nonsense",), ("start",), ("start", "a", "b"), ("start", "a", "--timeout", "x")):
            self.dmctl(*words, code=USAGE)
        for words in (("--help",), ("--version",), ("list", "--help"), ("stop", "--help")):
            self.dmctl(*words)

    def test_no_wait_timeout_cancel_and_wait(self):
        self.made(start=False)
        self.script("start", delay_ms=60000)
        late = self.dmctl("start", "counting", "--timeout", "1s", code=UNFINISHED)
        operation = re.search(r"dmctl cancel ([0-9a-f]{32})", late.err)[1]
        self.assertRegex(self.dmctl("status", "counting").out, rf"(?s)under way +start by {USER}.*dmctl wait {operation}")
        again = self.dmctl("start", "counting", code=CONFLICT)
        self.assertIn(operation, again.err)
        self.assertEqual("CANCELLED", self.told("operation", "cancel", operation)["status"])
        self.assertEqual("CANCELLED", self.told("operation", "show", "operation", operation)["status"])
        self.dmctl("cancel", operation, code=CONFLICT)
        self.script("start", delay_ms=500)
        accepted = self.dmctl("start", "counting", "--no-wait")
        operation = re.search(r"operation ([0-9a-f]{32})", accepted.out)[1]
        self.assertIn("counting is STARTED", self.dmctl("wait", operation).out)

    def test_who_does_not_read_the_progress_changes_nothing(self):
        self.made(start=False)
        self.script("start", delay_ms=1500)
        with subprocess.Popen([DMCTL, "start", "counting"], env=self.variables, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as starting:
            starting.stderr.close()
            self.assertIn("counting is STARTED", starting.stdout.read())
            self.assertEqual(DONE, starting.wait(60))

    def test_interrupt_ends_the_waiting_only(self):
        self.made(start=False)
        self.script("start", delay_ms=3000)
        waiting = self.terminal("start", "counting")
        waiting.until("start counting")
        waiting.type("\x03")
        self.assertEqual(INTERRUPTED, waiting.ended())
        operation = re.search(r"the operation goes on: dmctl wait ([0-9a-f]{32})\s+or\s+dmctl cancel", waiting.text)
        self.assertIsNotNone(operation, waiting.text)
        self.assertIn("counting is STARTED", self.dmctl("wait", operation[1]).out)

    def test_odd_names_reach_nobody_unescaped(self):
        for words in (("status", ODD), ("start", ODD), ("show", "package", ODD), ("show", "savepoint", "a", ODD),
                      ("list", "packages", "--prefix", ODD)):
            ended = subprocess.run([DMCTL, *words], env=self.variables, capture_output=True, text=True, timeout=60)
            self.assertIn(ended.returncode, (USAGE, NOT_FOUND, DONE), ended)
            self.assertNotIn("\x1b", ended.stdout + ended.stderr)
            self.assertNotIn("\u202e", ended.stdout + ended.stderr)
        self.dmctl("status", "..", code=USAGE)
        self.dmctl("status", "a/b", code=NOT_FOUND)


class Restarted(RealTest):
    def test_an_operation_is_followed_across_a_restart(self):
        self.made(start=False)
        self.script("start", delay_ms=4000)
        with subprocess.Popen([DMCTL, "start", "counting"], env=self.variables, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as waiting:
            for _ in range(600):
                if "start" in self.manager.plugin_calls():
                    break
                time.sleep(0.05)
            self.manager.stop()
            self.manager.start()
            out, err = waiting.communicate(timeout=90)
        self.assertEqual(DONE, waiting.returncode, out + err)
        self.assertIn("counting is STARTED", out)


class EveryCommand(ScriptTest):
    def words(self, *before):
        ended = subprocess.run([DMCTL, "complete-words", "--", *before, ""], capture_output=True, text=True, timeout=60,
                               env={"HOME": str(self.place), "DMCTL_SOCKET": "/nonexistent"})
        return [line.split("\t")[0] for line in ended.stdout.splitlines() if "\t" in line]

    def test_has_a_schema_that_a_test_uses_and_is_in_man_page_and_readme(self):
        """A command that is added is written down, and what it prints with --json is validated."""
        test = "".join(one.read_text() for one in sorted((ROOT / "test/scripts").glob("dmctl_*test.py")))
        page = re.sub(r"\\f.", "", (ROOT / "examples/manager/install/dmctl.1.in").read_text())
        readme = (ROOT / "examples/manager/README.md").read_text()
        nouned = ("list", "show", "use", "set", "remove", "fleet")
        verbs = self.words()
        self.assertGreater(len(verbs), 20)
        for verb in verbs:
            self.assertRegex(page, rf"\b{verb}\b")
            self.assertRegex(readme, rf"`[^`]*\b{verb}\b")
            for noun in self.words(verb) if verb in nouned else [None]:
                words = f'"{verb}", "{noun}"' if noun else f'"{verb}"'
                found = re.search(rf'(self\.told\("(?!error)\w+", |"--json", ){words}', test)
                self.assertIsNotNone(found, f"nothing validates {words}")
        for schema in SCHEMAS.glob("*.json"):
            jsonschema.Draft4Validator.check_schema(json.loads(schema.read_text()))
            self.assertIn(f'"{schema.stem}"', test, f"nobody uses {schema.name}")

    def test_help_of_each(self):
        for words in ([], ["list"], ["start"], ["logs"], ["set", "context"]):
            ended = subprocess.run([DMCTL, *words, "--help"], capture_output=True, text=True, timeout=60)
            self.assertEqual(0, ended.returncode)
            self.assertIn("dmctl", ended.stdout)


if __name__ == "__main__":
    main()
