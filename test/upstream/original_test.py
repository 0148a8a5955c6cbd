"""Elements that the original plugin wrote, against a ResourceManager and a systemctl that are none.

SPDX-License-Identifier: Apache-2.0
"""
import json
import os
from unittest import mock

from support import INSTALLED, AdapterTest, Service, main
from small_host import Refused, SmallHost, component

from plugins import flink_original
from plugins.flink import FailedDestruction, FailedStart, FailedStop

SYSTEMCTL = r"""#!/bin/sh
# What it knows is in files; what it was asked is in calls.
echo "$*" >> @PLACE@/calls
case $1 in
  show) [ -e @PLACE@/broken ] && { cat @PLACE@/broken; exit 1; }
        [ -e @PLACE@/unit ] && exec cat @PLACE@/unit
        printf 'LoadState=not-found\nActiveState=inactive\nWorkingDirectory=\n' ;;
  stop) [ -e @PLACE@/stubborn ] || sed -i s/ActiveState=active/ActiveState=inactive/ @PLACE@/unit ;;
esac
"""


class OriginalTest(AdapterTest):
    def setUp(self):
        super().setUp()
        self.apps = {}
        self.obeys = True
        self.yarn = Service({"/ws/v1/cluster/info": {"clusterInfo": {"haState": "ACTIVE"}},
                             "/ws/v1/cluster/apps": lambda path, body: {"apps": self.listed()}})
        self.addCleanup(self.yarn.server_close)
        self.addCleanup(self.yarn.shutdown)
        self.environment["yarn_resource_manager_port"] = self.yarn.port
        patched = mock.patch.object(flink_original, "SETTLE_SECONDS", 0)
        patched.start()
        self.addCleanup(patched.stop)
        systemctl = self.place / "systemctl"
        systemctl.write_text(SYSTEMCTL.replace("@PLACE@", str(self.place)))
        systemctl.chmod(0o755)
        self.units, self.root = self.place / "units", self.place / "opt"
        self.units.mkdir()
        self.folder = self.root / "demo" / "app" / "main"
        self.folder.mkdir(parents=True)
        (self.folder / "flink-stop.py").write_text("")
        self.environment["flink_plugin"]["original"] = {"systemctl": [str(systemctl)], "unit_folder": str(self.units),
                                                        "install_root": str(self.root)}
        self.unit(self.folder)
        self.host = SmallHost(INSTALLED, self.environment, self.place / "stage")
        self.addCleanup(lambda: [one._session.end(10) for one in self.host.creators.values()])
        self.element = {"ssh": ["sudo rm -rf /\n"], "start_cmds": ["false"], "stop_cmds": ["false"], "component_name": "main",
                        "component_job_name": "app-main-job", "descriptors": {},
                        "application_hdfs_root": "/pnda/system/deployment-manager/applications/pnda/app"}
        self.host.applications["app"] = json.dumps([self.element])
        self.host.status["app"] = "STARTED"

    def listed(self):
        return {"app": list(self.apps.values())} if self.apps else None

    def unit(self, directory, active="active"):
        (self.place / "unit").write_text("LoadState=loaded\nActiveState=%s\nWorkingDirectory=%s/\n" % (active, directory))
        (self.units / "demo-app-main.service").write_text("")

    def application(self, number, state="RUNNING", **more):
        name = "application_1_%04d" % number
        self.apps[name] = dict({"id": name, "name": "app-main-job", "user": "pnda", "state": state, "finalStatus": "UNDEFINED",
                                "startedTime": number, "applicationTags": "", "trackingUrl": "http://rm/proxy/%s/" % name,
                                "diagnostics": ""}, **more)

        def kill(path, body):
            if self.obeys:
                self.apps[name]["state"] = self.apps[name]["finalStatus"] = "KILLED"
            return {"state": "KILLED"}

        self.yarn.answers["/ws/v1/cluster/apps/%s/state" % name] = kill
        return name

    def killed(self):
        return [path.split("/")[5] for method, path, _ in self.yarn.asked if method == "PUT"]

    def systemctl(self):
        file = self.place / "calls"
        return [line.split()[0] for line in file.read_text().splitlines()] if file.exists() else []

    def detail(self):
        return self.host.detail("app")["yarn_applications"]


class ShownTest(OriginalTest):
    def test_the_newest_live_one_of_its_name_and_user_once(self):
        self.application(1)
        self.application(2, "FINISHED")
        self.application(3, user="other")
        self.application(4, name="app-main-job-2")
        self.application(5, applicationTags="dm-flink,dm-component-1")
        self.assertEqual({"flink-main": {"component": "main", "type": "flink", "yarn-id": "application_1_0001",
                                         "yarn-start-time": 1, "yarn-state": "RUNNING"}}, self.detail())

    def test_none(self):
        self.assertEqual({}, self.detail())

    def test_a_list_that_cannot_be_read_is_an_error(self):
        for answer in ({}, {"apps": {"app": [{"name": "app-main-job"}]}}, {"apps": {"app": ["x"]}}):
            self.yarn.answers["/ws/v1/cluster/apps"] = answer
            with self.assertRaises(Refused) as caught:
                self.detail()
            self.assertEqual(503, caught.exception.code)

    def test_silence_is_an_error(self):
        for answer in (500, {"clusterInfo": {"haState": "STANDBY"}}, []):
            self.yarn.answers["/ws/v1/cluster/info"] = answer
            with self.assertRaises(Refused) as caught:
                self.detail()
            self.assertEqual(503, caught.exception.code)
            self.assertIn("no ResourceManager is active", caught.exception.text)

    def test_the_other_one_of_a_pair(self):
        name = self.application(1)
        standby = Service({"/ws/v1/cluster/info": {"clusterInfo": {"haState": "STANDBY"}}})
        self.addCleanup(standby.server_close)
        self.addCleanup(standby.shutdown)
        self.environment.update(yarn_resource_manager_port=standby.port, yarn_resource_manager_host_backup="127.0.0.1",
                                yarn_resource_manager_port_backup=self.yarn.port)
        self.assertEqual(name, self.detail()["flink-main"]["yarn-id"])

    def test_an_element_without_its_names(self):
        for damage in ({"component_name": "../x"}, {"application_hdfs_root": "x"}, {"component_job_name": ""}):
            self.host.applications["app"] = json.dumps([dict(self.element, **damage)])
            with self.assertRaises(Refused) as caught:
                self.detail()
            self.assertEqual(503, caught.exception.code)
            with self.assertRaises(FailedDestruction):
                self.host.destroy("app")
        self.assertEqual([], self.systemctl())


class StoppedTest(OriginalTest):
    def test_the_unit_first_then_what_yarn_runs(self):
        live = [self.application(1), self.application(2, "ACCEPTED")]
        self.application(3, "FINISHED")
        self.application(4, user="other")
        self.application(5, applicationTags="dm-flink")
        self.host.stop("app")
        self.assertEqual(["show", "show", "stop", "show"], self.systemctl())
        self.assertEqual(sorted(live), sorted(self.killed()))

    def test_a_repeated_stop_does_nothing(self):
        self.application(1, "KILLED")
        self.unit(self.folder, "inactive")
        self.host.stop("app")
        self.assertEqual([], self.killed())

    def test_what_a_client_sent_with_its_last_breath_is_ended_too(self):
        looks = []

        def answer(path, body):
            looks.append(path)
            if len(looks) == 2:
                self.application(1, "NEW")
            return {"apps": self.listed()}

        self.yarn.answers["/ws/v1/cluster/apps"] = answer
        self.host.stop("app")
        self.assertEqual(["application_1_0001"], self.killed())

    def test_yarn_that_is_silent_is_no_stop(self):
        self.yarn.answers["/ws/v1/cluster/info"] = 500
        with self.assertRaisesRegex(FailedStop, "^main: no ResourceManager is active"):
            self.host.stop("app")

    def test_a_unit_that_stays_is_no_stop(self):
        (self.place / "stubborn").write_text("")
        self.application(1)
        with self.assertRaisesRegex(FailedStop, "demo-app-main.service is active after systemctl stop"):
            self.host.stop("app")
        self.assertEqual([], self.killed(), "it would submit again")

    def test_an_application_that_stays_is_no_stop(self):
        self.application(1)
        self.obeys = False
        with mock.patch.object(flink_original, "KILL_SECONDS", 0.1):
            with self.assertRaisesRegex(FailedStop, "YARN has not ended application_1_0001"):
                self.host.stop("app")

    def test_systemd_that_does_not_say_is_no_stop(self):
        (self.place / "broken").write_text("no bus")
        with self.assertRaisesRegex(FailedStop, "systemctl show demo-app-main.service ends with 1: no bus"):
            self.host.stop("app")

    def test_a_unit_that_has_come_to_be_anothers_is_left_alone_with_what_runs_under_its_name(self):
        self.unit(self.root / "demo" / "app-main" / "x")
        self.application(1)
        self.host.stop("app")
        self.assertEqual(["show"], self.systemctl())
        self.assertEqual([], self.killed())

    def test_no_command_of_the_element_is_run_and_it_is_not_started(self):
        with self.assertRaisesRegex(FailedStart, "destroy application app and create it again"):
            self.host.start("app")
        self.assertEqual([], self.systemctl())


class DestroyedTest(OriginalTest):
    def test_nothing_is_left_and_the_next_create_is_ours(self):
        self.application(1)
        self.host.destroy("app")
        self.assertEqual(["application_1_0001"], self.killed())
        self.assertFalse(self.folder.exists())
        self.assertTrue(self.folder.parent.exists(), "the Deployment Manager removes it")
        self.assertEqual([], os.listdir(str(self.units)))
        self.assertEqual("daemon-reload", self.systemctl()[-1])
        self.assertIn("plugin_data", self.host.create("app", {"main": component("main")})[0])
        self.host.start("app")
        self.assertEqual("application_1_0001", self.detail()["flink-main"]["yarn-id"], "the fake plugin's, from status")

    def test_it_may_be_repeated(self):
        for _ in range(2):
            self.host.applications["app"] = json.dumps([self.element])
            self.host.destroy("app")
            (self.place / "unit").unlink() if (self.place / "unit").exists() else None

    def test_a_live_job_keeps_everything(self):
        self.yarn.answers["/ws/v1/cluster/info"] = 500
        with self.assertRaises(FailedDestruction):
            self.host.destroy("app")
        self.assertTrue(self.folder.exists())
        self.assertEqual(1, len(os.listdir(str(self.units))))

    def test_a_link_is_removed_and_not_followed(self):
        victim = self.place / "victim"
        victim.mkdir()
        (victim / "file").write_text("")
        (self.folder / "flink-stop.py").unlink()
        self.folder.rmdir()
        self.folder.symlink_to(victim)
        self.host.destroy("app")
        self.assertTrue((victim / "file").exists())
        self.assertFalse(self.folder.is_symlink())

    def test_own_and_original_side_by_side(self):
        own = self.host.create("both", {"other": component("other")})
        self.host.applications["app"] = json.dumps([self.element] + own)
        self.application(1)
        self.host.destroy("app")
        self.assertEqual(["application_1_0001"], self.killed())
        self.assertEqual(["create both other app-1.0.0", "destroy both other"], self.effects())


if __name__ == "__main__":
    main()
