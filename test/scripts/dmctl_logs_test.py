#!/usr/bin/env python3
"""dmctl reading and following logs, across lost connections and restarts.

Environment: DM_PROGRAM, the Deployment Manager; DMCTL_PROGRAM, its client; DM_FLINK_PLUGIN, the scriptable plugin for components
of type flink.

SPDX-License-Identifier: Apache-2.0
"""

import json
import signal
import subprocess
import threading
import time

from dmctl_client import DMCTL, FAILED, USAGE, UNREACHABLE, FORBIDDEN, INTERRUPTED, validate, ClientTest
from support import main

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


if __name__ == "__main__":
    main()
