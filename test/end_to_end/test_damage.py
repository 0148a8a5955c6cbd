"""One damaged component neither keeps supervisord from starting nor the others from working.

SPDX-License-Identifier: Apache-2.0
"""

import os
import shutil
import subprocess

from environment import wait_until
from scenario import FAULTS, Scenario


class Damage(Scenario):
    disturbs = True

    def account(self, name):
        """A throw-away account; root only, like the tests of several users at all."""
        subprocess.run(["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name], check=True)

    def remove_account(self, name):
        subprocess.run(["userdel", name], check=True, stderr=subprocess.DEVNULL)

    def test_supervisord_starts_beside_damaged_components(self):
        healthy = self.application("-healthy")
        logless = self.application("-logless")
        self.job(healthy, "Runs", "--seconds 0")
        self.job(logless, "Runs", "--seconds 0")
        self.start(healthy)
        self.start(logless)
        before = self.await_state(healthy, "job", "RUNNING")
        of_logless = self.await_state(logless, "job", "RUNNING")

        user = f"dm-end2end-{os.getpid()}"
        self.account(user)
        self.addCleanup(self.remove_account, user)
        orphan = self.id().split(".")[-1].replace("_", "-")[:40] + "-orphan"
        created = self.manager.create(orphan, FAULTS, {"job": {"main_class": "faults.Runs"}}, user=user)
        self.addCleanup(self.remove_orphan, orphan, user)
        self.assertEqual("CREATED", created["status"], created)

        self.remove_account(user)
        shutil.rmtree(self.guard_log(logless, "job").parent)
        self.cluster.kill("supervisord")
        for name in (healthy, logless):
            for pid in self.guards(name, "job"):
                os.kill(pid, 9)
        self.cluster.start("supervisord")

        after = self.await_state(healthy, "job", "RUNNING", 60)
        self.assertEqual(before["application_id"], after["application_id"])
        wait_until("the healthy component's guard is back", lambda: self.guards(healthy, "job"), 60)

        # Its job goes on whatever became of the guard, and the damage is told with its name.
        entry = self.await_state(logless, "job", "RUNNING", 60)
        self.assertEqual(of_logless["application_id"], entry["application_id"])

        def told():
            entry = self.component(logless, "job")
            text = str((entry["reason"], entry["evidence"], entry.get("error")))
            self.assertTrue(self.guards(logless, "job") or "logs" in text, f"nobody tells of the damage: {text}")
            return True

        wait_until("the damaged component works again or says what is wrong", told, 30)
        problem = self.manager.ask("POST", f"/applications/{orphan}/start", user=user)
        self.assertEqual(403, problem.code, problem)
        self.assertIn(user, problem.text)
        # A component made now works too.
        another = self.application("-another")
        self.job(another, "Runs", "--seconds 0")

    def remove_orphan(self, name, user):
        """The owner is needed once more to destroy it."""
        self.account(user)
        self.manager.expect(202, "DELETE", f"/applications/{name}", user=user)
        after = self.manager.settled(f"/applications/{name}")
        self.assertEqual("NOTCREATED", after["status"], after)
