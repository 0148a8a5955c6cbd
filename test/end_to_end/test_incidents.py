"""Failures and what is known of them once YARN has forgotten the applications; explanations; logs that outlive upgrades.

SPDX-License-Identifier: Apache-2.0
"""

import shutil

from environment import wait_until
from scenario import FAULTS, Scenario

NO_RESTARTS = {"restart-strategy.type": "none"}


class Incidents(Scenario):
    disturbs = True

    def incidents(self, name):
        answer = self.manager.expect(200, "GET", f"/applications/{name}/incidents").json
        (component,) = answer["components"]
        self.assertNotIn("error", component)
        return component["incidents"]

    def incident(self, name, incident):
        return self.manager.expect(200, "GET", f"/applications/{name}/incidents/{incident}").json

    def explained(self, name):
        (component,) = self.manager.expect(200, "GET", f"/applications/{name}/explain").json["components"]
        self.assertNotIn("error", component)
        return component

    def failed(self, name):
        """It is given up, and its guard has kept what it knew."""
        self.await_state(name, "job", "FAILED", 300)

        def kept():
            found = [one for one in self.incidents(name) if one["id"].endswith("-end") and one["kept"]]
            self.assertTrue(found, "nothing is kept of its end")
            return found[0]

        return wait_until(f"the end of {name} is kept", kept, 60)

    def look_at_memory(self, value):
        """Whether the NodeManager kills containers for their memory."""
        file = self.environment.place / "cluster" / "hadoop-conf" / "yarn-site.xml"
        name = "<name>yarn.nodemanager.pmem-check-enabled</name><value>"
        other = "false" if value == "true" else "true"
        text = file.read_text()
        self.assertIn(name + other, text)
        file.write_text(text.replace(name + other, name + value))
        self.cluster.kill("nodemanager")
        self.cluster.start("nodemanager")

    def forget(self):
        """YARN comes back without what it knew."""
        self.cluster.kill("resourcemanager")
        shutil.rmtree(self.environment.place / "cluster" / "yarn" / "resourcemanager-state")
        self.cluster.start("resourcemanager")

    def test_three_failures_after_yarn_has_forgotten(self):
        throws = self.application("-throws")
        outgrows = self.application("-outgrows")
        donor = self.application("-donor")
        refuses = self.application("-refuses")

        # First of all: a NodeManager that is restarted tells nothing meanwhile.
        self.look_at_memory("true")
        self.addCleanup(self.look_at_memory, "false")

        # 1. The program's own exception.
        self.job(throws, "ThrowsInTask", "--after 30", flink_configuration=NO_RESTARTS, flink_restart_attempts=0)
        self.manager.start(throws, 400)

        # 2. A container that YARN kills for its memory.
        self.job(outgrows, "Outgrows", flink_configuration=NO_RESTARTS, flink_restart_attempts=0)
        self.manager.start(outgrows, 400)

        # 3. State that does not fit: of a job with an operator more.
        self.job(donor, "WaitsForTheEnd")
        self.start(donor)
        self.await_state(donor, "job", "RUNNING")
        savepoint = self.manager.trigger_savepoint(donor)
        self.job(refuses, "Runs", "--seconds 0", flink_restart_attempts=0)
        self.manager.resume(refuses, savepoint["path"], 400, foreign=True)
        self.stop(donor)

        ends = {name: self.failed(name) for name in (throws, outgrows, refuses)}
        applications = {name: end["application_id"] for name, end in ends.items()}
        self.forget()
        for name, application in applications.items():
            with self.assertRaises(AssertionError, msg=f"YARN knows {application} of {name} still: nothing is tested here"):
                self.cluster.application(application)

        end = self.failed(throws)
        self.assertEqual("user_exception", end["class"])
        self.assertIn("This task fails on purpose", end["message"])
        self.assertIn("faults.ThrowsInTask", end["frame"])
        whole = self.incident(throws, end["id"])
        document = whole["document"]
        self.assertIn("ThrowsInTask.java", str(document["exceptions"]))
        self.assertIn("numbers", str(document["vertices"]))
        self.assertGreaterEqual(document["checkpoints"]["completed"], 1)
        logs = {log["source"]: log for log in document["logs"]}
        self.assertIn("This task fails on purpose", logs["jobmanager.log"]["text"])
        workers = [log for source, log in logs.items() if source.endswith("/taskmanager.log")]
        self.assertTrue(any("This task fails on purpose" in log["text"] for log in workers), str(document["logs"])[:2000])
        self.assertLessEqual(end["size_bytes"], 1 << 20)

        end = self.failed(outgrows)
        # The TaskManager's goodbye may come first; who ended it is told all the same.
        self.assertEqual("memory_exceeded", end["class"], end)
        self.assertRegex(end["message"], "YARN killed the TaskManager's container.*of 320(.0)? MB physical memory used")
        self.assertIn("component_flink_taskmanager_memory", end["message"])
        # Whichever word came first, Flink's own trace is kept.
        thrown = str(self.incident(outgrows, end["id"])["document"]["exceptions"])
        self.assertRegex(thrown, "The TaskExecutor is shutting down|Exit code:-104")

        end = self.failed(refuses)
        self.assertEqual("state_incompatible", end["class"])
        self.assertIn("Cannot map checkpoint/savepoint state", end["message"])
        self.assertIn("jobmanager.log", str(self.incident(refuses, end["id"])["document"]["logs"]))

        for name in (throws, outgrows, refuses):
            told = self.explained(name)
            self.assertEqual("FAILED", told["state"], told)
            # Whether the guard gives up first or the start that waits for it: it is told who ended it.
            self.assertRegex(" ".join(told["sentences"]), "The guard gave up|the start had failed for good")
            self.assertTrue(told["rules"])
            self.assertTrue(told["facts"])
        (incarnation, *_) = self.component(throws, "job")["incarnations"]
        self.assertEqual("user_exception", incarnation["class"])
        self.assertIn("faults.ThrowsInTask", incarnation["frame"])
        self.assertTrue(incarnation["history_url"].endswith(incarnation["job_id"]), incarnation)
    test_three_failures_after_yarn_has_forgotten.seconds = 260

    def test_first_sign_of_a_failure(self):
        """Flink restarts it for ever, YARN says RUNNING: one incident, in which the others are counted."""
        name = self.application()
        self.job(name, "ThrowsInTask", "--after 5")
        self.manager.expect(202, "POST", f"/applications/{name}/start", {"wait": False})
        self.manager.settled(f"/applications/{name}")

        def kept():
            found = self.incidents(name)
            self.assertTrue(found)
            return found

        (first,) = wait_until("the first sign is kept", kept, 240)
        self.assertFalse(first["id"].endswith("-end"), first)
        self.assertIn("This task fails on purpose", first["message"])
        self.assertEqual("RESTARTING", self.explained(name)["state"])
        self.assertEqual([first["id"]], [one["id"] for one in self.incidents(name)])
        after = self.manager.stop(name, savepoint=False)
        self.assertEqual("CREATED", after["status"], after)
    test_first_sign_of_a_failure.seconds = 90

    def test_logs_outlive_a_rolled_back_upgrade(self):
        name = self.application()
        self.job(name, "Runs", "--seconds 0")
        self.start(name)
        before = self.await_state(name, "job", "RUNNING")
        log = self.guard_log(name, "job")
        first = log.read_text().splitlines()[0]
        client = log.parent / f"client-{before['incarnations'][0]['epoch']}.log"
        self.assertTrue(client.exists())
        broken = {"job": {"main_class": "faults.ThrowsInMain", "flink_restart_attempts": 0}}
        after = self.manager.upgrade(name, FAULTS, broken, timeout_ms=120_000)
        self.assertEqual("STARTED", after["status"], after)
        self.assertIn("rolled back", after["information"])
        self.await_state(name, "job", "RUNNING", 120)
        self.assertEqual(first, log.read_text().splitlines()[0], "the guard's log was begun anew")
        self.assertTrue(client.exists(), "the first version's client's log is gone")
        failed = [one for one in self.component(name, "job")["incarnations"] if one.get("outcome") == "failed"]
        self.assertTrue(failed)
        self.assertIn("This main() fails on purpose", (log.parent / f"client-{failed[0]['epoch']}.log").read_text())
        self.assertTrue(failed[0]["client_log"].endswith(f"/client-{failed[0]['epoch']}.log"))
        self.assertEqual("NOTCREATED", self.manager.destroy(name)["status"])
        self.assertFalse(log.parent.parent.parent.exists(), "something of a destroyed application stays on the node")
    test_logs_outlive_a_rolled_back_upgrade.seconds = 120
