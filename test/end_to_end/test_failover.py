"""Two ResourceManagers and two NameNodes: each of them killed and hung while something goes on.

Nothing is given up, there is one application, and a status takes no time from the second call on.

SPDX-License-Identifier: Apache-2.0
"""

import contextlib
import os
import signal
import statistics
import threading
import time

from cluster import processes
from environment import wait_until
from savepoint_scenario import SavepointScenario

STATUS_SECONDS = 1.0
CACHE_SECONDS = 2.1  # after it the Deployment Manager asks again


class Failover(SavepointScenario):
    options = ("--ha",)
    disturbs = True

    def make_active(self, service):
        """The other one of the pair is started anew until this one is active."""
        kind, other = service[:-1], service[:-1] + ("2" if service.endswith("1") else "1")
        if self.cluster.active_service(kind) != service:
            self.cluster.kill(other)
            try:
                wait_until(f"{service} is active", lambda: self.cluster.active_service(kind) == service, 90)
            finally:
                self.cluster.start(other)

    @contextlib.contextmanager
    def without(self, service, how):
        """how: kill or hang. Afterwards it serves again, as the standby."""
        getattr(self.cluster, how)(service)
        try:
            yield
        finally:
            if how == "hang":
                self.cluster.go_on(service)
            # A NameNode that was replaced while it hung has ended.
            self.cluster.start(service)

    def each(self, kind):
        """Every way in which each one of a pair can be away, as the active one."""
        # After each of them the other one is active, so that make_active has nothing to do but once.
        for how in ("kill", "hang"):
            for number in (1, 2):
                service = f"{kind}{number}"
                self.make_active(service)
                yield service, how

    def look(self, name):
        """(seconds, what the plugin says of the streaming component)"""
        began = time.monotonic()
        entry = self.component(name, "stream")
        return time.monotonic() - began, entry

    def quick_status(self, name, what):
        """From the second call on. A slow machine may be slow once, not most of the time."""
        self.look(name)
        taken = []
        for _ in range(5):
            time.sleep(CACHE_SECONDS)
            seconds, entry = self.look(name)
            taken.append(seconds)
            self.assertNotIn(entry["state"], ("FAILED", "STOPPED"), f"{what}: {entry}")
        self.assertLessEqual(statistics.median(taken), STATUS_SECONDS, f"{what}: {taken}")

    def one_application(self, name):
        """RUNNING and confirmed, and the one application that lives."""
        entry = self.await_state(name, "stream", "RUNNING", 240)
        self.assertEqual([entry["application_id"]], self.cluster.live(self.tag(name, "stream")))
        return entry

    def same_application(self, name, before, what):
        entry = self.one_application(name)
        self.assertEqual(before["application_id"], entry["application_id"], what)
        known = [one["id"] for one in self.cluster.applications(self.tag(name, "stream"))]
        self.assertEqual([before["application_id"]], known, what)

    def while_a_job_runs(self, kind):
        name = self.application()
        self.stream(name)
        self.start(name)
        before = self.running(name)
        for round_number, (service, how) in enumerate(self.each(kind)):
            what = f"{service}: {how}"
            with self.without(service, how):
                self.quick_status(name, what)
                # During trigger: the savepoint is asked for while nobody, or the other one, is active.
                point = self.manager.trigger_savepoint(name, 240, component="stream", operation=f"s{round_number}")
                self.assertEqual("COMPLETED", point["state"], what)
            self.same_application(name, before, what)
        states = {one["id"]: one["state"] for one in self.savepoints(name, kind="savepoint", state="all")}
        self.assertEqual({f"s{number}": "COMPLETED" for number in range(4)}, states)
        return name

    def test_failover_of_resource_manager_while_a_job_runs(self):
        self.while_a_job_runs("resourcemanager")

    def test_failover_of_name_node_while_a_job_runs(self):
        self.while_a_job_runs("namenode")

    def clients(self, name):
        jar = str(self.environment.install_directory(name, "stream"))
        return processes(
            lambda arguments: arguments
            and os.path.basename(arguments[0]) == "java"
            and any(argument.startswith(jar) for argument in arguments)
        )

    def while_the_client_submits(self, kind):
        name = self.application()
        self.stream(name)
        for service, how in self.each(kind):
            what = f"{service}: {how}"
            known = len(self.cluster.applications(self.tag(name, "stream")))
            self.manager.expect(202, "POST", f"/applications/{name}/start")
            wait_until("the client works", lambda: self.clients(name), 90, 0.1)
            time.sleep(2)
            with self.without(service, how):
                after = self.manager.settled(f"/applications/{name}", 400)
                self.assertEqual("STARTED", after["status"], f"{what}: {after}")
                self.one_application(name)
            self.one_application(name)
            # A submission that failed half-way may have left one that is dead; not two.
            self.assertLessEqual(len(self.cluster.applications(self.tag(name, "stream"))), known + 2, what)
            self.stop(name)

    def test_failover_of_resource_manager_while_the_client_submits(self):
        self.while_the_client_submits("resourcemanager")

    def test_failover_of_name_node_while_the_client_submits(self):
        self.while_the_client_submits("namenode")

    def masters(self, application_id):
        """Process ids of the application's JobManager."""
        return processes(
            lambda arguments: os.path.basename(arguments[0] if arguments else "") == "java"
            and any(application_id in argument for argument in arguments)
            and any("ClusterEntrypoint" in argument for argument in arguments)
        )

    def test_failover_of_resource_manager_around_the_death_of_a_job_manager(self):
        """Before and after it: restarted once, from its own newest checkpoint."""
        name = self.application()
        self.stream(name)
        self.start(name)
        for service, how in self.each("resourcemanager"):
            what = f"{service}: {how}"
            before = self.one_application(name)
            self.await_checkpoint(before)
            known = len(self.cluster.applications(self.tag(name, "stream")))
            victims = self.masters(before["application_id"])
            self.assertTrue(victims)
            with self.without(service, how):
                for pid in victims:
                    os.kill(pid, signal.SIGKILL)

                def another():
                    entry = self.component(name, "stream")
                    self.assertNotEqual("FAILED", entry["state"], entry)
                    if entry.get("application_id") in (None, before["application_id"]) or entry["state"] != "RUNNING":
                        return None
                    return entry

                after = wait_until(f"{what}: another application runs", another, 300)
            self.assertEqual([after["application_id"]], self.cluster.live(self.tag(name, "stream")), what)
            self.assertEqual(known + 1, len(self.cluster.applications(self.tag(name, "stream"))), what)
            epoch = before["incarnations"][0]["epoch"]
            restored = self.restored(after) or ""
            self.assertTrue(restored.startswith(f"{self.directory(name)}/checkpoints/{epoch}/"), f"{what}: {restored}")

    def stopped(self, name, seconds=400):
        """Stops as a host does: UNAVAILABLE says that nobody could tell, and that the same is to be asked again."""
        end = time.monotonic() + seconds
        while True:
            after = self.manager.stop(name, max(end - time.monotonic(), 1))
            if after["status"] == "CREATED" or "FailedConnection" not in (after["information"] or ""):
                return after
            time.sleep(2)

    def during_stop(self, kind):
        name = self.application()
        self.stream(name)
        for service, how in self.each(kind):
            what = f"{service}: {how}"
            self.start(name)
            before = self.one_application(name)
            answers = []
            stop = threading.Thread(target=lambda: answers.append(self.stopped(name)))
            stop.start()
            with self.without(service, how):
                stop.join()
                self.assertEqual("CREATED", answers[0]["status"], f"{what}: {answers}")
                self.assertEqual([], self.cluster.live(self.tag(name, "stream")), what)
            newest = self.of_kind(name)[0]
            self.assertEqual(("stop", "COMPLETED", before["job_id"]),
                             (newest["operation"], newest["state"], newest["job_id"]), what)

    def test_failover_of_resource_manager_during_stop(self):
        self.during_stop("resourcemanager")

    def test_failover_of_name_node_during_stop(self):
        self.during_stop("namenode")
