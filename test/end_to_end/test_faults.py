"""Jobs that go wrong: state and reason name the cause, and YARN is not flooded with applications.

SPDX-License-Identifier: Apache-2.0
"""

import io
import json
import tarfile

from environment import wait_until
from scenario import Scenario

MOST_APPLICATIONS = 4
NO_RESTARTS = {"restart-strategy.type": "none"}


class Faults(Scenario):
    def failed(self, name, information, *words):
        """The component has FAILED for good, and says why in the words; so does a start that was refused."""
        entry = self.await_state(name, "job", "FAILED", 240)
        for word in words:
            self.assertIn(word, entry["reason"])
            if information:
                self.assertIn(word, information)
        self.assertEqual("FAILED", entry["summary"])
        applications = self.cluster.applications(self.tag(name, "job"))
        self.assertLessEqual(len(applications), MOST_APPLICATIONS)
        self.assertEqual([], self.cluster.live(self.tag(name, "job")))
        return applications

    def test_task_throws_without_restarts(self):
        name = self.application()
        self.job(name, "ThrowsInTask", flink_configuration=NO_RESTARTS)
        # Its tasks may have run for a moment: then the start has succeeded.
        after = self.manager.start(name, 400)
        applications = self.failed(name, after["information"], "This task fails on purpose")
        self.assertGreaterEqual(len(applications), 1)
    test_task_throws_without_restarts.seconds = 120

    def test_task_throws_with_default_restarts(self):
        name = self.application()
        self.job(name, "ThrowsInTask")
        self.manager.expect(202, "POST", f"/applications/{name}/start", {"wait": False})
        self.assertEqual("STARTED", self.manager.settled(f"/applications/{name}")["status"])

        def restarting():
            entry = self.component(name, "job")
            self.assertEqual("RESTARTING", entry["state"])
            self.assertIn("restarts", entry)
            return entry

        entry = wait_until("the component is RESTARTING", restarting, 240)
        self.assertIn("This task fails on purpose", entry["reason"])
        self.assertIn("This task fails on purpose", entry["restarts"]["exception"])
        self.assertEqual("RUNNING_WITH_ERRORS", entry["summary"])
        self.assertEqual("RUNNING", entry["yarn_state"])
        self.assertEqual(1, len(self.cluster.applications(self.tag(name, "job"))))
        # It cannot take a savepoint: refused, with what to do, and left as it is.
        self.manager.expect(202, "POST", f"/applications/{name}/stop")
        after = self.manager.settled(f"/applications/{name}")
        self.assertEqual("STARTED", after["status"], after)
        self.assertIn("savepoint\\\": false stops it without one", after["information"])
        self.assertEqual(1, len(self.cluster.live(self.tag(name, "job"))))
        self.manager.expect(202, "POST", f"/applications/{name}/stop", {"savepoint": False})
        self.assertEqual("CREATED", self.manager.settled(f"/applications/{name}")["status"])
        self.assertEqual([], self.cluster.live(self.tag(name, "job")))
    test_task_throws_with_default_restarts.seconds = 50

    def test_main_throws(self):
        name = self.application()
        self.job(name, "ThrowsInMain", flink_restart_attempts=1)
        information = self.start(name, "CREATED", 400)
        self.assertEqual([], self.failed(name, information, "This main() fails on purpose"))
    test_main_throws.seconds = 40

    def test_executes_twice(self):
        name = self.application()
        self.job(name, "ExecutesTwice", "--seconds 0")
        information = self.start(name, "CREATED", 400)
        self.failed(name, information, "component_flink_submission")
    test_executes_twice.seconds = 50

    def test_main_class_missing(self):
        """Told before anything is submitted, or even laid out."""
        name = self.application()
        after = self.manager.create(name, "faults-1.0.0", {"job": {"main_class": "faults.NoSuchClass"}})
        self.assertEqual("NOTCREATED", after["status"])
        self.assertIn("faults.NoSuchClass", after["information"])
        self.assertFalse(self.cluster.program_file(name, "job").exists())
        self.assertFalse(self.environment.install_directory(name, "job").exists())

    def test_jar_is_no_zip(self):
        package = "broken-1.0.0"
        descriptor = {"main_jar": "broken.jar", "main_class": "faults.Runs"}
        files = {
            "flink/job/properties.json": json.dumps(descriptor).encode(),
            "flink/job/application.properties": b"",
            "flink/job/broken.jar": b"This is no zip.\n" * 100,
        }
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
            for path, content in files.items():
                member = tarfile.TarInfo(f"{package}/{path}")
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
        after = self.upload(package, buffer.getvalue())
        if after["status"] == "DEPLOYED":
            self.addCleanup(self.manager.undeploy, package)
            name = self.application()
            after = self.manager.create(name, package)
            self.assertEqual("NOTCREATED", after["status"])
            self.assertFalse(self.cluster.program_file(name, "job").exists())
        self.assertIn("broken.jar", after["information"])

    def waited_out(self, name, pattern):
        """The cluster may have tomorrow what it has not today: tried again with growing pauses, and shown as such."""
        self.assertEqual("STARTED", self.manager.start(name, wait=False)["status"])
        entry = self.await_state(name, "job", "BACKOFF", 300)
        self.assertRegex(entry["reason"].lower(), pattern)
        self.assertLessEqual(len(self.cluster.applications(self.tag(name, "job"))), MOST_APPLICATIONS)
        self.assertEqual([], self.cluster.live(self.tag(name, "job")))
        self.stop(name)

    def test_unknown_queue(self):
        name = self.application()
        self.job(name, "Runs", "--seconds 0", flink_queue="no-such-queue", flink_restart_attempts=0)
        self.waited_out(name, "no-such-queue")
    test_unknown_queue.seconds = 60

    def test_more_memory_than_the_cluster_has(self):
        name = self.application()
        self.job(name, "Runs", "--seconds 0", flink_jobmanager_memory="90g", flink_restart_attempts=0)
        self.waited_out(name, "memory")
    test_more_memory_than_the_cluster_has.seconds = 60
