"""HDFS without its DataNode, YARN without its NodeManager: nobody can tell what is there, so nothing is called damaged or
lost, nothing older is chosen, and nothing is given up.

SPDX-License-Identifier: Apache-2.0
"""

import shutil
import time

from environment import wait_until
from manager import request
from savepoint_scenario import SavepointScenario


class SilentWorkers(SavepointScenario):
    disturbs = True

    def live_data_nodes(self):
        bean = request("GET", f"{self.cluster.webhdfs}/jmx?qry=Hadoop:service=NameNode,name=FSNamesystemState").json
        return bean["beans"][0]["NumLiveDataNodes"]

    def restarted(self, name, before, seconds=300):
        """The component's status when it runs in another application than before."""

        def look():
            entry = self.component(name, "stream")
            self.assertNotEqual(before["application_id"], entry.get("application_id"))
            self.assertEqual("RUNNING", entry["state"], entry["reason"])
            return entry

        return wait_until(f"{name} runs again", look, seconds)

    def checkpoint_number(self, path):
        return int(path.rstrip("/").rsplit("chk-", 1)[1])

    def test_data_node_is_dead(self):
        """While it is dead: list, plan, start, and a job that fails."""
        failing = self.application("-failing")
        stopped = self.application("-stopped")
        for name in (failing, stopped):
            self.stream(name)
            self.start(name)
        before = self.running(failing)
        self.running(stopped)
        old = self.trigger(stopped)
        self.stop(stopped)
        of_stop = self.of_kind(stopped)[0]
        self.assertNotEqual(old["id"], of_stop["id"])
        self.await_checkpoint(before)
        newest = self.checkpoints(before)["latest"]["completed"]["external_path"]
        applications = len(self.cluster.applications(self.tag(failing, "stream")))

        self.cluster.kill("datanode")
        try:
            wait_until("the DataNode is dead for the NameNode", lambda: self.live_data_nodes() == 0, 120)
            self.cluster.kill_application(before["application_id"])
            for name in (failing, stopped):
                answer = self.manager.ask("GET", f"/applications/{name}/savepoints", query={"component": "stream", "state": "all"})
                for point in (answer.json or {}).get("savepoints", []):
                    self.assertNotIn(point["state"], ("DAMAGED", "FAILED"), point)
            plan = self.manager.ask("POST", f"/applications/{stopped}/plan", {})
            for part in (plan.json or {}).get("components", []):
                point = part.get("restore_point") or {}
                if part["component"] == "stream" and part.get("possible"):
                    self.assertEqual(of_stop["id"], point.get("id"), plan)
            after = self.manager.start(stopped, 400, wait=False)
            asked_for = after["status"] == "STARTED"
            end = time.monotonic() + 60
            while time.monotonic() < end:
                for name in (failing, stopped):
                    self.assertNotEqual("FAILED", self.component(name, "stream")["state"])
                time.sleep(2)
        finally:
            self.cluster.start("datanode")
        wait_until("the DataNode lives", lambda: self.live_data_nodes() == 1, 60)
        if not asked_for:
            self.start(stopped)
        entry = self.await_state(stopped, "stream", "RUNNING", 420)
        self.assertEqual(self.path(of_stop), self.restored(entry))
        again = self.restarted(failing, before, 420)
        restored = self.restored(again)
        self.assertIsNotNone(restored)
        if "chk-" in restored:
            self.assertGreaterEqual(self.checkpoint_number(restored), self.checkpoint_number(newest))
        self.assertEqual([again["application_id"]], self.cluster.live(self.tag(failing, "stream")))
        self.assertGreater(len(self.cluster.applications(self.tag(failing, "stream"))), applications)
        for name in (failing, stopped):
            states = {one["id"]: one["state"] for one in self.savepoints(name, state="all")}
            self.assertFalse({"DAMAGED", "FAILED"} & set(states.values()), states)

    def test_no_node_manager_for_two_minutes(self):
        """The ResourceManager comes back without what it knew, and without a node: every job comes back."""
        running = [self.application("-a"), self.application("-b")]
        late = self.application("-late")
        for name in (*running, late):
            self.stream(name)
        for name in running:
            self.start(name)
        before = {name: self.running(name) for name in running}
        for entry in before.values():
            self.await_checkpoint(entry)
        self.cluster.kill("nodemanager")
        self.cluster.kill("resourcemanager")
        try:
            shutil.rmtree(self.environment.place / "cluster" / "yarn" / "resourcemanager-state")
            self.cluster.start("resourcemanager", "--no-wait")
            self.manager.expect(202, "POST", f"/applications/{late}/start", {"wait": False})
            end = time.monotonic() + 120
            while time.monotonic() < end:
                for name in (*running, late):
                    self.assertNotEqual("FAILED", self.component(name, "stream")["state"], name)
                time.sleep(3)
        finally:
            self.cluster.start("nodemanager")
        for name in running:
            entry = self.restarted(name, before[name], 420)
            epoch = before[name]["incarnations"][0]["epoch"]
            restored = self.restored(entry) or ""
            self.assertTrue(restored.startswith(f"{self.directory(name)}/checkpoints/{epoch}/"), restored)
            self.assertEqual([entry["application_id"]], self.cluster.live(self.tag(name, "stream")))
        entry = self.await_state(late, "stream", "RUNNING", 420)
        self.assertEqual([entry["application_id"]], self.cluster.live(self.tag(late, "stream")))
