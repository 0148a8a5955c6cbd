"""The two ways to stop a job that are for one purpose each: at once, and for good.

SPDX-License-Identifier: Apache-2.0
"""

from environment import wait_until
from scenario import Scenario
from savepoint_scenario import FAST, SavepointScenario


class Stops(SavepointScenario):
    def test_kill(self):
        """No savepoint is taken; the next start goes on from the last checkpoint."""
        name = self.application()
        self.stream(name, FAST)
        self.start(name)
        before = self.running(name)
        self.await_checkpoint(before)
        after = self.manager.stop(name, kill=True)
        self.assertEqual("CREATED", after["status"], after)
        self.assertEqual("STOPPED", self.component(name, "stream")["state"])
        self.assertEqual([], self.of_kind(name))
        known = self.cluster.application(before["application_id"])
        self.assertEqual(("KILLED", "KILLED"), (known["state"], known["finalStatus"]))
        self.assertNotIn(before["application_id"], self.cluster.staging_directories())
        self.start(name)
        epoch = before["incarnations"][0]["epoch"]
        self.assertTrue(
            (self.restored(self.running(name)) or "").startswith(f"{self.directory(name)}/checkpoints/{epoch}/")
        )
    test_kill.seconds = 90

    def fired(self, job):
        """The job's accumulator of that name, in the archive; 0 when it is not there."""
        told = wait_until(
            "the job is archived",
            lambda: self.cluster.archived(f"/jobs/{job}/accumulators"),
            60,
        )["user-task-accumulators"]
        return sum(int(one["value"]) for one in told if one["name"] == "fired")

    def test_drain(self):
        """Timers at the end of time fire with drain, and do not without."""
        name = self.application()
        self.job(name, "WaitsForTheEnd")
        self.start(name)
        kept = self.await_state(name, "job", "RUNNING")
        self.stop(name)
        self.assertEqual(0, self.fired(kept["job_id"]))
        self.start(name)
        drained = self.await_state(name, "job", "RUNNING")
        after = self.manager.stop(name, drain=True)
        self.assertEqual("CREATED", after["status"], after)
        self.assertEqual(1, self.fired(drained["job_id"]))
        points = self.manager.savepoints(name, kind="savepoint")["savepoints"]
        self.assertEqual([("stop", "COMPLETED")] * 2, [(one["operation"], one["state"]) for one in points])
        self.assertEqual([drained["job_id"], kept["job_id"]], [one["job_id"] for one in points])
    test_drain.seconds = 100

    def test_contradicting_options(self):
        """Refused at once, and the job is left alone."""
        name = self.application()
        self.job(name, "Runs", "--seconds 0")
        self.start(name)
        for options in ({"kill": True, "savepoint": True}, {"kill": True, "drain": True}, {"savepoint": False, "drain": True}):
            self.manager.expect(400, "POST", f"/applications/{name}/stop", options)
        self.assertEqual("RUNNING", self.await_state(name, "job", "RUNNING")["state"])
    test_contradicting_options.seconds = 40


class StopsOnAFullCluster(Scenario):
    disturbs = True

    def test_kill_of_a_job_that_never_comes_up(self):
        """It waits for memory that the queue does not have."""
        name = self.application()
        self.job(name, "Runs", "--seconds 0", flink_taskmanager_memory="5g")
        other = self.application("-other")
        self.job(other, "Runs", "--seconds 0", flink_taskmanager_memory="5g")
        self.manager.start(name, wait=False)
        self.manager.start(other, wait=False)

        def submitted():
            return [one for one in (name, other) if self.cluster.live(self.tag(one, "job"))]

        wait_until("both are submitted", lambda: len(submitted()) == 2, 120)
        for one in (name, other):
            after = self.manager.stop(one, kill=True)
            self.assertEqual("CREATED", after["status"], after)
            self.assertEqual([], self.cluster.live(self.tag(one, "job")))
            self.assertEqual("STOPPED", self.component(one, "job")["state"])
