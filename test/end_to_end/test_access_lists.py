"""A cluster with YARN's access lists: who names no user sees no application.

SPDX-License-Identifier: Apache-2.0
"""

from environment import wait_until
from manager import request
from savepoint_scenario import FAST, SavepointScenario


class AccessLists(SavepointScenario):
    options = ("--acl",)

    def test_access_lists_whole_life(self):
        name = self.application()
        self.stream(name, FAST)
        self.assertEqual("", self.start(name))
        first = self.running(name)
        anonymous = request("GET", f"{self.cluster.resource_manager}/ws/v1/cluster/apps").json
        self.assertFalse((anonymous["apps"] or {}).get("app"), "a stranger sees applications: nothing is tested here")
        self.await_state(name, "batch", "COMPLETED")
        self.assertEqual(200, request("GET", first["tracking_url"]).code)
        triggered = self.trigger(name)
        self.assertEqual(first["job_id"], triggered["job_id"])
        self.stop(name)
        self.assertEqual("STOPPED", self.component(name, "stream")["state"])
        self.assertEqual([], self.cluster.live(self.tag(name, "stream")))
        known = self.cluster.application(first["application_id"])
        self.assertEqual(("FINISHED", "SUCCEEDED"), (known["state"], known["finalStatus"]))
        of_stop = self.of_kind(name)[0]
        self.assertEqual("stop", of_stop["operation"])

        self.start(name)
        second = self.running(name)
        self.assertEqual(self.path(of_stop), self.restored(second))
        self.await_checkpoint(second)
        self.cluster.kill_application(second["application_id"])

        def another():
            entry = self.component(name, "stream")
            self.assertNotEqual(second["application_id"], entry.get("application_id"))
            self.assertEqual("RUNNING", entry["state"], entry["reason"])
            return entry

        third = wait_until("it is restarted", another, 180)
        self.assertEqual([third["application_id"]], self.cluster.live(self.tag(name, "stream")))
        self.assertEqual(3, len(self.cluster.applications(self.tag(name, "stream"))))
        after = self.manager.stop(name, savepoint=False)
        self.assertEqual("CREATED", after["status"], after)
        ended = self.cluster.application(third["application_id"])
        self.assertEqual(("FINISHED", "KILLED"), (ended["state"], ended["finalStatus"]), "not cancelled through Flink")
        self.start(name)
        fourth = self.running(name)
        self.assertEqual("NOTCREATED", self.manager.destroy(name)["status"])
        known = self.cluster.application(fourth["application_id"])
        self.assertEqual(("FINISHED", "SUCCEEDED"), (known["state"], known["finalStatus"]), "not ended by a savepoint")

    def test_access_lists_kill(self):
        name = self.application()
        self.job(name, "Runs", "--seconds 0")
        self.start(name)
        before = self.await_state(name, "job", "RUNNING")
        after = self.manager.stop(name, kill=True)
        self.assertEqual("CREATED", after["status"], after)
        self.assertEqual("KILLED", self.cluster.application(before["application_id"])["state"])
