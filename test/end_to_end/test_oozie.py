"""Scheduled components on a real Oozie: each run exactly once, whatever is killed on the way.

Runs are a minute or two apart, and Oozie looks every few seconds: examples/cluster has that in its configuration.

SPDX-License-Identifier: Apache-2.0
"""

import os
import signal

from cluster import Cluster, processes
from environment import wait_until
from manager import Manager
from oozie import OVER, Oozie, ancestors_of, properties, read_hdfs
from scenario import FAULTS, Scenario

RUN = 150  # seconds: a run that is due within two minutes, and its Flink job


class Scheduled(Scenario):
    options = ("--with", "oozie")
    user = ""  # whom the component runs as
    action = ""

    def setUp(self):
        super().setUp()
        self.oozie = Oozie(self.environment, self.user)
        self.manager = Manager(self.environment["dm"], self.user)  # as the application's owner
        self.cluster = Cluster(self.environment)
        self.cluster.user = self.user

    def schedule(self, application, main_class, arguments="", minutes=2, **more):
        """A component of the package of faults as `job`, with a schedule."""
        component = {
            "main_class": "faults." + main_class,
            "application_args": arguments,
            "flink_job_type": "batch",
            "flink_schedule": {"frequency": minutes, "action": self.action, **more},
        }
        after = self.manager.create(application, FAULTS, {"job": component})
        self.assertEqual("CREATED", after["status"], after)
        # A component that is created anew under its name has the tags of the one before.
        known = self.cluster.applications(self.tag(application, "job"))
        self.before = {one["id"] for one in known}

    def name_of(self, application):
        return "dm-" + self.component(application, "job")["id"] + "-"

    def coordinator(self, application):
        """The one that lives."""
        found = [one for one in self.oozie.coordinators(self.name_of(application)) if one["status"] not in OVER]
        self.assertEqual(1, len(found), found)
        return found[0]["coordJobId"]

    def runs(self, application):
        """As status tells them, oldest first."""
        entry = self.component(application, "job")
        return list(reversed(entry["schedule"]["runs"])), entry

    def begun(self, coordinator, count=1, seconds=RUN):
        """The workflows of the coordinator, once there are so many."""

        def look():
            found = [one["externalId"] for one in self.oozie.actions(coordinator)]
            return found if len(found) >= count else None

        return wait_until(f"run {count} begins", look, seconds)

    def over(self, workflow, seconds=RUN):
        return wait_until(f"{workflow} is over", lambda: self.oozie.ended(workflow), seconds)

    def live_of(self, application):
        return self.cluster.live(self.tag(application, "job"))

    def one_live(self, application, seconds=RUN):
        def look():
            running = [
                one["id"] for one in self.cluster.applications(self.tag(application, "job")) if one["state"] == "RUNNING"
            ]
            return running[0] if running else None

        return wait_until(f"an application of {application} runs", look, seconds)

    def all_of(self, application):
        found = self.cluster.applications(self.tag(application, "job"))
        return [one for one in found if one["id"] not in self.before]

    def guards_of_runs(self, application):
        spec = str(self.spec(application, "job"))
        return processes(
            lambda arguments: bool(arguments)
            and os.path.basename(arguments[0]) == "flink-guard"
            and "--once" in arguments
            and spec in arguments
        )

    # What both kinds of action have in common.

    def succeeds(self):
        name = self.application()
        self.schedule(name, "Runs", "--seconds 3")
        state = f"/pnda/flink/{self.environment['namespace']}/{name}/job/oozie"
        for document in ("workflow.xml", "coordinator.xml"):
            text = read_hdfs(self.cluster, f"{state}/{document}", self.user)
            self.assertEqual((200, '{"validate":"Valid workflow-app"}'), self.oozie.validate(text), text)
        self.start(name)
        entry = self.component(name, "job")
        self.assertEqual("SCHEDULED", entry["state"], entry)
        coordinator = self.coordinator(name)
        self.assertEqual(coordinator, entry["schedule"]["coordinator_id"])
        # Oozie makes the first runs some seconds later.
        wait_until("a next run is known", lambda: self.component(name, "job")["schedule"].get("next_run_at"))
        workflows = self.begun(coordinator, 2)
        for workflow in workflows[:2]:
            told = self.over(workflow)
            self.assertEqual("SUCCEEDED", told["status"], told)
            flink = next(one for one in told["actions"] if one["name"] == "flink")
            printed = properties(flink["data"])
            self.assertEqual("completed", printed["outcome"])
            self.assertEqual(workflow + ".0", printed["run"])
            application = self.cluster.application(printed["application_id"])
            self.assertEqual(("FINISHED", "SUCCEEDED"), (application["state"], application["finalStatus"]))
        shown, entry = self.runs(name)
        known = {one["workflow_id"]: one for one in shown if one.get("workflow_id")}
        for workflow in workflows[:2]:
            self.assertEqual("completed", known[workflow]["outcome"], entry)
            self.assertTrue(known[workflow]["application_id"].startswith("application_"), entry)
        self.stop(name)
        begun = len(self.oozie.actions(coordinator))
        self.assertEqual("KILLED", self.oozie.get(f"job/{coordinator}?show=info&len=1")["status"])
        self.assertLessEqual(len(self.all_of(name)), begun, "a run was submitted more than once")
        self.assertEqual("STOPPED", self.component(name, "job")["state"], "what one run came to is not the schedule's end")
        self.manager.destroy(name)
        self.assertEqual([], self.cluster.list_directory(state))

    def fails(self):
        name = self.application()
        self.schedule(name, "ThrowsInMain")
        self.start(name)
        coordinator = self.coordinator(name)
        told = self.over(self.begun(coordinator)[0])
        self.assertEqual("KILLED", told["status"], told)
        flink = next(one for one in told["actions"] if one["name"] == "flink")
        self.assertEqual("ERROR", flink["status"], flink)

        def shown():
            runs, entry = self.runs(name)
            failed = [one for one in runs if one.get("outcome") == "failed"]
            return (failed[0], entry) if failed else None

        run, entry = wait_until("status shows the failed run", shown)
        self.assertEqual("SCHEDULED", entry["state"], entry)
        self.assertEqual("RUNNING_WITH_ERRORS", entry["summary"], entry)
        self.assertEqual(told["id"], run["workflow_id"])
        self.assertTrue(run["cause"], run)

    def killed_in_oozie(self):
        """Oozie kills a workflow and leaves its Flink job alone; the guard that supervisord runs does not."""
        name = self.application()
        self.schedule(name, "Runs", "--seconds 0", minutes=30)
        self.start(name)
        workflow = self.begun(self.coordinator(name))[0]
        application = self.one_live(name)
        self.oozie.change(workflow, "kill")
        wait_until("its application ends", lambda: not self.live_of(name), 90)
        self.assertEqual("KILLED", self.over(workflow)["status"])
        self.assertEqual([application], [one["id"] for one in self.all_of(name)])

        def recorded():
            runs, entry = self.runs(name)
            return entry if runs and runs[0].get("outcome") == "killed" else None

        entry = wait_until("its end is recorded", recorded, 60)
        self.assertEqual("SCHEDULED", entry["state"], entry)
        wait_until("its guard has gone", lambda: not self.guards_of_runs(name), 60)

    def stops_a_run(self):
        name = self.application()
        self.schedule(name, "Runs", "--seconds 0", minutes=30)
        self.start(name)
        coordinator = self.coordinator(name)
        workflow = self.begun(coordinator)[0]
        self.one_live(name)
        self.stop(name)
        self.assertEqual([], self.live_of(name))
        self.assertEqual("KILLED", self.over(workflow)["status"])
        self.assertEqual("STOPPED", self.component(name, "job")["state"])


class ScheduledBySsh(Scheduled):
    """As PNDA has it: Oozie logs in on the edge node."""

    user = "pnda-edge"
    action = "ssh"

    def test_oozie_ssh_success(self):
        self.succeeds()

    def test_oozie_ssh_failure(self):
        self.fails()

    def test_oozie_ssh_kill(self):
        self.killed_in_oozie()

    def test_oozie_ssh_stop(self):
        self.stops_a_run()

    def test_oozie_upgrade(self):
        """It goes on with the next version's schedule, whatever its last run came to, and with one coordinator."""
        name = self.application()
        self.schedule(name, "Runs", "--seconds 3", minutes=30)
        self.start(name)
        first = self.coordinator(name)
        self.over(self.begun(first)[0])
        component = {"main_class": "faults.Runs", "flink_job_type": "batch", "flink_schedule": {"frequency": 60, "action": self.action}}
        after = self.manager.upgrade(name, FAULTS, {"job": component})
        self.assertEqual("STARTED", after["status"], after)
        self.assertEqual("SCHEDULED", self.component(name, "job")["state"])
        self.assertNotEqual(first, self.coordinator(name))
        self.assertEqual("KILLED", self.oozie.get(f"job/{first}?show=info&len=1")["status"])

    def test_oozie_clock_change(self):
        """Days of a zone keep their hour; what is late is missed but for the newest; and the end of a schedule."""
        name = self.application()
        times = {"start": "2026-03-27T05:00Z", "end": "2026-03-31T05:00Z"}
        self.schedule(name, "Runs", "--seconds 3", minutes=1440, timezone="Europe/Berlin", **times)
        self.start(name)
        coordinator = self.oozie.coordinators(self.name_of(name))[0]["coordJobId"]

        def ended():
            told = self.oozie.get(f"job/{coordinator}?show=info&len=50&order=asc")
            return told if told["status"] in OVER else None

        told = wait_until("the coordinator is over", ended, RUN)
        due = [(one["nominalTime"][5:22], one["status"]) for one in told["actions"]]
        skipped = [("27 Mar 2026 05:00", "SKIPPED"), ("28 Mar 2026 05:00", "SKIPPED")]
        skipped += [("29 Mar 2026 04:00", "SKIPPED"), ("30 Mar 2026 04:00", "SKIPPED")]
        self.assertEqual([*skipped, ("31 Mar 2026 04:00", "SUCCEEDED")], due)
        entry = self.await_state(name, "job", "COMPLETED")
        self.assertEqual(4, entry["schedule"]["missed"], entry)
        self.assertEqual(1, len(self.all_of(name)))

    def test_oozie_ssh_guard_killed(self):
        """The run has failed for Oozie, so its job must not go on beside the next run."""
        name = self.application()
        self.schedule(name, "Runs", "--seconds 0", minutes=30)
        self.start(name)
        workflow = self.begun(self.coordinator(name))[0]
        self.one_live(name)
        for pid in self.guards_of_runs(name):
            os.kill(pid, signal.SIGKILL)
        self.assertEqual("KILLED", self.over(workflow)["status"])
        wait_until("its application ends", lambda: not self.live_of(name), 90)
        self.assertEqual(1, len(self.all_of(name)))

    def test_oozie_ssh_node_restarted(self):
        """Wrapper and guard vanish at once and leave no error: to Oozie 5.2.1 that is an action that went well."""
        name = self.application()
        self.schedule(name, "Runs", "--seconds 0", minutes=30)
        self.start(name)
        workflow = self.begun(self.coordinator(name))[0]
        self.one_live(name)
        wrappers = processes(lambda arguments: any("ssh-wrapper.sh" in one and workflow in one for one in arguments))
        self.assertTrue(wrappers)
        for pid in wrappers + self.guards_of_runs(name):
            os.kill(pid, signal.SIGKILL)
        told = self.over(workflow)
        flink = next(one for one in told["actions"] if one["name"] == "flink")
        self.assertEqual("OK", flink["status"], "the trap is not there any more: nothing is tested here")
        self.assertEqual("KILLED", told["status"], told)
        self.assertIn("untold", [one["name"] for one in told["actions"]])
        wait_until("its application ends", lambda: not self.live_of(name), 90)


class ScheduledByShell(Scheduled):
    """A launcher on YARN: with YARN's default executor it is the NodeManager's account, and so the component is that one's."""

    user = "flink-cluster"
    action = "shell"

    def test_oozie_shell_success(self):
        self.succeeds()

    def test_oozie_shell_failure(self):
        self.fails()

    def test_oozie_shell_kill(self):
        self.killed_in_oozie()

    def test_oozie_shell_launcher_tried_again(self):
        """YARN tries a launcher again whose process has died: the same run goes on, with the same application."""
        name = self.application()
        self.schedule(name, "Runs", "--seconds 60", minutes=30)
        self.start(name)
        workflow = self.begun(self.coordinator(name))[0]
        application = self.one_live(name)
        first = wait_until("the run has a guard", lambda: self.guards_of_runs(name))
        launchers = processes(
            lambda arguments: "org.apache.oozie.action.hadoop.LauncherAM" in arguments and arguments[0].endswith("java")
        )
        # There may be another test's, too: this run's is the one that its guard descends from.
        own = [pid for pid in ancestors_of(first[0]) if pid in launchers]
        self.assertEqual(1, len(own), "the guard is of no launcher")
        os.kill(own[0], signal.SIGKILL)
        again = wait_until(
            "another guard has taken over",
            lambda: [pid for pid in self.guards_of_runs(name) if pid not in first],
            120,
        )
        self.assertTrue(again)
        told = self.over(workflow, 240)
        self.assertEqual("SUCCEEDED", told["status"], told)
        self.assertEqual([application], [one["id"] for one in self.all_of(name)])


class OozieAway(Scheduled):
    """Disturbs: Oozie itself is ended, or hangs."""

    disturbs = True
    user = "pnda-edge"
    action = "ssh"

    def test_oozie_away_at_start_and_stop(self):
        """Neither verb decides anything without Oozie: the Deployment Manager waits it out, and what lives ends at once."""
        name = self.application()
        self.schedule(name, "Runs", "--seconds 0", minutes=30)
        path = f"/applications/{name}"
        self.cluster.kill("oozie")
        try:
            self.manager.expect(202, "POST", path + "/start", {})
            log = self.environment.manager_directory / "manager.log"
            wait_until("the start waits for Oozie", lambda: f"start demo/{name}/job" in log.read_text())
            self.assertNotEqual("RUNNING", self.component(name, "job")["desired"], "recorded without Oozie")
        finally:
            self.cluster.start("oozie")
        self.assertEqual("STARTED", self.manager.settled(path)["status"])
        coordinator = self.coordinator(name)
        self.begun(coordinator)
        self.one_live(name)
        self.cluster.kill("oozie")
        try:
            # What was seen a moment before may be told once more.
            wait_until("status says that Oozie is away", lambda: "problem" in self.component(name, "job")["schedule"])
            entry = self.component(name, "job")
            self.assertIn(entry["state"], ("STARTING", "RUNNING"), entry)
            self.manager.expect(202, "POST", path + "/stop", {})
            wait_until("its application ends", lambda: not self.live_of(name), 90)
            self.assertEqual("STOPPING", self.manager.get(path + "/status").json["status"])
        finally:
            self.cluster.start("oozie")
        self.assertEqual("CREATED", self.manager.settled(path)["status"])
        self.assertEqual("KILLED", self.oozie.get(f"job/{coordinator}?show=info&len=1")["status"])
