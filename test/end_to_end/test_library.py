"""The library for the platform's data on the real cluster: nothing of a dataset or a topic is lost, and nothing counted twice.

SPDX-License-Identifier: Apache-2.0
"""

import collections
import os
import threading
import urllib.parse

from cluster import processes
from environment import PACKAGES, wait_until
from events import Events
from scenario import Scenario

TASK_MANAGER = ("YarnTaskExecutorRunner",)
JOB_MANAGER = ("YarnJobClusterEntrypoint", "YarnApplicationClusterEntryPoint")


class LibraryScenario(Scenario):
    options = ("--with", "kafka")

    deploying = threading.Lock()
    stopped_job = None

    def setUp(self):
        super().setUp()
        self.events = Events(self.environment)
        line = "".join(self.environment["flink_version"].split(".")[:2])
        self.package = f"library{line}-1.0.0"
        self.newer = f"library{line}-1.1.0"
        with self.deploying:  # tests run beside each other
            for package in (self.package, self.newer):
                if package not in self.manager.get("/packages").json:
                    self.manager.upload(PACKAGES / f"{package}.tar.gz")
                    after = self.manager.deploy(package)
                    self.assertEqual("DEPLOYED", after["status"], after)

    @staticmethod
    def parts(main_class, arguments):
        return {"job": {"main_class": "library." + main_class, "application_args": arguments}}

    def begin(self, application, main_class, arguments):
        self.create(application, self.package, self.parts(main_class, arguments))
        self.start(application)

    def kill(self, application, entrypoints):
        """kill -9 of the job's containers of a kind."""
        entry = self.await_state(application, "job", "RUNNING", 240)
        pids = processes(
            lambda words: any(entrypoint in word for word in words for entrypoint in entrypoints)
            and any(entry["application_id"] in word for word in words)
        )
        self.assertTrue(pids, f"no {entrypoints} of {entry['application_id']}")
        for pid in pids:
            os.kill(pid, 9)

    @staticmethod
    def counts_of(told):
        for one in told["user-task-accumulators"]:
            if one["name"] == "counts":
                pairs = [pair.rsplit("=", 1) for pair in one["value"].strip("{}").split(", ") if pair]
                return {name: int(count) for name, count in pairs}
        return {}

    def counts(self, application):
        """What the running job has in its state, at its newest heartbeat."""
        entry = self.await_state(application, "job", "RUNNING", 240)
        return self.counts_of(self.cluster.flink(entry["application_id"], f"/jobs/{entry['job_id']}/accumulators"))

    @staticmethod
    def seen(counts):
        return sum(count for name, count in counts.items() if "|2" in name)

    def await_seen(self, application, least):
        wait_until(
            f"{application} has read {least}", lambda: self.seen(self.counts(application)) >= least, 300, 1
        )


class LibraryDatasets(LibraryScenario):
    def dataset(self, name):
        """10,000 events over 30 hours, of two sources in two zones, in three schemas, with broken files and markers."""
        root = f"/user/{self.environment['application_user']}/{name}"
        place = f"hdfs:{root}/datasets"
        utc = self.events.write_dataset(place, source="utc", events=5000, schema="mixed", damage=1)
        zone = "America/Los_Angeles"  # where this night has an hour twice
        west = self.events.write_dataset(place, source="west", events=5000, first=5001, seed=2, schema="mixed", zone=zone)
        arguments = f"--root {self.environment['namenode_rpc']}{root} --sources utc@UTC,west@{zone}"
        return place, arguments, [utc, west]

    @staticmethod
    def expected(told, hours=None):
        expected = collections.Counter()
        for one in told:
            for source, counts in one["counts"].items():
                for hour, count in counts.items():
                    if hours is None or hour in hours:
                        expected[f"{source}|{hour}"] += count
        return dict(expected)

    @staticmethod
    def only_events(counts):
        return {name: count for name, count in counts.items() if "|2" in name}

    def completed(self, application):
        """What was counted, by the archive of the newest job of that name: stopped ones have FINISHED, too."""
        self.await_state(application, "job", "COMPLETED", 300)

        def archived():
            jobs = [one for one in self.cluster.archived("/jobs/overview")["jobs"] if one["name"] == application]
            newest = max(jobs, key=lambda one: one["start-time"], default=None)
            if newest is None or self.stopped_job == newest["jid"]:
                raise AssertionError(f"newest is {newest}")
            return self.counts_of(self.cluster.archived(f"/jobs/{newest['jid']}/accumulators"))

        return wait_until(f"{application} is archived", archived, 60)

    def test_library_bounded_dataset(self):
        """Across a kill of the TaskManager and a stop with a savepoint; then a range of it."""
        name = self.application()
        _, arguments, told = self.dataset(name)
        self.begin(name, "ReadsDatasets", arguments + f" --name {name} --pause 4000")
        self.await_seen(name, 1500)
        self.kill(name, TASK_MANAGER)
        self.await_seen(name, 4000)
        self.stopped_job = self.await_state(name, "job", "RUNNING")["job_id"]
        self.stop(name)
        self.start(name)
        counts = self.completed(name)
        self.assertEqual(self.expected(told), self.only_events(counts))
        self.assertEqual(sum(one["sum_of_ids"] for one in told), counts["sum_of_ids"])
        broken = {}
        for one, count in counts.items():
            if one.startswith("broken|"):
                broken[urllib.parse.unquote(one.split("/datasets/")[1])] = count
        self.assertEqual({path: 1 for path in told[0]["broken"]}, broken)
        self.assertGreater(counts["extension|host_ip"], 3000)
        self.assertGreater(counts["extension|level"], 1000)

        part = self.application("-range")
        self.begin(part, "ReadsDatasets", arguments + f" --name {part} --from 2026-11-01T05:00:00Z --until 2026-11-01T20:00:00Z")
        hours = {f"2026-11-01T{hour:02d}" for hour in range(5, 20)}
        self.assertEqual(self.expected(told, hours), self.only_events(self.completed(part)))
    test_library_bounded_dataset.seconds = 200

    def test_library_watched_dataset(self):
        """Files that come while it runs, and while it is stopped; across a kill and a savepoint."""
        name = self.application()
        place, arguments, told = self.dataset(name)
        self.begin(name, "ReadsDatasets", arguments + f" --name {name} --watched 500 --pause 500")
        self.await_seen(name, 3000)
        more = {"source": "west", "events": 1000, "start": "2026-11-02T06:00:00Z", "hours": 3, "zone": "America/Los_Angeles"}
        told.append(self.events.write_dataset(place, **more, first=10001, seed=3))
        self.kill(name, TASK_MANAGER)
        self.await_seen(name, sum(one["events"] for one in told))
        self.stop(name)
        told.append(self.events.write_dataset(place, **{**more, "source": "utc", "zone": "UTC"}, first=11001, seed=4))
        self.start(name)
        self.await_seen(name, sum(one["events"] for one in told))
        told.append(self.events.write_dataset(place, **more, first=12001, seed=5))
        self.await_seen(name, sum(one["events"] for one in told))
        counts = self.counts(name)
        self.assertEqual(self.expected(told), self.only_events(counts))
        self.assertEqual(sum(one["sum_of_ids"] for one in told), counts["sum_of_ids"])
        self.assertEqual(2, sum(count for one, count in counts.items() if one.startswith("broken|")))
    test_library_watched_dataset.seconds = 200


class LibraryKafka(LibraryScenario):
    EVENTS = 100_000

    def test_library_kafka_exactly_once(self):
        """100,000 events through three kills and an upgrade; what counts is what a read_committed reader gets."""
        name = self.application()
        source, target = f"avro.pnda.{name}", f"avro.pnda.{name}-copy"
        for topic in (source, target):
            self.events.create_topic(topic, 2)
        arguments = f"--from {source} --to {target} --pause 500"
        self.begin(name, "CopiesTopic", arguments)
        told = []
        producer = threading.Thread(
            target=lambda: told.append(self.events.write_topic(source, events=self.EVENTS, rate=5000))
        )
        producer.start()
        self.addCleanup(producer.join)

        def advances():
            before = self.events.count(target)
            wait_until(f"{target} grows from {before}", lambda: self.events.count(target) > before + 5000, 240, 1)

        advances()
        for entrypoints in (TASK_MANAGER, JOB_MANAGER, TASK_MANAGER):
            self.kill(name, entrypoints)
            advances()
        after = self.manager.upgrade(name, self.newer, self.parts("CopiesTopic", arguments))
        self.assertEqual("STARTED", after["status"], after)
        self.assertLess(self.events.count(target), self.EVENTS, "all of it was over before the upgrade")
        producer.join()
        wait_until("all are copied", lambda: self.events.count(target) >= self.EVENTS, 300, 2)
        ids = sorted(one["rawdata"]["id"] for one in self.events.read(target))
        self.assertEqual(list(range(1, self.EVENTS + 1)), ids)
        self.assertEqual(self.EVENTS, told[0]["events"])
        # What was in transactions that came to nothing is there, and nobody reads it.
        self.assertGreaterEqual(self.events.count(target, committed=False), self.EVENTS)
    test_library_kafka_exactly_once.seconds = 300
