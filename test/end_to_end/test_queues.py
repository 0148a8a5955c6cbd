"""A queue policy on the platform's queues: accounts of several groups, its words where it says no, its silence.

SPDX-License-Identifier: Apache-2.0
"""

import os
import shutil

from cluster import Cluster
from environment import wait_until
from manager import Manager
from own_scenario import RUNS, OwnScenario
from scenario import FAULTS

DEV = "root.applications.dev"
PROD = "root.applications.prod"
RULES = f"""
pnda: root.default
:pnda-prod {PROD}
:pnda-prod {DEV}
:pnda-dev {DEV}
"""


class Queues(OwnScenario):
    options = ("--queues",)

    def setUp(self):
        super().setUp()
        self.managers = {}

    def policy(self, name):
        """A Deployment Manager that asks a policy, a map that the product's own program reads."""
        self.own_manager(name)
        # Every account must get to it, wherever this build lies.
        program = shutil.copy(self.environment.build / "bin" / "flink-queue-policy", self.own.directory)
        self.program = f"#!{program} --map\n"
        self.policy_file = self.own.directory / "queue-map"
        self.write_policy(self.program + RULES)
        self.own.configuration["environment"]["queue_policy"] = str(self.policy_file)
        self.own.start()
        self.deploy(FAULTS)

    def write_policy(self, text):
        new = self.policy_file.with_suffix(".new")
        new.write_text(text)
        new.chmod(0o755)
        os.replace(new, self.policy_file)

    def of(self, user):
        return self.managers.setdefault(user, Manager(self.own.client.url, user))

    def yarn(self, user):
        """As YARN shows it to that user: access lists hide the applications of others."""
        cluster = Cluster(self.environment)
        cluster.user = user
        return cluster

    def runs(self, user, suffix, queue=None):
        """An application of that user's; its name."""
        name = self.id().split(".")[-1].removeprefix("test_").replace("_", "-") + suffix
        self.addCleanup(self.remove_of, user, name)
        job = dict(RUNS["job"], **({"flink_queue": queue} if queue else {}))
        after = self.of(user).create(name, FAULTS, {"job": job}, user=user)
        self.assertEqual("CREATED", after["status"], after)
        return name

    def remove_of(self, user, name):
        for log in sorted(self.own.install_directory(name, "").glob("*/logs/guard.log")):
            self.logs.append((str(log), log.read_text(errors="replace").splitlines()[-40:]))
        self.remove_from(self.of(user), name)

    def seen(self, user, name):
        return self.of(user).component(name, "job")

    def await_job(self, user, name, states, words="", seconds=180):
        def look():
            entry = self.seen(user, name)
            self.assertIn(entry["state"], states, entry["reason"])
            self.assertIn(words, entry["reason"])
            return entry

        return wait_until(f"{name} is one of {states}", look, seconds)

    def applications(self, user, entry):
        return self.yarn(user).applications("dm-component-" + entry["id"])

    def test_each_account_runs_in_its_queue(self):
        self.policy("queues-each")
        rows = [
            ("pnda", "-platform", None, "root.default"),
            ("pnda-developer", "-dev", None, DEV),
            ("pnda-producer", "-prod", None, PROD),
            ("pnda-producer", "-asks", DEV, DEV),
        ]
        names = [(user, self.runs(user, suffix, asked), asked, queue) for user, suffix, asked, queue in rows]
        for user, name, *_ in names:
            after = self.of(user).start(name)
            self.assertEqual("STARTED", after["status"], after)
        for user, name, asked, queue in names:
            entry = self.await_job(user, name, ["RUNNING"])
            (application,) = self.applications(user, entry)
            self.assertEqual(user, application["user"])
            self.assertEqual(queue.split(".")[-1], application["queue"].split(".")[-1])
            self.assertEqual(application["queue"], entry["queue"])
            said = entry["incarnations"][0]["queue_policy"]
            self.assertEqual(("queue", queue, asked), (said["answer"], said["queue"], said.get("requested")), said)
            log = (self.own.install_directory(name, "job") / "logs" / "guard.log").read_text()
            self.assertIn(f"the queue policy answered {queue}", log)

    def test_a_queue_that_is_not_allowed_is_refused_in_the_policys_words(self):
        self.policy("queues-refused")
        rows = [("pnda-developer", "-dev", PROD, DEV), ("pnda", "-platform", PROD, "root.default")]
        for user, suffix, asked, allowed in rows:
            name = self.runs(user, suffix, asked)
            after = self.of(user).start(name, 120)
            self.assertEqual("CREATED", after["status"], after)
            for words in (f"does not let {user} ", f"use the queue {asked}", f"it may use {allowed}"):
                self.assertIn(words, after["information"])
            entry = self.seen(user, name)
            self.assertEqual("FAILED", entry["state"], entry)
            self.assertIn("it may use " + allowed, entry["reason"])
            self.assertEqual("queue_policy_refused", entry["incarnations"][0]["class"])
            self.assertEqual("not_allowed", entry["incarnations"][0]["queue_policy"]["answer"])
            self.assertEqual([], self.applications(user, entry), "something was submitted all the same")
        # Nobody's account, nobody's queue: the node's default is YARN's, whose access list has the last word.
        name = self.runs("pnda-other", "-nobody")
        self.of("pnda-other").expect(202, "POST", f"/applications/{name}/start", {"wait": False})
        entry = self.await_job("pnda-other", name, ["BACKOFF"], "pnda-other")
        self.assertEqual("queue_refused", entry["incarnations"][-1]["class"], entry)
        said = entry["incarnations"][-1]["queue_policy"]
        self.assertEqual(("no_rule", None), (said["answer"], said.get("queue")), said)
        self.assertIn("fits pnda-other", said["text"])

    def test_a_running_job_survives_a_policy_that_fails(self):
        self.policy("queues-fails")
        user = "pnda-producer"
        name = self.runs(user, "")
        self.assertEqual("STARTED", self.of(user).start(name)["status"])
        before = self.await_job(user, name, ["RUNNING"])
        self.write_policy("#!/bin/sh\nsleep 1000\n")
        self.assertEqual("RUNNING", self.seen(user, name)["state"])

        self.yarn(user).kill_application(before["application_id"])
        hung = self.await_job(user, name, ["BACKOFF"], "the queue policy has not answered")
        self.assertEqual("node_trouble", hung["incarnations"][0]["class"])
        self.assertEqual("not_told", hung["incarnations"][0]["queue_policy"]["answer"])
        for script in ("echo root.a; echo root.b", "head -c 10000000 /dev/zero", "kill -9 $$"):
            self.write_policy(f"#!/bin/sh\n{script}\n")
            epoch = self.seen(user, name)["incarnations"][0]["epoch"]
            wait_until(
                f"the policy was asked again: {script}",
                lambda: self.seen(user, name)["incarnations"][0]["epoch"] > epoch,
                330,
                1,
            )
            self.await_job(user, name, ["BACKOFF"], "the queue policy has not answered")
        self.assertEqual(1, len(self.applications(user, hung)), "something was submitted all the same")

        self.write_policy(self.program + RULES)
        after = self.await_job(user, name, ["RUNNING"], seconds=400)
        self.assertNotEqual(before["application_id"], after["application_id"])
        self.assertEqual([after["application_id"]], self.yarn(user).live("dm-component-" + after["id"]))
        self.assertEqual(2, len(self.applications(user, after)), "it was submitted more than once")
