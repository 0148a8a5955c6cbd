"""Programs that need another submission than per-job: the client stays, or main() runs in the cluster.

SPDX-License-Identifier: Apache-2.0
"""

import os
import signal

from cluster import processes
from environment import wait_until
from scenario import Scenario


class SubmissionScenario(Scenario):
    def run_of(self, name, component="job"):
        """All applications of a component as (state, final status), oldest first."""
        known = self.cluster.applications(self.tag(name, component))
        return [(one["state"], one["finalStatus"]) for one in known]

    def completed(self, name, component="job", seconds=240):
        wait_until("the guard ends", lambda: not self.guards(name, component), seconds)
        self.await_state(name, component, "COMPLETED", 30)
        self.assertEqual([], self.cluster.live(self.tag(name, component)))


class Attached(SubmissionScenario):
    def client_of(self, name):
        """Process ids of the flink client that works for the component."""
        jar = str(self.environment.install_directory(name, "job") / "package" / "faults.jar")
        return processes(lambda arguments: jar in arguments and os.path.basename(arguments[0]) == "java")

    def attached(self, name, main_class, arguments="", **more):
        self.job(name, main_class, arguments, flink_submission="attached", **more)

    def test_attached_collects(self):
        """What two jobs in a row have computed comes back to main(), once."""
        name = self.application()
        self.attached(name, "CollectsTwice", flink_job_type="batch")
        self.start(name)
        self.completed(name)
        self.assertEqual([("FINISHED", "SUCCEEDED")] * 2, self.run_of(name))
        self.assertEqual(1, len(self.component(name, "job")["incarnations"]))
    test_attached_collects.seconds = 80

    def test_attached_executes_twice(self):
        name = self.application()
        self.attached(name, "ExecutesTwice", "--seconds 3", flink_job_type="batch")
        self.start(name)
        self.completed(name)
        self.assertEqual([("FINISHED", "SUCCEEDED")] * 2, self.run_of(name))
    test_attached_executes_twice.seconds = 80

    def test_attached_main_throws_after_its_job(self):
        """The job has succeeded, the program has not."""
        name = self.application()
        self.attached(name, "ThrowsAfterJob", flink_job_type="batch")
        self.manager.start(name, 400)
        entry = self.await_state(name, "job", "FAILED", 240)
        self.assertIn("This main() fails on purpose after its job", entry["reason"])
        self.assertEqual([], self.cluster.live(self.tag(name, "job")))
    test_attached_main_throws_after_its_job.seconds = 60

    def test_attached_client_killed(self):
        """Its life is part of the run: the application is ended and the run is none that has completed."""
        name = self.application()
        self.attached(name, "Runs", "--seconds 0", flink_job_type="batch")
        self.start(name)
        before = self.await_state(name, "job", "RUNNING")
        for pid in self.client_of(name):
            os.kill(pid, signal.SIGKILL)
        entry = self.await_state(name, "job", "FAILED", 120)
        self.assertIn("client", entry["reason"])
        self.assertEqual([before["application_id"]], [one["id"] for one in self.cluster.applications(self.tag(name, "job"))])
        self.assertEqual([], self.cluster.live(self.tag(name, "job")))
        self.assertEqual([], self.client_of(name))
    test_attached_client_killed.seconds = 70

    def test_attached_stop(self):
        """A streaming job is stopped with a savepoint where that is asked for, and the client ends with it."""
        name = self.application()
        self.attached(name, "Runs", "--seconds 0")
        self.start(name)
        before = self.await_state(name, "job", "RUNNING")
        after = self.manager.stop(name, savepoint=True)
        self.assertEqual("CREATED", after["status"], after)
        self.assertEqual("STOPPED", self.component(name, "job")["state"])
        self.assertEqual([], self.client_of(name))
        self.assertEqual([("FINISHED", "SUCCEEDED")], self.run_of(name))
        points = self.manager.savepoints(name, kind="savepoint")["savepoints"]
        self.assertEqual([("stop", "COMPLETED")], [(one["operation"], one["state"]) for one in points])
        self.start(name)
        after = self.await_state(name, "job", "RUNNING")
        self.assertNotEqual(before["application_id"], after["application_id"])
        self.assertEqual(points[0]["path"], after["incarnations"][0]["restore_point"])
    test_attached_stop.seconds = 100


class ApplicationMode(SubmissionScenario):
    def in_cluster(self, name, main_class, arguments="", **more):
        self.job(name, main_class, arguments, flink_submission="application", **more)

    def test_application_mode_streaming(self):
        """Trigger, stop and start: the next job goes on from the savepoint of the stop."""
        name = self.application()
        self.in_cluster(name, "Runs", "--seconds 0")
        self.start(name)
        first = self.await_state(name, "job", "RUNNING")
        jobs = self.cluster.flink(first["application_id"], "/jobs")["jobs"]
        self.assertEqual([{"id": first["job_id"], "status": "RUNNING"}], jobs)
        point = self.manager.trigger_savepoint(name)
        self.assertEqual(("COMPLETED", first["job_id"]), (point["state"], point["job_id"]))
        self.stop(name)
        self.assertEqual([("FINISHED", "SUCCEEDED")], self.run_of(name))
        of_stop = self.manager.savepoints(name, kind="savepoint")["savepoints"][0]
        self.assertEqual("stop", of_stop["operation"])
        self.start(name)
        second = self.await_state(name, "job", "RUNNING")
        self.assertEqual(of_stop["path"], second["incarnations"][0]["restore_point"])
        self.assertEqual([second["application_id"]], self.cluster.live(self.tag(name, "job")))
    test_application_mode_streaming.seconds = 110

    def test_application_mode_batch(self):
        """Two jobs in a row are one application."""
        name = self.application()
        self.in_cluster(name, "ExecutesTwice", "--seconds 3", flink_job_type="batch")
        self.start(name)
        self.completed(name)
        self.assertEqual([("FINISHED", "SUCCEEDED")], self.run_of(name))
    test_application_mode_batch.seconds = 60

    def test_application_mode_main_throws_after_its_job(self):
        """The job has FINISHED, main() has not: YARN's final status decides."""
        name = self.application()
        self.in_cluster(name, "ThrowsAfterJob", flink_job_type="batch")
        self.manager.start(name, 400)
        self.await_state(name, "job", "FAILED", 240)
        self.assertEqual("FAILED", self.run_of(name)[-1][1])
        self.assertEqual([], self.cluster.live(self.tag(name, "job")))
    test_application_mode_main_throws_after_its_job.seconds = 60

    def test_application_mode_two_jobs(self):
        """No job is ended unsaved: both are in the savepoint, or the stop is refused and says so."""
        name = self.application()
        self.in_cluster(name, "TwoJobs")
        self.start(name)
        entry = self.await_state(name, "job", "RUNNING")
        application = entry["application_id"]

        def running():
            jobs = self.cluster.flink(application, "/jobs")["jobs"]
            return len([job for job in jobs if job["status"] == "RUNNING"]) == 2

        wait_until("both jobs run", running, 60)
        after = self.manager.stop(name)
        self.assertEqual("STARTED", after["status"], after)
        self.assertIn("job", after["information"])
        self.assertTrue(running(), "a job was ended by a stop that was refused")
        after = self.manager.stop(name, savepoint=False)
        self.assertEqual("CREATED", after["status"], after)
        self.assertEqual([], self.cluster.live(self.tag(name, "job")))
    test_application_mode_two_jobs.seconds = 70
