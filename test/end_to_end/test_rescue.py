"""A registry that is lost: rebuilt by adopt from what stands on the node and on HDFS, or put back from a backup.

SPDX-License-Identifier: Apache-2.0
"""

from cluster import guards
from environment import PACKAGES, wait_until
from own_manager import OwnManager
from scenario import COUNTER
from savepoint_scenario import SavepointScenario

APPLICATIONS = ("runs", "stopped")


class Rescue(SavepointScenario):
    def prepared(self, namespace):
        """A Deployment Manager with two applications that have savepoints: one runs, one is stopped."""
        own = OwnManager(self.environment, namespace)
        self.addCleanup(own.end)
        manager = own.start()
        manager.upload(PACKAGES / f"{COUNTER}.tar.gz")
        self.assertEqual("DEPLOYED", manager.deploy(COUNTER)["status"])
        for name in APPLICATIONS:
            self.assertEqual("CREATED", manager.create(name, COUNTER)["status"])
            self.addCleanup(self.destroyed, own, name)
            self.assertEqual("STARTED", manager.start(name)["status"])
            wait_until(f"{name}/stream is RUNNING", lambda: self.entry(own, name)["state"] == "RUNNING", 120)
            made = manager.trigger_savepoint(name, component="stream", operation=f"before-{name}")
            self.assertEqual("COMPLETED", made["state"], made)
        self.assertEqual("CREATED", manager.stop("stopped")["status"])
        return own

    def destroyed(self, own, name):
        if own.process is not None and own.client.status(name)["status"] != "NOTCREATED":
            self.remove_from(own.client, name)

    def entry(self, own, name):
        return own.client.component(name, "stream")

    def seen(self, own):
        """What must be as it was: states, jobs, and savepoints."""
        found = {}
        for name in APPLICATIONS:
            entry = self.entry(own, name)
            found[name] = {
                "status": own.client.status(name)["status"],
                "stream": [entry[key] for key in ("id", "state", "application_id", "job_id")],
                "savepoints": [
                    (one["id"], one["state"], one["path"])
                    for one in own.client.savepoints(name, component="stream", kind="savepoint")["savepoints"]
                ],
            }
        return found

    def lose(self, own):
        own.end()
        files = own.registry_files()
        self.assertTrue(files, "there is no registry to lose")
        for file in files:
            file.unlink()

    def goes_on(self, own, before):
        """The applications are as they were, their guards the same, and can be worked with."""
        guard = guards(own.install_directory("runs", "stream") / "guard.json")
        own.start()
        self.assertEqual(before, self.seen(own))
        self.assertEqual("DEPLOYED", own.client.settled(f"/packages/{COUNTER}")["status"])
        self.assertEqual(guard, guards(own.install_directory("runs", "stream") / "guard.json"))
        self.assertEqual("CREATED", own.client.stop("runs")["status"])
        self.assertEqual("STARTED", own.client.start("stopped")["status"])
        entry = wait_until(
            "stopped/stream is RUNNING",
            lambda: (seen := self.entry(own, "stopped"))["state"] == "RUNNING" and seen,
            120,
        )
        newest = before["stopped"]["savepoints"][0]
        self.assertEqual(self.path({"path": newest[2]}), self.restored(entry))
        for name in APPLICATIONS:
            self.remove_from(own.client, name)
            tag = f"dm-component-{before[name]['stream'][0]}"
            self.assertEqual([], self.cluster.live(tag))

    def test_adopted_after_the_registry_was_lost(self):
        own = self.prepared("adopted")
        before = self.seen(own)
        self.lose(own)
        told = own.run("adopt")
        for name in (COUNTER, *APPLICATIONS):
            self.assertIn(name, told)
        self.goes_on(own, before)
    test_adopted_after_the_registry_was_lost.seconds = 200

    def test_restored_from_a_backup(self):
        own = self.prepared("restored")
        backup = own.directory / "backup"
        own.run("backup", str(backup))
        before = self.seen(own)
        self.lose(own)
        own.run("restore", str(backup))
        self.goes_on(own, before)
    test_restored_from_a_backup.seconds = 200
