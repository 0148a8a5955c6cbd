#!/usr/bin/env python3
"""dmctl where nobody answers, slowly, or what is no Deployment Manager's.

Environment: DM_PROGRAM, the Deployment Manager; DMCTL_PROGRAM, its client; DM_FLINK_PLUGIN, the scriptable plugin for components
of type flink.

SPDX-License-Identifier: Apache-2.0
"""

import re
import threading
import time

from dmctl_client import USAGE, UNREACHABLE, NOT_FOUND, ClientTest
from manager_program import USER
from stand_in_manager import StandInManager
from support import main


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


if __name__ == "__main__":
    main()
