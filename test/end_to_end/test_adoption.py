"""Whatever is killed between operator and job: the same job goes on, and there is only one.

SPDX-License-Identifier: Apache-2.0
"""

import os
import signal

from cluster import guards, one_guard, processes
from environment import PACKAGES, wait_until
from own_manager import OwnManager
from scenario import FAULTS, Scenario


class AdoptionScenario(Scenario):
    def same_job(self, name, before, component="job"):
        """RUNNING, the application of before, and no other one ever."""
        after = self.await_state(name, component, "RUNNING", 120)
        self.assertEqual((before["application_id"], before["job_id"]), (after["application_id"], after["job_id"]))
        known = [one["id"] for one in self.cluster.applications(self.tag(name, component))]
        self.assertEqual([before["application_id"]], known)

    def another_application(self, name, before, component="job"):
        """The component's status when a new application of it runs."""

        def look():
            entry = self.component(name, component)
            self.assertNotEqual(before["application_id"], entry.get("application_id"))
            self.assertEqual("RUNNING", entry["state"], entry["reason"])
            return entry

        return wait_until("another application runs", look, 240)

    def await_adoption(self, name, lines, application_id, component="job"):
        """A guard has written to its log, after the first `lines` of it, that it has found the application."""
        log = self.guard_log(name, component)
        wait_until(
            f"the next guard of {name} finds {application_id}",
            lambda: any(f"application={application_id}" in line for line in log.read_text().splitlines()[lines:]),
            120,
        )


class Adoption(AdoptionScenario):
    def test_guard_killed_while_running(self):
        name = self.application()
        self.job(name, "Runs", "--seconds 0")
        self.start(name)
        before = self.await_state(name, "job", "RUNNING")
        lines = len(self.guard_log(name, "job").read_text().splitlines())
        killed = one_guard(self.spec(name, "job"))
        os.kill(killed, signal.SIGKILL)
        wait_until("another guard comes", lambda: set(self.guards(name, "job")) - {killed}, 60)
        self.await_adoption(name, lines, before["application_id"])
        self.same_job(name, before)
    test_guard_killed_while_running.seconds = 45

    def test_application_killed_from_outside_comes_back(self):
        """respawn_type always: one new application, a new epoch."""
        name = self.application()
        self.job(name, "Runs", "--seconds 0")
        self.start(name)
        before = self.await_state(name, "job", "RUNNING")
        self.cluster.kill_application(before["application_id"])

        after = self.another_application(name, before)
        self.assertEqual([after["application_id"]], self.cluster.live(self.tag(name, "job")))
        self.assertGreater(after["incarnations"][0]["epoch"], before["incarnations"][0]["epoch"])
    test_application_killed_from_outside_comes_back.seconds = 80

    def manager_whose_client_is_wrapped(self, namespace):
        """A Deployment Manager whose flink command is a script that does not exec."""
        wrapper = self.environment.directory / f"{namespace}-flink"
        flink = self.environment.configuration()["environment"]["flink"]
        wrapper.write_text(f'#!/bin/bash\n"{flink}" "$@"\nexit $?\n')
        wrapper.chmod(0o755)
        own = OwnManager(self.environment, namespace, flink=str(wrapper))
        self.addCleanup(own.end)
        own.start()
        return own

    def test_guard_killed_while_its_client_submits(self):
        own = self.manager_whose_client_is_wrapped("wrapped")
        manager = own.client
        manager.upload(PACKAGES / f"{FAULTS}.tar.gz")
        self.assertEqual("DEPLOYED", manager.deploy(FAULTS)["status"])
        name = "submitting"
        slow = {"job": {"main_class": "faults.SlowMain", "application_args": "--seconds 15"}}
        self.assertEqual("CREATED", manager.create(name, FAULTS, slow)["status"])
        self.addCleanup(self.remove_from, manager, name)
        directory = own.install_directory(name, "job")
        spec = directory / "guard.json"
        jar = str(directory / "package" / "faults.jar")

        def clients():
            return set(processes(lambda arguments: jar in arguments and os.path.basename(arguments[0]) == "java"))

        manager.expect(202, "POST", f"/applications/{name}/start")
        first = wait_until("the flink client runs", clients, 90)
        guard = one_guard(spec)
        os.kill(guard, signal.SIGKILL)
        wait_until("another guard comes", lambda: set(guards(spec)) - {guard}, 60)
        after = manager.settled(f"/applications/{name}", 400)
        self.assertEqual("STARTED", after["status"], after)

        def running():
            entry = manager.component(name, "job")
            self.assertEqual("RUNNING", entry["state"], entry["reason"])
            return entry

        entry = wait_until("the component is RUNNING", running, 120)
        tag = f"dm-component-{entry['id']}"
        self.assertEqual([entry["application_id"]], self.cluster.live(tag))
        self.assertEqual(set(), first & clients(), "the client of the killed guard still lives")
        self.remove_from(manager, name)
        self.assertEqual([], self.cluster.live(tag))
    test_guard_killed_while_its_client_submits.seconds = 90


class AdoptionAfterDaemons(AdoptionScenario):
    """Those that end daemons that everybody needs."""

    disturbs = True

    def test_supervisord_restarted(self):
        """A stream goes on, a batch job that ends while nobody looks has COMPLETED and is not run again."""
        stream = self.application("-stream")
        batch = self.application("-batch")
        self.job(stream, "Runs", "--seconds 0")
        self.job(batch, "Runs", "--seconds 30", flink_job_type="batch")
        self.start(stream)
        before = self.await_state(stream, "job", "RUNNING")
        # Not waited for, so that the job is seen early in its short life.
        self.manager.expect(202, "POST", f"/applications/{batch}/start", {"wait": False})
        of_batch = self.await_state(batch, "job", "RUNNING", 240)
        lines = len(self.guard_log(stream, "job").read_text().splitlines())
        self.cluster.kill("supervisord")
        for name in (stream, batch):
            for pid in self.guards(name, "job"):
                os.kill(pid, signal.SIGKILL)
        try:
            wait_until(
                "the batch job ends",
                lambda: self.cluster.application(of_batch["application_id"])["state"] == "FINISHED",
                120,
            )
        finally:
            self.cluster.start("supervisord")
        self.await_adoption(stream, lines, before["application_id"])
        self.same_job(stream, before)
        self.await_state(batch, "job", "COMPLETED", 60)
        wait_until("the guard of the batch job ends", lambda: not self.guards(batch, "job"), 60)
        known = [one["id"] for one in self.cluster.applications(self.tag(batch, "job"))]
        self.assertEqual([of_batch["application_id"]], known)

    def test_supervisord_killed_beside_living_guards(self):
        """The guard of before goes on beside the new one; even so there is one application at a time."""
        name = self.application()
        self.job(name, "Runs", "--seconds 0")
        self.start(name)
        before = self.await_state(name, "job", "RUNNING")
        old = one_guard(self.spec(name, "job"))
        self.cluster.kill("supervisord")
        self.cluster.start("supervisord")
        wait_until("another guard comes", lambda: set(self.guards(name, "job")) - {old}, 60)
        self.same_job(name, before)
        self.cluster.kill_application(before["application_id"])
        after = self.another_application(name, before)
        live = self.cluster.live(self.tag(name, "job"))
        self.assertEqual([after["application_id"]], live)
        # Two guards may have claimed an epoch each; no more than one of their applications ran.
        self.assertLessEqual(len(self.cluster.applications(self.tag(name, "job"))), 3)
        self.stop(name)
        wait_until("both guards end", lambda: not self.guards(name, "job"), 90)
        self.assertEqual([], self.cluster.live(self.tag(name, "job")))

    def started_after(self, how):
        """The Deployment Manager ends in the middle of a start; the next one takes it up."""
        name = self.application()
        self.job(name, "Runs", "--seconds 0")
        self.manager.expect(202, "POST", f"/applications/{name}/start")
        one_guard(self.spec(name, "job"), 60)
        self.assertEqual("STARTING", self.manager.status(name)["status"])
        self.environment.end_manager(how)
        self.environment.restart_manager()
        after = self.manager.settled(f"/applications/{name}", 300)
        self.assertEqual("STARTED", after["status"], after)
        entry = self.await_state(name, "job", "RUNNING", 120)
        known = [one["id"] for one in self.cluster.applications(self.tag(name, "job"))]
        self.assertEqual([entry["application_id"]], known)
        return name, entry

    def test_manager_killed_while_starting(self):
        self.started_after(signal.SIGKILL)

    def test_manager_restarted_while_starting_and_while_running(self):
        name, before = self.started_after(signal.SIGTERM)
        self.environment.end_manager()
        self.environment.restart_manager()
        self.assertEqual("STARTED", self.manager.status(name)["status"])
        self.same_job(name, before)
