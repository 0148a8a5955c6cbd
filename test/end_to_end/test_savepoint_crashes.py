"""Savepoints and stops across crashes of the Deployment Manager, and the loss of its registry.

SPDX-License-Identifier: Apache-2.0
"""

import os
import threading
from pathlib import Path

from savepoint_scenario import SavepointScenario


class AfterCrashes(SavepointScenario):
    disturbs = True

    def test_manager_killed_during_a_savepoint(self):
        """Whatever instant it dies at: one savepoint, and its path known."""
        name = self.application()
        self.stream(name)
        self.start(name)
        self.running(name)
        for number, pause in enumerate((0.0, 0.05, 0.15, 0.4)):
            operation = f"killed-{number}"
            self.manager.trigger_savepoint(name, wait=False, component="stream", operation=operation)
            threading.Event().wait(pause)
            self.environment.end_manager(9)
            self.environment.restart_manager()
            one = self.completed(name, operation)
            inside = self.cluster.list_directory(f"{self.directory(name)}/savepoints/{operation}")
            self.assertEqual([os.path.basename(self.path(one))], inside)

    def test_manager_killed_during_a_stop(self):
        for pause in (0.05, 0.3, 0.8):
            name = self.application(f"-{int(pause * 100)}")
            self.stream(name)
            self.start(name)
            before = self.running(name)
            self.manager.expect(202, "POST", f"/applications/{name}/stop")
            threading.Event().wait(pause)
            self.environment.end_manager(9)
            self.environment.restart_manager()
            after = self.manager.settled(f"/applications/{name}", 240)
            self.assertEqual("CREATED", after["status"], after)
            stops = [one for one in self.of_kind(name) if one["operation"] == "stop"]
            self.assertEqual([(before["job_id"], "COMPLETED")], [(one["job_id"], one["state"]) for one in stops])
            self.assertEqual([], self.cluster.live(self.tag(name, "stream")))

    def test_registry_lost(self):
        """A new registry, the application created again: every savepoint is there."""
        name = self.application()
        self.stream(name)
        self.start(name)
        self.running(name)
        self.trigger(name)
        self.stop(name)
        known = {one["id"] for one in self.of_kind(name)}
        self.assertEqual(2, len(known))
        self.assertEqual("NOTCREATED", self.manager.destroy(name)["status"])
        self.environment.end_manager()
        for file in Path(self.environment.configuration()["data_root"]).glob("*.sqlite*"):
            file.unlink()
        self.environment.restart_manager()
        from run import prepare

        prepare(self.environment, [self])
        self.stream(name)
        self.assertEqual(known, {one["id"] for one in self.of_kind(name)})
        newest = self.of_kind(name)[0]
        self.start(name)
        self.assertEqual(self.path(newest), self.restored(self.running(name)))
