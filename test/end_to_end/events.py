"""Events of the platform on the one-machine cluster: topics of its Kafka, master datasets, and what is in them.

SPDX-License-Identifier: Apache-2.0
"""

import json
import subprocess

from environment import ROOT


class Events:
    def __init__(self, environment):
        self.environment = environment

    def command(self, *words):
        """What cluster.sh prints; an AssertionError with all it said where it failed."""
        ended = subprocess.run(
            [
                str(ROOT / "examples" / "cluster" / "cluster.sh"),
                *words,
                "--dir",
                str(self.environment.place / "cluster"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        if ended.returncode != 0:
            raise AssertionError(f"cluster.sh {' '.join(words)}: {(ended.stdout[-2000:] + ended.stderr).decode(errors='replace')}")
        return ended.stdout.decode()

    @staticmethod
    def options(**options):
        return [word for name, value in options.items() for word in (f"--{name}", str(value))]

    def create_topic(self, name, partitions=1):
        self.command("kafka-topic", "create", name, "--partitions", str(partitions))

    def topics(self):
        return self.command("kafka-topic", "list").split()

    def write_topic(self, name, **options):
        return json.loads(self.command("events", "topic", name, *self.options(**options)))

    def write_dataset(self, place, **options):
        """place: hdfs:/PATH, or a directory."""
        return json.loads(self.command("events", "dataset", place, *self.options(**options)))

    def count(self, topic, committed=True):
        return int(self.command("events", "read", topic, *self.options(count=1, committed=int(committed))))

    def read(self, topic, committed=True):
        """Every event, as a dict whose rawdata is a dict, too."""
        lines = self.command("events", "read", topic, *self.options(committed=int(committed))).splitlines()
        return [json.loads(line) for line in lines]
