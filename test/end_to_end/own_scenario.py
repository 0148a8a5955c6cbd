"""What tests share whose Deployment Manager is their own: it may end, be killed, and start as another one.

SPDX-License-Identifier: Apache-2.0
"""

import signal

from cluster import guards
from environment import PACKAGES, wait_until
from own_manager import OwnManager
from scenario import Scenario

RUNS = {"job": {"main_class": "faults.Runs", "application_args": "--seconds 0"}}


class OwnScenario(Scenario):
    """own: the OwnManager, from own_manager() on; manager: its client."""

    own = None

    @property
    def manager(self):
        return self.own.client

    def own_manager(self, namespace, **configuration):
        """Not started yet. configuration: keys of the Deployment Manager's. It is gone when the test ends."""
        self.own = OwnManager(self.environment, namespace)
        self.own.configuration |= configuration
        self.addCleanup(self.own.end)
        return self.own

    def deploy(self, package):
        """One of those that the tests have, from its archive."""
        self.manager.upload(PACKAGES / f"{package}.tar.gz")
        after = self.manager.deploy(package)
        self.assertEqual("DEPLOYED", after["status"], after)

    def remove(self, application):
        for log in sorted(self.own.install_directory(application, "").glob("*/logs/guard.log")):
            self.logs.append((str(log), log.read_text(errors="replace").splitlines()[-40:]))
        if self.own.process is None:
            self.own.start()
        self.remove_from(self.manager, application)

    def kill(self):
        self.own.end(signal.SIGKILL)

    def spec(self, application, component):
        return self.own.install_directory(application, component) / "guard.json"

    def log(self):
        return (self.own.directory / "manager.log").read_text(errors="replace")

    def running(self, application, component="job"):
        """What must be as it is for a job that nobody has touched: asked of YARN and of this node alone."""
        entry = self.await_state(application, component, "RUNNING", 240)
        tag = f"dm-component-{entry['id']}"
        return {
            "tag": tag,
            "applications": [one["id"] for one in self.cluster.applications(tag)],
            "application": entry["application_id"],
            "job": entry["job_id"],
            "spec": self.spec(application, component),
            "guards": guards(self.spec(application, component)),
        }

    def untouched(self, job):
        """The same guard, the same application and no other one, the same job; no Deployment Manager is asked."""
        self.assertEqual(job["guards"], guards(job["spec"]))
        self.assertEqual(job["applications"], [one["id"] for one in self.cluster.applications(job["tag"])])
        wait_until(
            f"YARN says that {job['application']} runs",
            lambda: self.cluster.application(job["application"])["state"] == "RUNNING",
        )
        self.assertEqual("RUNNING", self.cluster.flink(job["application"], f"/jobs/{job['job']}")["state"])
