"""What all end-to-end tests share: the environment, own application names, and looking at components.

SPDX-License-Identifier: Apache-2.0
"""

import re
import unittest

from cluster import guards
from environment import wait_until

COUNTER = "counter-1.0.0"
FAULTS = "faults-1.0.0"
PYTHON = "wordcount-python-1.0.0"


class Scenario(unittest.TestCase):
    """disturbs: True where a test ends daemons that others need; such tests run alone.

    options: of demo.sh, for the cluster that a test needs; tests with the same ones share a cluster.
    """

    disturbs = False
    options = ()
    environment = None
    manager = None
    cluster = None
    longMessage = True

    def setUp(self):
        self.logs = []  # of the guards of applications that are destroyed, for a failure's report

    def application(self, suffix=""):
        """A name of this test's own; whatever has it is destroyed when the test ends."""
        name = re.sub("[^a-z0-9]+", "-", self.id().split(".")[-1].removeprefix("test_").lower())[:60]
        name += suffix
        self.addCleanup(self.remove, name)
        return name

    def remove(self, application):
        installed = self.environment.manager_directory / "opt" / self.environment["namespace"] / application
        for log in sorted(installed.glob("*/logs/guard.log")):
            self.logs.append((str(log), log.read_text(errors="replace").splitlines()[-40:]))
        self.remove_from(self.manager, application)

    def remove_from(self, manager, application):
        """Destroys an application, if there is one of that name."""
        if manager.settled(f"/applications/{application}", 400)["status"] == "NOTCREATED":
            return
        after = manager.destroy(application)
        self.assertEqual("NOTCREATED", after["status"], f"destroy of {application}: {after}")

    def upload(self, package, content):
        """content: of a package's archive, bytes. Deploys it; how that ended. The archive is gone when the test ends."""
        path = f"/repository/packages/{package}.tar.gz"
        self.manager.expect(201, "PUT", path, content)
        self.addCleanup(self.manager.expect, 200, "DELETE", path)
        return self.manager.deploy(package)

    def create(self, application, package, components=None):
        after = self.manager.create(application, package, components)
        self.assertEqual("CREATED", after["status"], f"creation of {application}: {after}")

    def counter(self, application, stream=None, batch=None):
        components = {}
        if stream:
            components["stream"] = stream
        if batch:
            components["batch"] = batch
        self.create(application, COUNTER, components)

    def job(self, application, main_class, arguments="", **more):
        """An application of the package of faults, whose one component is `job`."""
        override = {"main_class": "faults." + main_class, "application_args": arguments, **more}
        self.create(application, FAULTS, {"job": override})

    def start(self, application, wanted="STARTED", seconds=400):
        after = self.manager.start(application, seconds)
        self.assertEqual(wanted, after["status"], f"start of {application}: {after}")
        return after["information"] or ""

    def stop(self, application):
        after = self.manager.stop(application)
        self.assertEqual("CREATED", after["status"], f"stop of {application}: {after}")

    def component(self, application, component):
        return self.manager.component(application, component)

    def await_state(self, application, component, states, seconds=90, confirmed=True):
        """The component's status when it is in one of the states."""
        states = [states] if isinstance(states, str) else states

        def look():
            entry = self.component(application, component)
            if entry["state"] not in states or (confirmed and entry["confidence"] != "confirmed"):
                raise AssertionError(
                    f"{entry['state']}, {entry['confidence']}, {entry.get('reason')}, {entry.get('problem', '')}"
                )
            return entry

        return wait_until(f"{application}/{component} is {' or '.join(states)}", look, seconds)

    def tag(self, application, component):
        return "dm-component-" + self.component(application, component)["id"]

    def spec(self, application, component):
        return self.environment.install_directory(application, component) / "guard.json"

    def guard_log(self, application, component):
        return self.environment.install_directory(application, component) / "logs" / "guard.log"

    def guards(self, application, component):
        return guards(self.spec(application, component))
