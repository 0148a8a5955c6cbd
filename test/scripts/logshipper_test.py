#!/usr/bin/env python3
"""The log shipper's configuration with a real rsyslogd, unprivileged, in a directory of its own: a node's and the server's.

SPDX-License-Identifier: Apache-2.0
"""

import collections
import random
import re
import shutil
import socket
import subprocess
import time
import unittest
from pathlib import Path

from support import ROOT, ScriptTest, main

PROGRAM = ROOT / "examples/logshipper/logshipper-config"
RSYSLOGD = shutil.which("rsyslogd", path="/usr/sbin:/sbin:/usr/bin:/bin")
APPLICATION = "application_1795438290778_0007"
CONTAINER = "container_e17_1795438290778_0007_01_000002"


def free_port():
    """Below those of outgoing connections: whoever keeps trying one of these while nobody listens there may end up with himself."""
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    for port in random.sample(range(10_240, lowest), 100):
        with socket.socket() as one:
            try:
                one.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError(f"no port below {lowest} is free")


class CommandLine(ScriptTest):
    def refused(self, *arguments):
        ended = self.run_program(PROGRAM, *arguments)
        self.assertNotEqual(0, ended.returncode, ended.stdout)
        return ended.stdout

    def test_what_cannot_be_meant_is_refused(self):
        self.assertIn("--server", self.refused("node-manager"))
        self.assertIn("HOST:PORT", self.refused("node-manager", "--server", "host"))
        self.assertIn("HOST:PORT", self.refused("node-manager", "--server", 'h"x:1'))
        self.assertIn("absolute path", self.refused("log-server", "--output", "logs"))
        self.assertIn("absolute path", self.refused("log-server", "--output", '/a"\naction()'))
        self.assertIn("absolute path", self.refused("log-server", "--output", "/a/../b"))
        self.assertIn("size", self.refused("node-manager", "--server", "h:1", "--queue", "much"))
        self.assertIn("account", self.refused("log-server", "--user", "a b"))
        self.assertIn("invalid choice", self.refused("shipper"))

    def test_logrotate_keeps_what_pnda_kept(self):
        ended = self.run_program(PROGRAM, "logrotate", "--output", "/var/log/pnda")
        self.assertEqual(0, ended.returncode, ended.stdout)
        for line in ("rotate 5", "maxsize 10M", "copytruncate", "-mmin +4320"):
            self.assertIn(line, ended.stdout)


@unittest.skipUnless(RSYSLOGD, "rsyslogd is not installed (apt-get install rsyslog)")
class Shipping(ScriptTest):
    def setUp(self):
        super().setUp()
        self.port = free_port()
        self.folder = self.place / "containers" / APPLICATION / CONTAINER
        self.folder.mkdir(parents=True)
        self.output = self.place / "out"
        self.output.mkdir()
        self.flink = self.place / "flink"
        self.flink.mkdir()
        self.running = {}
        self.addCleanup(lambda: [self.stop(role) for role in list(self.running)])

    def start(self, role, *options):
        work = self.place / f"work-{role}"
        work.mkdir(exist_ok=True)
        file = self.place / f"{role}.conf"
        written = self.run_program(PROGRAM, role, "--work", work, *options)
        self.assertEqual(0, written.returncode, written.stdout)
        file.write_text(written.stdout)
        checked = self.run_program(RSYSLOGD, "-N1", "-f", file)
        self.assertEqual(0, checked.returncode, checked.stdout)
        with open(self.place / f"{role}.log", "ab") as log:
            self.running[role] = subprocess.Popen([RSYSLOGD, "-n", "-f", file, "-i", work / "pid"],
                                                  stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def stop(self, role):
        process = self.running.pop(role)
        process.terminate()
        process.wait(timeout=60)

    def start_server(self):
        self.start("log-server", "--listen", f"127.0.0.1:{self.port}", "--output", self.output)
        self.await_that(lambda: socket.create_connection(("127.0.0.1", self.port), 1).close() is None)

    def start_node(self, *options):
        self.start("node-manager", "--server", f"127.0.0.1:{self.port}", "--log-dirs", self.place / "containers", *options)

    def await_that(self, holds):
        deadline = time.monotonic() + 60
        while True:
            try:
                if holds():
                    return
            except OSError:
                pass
            if time.monotonic() > deadline:
                said = "".join(file.read_text() for file in self.place.glob("*.log"))
                self.fail(f"not in time; there is: {self.lines()[-20:]}\n{said[-2000:]}")
            time.sleep(0.1)

    def lines(self, name=f"yarn-{APPLICATION}.log"):
        file = self.output / name
        return file.read_text().splitlines() if file.exists() else []

    def await_line(self, pattern, name=f"yarn-{APPLICATION}.log"):
        self.await_that(lambda: any(re.search(pattern, line) for line in self.lines(name)))
        return next(line for line in self.lines(name) if re.search(pattern, line))

    def write(self, file, text):
        with open(self.folder / file, "a") as out:
            out.write(text)

    def test_files_of_a_container_arrive_with_their_fields(self):
        self.start_server()
        self.start_node()
        self.write("flink.log", "2026-11-27 01:00:00,000 INFO  flink - the user's words\n")
        self.write("jobmanager.log", '2026-11-27 01:00:01,000 INFO  a "b" \\ ä %s $!path\n')
        self.write("taskmanager.out", "printed\n")
        self.write("stderr", "2026-11-27 01:00:02,000 to stderr\n")
        for file, words in (("flink.log", "the user's words"), ("jobmanager.log", r'a "b" \\ ä %s \$!path'),
                            ("taskmanager.out", "printed"), ("stderr", "to stderr")):
            line = self.await_line(words)
            time_, host, container, logtype, message = line.split(" ", 4)
            self.assertRegex(time_, r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")
            self.assertTrue(host)
            self.assertEqual((CONTAINER, file), (container, logtype))
            self.assertRegex(message, words)

    def test_stack_traces_are_joined(self):
        self.start_server()
        self.start_node()
        self.write("jobmanager.log", "2026-11-27 01:00:00,000 ERROR a - failed\njava.lang.Exception: it\n"
                                     "\tat a.b.C.d(C.java:1)\nCaused by: java.io.IOException: disk\n"
                                     "2026-11-27 01:00:01,000 INFO  a - next\n")
        line = self.await_line("failed")
        self.assertIn("Caused by: java.io.IOException: disk", line)
        self.assertNotIn("next", line)
        self.await_line("next")

    def roll_thrice(self):
        for round_ in range(3):
            for number in range(200):
                self.write("taskmanager.log", f"2026-11-27 01:00:00,000 INFO  a - round {round_} line {number}.\n")
            self.await_line(f"round {round_} line 0\\.")
            if round_:
                (self.folder / "taskmanager.log.1").rename(self.folder / "taskmanager.log.2")
            (self.folder / "taskmanager.log").rename(self.folder / "taskmanager.log.1")
        return [f"round {round_} line {number}." for round_ in range(3) for number in range(200)]

    def shown(self):
        return [line.split(" - ")[1] for line in self.lines() if "round" in line]

    def test_rotation_is_followed(self):
        self.start_server()
        self.start_node("--lines")
        wanted = self.roll_thrice()
        self.await_that(lambda: not set(wanted) - set(self.shown()))
        self.assertEqual([], [line for line, times in collections.Counter(self.shown()).items() if times > 1])

    def test_rotation_is_followed_where_events_are_joined(self):
        self.start_server()
        self.start_node()
        wanted = self.roll_thrice()
        # What rsyslog still waits to join when the file is rolled it drops: one event each time, at most.
        last = {f"round {round_} line 199." for round_ in range(3)}
        self.await_that(lambda: not set(wanted) - last - set(self.shown()))
        self.assertEqual([], [line for line, times in collections.Counter(self.shown()).items() if times > 1])

    def test_a_server_that_is_away_loses_nothing(self):
        self.start_node()
        self.write("jobmanager.log", "2026-11-27 01:00:00,000 INFO  a - before the server\n")
        time.sleep(3)
        self.start_server()
        self.await_line("before the server")

    def test_a_shipper_goes_on_where_it_was(self):
        self.start_server()
        self.start_node()
        self.write("jobmanager.log", "2026-11-27 01:00:00,000 INFO  a - once\n2026-11-27 01:00:00,000 INFO  a - .\n")
        self.await_line("once")
        self.stop("node-manager")
        self.write("jobmanager.log", "2026-11-27 01:00:01,000 INFO  a - meanwhile\n")
        self.start_node()
        self.await_line("meanwhile")
        self.assertEqual(1, len([line for line in self.lines() if "once" in line]))

    def test_names_and_contents_are_harmless(self):
        self.start_server()
        self.start_node()
        for odd in ("application_x;rm", "application_1_2_..", "application_", "application_1_2\n3"):
            folder = self.folder.parent.parent / odd / "container_1"
            folder.mkdir(parents=True)
            (folder / "stdout").write_text("from an odd folder\n")
        other = self.folder.parent / "container_1;$(touch x)"
        other.mkdir()
        (other / "stdout").write_text("from an odd container\n")
        self.write("stdout", "\x1b[31mred\x1b[0m \x00 end\n")
        self.assertNotIn("\x1b", self.await_line("red"))
        # What somebody sends to the server by himself becomes no path.
        for sent in ('{"applicationId":"../../x","source":"../y","message":"forged"}', "no json",
                     '{"applicationId":"application_1_2","containerId":"a\\nb","message":"two\\nlines"}'):
            with socket.create_connection(("127.0.0.1", self.port), 5) as to:
                body = f"<13>1 2026-11-27T01:00:00Z h a - - - {sent}".encode()
                to.sendall(str(len(body)).encode() + b" " + body)
        self.write("stdout", "at last\n.\n")
        self.await_line("at last")
        self.assertEqual([], [line for line in self.lines() if "odd" in line])
        for file in self.output.iterdir():
            self.assertRegex(file.name, r"^(yarn-application_\d+_\d+|[a-z][a-z0-9_-]*)\.log$")
            self.assertNotIn("\x1b", file.read_text())
        self.assertEqual([], list(self.place.glob("x")) + list(self.place.glob("y*")))

    def test_the_history_server_is_a_source_of_its_own(self):
        self.start_server()
        self.start("history-server", "--server", f"127.0.0.1:{self.port}", "--flink-logs", self.flink)
        (self.flink / "flink-pnda-historyserver-0-node.log").write_text("2026-11-27 01:00:00,000 INFO  h - up\n.\n")
        line = self.await_line("h - up", "flink.log")
        self.assertIn(str(self.flink / "flink-pnda-historyserver-0-node.log"), line)


if __name__ == "__main__":
    main()
