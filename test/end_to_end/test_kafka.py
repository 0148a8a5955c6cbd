"""The cluster's Kafka and its generator of events: what is written is there, also after a kill, and is the same each time.

SPDX-License-Identifier: Apache-2.0
"""

import hashlib
import tempfile
from pathlib import Path

from events import Events
from scenario import Scenario


def digests(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


class Kafka(Scenario):
    options = ("--with", "kafka")
    disturbs = True

    def setUp(self):
        super().setUp()
        self.events = Events(self.environment)

    def test_kafka_keeps_what_it_was_given(self):
        """Across a kill -9 of the broker; a topic that nobody made is an error."""
        self.events.create_topic("avro.test.kept", 3)
        self.events.create_topic("avro.test.kept", 3)  # is there: nothing to do
        written = self.events.write_topic("avro.test.kept", events=5000, hours=2)
        self.assertEqual((5000, 5000 * 5001 // 2), (written["events"], written["sum_of_ids"]))
        self.assertEqual(5000, sum(written["counts"]["netmeter"].values()))
        self.cluster.kill("kafka")
        with self.assertRaisesRegex(AssertionError, "Kafka does not serve"):
            self.events.topics()
        self.cluster.start("kafka")
        self.assertIn("avro.test.kept", self.events.topics())
        read = self.events.read("avro.test.kept")
        self.assertEqual(list(range(1, 5001)), sorted(one["rawdata"]["id"] for one in read))
        self.assertEqual({0, 1, 2}, {one["partition"] for one in read})
        with self.assertRaisesRegex(AssertionError, "avro.test.missing"):
            self.events.write_topic("avro.test.missing", events=1)
        self.assertNotIn("avro.test.missing", self.events.topics())
    test_kafka_keeps_what_it_was_given.seconds = 60

    def test_events_of_a_seed_are_the_same(self):
        """On HDFS they lie as in a directory; a partition is of the zone, counts are of UTC."""
        options = {"events": 2000, "hours": 4, "schema": "mixed", "damage": 1, "zone": "Asia/Kolkata", "source": "seeded"}
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
            told = self.events.write_dataset(one, **options)
            self.assertEqual(told, self.events.write_dataset(two, **options))
            self.assertEqual(digests(Path(one)), digests(Path(two)))
            names = set(digests(Path(one)))
            self.assertNotEqual(told, self.events.write_dataset(two, **{**options, "seed": 2}))
        self.assertEqual(2001, told["events"])  # and the whole block of the one that is cut off
        self.assertEqual({f"2026-11-01T0{hour}" for hour in range(4)}, set(told["counts"]["seeded"]))
        # Half an hour off: five partitions for four hours.
        folders = {name.rsplit("/", 1)[0] for name in names}
        self.assertEqual({f"source=seeded/year=2026/month=11/day=01/hour={hour:02d}" for hour in range(5, 10)}, folders)
        self.assertTrue(set(told["broken"]) < names)
        self.assertTrue(any(name.endswith("/_SUCCESS") for name in names))
        place = f"/user/{self.environment['application_user']}/seeded"
        self.assertEqual(told, self.events.write_dataset("hdfs:" + place, **options))
        for folder in folders:
            here = {name.rsplit("/", 1)[1] for name in names if name.startswith(folder + "/")}
            self.assertEqual(here, set(self.cluster.list_directory(f"{place}/{folder}")))
    test_events_of_a_seed_are_the_same.seconds = 60

    def test_packages_are_told_where_kafka_is(self):
        environment = self.manager.get("/environment/endpoints").json
        self.assertEqual(self.environment["kafka_brokers"], environment["kafka_brokers"])


class WithoutKafka(Scenario):
    def test_dataset_needs_no_kafka(self):
        events = Events(self.environment)
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(10, events.write_dataset(folder, events=10)["events"])
        with self.assertRaisesRegex(AssertionError, "has no Kafka.*\n.*cluster.sh up --with kafka"):
            events.write_topic("avro.test.none", events=1)
        with self.assertRaisesRegex(AssertionError, "there is no option --bad of this command"):
            events.write_dataset(folder, bad=1)
        with self.assertRaisesRegex(AssertionError, '--zone is "Mars"'):
            events.write_dataset(folder, zone="Mars")
