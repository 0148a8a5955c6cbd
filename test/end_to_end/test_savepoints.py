"""Savepoints through the REST API: nothing that was counted is lost, and nothing is counted twice.

The example counter proves its count: a restore of wrong state fails it with the next number.

SPDX-License-Identifier: Apache-2.0
"""

import os
import threading
import urllib.parse

from cluster import processes
from environment import wait_until
from manager import request
from savepoint_scenario import NEVER_CHECKPOINTS, SavepointScenario


class Savepoints(SavepointScenario):
    def test_changelog_job_goes_on(self):
        """Flink does not restore such a job as others: with its default it fails at every checkpoint after a restart."""
        name = self.application()
        place = f"{self.environment['namenode_rpc']}/user/{self.environment['application_user']}/{name}"
        changelog = {
            "state.changelog.enabled": "true",
            "state.changelog.storage": "filesystem",
            "dstl.dfs.base-path": place,
        }
        self.stream(name, flink_configuration=changelog)
        self.start(name)
        first = self.running(name)
        self.await_checkpoint(first)
        self.cluster.kill_application(first["application_id"])

        def another():
            entry = self.running(name)
            return entry["application_id"] != first["application_id"] and entry

        second = wait_until("another application runs", another, 120)
        self.assertTrue(self.restored(second))
        self.await_checkpoint(second)
        self.assertEqual("RUNNING", self.running(name)["state"])
    test_changelog_job_goes_on.seconds = 120

    def test_cycle(self):
        """Trigger, list, stop, start; back to an older one, and a crash does not jump forward again; dispose."""
        name = self.application()
        self.stream(name)
        self.start(name)
        first_run = self.running(name)
        self.assertIsNone(self.restored(first_run))
        old = self.trigger(name)
        self.assertEqual((first_run["job_id"], "trigger"), (old["job_id"], old["operation"]))
        self.assertGreater(old["size_bytes"], 0)
        self.stop(name)
        listed = self.of_kind(name)
        self.assertEqual(["stop", "trigger"], [one["operation"] for one in listed])
        self.assertEqual({"COMPLETED"}, {one["state"] for one in listed})
        of_stop = listed[0]

        self.start(name)
        second_run = self.running(name)
        self.assertEqual(self.path(of_stop), self.restored(second_run))
        self.await_checkpoint(second_run)

        settled = self.manager.resume(name, old["id"], component="stream")
        self.assertEqual("STARTED", settled["status"], settled)
        third_run = self.running(name)
        self.assertEqual(self.path(old), self.restored(third_run))
        self.cluster.kill_application(third_run["application_id"])

        def another():
            entry = self.component(name, "stream")
            self.assertNotEqual(third_run["application_id"], entry.get("application_id"))
            self.assertEqual("RUNNING", entry["state"], entry["reason"])
            return entry

        fourth_run = wait_until("another run", another, 180)
        epoch = [one["epoch"] for one in fourth_run["incarnations"]][1]
        from_own = f"{self.directory(name)}/checkpoints/{epoch}/"
        restored = self.restored(fourth_run)
        self.assertTrue(restored == self.path(old) or restored.startswith(from_own), restored)
        self.await_checkpoint(fourth_run)

        before = self.directories(name)
        target = os.path.basename(os.path.dirname(self.path(of_stop)))
        gone = self.manager.dispose_savepoint(name, of_stop["id"], "stream")
        self.assertEqual("DISPOSED", gone["state"], self.manager.status(name))
        self.assertEqual([one for one in before if one != target], self.directories(name))
        self.assertNotIn(of_stop["id"], [one["id"] for one in self.savepoints(name)])
        self.assertEqual("RUNNING", self.running(name)["state"])
    test_cycle.seconds = 150

    def test_same_operation_in_parallel(self):
        name = self.application()
        self.stream(name)
        self.start(name)
        self.running(name)
        body = {"component": "stream", "operation": "nightly-1"}
        answers = []
        asked = [
            threading.Thread(
                target=lambda: answers.append(self.manager.ask("POST", f"/applications/{name}/savepoints", body))
            )
            for _ in range(4)
        ]
        for thread in asked:
            thread.start()
        for thread in asked:
            thread.join()
        self.assertIn(202, [one.code for one in answers], str(answers))
        self.assertTrue({one.code for one in answers} <= {202, 409}, str(answers))
        done = self.completed(name, "nightly-1")
        self.assertEqual(["nightly-1"], self.directories(name))
        again = self.manager.ask("POST", f"/applications/{name}/savepoints", body)
        self.assertEqual(202, again.code, again)
        self.assertEqual(done["path"], self.completed(name, "nightly-1")["path"])
        self.assertEqual(1, len(self.cluster.list_directory(self.directory(name) + "/savepoints/nightly-1")))
    test_same_operation_in_parallel.seconds = 60

    def test_required_is_never_started_empty(self):
        name = self.application()
        self.stream(name, flink_state="required")
        after = self.manager.start(name)
        self.assertEqual("CREATED", after["status"], after)
        self.assertIn("required", after["information"])
        tag = self.tag(name, "stream")
        self.assertEqual([], self.cluster.applications(tag))
        self.manager.expect(202, "POST", f"/applications/{name}/start", {"accept_state_loss": True})
        self.assertEqual("STARTED", self.manager.settled(f"/applications/{name}")["status"])
        run = self.running(name)
        self.assertIsNone(self.restored(run))
        self.stop(name)
        point = self.of_kind(name)[0]
        self.refused_disposal(name, point["id"], "required")
        self.assertIn(point["id"], [one["id"] for one in self.savepoints(name)])
        self.start(name)
        self.assertEqual(self.path(point), self.restored(self.running(name)))
    test_required_is_never_started_empty.seconds = 90

    def test_savepoint_in_use_and_pinned(self):
        """NO_CLAIM before the first checkpoint: the job may still need it."""
        name = self.application()
        self.stream(name, NEVER_CHECKPOINTS)
        self.start(name)
        self.running(name)
        spare = self.trigger(name)
        self.stop(name)
        used = self.of_kind(name)[0]
        self.start(name)
        self.assertEqual(self.path(used), self.restored(self.running(name)))
        self.refused_disposal(name, used["id"], "started from it")
        self.manager.pin(name, spare["id"], component="stream", reason="audit")
        self.refused_disposal(name, spare["id"], "pinned")
        self.manager.pin(name, spare["id"], False, component="stream")
        self.assertEqual("DISPOSED", self.manager.dispose_savepoint(name, spare["id"], "stream")["state"])
        self.assertNotIn(spare["id"], self.directories(name))
    test_savepoint_in_use_and_pinned.seconds = 90

    def test_savepoint_that_a_job_has_claimed(self):
        """CLAIM: it is Flink's own from then on; LEGACY: the job may refer to it as long as it lives."""
        name = self.application()
        self.stream(name, NEVER_CHECKPOINTS)
        self.start(name)
        self.running(name)
        first = self.trigger(name)
        for mode, word in (("legacy", "started from it"), ("claim", "claim")):
            settled = self.manager.resume(name, first["id"], component="stream", claim_mode=mode)
            self.assertEqual("STARTED", settled["status"], settled)
            self.assertEqual(self.path(first), self.restored(self.running(name)))
            self.refused_disposal(name, first["id"], word)
        listed = {one["id"]: one for one in self.savepoints(name)}
        self.assertEqual("CLAIMED", listed[first["id"]]["state"])
    test_savepoint_that_a_job_has_claimed.seconds = 110

    def refused_disposal(self, application, savepoint, word):
        before = self.directories(application)
        after = self.manager.dispose_savepoint(application, savepoint, "stream")
        self.assertNotEqual("DISPOSED", after["state"])
        self.assertIn(word, self.manager.status(application)["information"])
        self.assertEqual(before, self.directories(application))

    def test_damaged_ones_are_listed_and_never_chosen(self):
        name = self.application()
        self.stream(name, NEVER_CHECKPOINTS)
        self.start(name)
        self.running(name)
        sound = self.trigger(name)
        self.stop(name)
        newest = self.of_kind(name)[0]
        metadata = self.path(newest) + "/_metadata"
        self.overwrite(metadata, b"broken!!" * 4)
        listed = {one["id"]: one for one in self.savepoints(name)}
        self.assertEqual("DAMAGED", listed[newest["id"]]["state"], listed)
        self.assertTrue(listed[newest["id"]]["reason"])
        self.assertEqual("COMPLETED", listed[sound["id"]]["state"])
        self.start(name)
        self.assertEqual(self.path(sound), self.restored(self.running(name)))
    test_damaged_ones_are_listed_and_never_chosen.seconds = 90

    def overwrite(self, path, content):
        values = {"op": "CREATE", "overwrite": "true", "noredirect": "true", "user.name": self.cluster.user}
        url = f"{self.cluster.webhdfs}/webhdfs/v1{urllib.parse.quote(path)}?{urllib.parse.urlencode(values)}"
        place = request("PUT", url).json["Location"]
        self.assertEqual(201, request("PUT", place, content).code)

    def test_stop_whose_savepoint_cannot_be_written(self):
        """The job runs on, is wanted on, and says why."""
        name = self.application()
        self.stream(name)
        self.start(name)
        before = self.running(name)
        self.hdfs("PUT", self.directory(name) + "/savepoints/cannot", "MKDIRS", permission="500")
        owner = {"owner": "root"}
        self.hdfs("PUT", self.directory(name) + "/savepoints/cannot", "SETOWNER", user=self.environment["hdfs_superuser"], **owner)
        after = self.manager.stop(name, operation="cannot")
        self.assertEqual("STARTED", after["status"], after)
        self.assertRegex(after["information"], "(?i)permission|denied")
        entry = self.running(name)
        self.assertEqual((before["application_id"], "RUNNING"), (entry["application_id"], entry["desired"]))
        self.stop(name)
        self.assertEqual("stop", self.of_kind(name)[0]["operation"])
    test_stop_whose_savepoint_cannot_be_written.seconds = 60

    def test_containers_killed(self):
        """Flink or the guard brings the job back from its newest checkpoint; nobody is told FAILED meanwhile."""
        name = self.application()
        self.stream(name)
        self.start(name)
        run = self.running(name)
        self.await_checkpoint(run)
        for entrypoint in ("YarnTaskExecutorRunner", "YarnJobClusterEntrypoint"):
            run = self.running(name, seconds=180)
            self.await_checkpoint(run)
            pids = processes(
                lambda words: any(entrypoint in word for word in words)
                and any(run["application_id"] in word for word in words)
            )
            self.assertTrue(pids, f"no {entrypoint} of {run['application_id']}")
            for pid in pids:
                os.kill(pid, 9)
            states = set()

            def back():
                entry = self.component(name, "stream")
                states.add(entry["state"])
                self.assertEqual("RUNNING", entry["state"], entry["reason"])
                changed = self.checkpoints(entry)["latest"]["restored"]
                self.assertTrue(changed, "not restored yet")
                return True

            wait_until(f"the job is back after its {entrypoint} was killed", back, 240)
            self.assertNotIn("FAILED", states)
    test_containers_killed.seconds = 150
