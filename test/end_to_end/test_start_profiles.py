"""What the JVMs of a component are started with by its profile, and whose flags win.

SPDX-License-Identifier: Apache-2.0
"""

import json
from pathlib import Path

from cluster import processes
from scenario import FAULTS, Scenario

SMALL = ["-XX:+IgnoreUnrecognizedVMOptions", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData"]
# Of the cluster's own configuration file, where no profile has it from.
ADMINISTRATOR = "-XX:-BytecodeVerificationRemote"


class StartProfiles(Scenario):
    def flags_of(self, application_id, log):
        """The flags of the application's JVM that writes this log, in order."""
        found = processes(lambda words: any(application_id in word and word.endswith(log) for word in words) and "java" in words[0])
        self.assertEqual(1, len(found), f"JVMs of {application_id} that write {log}")
        words = Path(f"/proc/{found[0]}/cmdline").read_bytes().decode().split("\0")
        return [word for word in words if word.startswith("-X")]

    def test_profile_small(self):
        """All flags are there, the administrator's and the user's behind them, in every JVM that a start begins."""
        name = self.application()
        key = "env.java.opts.taskmanager"
        self.job(name, "Runs", "--seconds 0", flink_profile="small", flink_configuration={key: "-XX:TieredStopAtLevel=4"})
        self.start(name)
        entry = self.await_state(name, "job", "RUNNING")
        jobmanager = self.flags_of(entry["application_id"], "jobmanager.log")
        taskmanager = self.flags_of(entry["application_id"], "taskmanager.log")
        for flag in SMALL:
            self.assertIn(flag, jobmanager)
            self.assertIn(flag, taskmanager)
        self.assertLess(jobmanager.index("-XX:-UsePerfData"), jobmanager.index(ADMINISTRATOR))
        levels = [flag for flag in taskmanager if flag.startswith("-XX:TieredStopAtLevel=")]
        self.assertEqual("-XX:TieredStopAtLevel=4", levels[-1], taskmanager)
        told = {one["key"]: one["value"] for one in self.cluster.flink(entry["application_id"], "/jobmanager/config")}
        self.assertEqual("1", told["yarn.heartbeat.interval"])
        environment = json.loads(self.spec(name, "job").read_text())["environment"]
        client = environment["JVM_ARGS"].split()
        self.assertEqual([*SMALL, "-Xms32m"], client[: len(SMALL) + 1])
        self.assertIn("-Xmx512m", client[len(SMALL) + 1 :], "the node's own come behind them")
    test_profile_small.seconds = 40

    def test_profile_unknown(self):
        """Refused before anything is made, with those that there are."""
        name = self.application()
        body = {"package": FAULTS, "flink": {"job": {"main_class": "faults.Runs", "flink_profile": "tiny"}}}
        answer = self.manager.ask("PUT", f"/applications/{name}", body)
        text = answer.text if answer.code != 202 else str(self.manager.settled(f"/applications/{name}", 60))
        self.assertIn("small, default, throughput", text)
        self.assertEqual("NOTCREATED", self.manager.settled(f"/applications/{name}", 60)["status"])
    test_profile_unknown.seconds = 5
