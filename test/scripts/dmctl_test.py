#!/usr/bin/env python3
"""dmctl with the real Deployment Manager and the scriptable plugin, over its unix socket, and with ones that are slow, dead or
talk rubbish; without a terminal, in one, and completed by bash and zsh.

Environment: DM_PROGRAM, the Deployment Manager; DMCTL_PROGRAM, its client; DM_FLINK_PLUGIN, the scriptable plugin for components
of type flink.

SPDX-License-Identifier: Apache-2.0
"""

import io
import json
import os
import re
import signal
import subprocess
import tarfile
import threading
import time

import jsonschema

from manager_program import USER, ManagerProgram
from pseudo_terminal import InTerminal, columns
from stand_in_manager import StandInManager
from support import ROOT, ScriptTest, main

DMCTL = os.environ["DMCTL_PROGRAM"]
SCHEMAS = ROOT / "examples/manager/client/schemas"
DONE, FAILED, USAGE, UNREACHABLE, FORBIDDEN, NOT_FOUND, CONFLICT, UNFINISHED, INTERRUPTED = 0, 1, 2, 3, 4, 5, 6, 7, 130
ODD = "日本-ä\x1b[31m\u202e"  # nobody's name, but somebody may give it


def package(file, version="1.0.0", **properties):
    with tarfile.open(file, "w:gz") as archive:
        for component in ("stream", "batch"):
            body = json.dumps(properties if component == "stream" else {}).encode()
            member = tarfile.TarInfo(f"counter-{version}/flink/{component}/properties.json")
            member.size = len(body)
            archive.addfile(member, io.BytesIO(body))


def validate(name, document):
    jsonschema.Draft4Validator(json.loads((SCHEMAS / f"{name}.json").read_text())).validate(document)


class Ended:
    def __init__(self, code, out, err):
        self.code = code
        self.out = out
        self.err = err

    def __repr__(self):
        return f"{self.code}\n--- out\n{self.out}\n--- err\n{self.err}"


class ClientTest(ScriptTest):
    def setUp(self):
        super().setUp()
        self.socket = self.place / "api.sock"
        self.home = self.place / "home"
        self.home.mkdir()
        self.variables = {
            "PATH": os.environ["PATH"], "HOME": str(self.home), "DMCTL_SOCKET": str(self.socket), "LC_ALL": "C.UTF-8",
        }

    def dmctl(self, *words, code=DONE, environment=None, stdin="", program=DMCTL, seconds=100):
        ended = subprocess.run([program, *map(str, words)], env={**self.variables, **(environment or {})}, input=stdin,
                               capture_output=True, text=True, timeout=seconds, cwd=self.place)
        told = Ended(ended.returncode, ended.stdout, ended.stderr)
        self.assertEqual(code, told.code, f"dmctl {words}: {told}")
        self.assertNotRegex(told.out + told.err, r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", "control characters")
        return told

    def told(self, schema, *words, code=DONE, **more):
        """The document of --json, which fits its schema; other than code 0 it may be an error's."""
        ended = self.dmctl("--json", *words, code=code, **more)
        if schema == "error":
            self.assertEqual("", ended.out)
            document = json.loads(ended.err)
            self.assertEqual(code, document["error"]["exit_code"])
        else:
            document = json.loads(ended.out)
        validate(schema, document)
        return document

    def terminal(self, *words, width=100, environment=None):
        return InTerminal([DMCTL, *words], {**self.variables, **(environment or {})}, columns=width, where=self.place)

    def play(self, answers):
        server = StandInManager(self.socket, answers)
        self.addCleanup(server.end)
        return server


class RealTest(ClientTest):
    """The real Deployment Manager at a socket; whoever runs the test is its own account, so an administrator who acts for an
    account of every machine."""

    def setUp(self):
        super().setUp()
        self.manager = ManagerProgram(
            self.place / "manager", listen={"socket": {"path": str(self.socket), "authentication": ["trust_user_name"]}},
        )
        self.addCleanup(self.manager.stop)
        self.manager.start()
        self.variables["DMCTL_USER"] = USER
        package(self.place / "counter-1.0.0.tar.gz")
        package(self.place / "counter-1.1.0.tar.gz", version="1.1.0", flink_parallelism=3)

    def script(self, verb, **what):
        (self.manager.programs / f"{verb}.json").write_text(json.dumps(what))

    def made(self, application="counting", start=True):
        self.dmctl("upload", "counter-1.0.0.tar.gz")
        self.dmctl("deploy", "counter-1.0.0")
        self.dmctl("create", application, "--package", "counter-1.0.0")
        if start:
            self.dmctl("start", application)


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


class NobodyThere(ClientTest):
    def test_dead(self):
        dead = self.dmctl("list", "applications", code=UNREACHABLE)
        self.assertIn(str(self.socket), dead.err)
        self.assertIn("dmctl show context", dead.err)
        self.told("error", "start", "counting", code=UNREACHABLE)
        for words in (("start",), ("list",), ("start", "counting", "--nonsense"), ("nonsense",)):
            self.told("error", *words, code=USAGE)
        self.socket.write_text("")
        self.dmctl("status", "x", code=UNREACHABLE)
        self.dmctl("list", "packages", environment={"DMCTL_SOCKET": "", "DMCTL_URL": "http://127.0.0.1:9"}, code=UNREACHABLE)

    def test_slow(self):
        ends = threading.Event()
        self.addCleanup(ends.set)
        self.play({"GET /applications": lambda *_: ends.wait(60) and None})
        began = time.monotonic()
        self.dmctl("list", "applications", "--request-timeout", "1s", code=UNREACHABLE)
        self.assertLess(time.monotonic() - began, 40)

    def test_rubbish(self):
        for answer in (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<html>\x1b[2J", b"\x00\x01nonsense\r\n\r\n", b"",
                       (200, "text"), (502, "x"), (404, ["x"]), b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
                       b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere/\r\nContent-Length: 0\r\n\r\n"):
            with self.subTest(answer=answer):
                server = StandInManager(self.place / "rubbish.sock", {"GET /applications": answer})
                self.dmctl("list", "applications", "--socket", self.place / "rubbish.sock", code=UNREACHABLE)
                server.end()

    def test_documents_of_other_shapes_end_nothing(self):
        shapes = [{}, [], {"components": 1}, {"components": [1, {"sources": "x"}]}, {"savepoints": [[]], "components": []},
                  {"operations": {"a": 1}}, {"x": {"status": 5}}, {"status": ["x"], "components": [{"incarnations": [1]}]},
                  {"plugins": [{"entries": [3]}]}]
        looks = {("list", "applications"): "/applications", ("status",): "/applications",
                 ("show", "application", "a"): "/applications/a/detail", ("list", "savepoints", "a"): "/applications/a/savepoints",
                 ("list", "operations"): "/operations", ("list", "packages"): "/packages", ("explain", "a"): "/applications/a/explain",
                 ("figures", "a"): "/applications/a/figures", ("incidents", "a"): "/applications/a/incidents",
                 ("show", "incident", "a", "i"): "/applications/a/incidents/i", ("list", "logs", "a"): "/applications/a/logs",
                 ("contents", "p"): "/packages/p/contents", ("difference", "o", "p"): "/packages/p/difference",
                 ("list", "repository"): "/repository/packages", ("show", "package", "p"): "/packages/p"}
        answers = {}
        self.play(answers)
        for shape in shapes:
            for words, path in looks.items():
                answers[f"GET {path}"] = shape
                self.dmctl(*words)

    def test_lost_answer(self):
        server = self.play({"POST /applications/a/start": lambda *_: None, "PUT /applications/a": lambda *_: None})
        lost = self.dmctl("start", "a", code=UNREACHABLE)
        self.assertIn("whether it has been accepted is", lost.err)
        self.assertIn("dmctl list operations --object a --verb start", lost.err)
        self.assertEqual(1, len(server.heard))
        self.dmctl("create", "a", "-p", "x-1.0.0", code=UNREACHABLE)
        self.assertEqual(2, len(server.heard))


SOURCES = {"application": "a", "components": [
    {"type": "flink", "component": "stream", "sources": [
        {"id": "jobmanager-2", "kind": "jobmanager", "state": "living", "epoch": 2, "size_bytes": 12},
        {"id": "guard", "kind": "guard", "state": "living"},
        {"id": "old", "kind": "taskmanager", "state": "unavailable", "reason": "its node is gone"}]},
    {"type": "flink", "component": "batch", "error": "could not be asked"}]}
LOGS = "/applications/a/logs"


class Logs(ClientTest):
    def piece(self, query, _):
        text = "one\ntwo\x1b[2J\nthree\n"
        offset = int(query.get("offset", 0))
        part = text[offset:offset + 8]
        if "tail" in query:
            offset, part = 0, "three\n"
        return {"source": "jobmanager-2", "text": part, "offset": offset, "next_offset": offset + len(part), "ended": False,
                "truncated": "tail" not in query and offset + 8 < len(text), "state": "living"}

    def test_read(self):
        server = self.play({f"GET {LOGS}": SOURCES, f"GET {LOGS}/jobmanager-2": self.piece})
        told = self.dmctl("logs", "a")
        self.assertEqual("one\ntwo\\x1b[2J\nthree\n", told.out)
        self.assertIn("stream: jobmanager-2, living", told.err)
        self.assertEqual("three\n", self.dmctl("logs", "a", "--tail", "1", "--grep", "th", "--source", "jobmanager").out)
        self.assertEqual({"component": "stream", "tail": "1", "grep": "th", "bytes": "1048576"}, server.heard[-1][2])
        self.dmctl("logs", "a", "--since", "10m")
        self.assertRegex(server.heard[-1][2]["since"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.dmctl("logs", "a", "--since", "yesterday", code=USAGE)
        self.assertIn("jobmanager-2", self.dmctl("logs", "a", "--source", "none", code=UNREACHABLE).err)
        for line in self.dmctl("--json", "logs", "a").out.splitlines():
            validate("log_piece", json.loads(line))
        self.told("log_sources", "list", "logs", "a")
        self.assertRegex(self.dmctl("list", "logs", "a").out, r"stream +old +taskmanager .*unavailable .*its node is gone")

    def test_follow_across_a_lost_connection_and_a_restart_of_the_job(self):
        def first(query, client):
            client.begin_stream()
            if "offset" not in query:
                client.event("log", {"text": "one\x07\n", "next_offset": 4, "truncated": False})
                return  # the connection is lost
            client.event("log", {"text": "two\n", "next_offset": 8, "truncated": False})
            client.event("waiting", {"for": "the next run of the job"})
            client.event("source", {"source": "jobmanager-3"})
            client.event("log", {"text": "three\n", "next_offset": 6, "truncated": False})

        def second(_, client):
            client.begin_stream()
            client.event("end", {})

        server = self.play({f"GET {LOGS}": SOURCES, f"GET {LOGS}/jobmanager-2": first, f"GET {LOGS}/jobmanager-3": second})
        told = self.dmctl("logs", "-f", "a")
        self.assertEqual("one\\x07\ntwo\nthree\n", told.out)
        self.assertIn("(waiting: the next run of the job)", told.err)
        self.assertIn("goes on in jobmanager-3", told.err)
        follows = [query for method, path, query, _ in server.heard if path != LOGS]
        self.assertEqual([("10", None), (None, "4"), (None, "6")], [(q.get("tail"), q.get("offset")) for q in follows])
        for line in self.dmctl("--json", "logs", "-f", "a").out.splitlines():
            validate("log_event", json.loads(line))

    def test_a_quiet_log_is_followed_as_long_as_there_is_a_sign_of_life(self):
        def quiet(_, client):
            client.begin_stream()
            for _ in range(3):  # fewer bytes than seconds
                time.sleep(4)
                client.wfile.write(b":\n\n")
            client.event("log", {"text": "at last\n", "next_offset": 8, "truncated": False})
            client.event("end", {})

        server = self.play({f"GET {LOGS}": SOURCES, f"GET {LOGS}/jobmanager-2": quiet})
        told = self.dmctl("--request-timeout", "6s", "logs", "a", "-f")
        self.assertEqual("at last\n", told.out)
        self.assertNotIn("connecting again", told.err)
        self.assertEqual(1, len([path for _, path, _, _ in server.heard if path != LOGS]))

    def test_a_stream_without_a_sign_of_life_is_asked_for_again(self):
        ends = threading.Event()
        self.addCleanup(ends.set)

        def silent_once(query, client):
            client.begin_stream()
            if "offset" not in query:
                client.event("log", {"text": "one\n", "next_offset": 4, "truncated": False})
                ends.wait(60)
                return
            client.event("end", {})

        self.play({f"GET {LOGS}": SOURCES, f"GET {LOGS}/jobmanager-2": silent_once})
        told = self.dmctl("--request-timeout", "1s", "logs", "a", "-f")
        self.assertEqual("one\n", told.out)
        self.assertIn("connecting again", told.err)

    def test_a_follow_ends_when_nobody_reads_it_any_more(self):
        ends = threading.Event()
        self.addCleanup(ends.set)

        def endless(_, client):
            client.begin_stream()
            while not ends.wait(0.05):
                client.event("log", {"text": "one\n", "next_offset": 4, "truncated": False})

        self.play({f"GET {LOGS}": SOURCES, f"GET {LOGS}/jobmanager-2": endless})
        for words in ((), ("--json",)):
            with subprocess.Popen([DMCTL, *words, "logs", "a", "-f"], env=self.variables, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True) as following:
                following.stdout.readline()
                following.stdout.close()
                try:
                    self.assertEqual(FAILED, following.wait(30))
                    self.assertIn("could not be written", following.stderr.read())
                finally:
                    following.kill()

    def test_interrupt_ends_a_follow(self):
        ends = threading.Event()
        self.addCleanup(ends.set)

        def endless(_, client):
            client.begin_stream()
            client.event("log", {"text": "one\n", "next_offset": 4, "truncated": False})
            ends.wait(60)

        self.play({f"GET {LOGS}": SOURCES, f"GET {LOGS}/jobmanager-2": endless})
        with subprocess.Popen([DMCTL, "logs", "a", "-f"], env=self.variables, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as following:
            self.assertEqual("one\n", following.stdout.readline())
            following.send_signal(signal.SIGINT)
            self.assertEqual(INTERRUPTED, following.wait(30))
            following.communicate()


    def test_a_follow_ends_with_its_time(self):
        ends = threading.Event()
        self.addCleanup(ends.set)

        def quiet(_, client):
            client.begin_stream()
            client.event("log", {"text": "one\n", "next_offset": 4, "truncated": False})
            while not ends.wait(0.2):
                client.wfile.write(b":\n\n")

        self.play({f"GET {LOGS}": SOURCES, f"GET {LOGS}/jobmanager-2": quiet})
        began = time.monotonic()
        told = self.dmctl("logs", "a", "-f", "--timeout", "2s")
        self.assertGreaterEqual(time.monotonic() - began, 2)
        self.assertEqual("one\n", told.out)
        self.assertIn("followed for 2", told.err)

    def test_a_silent_follow_ends_with_its_time(self):
        ends = threading.Event()
        self.addCleanup(ends.set)

        def silent(_, client):
            client.begin_stream()
            ends.wait(60)

        self.play({f"GET {LOGS}": SOURCES, f"GET {LOGS}/jobmanager-2": silent})
        began = time.monotonic()
        told = self.dmctl("logs", "a", "-f", "--timeout", "2s")
        self.assertLess(time.monotonic() - began, 30)
        self.assertIn("followed for 2", told.err)

    def test_a_follow_outlives_a_defect_and_ends_at_a_definite_no(self):
        answers = iter([(500, {"information": "it stumbled"}), (503, {"information": "as many as are allowed"})])

        def stumbles(query, client):
            code, body = next(answers, (None, None))
            if code:
                return client.say(code, json.dumps(body).encode())
            client.begin_stream()
            client.event("log", {"text": "at last\n", "next_offset": 8, "truncated": False})
            client.event("end", {})

        played = {f"GET {LOGS}": SOURCES, f"GET {LOGS}/jobmanager-2": stumbles}
        self.play(played)
        told = self.dmctl("logs", "a", "-f")
        self.assertEqual("at last\n", told.out)
        self.assertIn("(it stumbled; connecting again)", told.err)
        self.assertIn("(as many as are allowed; connecting again)", told.err)
        played[f"GET {LOGS}/jobmanager-2"] = (403, {"information": "not yours"})
        self.assertIn("not yours", self.dmctl("logs", "a", "-f", code=FORBIDDEN).err)


class Columns(ClientTest):
    """At 80 columns what an operator pastes into the next command is whole, on one line."""

    def test_nothing_that_is_pasted_is_cut(self):
        application, job, operation = "application_1795438290778_00042", "7" * 32, "0123456789abcdef" * 2
        path = "hdfs:///pnda/flink/state/production/counting/stream/savepoints/dmctl-20261127-172509-0a1b2c3d/savepoint-79027c-0a1b2c3d4e5f"
        source, name = "12.container_1795438290778_00042_01_000002.taskmanager.log.1", "counting-the-clicks-of-all-shops"
        point = "dmctl-20261127-172509-0a1b2c3d"
        reason = "java.lang.IllegalStateException: a long tale of what went wrong and why"
        at = "2026-11-27T17:25:09.123Z"
        component = {"type": "flink", "component": "stream-of-clicks", "state": "BACKOFF", "confidence": "confirmed", "since": at,
                     "application_id": application, "reason": reason, "job_id": job, "tracking_url": f"http://node:8088/proxy/{application}/",
                     "incarnations": [{"epoch": 12, "application_id": application, "started_at": at, "ended_at": at,
                                       "outcome": "failed", "cause": reason, "restore_point": path}]}
        self.play({
            "GET /applications": {name: {"status": "STARTED", "package_name": "counter-of-clicks-1.0.0", "user": "somebody", "information": reason}},
            f"GET /applications/{name}/status": {"status": "STARTED", "information": reason},
            f"GET /applications/{name}/detail": {"name": name, "status": "STARTED", "components": [component]},
            f"GET /applications/{name}/logs": {"application": name, "components": [{"type": "flink", "component": "stream-of-clicks", "sources": [
                {"id": source, "kind": "taskmanager", "state": "ended", "epoch": 12, "size_bytes": 123456, "modified_at": at,
                 "host": "node-17.cluster.example.com", "reason": reason}]}]},
            f"GET /applications/{name}/savepoints": {"savepoints": [
                {"id": point, "component": "stream-of-clicks", "kind": "savepoint", "state": "COMPLETED", "operation": "trigger", "epoch": 12,
                 "size_bytes": 123456, "duration_ms": 1234, "completed_at": at, "pinned": True, "pin_reason": reason}]},
            f"GET /applications/{name}/savepoints/{point}": {"id": point, "path": path, "state": "COMPLETED"},
            f"GET /applications/{name}/incidents": {"components": [{"component": "stream-of-clicks", "incidents": [
                {"id": "12-5f0c1a2b", "at": at, "count": 1, "epoch": 12, "class": "java.lang.IllegalStateException", "source": "jobmanager",
                 "message": reason}]}]},
            "GET /operations": {"operations": [{"id": operation, "verb": "upgrade", "object": name, "status": "SUCCEEDED", "user": "somebody",
                                                "accepted_at": at, "information": reason}]},
            "GET /packages": {"counter-of-clicks-1.0.0": {"status": "DEPLOYED", "user": "somebody", "information": reason}},
            "GET /repository/packages": [{"name": "counter-of-clicks", "latest_versions": [
                {"version": "1.0.0+20261127", "file": "counter-of-clicks-1.0.0+20261127.tar.gz", "sha256": "a" * 64}]}],
            "GET /packages/p/contents": {"files": [{"path": "flink/stream/lib/" + "a" * 70 + ".jar", "size": 5, "mode": "644", "sha256": "b" * 64}]},
        })
        for words, pasted in ((("list", "applications"), [name, "counter-of-clicks-1.0.0", "STARTED"]),
                              (("status", name), [application]), (("show", "application", name), [application, job, path]),
                              (("list", "logs", name), [source, "node-17.cluster.example.com"]),
                              (("list", "savepoints", name), [point, "stream-of-clicks"]),
                              (("show", "savepoint", name, point), [point, path]),
                              (("incidents", name), ["12-5f0c1a2b", "stream-of-clicks"]),
                              (("list", "operations"), [operation, name]), (("list", "packages"), ["counter-of-clicks-1.0.0"]),
                              (("list", "repository"), ["counter-of-clicks-1.0.0+20261127.tar.gz"]),
                              (("contents", "p"), ["flink/stream/lib/" + "a" * 70 + ".jar"])):
            for width in (80, 40):
                with self.subTest(words=words, width=width):
                    shown = self.terminal(*words, width=width, environment={"NO_COLOR": "1"})
                    self.assertEqual(DONE, shown.ended(), shown.text)
                    text = shown.shown.decode().replace("\r", "")
                    for one in pasted:
                        self.assertRegex(text, rf"(?m)(^|\s){re.escape(one)}(\s|$)")
                    for line in text.splitlines():  # longer than the terminal is only one long word, of a fact behind its name
                        if columns(line) > width:
                            self.assertRegex(line, r"^(.{16}| *)\S+$", text)

    def test_errors_name_options_and_commands(self):
        self.play({
            "POST /applications/a/savepoints": (400, {"information": "Invalid body", "details": [
                {"path": "$.directory", "found": "x", "allowed": "an absolute path"}]}),
            "GET /operations": (400, {"information": "Invalid query", "details": [{"path": "user", "found": "?", "allowed": "a name"}]}),
            "POST /applications/a/start": (409, {"information": "it is started already: stop it first (POST /applications/a/stop)"}),
        })
        self.assertIn("--directory", self.dmctl("trigger", "a", "--directory", "x", code=USAGE).err)
        self.assertIn("--by", self.dmctl("list", "operations", "--by", "?", code=USAGE).err)
        told = self.dmctl("start", "a", code=CONFLICT).err
        self.assertIn("stop it first (dmctl stop a)", told)
        self.assertNotIn("POST", told)

    def test_a_name_that_would_be_refused_is_not_sent(self):
        server = self.play({})
        for name in ("counter.tar.gz", "counter-1.0.tar.gz", "counter-1.0.0.zip"):
            (self.place / name).write_bytes(b"x")
        package(self.place / "counter-1.0.0.tar.gz")
        told = self.dmctl("upload", "counter-1.0.0.tar.gz", "counter.tar.gz", "counter-1.0.0.zip", code=USAGE).err
        for name in ("counter.tar.gz", "counter-1.0.0.zip", "allowed: <package>.tar.gz"):
            self.assertIn(name, told)
        self.assertNotIn("counter-1.0.0.tar.gz", told)
        self.assertEqual([], server.heard)


class Diagnosis(ClientTest):
    def test_incidents_explain_and_figures(self):
        incident = {"id": "7-0a1b2c3d", "at": "2026-11-23T12:51:07.442Z", "last_at": "2026-11-23T12:59:07.442Z", "count": 3,
                    "epoch": 7, "class": "java.lang.OutOfMemoryError", "source": "taskmanager", "message": "heap \x1b[2J",
                    "size_bytes": 1000, "kept": True}
        whole = {"application": "a", "type": "flink", "component": "stream", **incident,
                 "document": {"diagnostics": "line\nother", "exceptions": [{"name": "x", "stack": "a\n\tat b"}],
                              "logs": [{"source": "jobmanager", "text": "last\nwords"}]}}
        self.play({
            "GET /applications/a/incidents": {"application": "a", "components": [
                {"type": "flink", "component": "stream", "incidents": [incident], "more": False},
                {"type": "flink", "component": "batch", "error": "could not be asked"}]},
            "GET /applications/a/incidents/7-0a1b2c3d": whole,
            "GET /applications/a/explain": {"application": "a", "components": [
                {"type": "flink", "component": "stream", "state": "BACKOFF", "sentences": ["It failed three times."],
                 "facts": [{"source": "yarn", "message": "FAILED", "observed_at": "2026-11-23T12:51:07.442Z"}],
                 "rules": ["INV-4"]}]},
            "GET /applications/a/figures": {"application": "a", "components": [
                {"type": "flink", "component": "stream", "observed_at": "2026-11-23T12:51:07.442Z",
                 "figures": {"uptime_ms": 185000, "records_in_per_second": 4500000.5, "checkpoint_bytes": 1200000},
                 "history": {"interval_ms": 30000, "names": ["uptime_ms"], "points": [[1, 2], [2, None], [3, 9]]}}]},
        })
        told = self.dmctl("incidents", "a")
        self.assertRegex(told.out, r"7-0a1b2c3d +stream +2026-11-23 12:51:07 +3 +7 +java.lang.OutOfMemoryError")
        self.assertIn("batch: could not be asked", told.err)
        self.told("incidents", "incidents", "a")
        self.told("incidents", "list", "incidents", "a")
        self.assertIn("last\n", self.dmctl("show", "incident", "a", "7-0a1b2c3d").out)
        self.told("incident", "show", "incident", "a", "7-0a1b2c3d")
        explained = self.dmctl("explain", "a").out
        self.assertRegex(explained, r"flink/stream is BACKOFF\n  It failed three times.\n\n  Who said what\n  - yarn: FAILED\n\n  Rules by which the state follows\n  - INV-4")
        self.told("explanation", "explain", "a")
        self.assertRegex(self.dmctl("figures", "a", "--history").out, r"uptime_ms +3 min 5 s +▁ █")
        self.told("figures", "figures", "a")

    def test_doctor(self):
        leftovers = {"plugins": [{"type": "flink", "withheld": [{"kind": "orphans", "because": "YARN does not answer"}], "entries": [
            {"id": "e1", "kind": "staging", "what": "/user/x/.flink/app", "size_bytes": 5000, "why": "its job has ended",
             "breaks": "nothing", "cleanable": True}]}]}
        operation = {"id": "a" * 32, "verb": "clean", "kind": "housekeeping", "object": "all", "status": "SUCCEEDED",
                     "state": "IDLE", "ended_at": "2026-11-23T12:51:07.442Z", "information": "1 entry would go"}
        answers = {
            "GET /healthz": {"status": "ok"}, "GET /readyz": {"status": "ready", "checks": {"registry": "ok"}},
            "GET /plugins": [{"type": "flink", "name": "flink", "version": "1", "open": True, "calls": 0, "stuck": 0,
                              "circuit": "closed"}],
            "GET /housekeeping": leftovers,
            "GET /operations/" + "a" * 32: operation,
            "POST /housekeeping": lambda _, client: client.say(202, b"", f"Location: /operations/{'a' * 32}\r\n"),
            "GET /whoami": {"user": "ada", "by": None, "proof": "peer_credentials", "roles": ["read", "deploy"], "account": True},
        }
        server = self.play(answers)
        told = self.dmctl("doctor", "--kind", "staging", "--kind", "logs", "--older-than", "3").out
        self.assertRegex(told, r"e1 +staging +5\.0 kB +/user/x/.flink/app +its job has ended +nothing")
        self.assertIn("orphans was not looked at: YARN does not answer", told)
        self.assertIn({"kinds": "staging,logs", "older_than_days": "3"}, [query for *_, query, _ in server.heard])
        self.told("examination", "doctor")
        cleaned = self.dmctl("doctor", "--clean").out
        self.assertIn("1 entry would go", cleaned)
        # The operation's object is the namespace: its state is nothing that was asked for.
        self.assertNotIn("IDLE", cleaned)
        self.assertRegex(cleaned, r"housekeeping, dry run.*: SUCCEEDED")
        self.assertEqual({"all": True, "dry_run": True}, json.loads([b for m, *_, b in server.heard if m == "POST"][-1]))
        # One that is not among the findings is an error before anything is removed.
        asked = len([b for m, *_, b in server.heard if m == "POST"])
        unsure = self.dmctl("doctor", "--clean", "--yes", "--entry", "e1", "--entry", "nosuch", code=UNREACHABLE).err
        self.assertIn("nosuch is not among the findings, and not everything could be looked at", unsure)
        leftovers["plugins"][0]["withheld"] = []
        self.assertIn("nosuch is not among the findings; nothing was removed",
                      self.dmctl("doctor", "--clean", "--entry", "nosuch", code=NOT_FOUND).err)
        self.assertEqual(asked, len([b for m, *_, b in server.heard if m == "POST"]))
        leftovers["plugins"][0]["entries"].append({"id": "e2", "kind": "staging", "what": "/user/x/.flink/b", "cleanable": True})
        self.told("operation", "doctor", "--clean", "--yes", "--entry", "e1", "--entry", "e2", "--older-than", "3")
        self.assertEqual({"entries": ["e1", "e2"], "older_than_days": 3, "dry_run": False}, json.loads([b for m, *_, b in server.heard if m == "POST"][-1]))
        self.dmctl("doctor", "--yes", code=USAGE)
        self.assertRegex(self.dmctl("whoami").out, r"user +ada\nknown by +peer_credentials\nmay +read, deploy")
        self.told("who", "whoami")
        # What could not be looked at is not called none, nor in order.
        answers["GET /housekeeping"] = {"plugins": [{"type": "flink", "error": {"code": "UNAVAILABLE", "message": "YARN is away"}}]}
        unknown = self.dmctl("doctor", code=FAILED).out
        self.assertIn("could not be asked", unknown)
        self.assertNotIn("none", unknown)
        answers["GET /housekeeping"] = {"plugins": [{"type": "flink", "entries": [], "withheld": [], "more": ["staging"]}]}
        found = self.dmctl("doctor").out
        self.assertIn("none", found)
        self.assertIn("there are more of staging than are told at once", found)
        answers["GET /housekeeping"] = (403, {"information": "administrators only"})
        self.assertIn("administrators only", self.dmctl("doctor").out)
        answers["GET /readyz"] = (503, {"status": "not ready", "checks": {"registry": "it is gone"}})
        self.assertIn("it is gone", self.dmctl("doctor", code=FAILED).out)


class Contexts(ClientTest):
    def setUp(self):
        super().setUp()
        del self.variables["DMCTL_SOCKET"]
        self.file = self.home / ".config/dmctl/config.json"

    def test_made_used_shown_and_removed(self):
        self.assertRegex(self.dmctl("show", "context").out, r"socket +/run/deployment-manager/api.sock +default")
        self.told("contexts", "list", "contexts")
        self.told("context", "set", "context", "here", "--socket", str(self.socket), "--user", USER)
        self.assertEqual(0o600, self.file.stat().st_mode & 0o777)
        self.told("context", "set", "context", "prod", "--url", "https://dm:5000", "--token-file", "/t")
        self.assertRegex(self.dmctl("list", "contexts").out, rf"\* +here +{re.escape(str(self.socket))} +{USER}")
        self.told("context", "use", "context", "prod")
        self.told("context", "show", "context", "here")
        shown = self.told("chosen_context", "show", "context")
        self.assertEqual("https://dm:5000", shown["uses"]["url"]["value"])
        shown = self.told("chosen_context", "show", "context", "--url", "http://localhost:1", environment={"DMCTL_USER": "x"})
        self.assertEqual({"url": {"value": "http://localhost:1", "from": "--url"}, "user": {"value": "x", "from": "DMCTL_USER"}},
                         shown["uses"])
        self.told("contexts", "remove", "context", "prod")
        self.dmctl("use", "context", "prod", code=NOT_FOUND)
        self.dmctl("list", "packages", "--context", "gone", code=USAGE)
        self.dmctl("set", "context", "a b", code=USAGE)
        self.dmctl("set", "context", "x", "--url", "http://dm:1", "--token-file", "/t", code=USAGE)

    def test_a_context_is_asked(self):
        self.play({"GET /packages": {}})
        self.dmctl("set", "context", "here", "--socket", str(self.socket))
        self.dmctl("list", "packages")

    def test_what_others_may_read_is_refused(self):
        self.dmctl("set", "context", "here", "--socket", str(self.socket))
        self.file.chmod(0o644)
        self.assertIn("chmod 600", self.dmctl("list", "packages", code=USAGE).err)
        other = self.place / "other.json"
        other.write_text("{")
        other.chmod(0o600)
        self.assertIn("other.json is wrong", self.dmctl("list", "packages", environment={"DMCTL_CONFIG": str(other)}, code=USAGE).err)
        token = self.place / "token"
        token.write_text("x")
        self.assertIn("chmod 600", self.dmctl("list", "packages", "--socket", self.socket, "--token-file", token,
                                              environment={"DMCTL_CONFIG": "/nonexistent"}, code=USAGE).err)


class Completion(RealTest):
    """By the shells themselves, which somebody types into."""

    def setUp(self):
        super().setUp()
        self.made(application="counting")
        self.made_bin = self.place / "bin"
        self.made_bin.mkdir()
        (self.made_bin / "dmctl").symlink_to(DMCTL)
        self.variables["PATH"] = f"{self.made_bin}:{self.variables['PATH']}"
        self.dmctl("trigger", "counting", "--component", "stream", "--operation", "first")

    def shell(self, *command, prepare):
        shell = InTerminal(command, {**self.variables, "PS1": "", "HISTFILE": "/dev/null"}, columns=120, where=self.place)
        self.addCleanup(shell.process.wait)
        self.addCleanup(shell.process.kill)
        shell.type(prepare + "\n")
        shell.type("echo rea''dy\n")
        shell.until("\nready")
        return shell

    def look(self, shell):
        for typed, wanted in (
            ("dmctl sta\t\t", "status"),
            ("dmctl list appl\t", r"list applications "),
            ("dmctl stop co\t", r"stop counting "),
            ("dmctl show package cou\t", r"counter-1\.0\.0 "),
            ("dmctl show savepoint counting fi\t", r"counting first "),
            ("dmctl trigger counting --format na\t", r"--format native "),
            ("dmctl trigger counting --format=na\t", r"--format=native"),
            ("dmctl upload counter-1.0\t", r"counter-1\.0\.0\.tar\.gz"),
            ("dmctl stop counting --dr\t", r"--drain "),
        ):
            with self.subTest(typed):
                shell.shown = b""
                shell.type(typed)
                shell.until(wanted, seconds=30)
                shell.type("\x15")  # the line is emptied, nothing is run
                shell.type("echo do''ne\n")
                shell.until("\ndone", seconds=30)

    def test_bash(self):
        self.look(self.shell("bash", "--norc", "--noprofile", "-i", prepare="bind 'set enable-bracketed-paste off'; source <(dmctl completion bash)"))

    def test_zsh(self):
        self.look(self.shell("zsh", "-f", "-i", prepare="PROMPT=; unset zle_bracketed_paste; autoload -Uz compinit && compinit -u -d "
                             f"{self.place}/zcompdump; source <(dmctl completion zsh)"))

    def test_candidates_and_a_dead_manager(self):
        told = self.dmctl("complete-words", "--", "stop", "").out
        self.assertIn("counting\tSTARTED, counter-1.0.0\n", told)
        for nothing in (("start", ""), ("wait", ""), ("cancel", ""), ("unpin", "counting", ""), ("deploy", "counter-1.0")):
            self.assertEqual("", self.dmctl("complete-words", "--", *nothing).out, nothing)
        for several in (("pin", "counting", ""), ("resume", "counting", ""), ("show", "operation", ""), ("stop", "counting", "--")):
            names = [line.split("\t")[0] for line in self.dmctl("complete-words", "--", *several).out.splitlines()]
            self.assertTrue(names, several)
            self.assertEqual(len(names), len(set(names)), names)
        self.manager.stop()
        began = time.monotonic()
        self.assertEqual("", self.dmctl("complete-words", "--", "stop", "").out)
        self.assertLess(time.monotonic() - began, 30)
        self.assertIn("start\t", self.dmctl("complete-words", "--", "sta").out)
        self.told("completion", "completion", "bash")
        self.told("completion", "completion", "zsh")


class EveryCommand(ScriptTest):
    def words(self, *before):
        ended = subprocess.run([DMCTL, "complete-words", "--", *before, ""], capture_output=True, text=True, timeout=60,
                               env={"HOME": str(self.place), "DMCTL_SOCKET": "/nonexistent"})
        return [line.split("\t")[0] for line in ended.stdout.splitlines() if "\t" in line]

    def test_has_a_schema_that_a_test_uses_and_is_in_man_page_and_readme(self):
        """A command that is added is written down, and what it prints with --json is validated."""
        test = (ROOT / "test/scripts/dmctl_test.py").read_text()
        page = re.sub(r"\\f.", "", (ROOT / "examples/manager/install/dmctl.1.in").read_text())
        readme = (ROOT / "examples/manager/README.md").read_text()
        nouned = ("list", "show", "use", "set", "remove")
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
