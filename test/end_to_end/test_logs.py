"""Logs through the API: of a living, an ended and a killed job, across a restart, bounded while a job logs much.

SPDX-License-Identifier: Apache-2.0
"""

import json
import re
import threading
import urllib.parse

from environment import wait_until
from manager import DIRECT
from scenario import Scenario


class Follower:
    """A client that follows a log: its events as they come, until close()."""

    def __init__(self, manager, path, seconds=300):
        query = urllib.parse.urlencode({"follow": "true", "user.name": manager.user})
        self.reply = DIRECT.open(manager.url + path + "?" + query, timeout=seconds)
        self.events = []
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        event = None
        try:
            for line in self.reply:
                text = line.decode("utf-8").rstrip("\n")
                if text.startswith("event: "):
                    event = text[7:]
                elif text.startswith("data: "):
                    self.events.append((event, json.loads(text[6:])))
        except (OSError, ValueError, AttributeError):
            pass  # closed

    def text(self):
        return "".join(data["text"] for event, data in self.events if event == "log")

    def of(self, kind):
        return [data for event, data in self.events if event == kind]

    def close(self):
        self.reply.close()
        self.thread.join(timeout=60)


class Logs(Scenario):
    def sources(self, name, **query):
        told = self.manager.expect(200, "GET", f"/applications/{name}/logs", query=query).json
        return told["components"][0]["sources"]

    def source(self, name, file, states=("living", "ended")):
        """The source of that file, of the newest incarnation that has it. The JobManager has a flink.log, too; meant is the
        TaskManager's, in which the program runs."""
        def look():
            found = [one for one in self.sources(name) if one.get("file") == file and one["state"] in states
                     and (file != "flink.log" or one["kind"] == "taskmanager")]
            return max(found, key=lambda one: one.get("epoch", 0)) if found else None

        return wait_until(f"{name} has {file} {' or '.join(states)}", look, 60)

    def read(self, name, source, **query):
        path = f"/applications/{name}/logs/{source['id']}"
        return self.manager.expect(200, "GET", path, query=query).json

    def whole(self, name, source, **query):
        """All of a source, piece by piece."""
        text = ""
        offset = 0
        for _ in range(2000):
            piece = self.read(name, source, offset=offset, bytes=262144, **query)
            text += piece["text"]
            offset = piece["next_offset"]
            if not piece["truncated"]:
                return text
        self.fail(f"{source} does not end")

    def run_job(self, arguments, **more):
        name = self.application()
        self.job(name, "LogsMuch", arguments, **more)
        self.start(name)
        self.await_state(name, "job", "RUNNING")
        return name

    def prints_to_the_log(self):
        """Flink 1.13 ... 1.18 cannot."""
        return tuple(int(part) for part in self.environment["flink_version"].split(".")[:2]) >= (1, 19)

    def test_a_living_job(self):
        """Its guard, client, JobManager, TaskManager, its own flink.log and what it prints."""
        name = self.run_job("--lines 1")
        self.assertIn("submitting", self.whole(name, self.source(name, "guard.log")))
        log = self.whole(name, self.source(name, "jobmanager.log"))
        self.assertIn("switched from state", log)
        self.assertIn("TaskExecutor", self.whole(name, self.source(name, "taskmanager.log")))
        wait_until("the user's words", lambda: "number 20 line 0" in self.whole(name, self.source(name, "flink.log")), 60)
        printed = self.whole(name, self.source(name, "taskmanager.log" if self.prints_to_the_log() else "taskmanager.out"))
        self.assertIn("printed 1 password=***", printed)
        self.assertNotIn("hidden-from-readers", printed)
        found = self.read(name, self.source(name, "flink.log"), grep="number 7 ")["text"].splitlines()
        self.assertEqual(1, len(found), found)
        self.assertEqual("", self.read(name, self.source(name, "flink.log"), since="2099-01-01T00:00:00Z")["text"])
        self.manager.expect(403, "GET", f"/applications/{name}/logs", user="nobody")
        self.manager.expect(404, "GET", f"/applications/{name}/logs/container_1_9999_01_000001.jobmanager.log")
    test_a_living_job.seconds = 90

    def test_what_is_printed_is_bounded(self):
        """A program that prints on and on fills no disk: what it prints rolls with the log, and the process's own files stay small."""
        if not self.prints_to_the_log():
            self.skipTest("this Flink writes what is printed into taskmanager.out alone, as the documents say")
        name = self.run_job("--lines 0 --prints 200", flink_log_file_size="64k", flink_log_files=2)
        def last_printed(least):
            numbers = [int(found) for found in re.findall(r"complained (\d+)", self.whole(name, self.source(name, "taskmanager.log")))]
            return numbers and max(numbers) >= least
        self.source(name, "taskmanager.log.2")
        log = self.source(name, "taskmanager.log")
        wait_until("a hundred numbers, each two hundred times", lambda: re.search(
            r"complained \d{3}", self.whole(name, log)), 90)
        kept = {one["file"]: one["size_bytes"] for one in self.sources(name) if one["kind"] == "taskmanager"}
        self.assertNotIn("taskmanager.log.3", kept)
        for file in ("taskmanager.log", "taskmanager.log.1", "taskmanager.log.2"):
            self.assertLess(kept[file], 80 << 10, kept)
        for file in ("taskmanager.out", "taskmanager.err"):  # the JVM's own words at most
            self.assertLess(kept.get(file, 0), 16 << 10, kept)
    test_what_is_printed_is_bounded.seconds = 120

    def ended(self, name):
        """What is told of the newest incarnation, which has ended."""
        log = self.source(name, "jobmanager.log", ("ended",))
        self.assertIn("switched from state", self.whole(name, log))
        worker = self.source(name, "taskmanager.log", ("ended",))
        self.assertIn("TaskExecutor", self.whole(name, worker))
        piece = self.read(name, log)
        self.assertTrue(piece["ended"], piece)
        return log

    def test_an_ended_and_a_killed_job(self):
        """Their containers' logs are read for as long as YARN keeps them, and diagnostics tell of the kill."""
        name = self.run_job("--lines 1")
        wait_until("the guard has recorded the containers",
                   lambda: len(self.sources(name)) > 4 and self.source(name, "taskmanager.log"), 60)
        wait_until("a minute's note of the guard", lambda: self.recorded(name), 90)
        self.stop(name)
        first = self.ended(name)
        self.start(name)
        self.await_state(name, "job", "RUNNING")
        wait_until("a minute's note of the guard", lambda: len(self.recorded(name)) == 2, 90)
        self.manager.stop(name, kill=True)
        second = self.ended(name)
        self.assertGreater(second["epoch"], first["epoch"])
        told = self.read(name, {"id": f"diagnostics-{second['epoch']}"})["text"]
        self.assertIn("killed", told.lower())
    test_an_ended_and_a_killed_job.seconds = 240

    def recorded(self, name):
        return self.cluster.list_directory(
            f"{self.environment['state_root']}/{self.environment['namespace']}/{name}/job/containers")

    def test_follow_across_a_restart(self):
        """A follower of the JobManager's log goes on with the next run's."""
        name = self.run_job("--lines 1")
        before = self.component(name, "job")["application_id"]
        follower = Follower(self.manager, f"/applications/{name}/logs/{self.source(name, 'jobmanager.log')['id']}")
        self.addCleanup(follower.close)
        wait_until("what is there", lambda: follower.text(), 60)
        self.cluster.kill_application(before)
        wait_until("the next run", lambda: follower.of("source"), 180)
        source = follower.of("source")[0]
        after = self.await_state(name, "job", "RUNNING", 180)
        self.assertNotEqual(before, after["application_id"])
        self.assertIn(after["application_id"].removeprefix("application_"), source["source"])
        wait_until("its words", lambda: after["application_id"].split("_")[-1] in follower.text(), 60)
        self.stop(name)
        wait_until("the end", lambda: follower.of("end"), 60)
    test_follow_across_a_restart.seconds = 240

    def test_logs_stay_bounded(self):
        """The container's files roll by the component's own size and number; a follower is not lost on the way."""
        name = self.run_job("--lines 2000", flink_log_file_size="256k", flink_log_files=2)
        follower = Follower(self.manager, f"/applications/{name}/logs/{self.source(name, 'flink.log')['id']}")
        self.addCleanup(follower.close)
        self.source(name, "flink.log.2")
        wait_until("much is logged", lambda: "number 60 line" in self.read(
            name, self.source(name, "flink.log"), grep="number 60 line 1")["text"] or follower.text().count("\n") > 5000, 120)
        kept = [one for one in self.sources(name) if one["kind"] == "taskmanager" and ".log" in one["file"]]
        self.assertNotIn("flink.log.3", [one["file"] for one in kept])
        self.assertNotIn("taskmanager.log.3", [one["file"] for one in kept])
        for one in kept:
            self.assertLess(one["size_bytes"], 300 << 10, one)
        self.assertFalse(follower.of("end"))
    test_logs_stay_bounded.seconds = 150


class LogsOnHdfs(Logs):
    """The same with log aggregation: what has ended is on HDFS alone."""

    options = ("--with-log-aggregation",)
    test_a_living_job = None
    test_follow_across_a_restart = None
    test_logs_stay_bounded = None
    test_what_is_printed_is_bounded = None

    def ended(self, name):
        def moved():
            found = [one for one in self.sources(name) if one.get("file") == "jobmanager.log" and one["state"] == "ended"]
            return found and "host" not in max(found, key=lambda one: one["epoch"])

        wait_until("YARN has put the logs on HDFS", moved, 120)
        return super().ended(name)
