"""A fleet that is evacuated and resumed: twelve jobs, one that cannot be saved, a Deployment Manager that is killed in the middle.

SPDX-License-Identifier: Apache-2.0
"""

import json
import subprocess
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

from environment import wait_until
from own_scenario import OwnScenario
from savepoint_scenario import SavepointScenario
from scenario import FAULTS

SMALL = {"flink_jobmanager_memory": "256m", "flink_taskmanager_memory": "224m"}
JOBS = [f"job-{number:02}" for number in range(1, 13)]
UNSAVEABLE = "job-05"
STATELESS = "job-09"
SAVED = [name for name in JOBS if name not in (UNSAVEABLE, STATELESS)]
OVER = {"SAVED", "STOPPED", "NOT_SAVED", "STARTED"}


class Fleet(OwnScenario, SavepointScenario):
    seconds = 600

    def prepared(self, names, **more):
        """An own Deployment Manager with one small job in each application; what is known of each that runs."""
        own = self.own_manager("fleet" + str(len(names)))
        own.start()
        self.deploy(FAULTS)
        for name in names:
            self.addCleanup(self.remove, name)
            self.job(name, "Runs", "--seconds 0", **SMALL, **more.get(name, {}))
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(self.start, names))
        return {name: self.await_state(name, "job", "RUNNING", 240) for name in names}

    def savepoints_of(self, name):
        found = self.manager.savepoints(name, component="job", kind="savepoint")["savepoints"]
        return [(one["id"], one["state"], one["path"]) for one in found]

    def forbid_savepoints(self, name):
        """Nobody can write what a savepoint needs; the job itself goes on."""
        path = f"{self.environment['state_root']}/{self.own.namespace}/{name}/job/savepoints"
        self.hdfs("PUT", path, "MKDIRS")
        self.hdfs("PUT", path, "SETPERMISSION", permission="500")
        return path

    def begin(self, verb, **body):
        return self.manager.expect(202, "POST", f"/fleet/{verb}", body).json["id"]

    def report(self, operation):
        return self.manager.expect(200, "GET", f"/fleet/operations/{operation}").json

    def killed_when(self, operation, done):
        """kill -9 as soon as so many are done, and some are not."""

        def enough():
            outcomes = [one["outcome"] for one in self.report(operation)["components"]]
            return sum(outcome in OVER for outcome in outcomes) >= done and outcomes

        outcomes = wait_until(f"{done} components are done", enough, 300)
        self.assertIn("WAITING", outcomes, "too late for the middle")
        self.kill()
        self.own.start()

    def ended(self, operation, seconds=400):
        return wait_until("the operation on the fleet has ended", lambda: (told := self.report(operation)).get("ended_at") and told, seconds)

    def dmctl(self, *words):
        """As somebody at the command line sees it, without a terminal."""
        ended = subprocess.run(
            [str(self.environment.build / "bin" / "dmctl"), "--url", self.manager.url, "--user", self.manager.user, *words],
            capture_output=True, text=True, timeout=120, env={"HOME": str(self.own.directory), "LC_ALL": "C.UTF-8"},
        )
        self.assertEqual(0, ended.returncode, ended.stderr)
        print(ended.stdout, flush=True)
        return ended.stdout

    def look_at_stop(self, told, before):
        of = {one["application"]: one for one in told["components"]}
        self.assertEqual(sorted(JOBS), sorted(of))
        self.assertEqual({"SAVED": 10, "STOPPED": 1, "NOT_SAVED": 1}, told["counts"], json.dumps(told, indent=1))
        self.assertEqual("FAILED", told["status"])
        for name, one in of.items():
            self.assertEqual("RUNNING", one["before"]["state"], one)
            for member in ("application_id", "job_id"):
                self.assertEqual(before[name][member], one["before"][member])
            self.assertEqual(before[name]["incarnations"][0]["epoch"], one["before"]["epoch"])
        for name in SAVED:
            point = of[name]["savepoint"]
            self.assertEqual([(point["id"], "COMPLETED", point["path"])], self.savepoints_of(name))
            self.assertEqual("STOPPED", of[name]["after"]["state"])
            self.assertEqual([], self.cluster.live(f"dm-component-{before[name]['id']}"))
        self.assertEqual("STOPPED", of[STATELESS]["outcome"])
        self.assertIsNone(of[STATELESS]["point"], of[STATELESS])
        self.assertIn("component_flink_state is none", of[STATELESS]["point_choice"]["reason"])
        left = of[UNSAVEABLE]
        self.assertEqual(("NOT_SAVED", "FAILED_PRECONDITION", "RUNNING"), (left["outcome"], left["code"], left["after"]["state"]))
        self.assertIn("must be writable", left["information"])
        return of

    def look_at_start(self, told, stopped, before):
        of = {one["application"]: one for one in told["components"]}
        self.assertEqual({"STARTED": 11}, told["counts"], json.dumps(told, indent=1))
        self.assertEqual("SUCCEEDED", told["status"])
        for name, one in of.items():
            entry = self.await_state(name, "job", "RUNNING")
            self.assertTrue(one["exact"], one)
            self.assertEqual([entry["application_id"]], self.cluster.live(f"dm-component-{entry['id']}"))
            self.assertEqual(2, len(self.cluster.applications(f"dm-component-{entry['id']}")), "started once")
            meant = None if name == STATELESS else urllib.parse.urlparse(stopped[name]["savepoint"]["path"]).path
            self.assertEqual(meant, self.restored(entry))
            self.assertEqual(before[name]["incarnations"][0]["epoch"], entry["incarnations"][1]["epoch"])

    def test_evacuated_and_resumed_across_kills(self):
        before = self.prepared(JOBS, **{STATELESS: {"flink_state": "none"}})
        closed = self.forbid_savepoints(UNSAVEABLE)
        untouched = self.running(UNSAVEABLE)

        stop = self.begin("stop", all=True, parallel=3, order=["job-1?", "*"])
        self.killed_when(stop, 2)
        self.killed_when(stop, 6)
        told = self.ended(stop)
        stopped = self.look_at_stop(told, before)
        self.assertTrue(told["components"][0]["application"].startswith("job-1"))
        self.untouched(untouched)
        self.assertRegex(self.dmctl("fleet", "status", stop), rf"(?m)^{UNSAVEABLE}/job +NOT_SAVED +RUNNING +RUNNING")

        start = self.begin("start", **{"from": stop, "parallel": 3})
        self.killed_when(start, 2)
        self.killed_when(start, 6)
        self.look_at_start(self.ended(start, 600), stopped, before)
        self.untouched(untouched)
        self.dmctl("fleet", "status", start)
        self.dmctl("fleet", "list")
        # Nothing is left for another one.
        again = self.ended(self.begin("start", **{"from": stop}))
        self.assertEqual({"LEFT_ALONE": 11}, again["counts"])
        self.hdfs("PUT", closed, "SETPERMISSION", permission="700")
    test_evacuated_and_resumed_across_kills.seconds = 600

    def test_what_is_coming_up_is_stopped_when_it_has(self):
        """It cannot be saved before, and would run on after the fleet was said to be stopped."""
        self.prepared(["settled"])
        self.addCleanup(self.remove, "early")
        self.job("early", "Runs", "--seconds 0", **SMALL)
        self.manager.expect(202, "POST", "/applications/early/start", {})
        choice = {"application": ["early", "settled"], "order": ["early", "nobody"]}

        def seen():
            told = self.manager.expect(200, "POST", "/fleet/stop", {**choice, "dry_run": True}).json
            self.assertEqual(["$.order[1]"], [one["path"] for one in told["warnings"]])
            of = {one["application"]: one for one in told["components"]}
            self.assertEqual(("RUNNING", True), (of["settled"]["now"]["state"], of["settled"]["savable"]))
            # Before YARN has it there is nothing to wait for: its submission is ended, and nothing was ever saved.
            return "application_id" in of["early"]["now"] and of["early"]

        print(json.dumps(wait_until("it is coming up", seen, 60)), flush=True)
        stop = self.begin("stop", **choice)
        waited = set()

        def ended():
            told = self.report(stop)
            waited.update(one.get("waits_for") for one in told["components"] if one["outcome"] == "WAITING")
            return told.get("ended_at") and told

        told = wait_until("the stop has ended", ended, 200)
        print("waited for", waited, flush=True)
        self.assertEqual({"SAVED": 2}, told["counts"], json.dumps(told, indent=1))
        for name in ("early", "settled"):
            self.assertEqual([], self.cluster.live(self.tag(name, "job")))
        start = self.ended(self.begin("start", **{"from": stop}))
        self.assertEqual({"STARTED": 2}, start["counts"])
        self.assertTrue(all(one["exact"] for one in start["components"]), start)
    test_what_is_coming_up_is_stopped_when_it_has.seconds = 150

    def test_waits_for_room_in_the_queue(self):
        """No more than one waits for memory that others have; it and the rest come up as soon as there is some."""
        names = ["room-1", "room-2", "room-3"]
        self.prepared(names)
        stop = self.begin("stop", application="room-*")
        self.assertEqual({"SAVED": 3}, self.ended(stop)["counts"])
        total = self.cluster.yarn("/metrics")["clusterMetrics"]["availableMB"]
        self.addCleanup(self.remove, "large")
        # Room for one job and a JobManager is left.
        self.job("large", "Runs", "--seconds 0", flink_jobmanager_memory="256m", flink_taskmanager_memory=f"{total - 256 - 480 - 300}m")
        self.start("large")
        start = self.begin("start", **{"from": stop, "parallel": 1, "patience_s": 5})

        def held():
            of = {one["application"]: one for one in self.report(start)["components"]}
            return (
                of["room-1"]["outcome"] == "STARTED" and of["room-2"]["outcome"] == "STARTING"
                and of["room-3"]["outcome"] == "WAITING" and "room-2/job" in of["room-3"].get("waits_for", "")
            )

        wait_until("one waits, and the next one for it", held, 120)
        self.assertEqual([], self.cluster.live(self.tag("room-3", "job")))
        self.stop("large")
        told = self.ended(start)
        self.assertEqual({"STARTED": 3}, told["counts"])
        self.assertTrue(all(one["exact"] for one in told["components"]), told)
    test_waits_for_room_in_the_queue.seconds = 200
