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


class ApplicationMode(SubmissionScenario):
    def in_cluster(self, name, main_class, arguments="", **more):
        self.job(name, main_class, arguments, flink_submission="application", **more)

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
