"""What is left over on a real cluster: told, removed exactly, and left alone while YARN is silent.

SPDX-License-Identifier: Apache-2.0
"""

import time

from environment import PACKAGES, wait_until
from own_manager import OwnManager
from scenario import COUNTER
from savepoint_scenario import SavepointScenario

DAY_MS = 86_400_000
FORGOTTEN = "application_1600000000000_0001"  # no ResourceManager of this cluster has ever known it


class Housekeeping(SavepointScenario):
    disturbs = True

    def prepared(self, namespace):
        """A Deployment Manager of an administrator, with an application that runs."""
        own = OwnManager(self.environment, namespace)
        own.configuration["access"] = {"administrators": [self.environment["application_user"]]}
        self.addCleanup(own.end)
        manager = own.start()
        manager.upload(PACKAGES / f"{COUNTER}.tar.gz")
        self.assertEqual("DEPLOYED", manager.deploy(COUNTER)["status"])
        components = {"batch": {"application_args": "--numbers 10"}}
        self.assertEqual("CREATED", manager.create("runs", COUNTER, components)["status"])
        self.addCleanup(self.destroyed, own, "runs")
        self.assertEqual("STARTED", manager.start("runs")["status"])
        wait_until("stream is RUNNING", lambda: self.stream_of(own)["state"] == "RUNNING", 120)
        return own

    def destroyed(self, own, name):
        if own.process is not None and own.client.status(name)["status"] != "NOTCREATED":
            self.remove_from(own.client, name)

    def stream_of(self, own):
        return own.client.component("runs", "stream")

    def make_old(self, path, days=10):
        when = int(time.time() * 1000) - days * DAY_MS
        self.hdfs("PUT", path, "SETTIMES", modificationtime=when, accesstime=when)

    def leftover(self, application_id):
        """A staging directory; its path."""
        path = f"/user/{self.cluster.user}/.flink/{application_id}"
        self.hdfs("PUT", f"{path}/lib", "MKDIRS")
        self.make_old(path)
        self.addCleanup(self.hdfs, "DELETE", path, "DELETE", recursive="true")
        return path

    def told(self, own, kinds="staging"):
        plugins = own.client.expect(200, "GET", "/housekeeping", query={"kinds": kinds}).json["plugins"]
        return next(one for one in plugins if one["type"] == "flink")

    def cleaned(self, own, **wish):
        ended = own.client.expect(200, "POST", "/housekeeping", wish, query={"wait": 120}).json
        self.assertEqual("SUCCEEDED", ended["status"], ended)
        return ended["information"]

    def names(self):
        return set(self.cluster.list_directory(f"/user/{self.cluster.user}/.flink"))

    def test_leftovers(self):
        own = self.prepared("housekeeping")
        alive = self.stream_of(own)["application_id"]
        if alive in self.names():
            self.make_old(f"/user/{self.cluster.user}/.flink/{alive}")
        else:
            self.leftover(alive)
        own.client.stop("runs")
        own.client.start("runs")
        wait_until("stream is RUNNING again", lambda: self.stream_of(own)["state"] == "RUNNING", 120)
        ended, alive = alive, self.stream_of(own)["application_id"]
        self.assertNotEqual(ended, alive)
        gone = self.leftover(ended)
        stays = self.leftover(alive)

        told = self.told(own)
        paths = {one["path"]: one for one in told["entries"]}
        self.assertIn(gone, paths, told)
        self.assertNotIn(stays, paths, told)
        self.assertTrue(paths[gone]["cleanable"])
        self.assertIn("ended", paths[gone]["why"])
        self.assertIn("Would remove", self.cleaned(own, entries=[paths[gone]["id"]]))
        self.assertIn(ended, self.names(), "a dry run removes nothing")
        self.assertIn("Removed 1 (staging 1)", self.cleaned(own, entries=[paths[gone]["id"]], dry_run=False))
        self.assertNotIn(ended, self.names())
        self.assertIn(alive, self.names())
        self.assertIn("gone, or never there 1", self.cleaned(own, entries=[paths[gone]["id"]], dry_run=False))
        self.assertEqual("RUNNING", self.stream_of(own)["state"])
        history = own.client.expect(200, "GET", "/operations", query={"kind": "housekeeping"}).json["operations"]
        self.assertEqual(3, len(history), history)

    test_leftovers.seconds = 150

    def test_silent_resource_manager(self):
        """Nothing that depends on its word is removed, before and just after it comes back."""
        own = self.prepared("housekeepingsilent")
        path = self.leftover(FORGOTTEN)
        self.cluster.kill("resourcemanager")
        try:
            for _ in range(2):
                told = self.told(own)
                self.assertEqual([], told["entries"], told)
                self.assertEqual({"staging"}, {one["kind"] for one in told["withheld"]})
            self.cleaned(own, all=True, kinds=["staging", "files-without-component"], dry_run=False)
            self.assertIn(FORGOTTEN, self.names())
        finally:
            self.cluster.start("resourcemanager")
        wait_until("stream is RUNNING", lambda: self.stream_of(own)["state"] == "RUNNING", 180)
        # Its list may be partial for a while: an application that is not in it may live.
        told = self.told(own)
        self.assertNotIn(path, {one["path"] for one in told["entries"]}, told)
        self.assertIn("just started", " ".join(one["because"] for one in told["withheld"]), told)
        self.cleaned(own, all=True, kinds=["staging"], dry_run=False)
        self.assertIn(FORGOTTEN, self.names())

    test_silent_resource_manager.seconds = 120

    def test_nothing_of_a_running_world_is_left_over(self):
        """The whole inspection of a component that is as it should be, with every kind asked for."""
        own = self.prepared("housekeepingwhole")
        told = self.told(own, "")
        cleanable = [one for one in told["entries"] if one["cleanable"] and "/.flink/" not in one.get("path", "")]
        self.assertEqual([], cleanable)
        kinds = {one["kind"] for one in told["entries"]}
        for kind in ("second-application", "live-without-record", "record-without-application", "record-without-files"):
            self.assertNotIn(kind, kinds, told)

    test_nothing_of_a_running_world_is_left_over.seconds = 90
