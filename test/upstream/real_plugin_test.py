"""The adapter with the real flink.so: what its property check says without asking anybody, and that nobody waits for services
that are silent longer than was said.

SPDX-License-Identifier: Apache-2.0
"""
import json
import os
import select
import subprocess
import sys
import time
from unittest import mock

from support import HERE, INSTALLED, ROOT, AdapterTest, main
from small_host import Refused, SmallHost, component

from exceptiondef import FailedValidation
from plugins import flink


class RealPluginTest(AdapterTest):
    def setUp(self):
        super().setUp()
        for name in ("flink/bin", "flink/lib", "opt"):
            (self.place / name).mkdir(parents=True)
        for name in ("flink/bin/flink", "flink/lib/flink-dist-1.20.5.jar", "flink-guard"):
            (self.place / name).write_text("#!/bin/false\n")
            (self.place / name).chmod(0o755)
        port = self.silent.getsockname()[1]
        self.environment = self.environment_with(
            os.environ["DM_FLINK_SO"], supervisor_url="http://127.0.0.1:%d/RPC2" % port, install_root=str(self.place / "opt"),
            guard=str(self.place / "flink-guard"), node="edge")
        self.environment["flink"] = str(self.place / "flink" / "bin" / "flink")
        self.host = SmallHost(INSTALLED, self.environment, self.place / "stage")
        self.addCleanup(lambda: [one._session.end(10) for one in self.host.creators.values()])

    def nobody_was_asked(self):
        return select.select([self.silent], [], [], 0)[0] == []

    def test_a_package_with_every_problem(self):
        properties = {"main_jar": "other.jar", "flink_parallelism": 0, "respawn_type": "sometimes"}
        with self.assertRaises(FailedValidation) as caught:
            self.host.deploy({"main": component("main", properties, files=["a.jar"])})
        text = " ".join(caught.exception.msg["flink"]["main"])
        for word in ("main_jar: found other.jar", "flink_parallelism: found 0", "respawn_type: found sometimes"):
            self.assertIn(word, text)
        self.assertNotIn("component_", text)
        self.assertTrue(self.nobody_was_asked())

    def test_the_property_check_is_fast_and_says_everything(self):
        one = {"main": component("main", {"main_jar": "a.jar", "main_class": "A"}, files=["a.jar"])}
        check = self.host.creator().assert_application_properties
        defaults = {"main": one["main"]["component_detail"]["properties.json"]}
        check({}, defaults)  # loads the library
        began = time.monotonic()
        for _ in range(100):
            check({"main": {"application_args": "--from ${hdfspath_data} --of $component_application"}}, defaults)
        self.assertLess((time.monotonic() - began) / 100, 0.5)
        with self.assertRaises(FailedValidation) as caught:
            check({"main": {"flink_slots": "many", "flink_queue": "-"}}, defaults)
        for word in ("main: flink_slots: found many", "main: flink_queue: found -"):
            self.assertIn(word, str(caught.exception))
        self.assertTrue(self.nobody_was_asked())

    def an_application(self):
        data = json.loads((ROOT / "abi" / "samples" / "create_reply.json").read_text(encoding="utf-8"))["data"]
        self.environment["namespace"] = data["namespace"]
        element = {"plugin_data": data, "namespace": data["namespace"], "application": data["application"],
                   "component_name": data["component"], "component_job_name": data["job_name"], "descriptors": {},
                   "application_hdfs_root": "/pnda/system/deployment-manager/applications/pnda/clicks"}
        self.host.applications["app"] = json.dumps([element])
        self.host.status["app"] = "STARTED"

    def test_services_that_are_silent(self):
        self.an_application()
        began = time.monotonic()
        with mock.patch.object(flink, "DETAIL_SECONDS", 1), self.assertRaises(Refused) as caught:
            self.host.detail("app")
        self.assertFalse(self.nobody_was_asked())
        self.assertLess(time.monotonic() - began, 25, "the session's own limit is thirty seconds")
        self.assertEqual(503, caught.exception.code)
        self.assertIn("it cannot be told what runs", caught.exception.text)

    def test_the_process_ends_while_a_thread_waits_inside(self):
        """The thread is a daemon, as the Deployment Manager's are, and would wait ten minutes."""
        self.an_application()
        (self.place / "environment.json").write_text(json.dumps(self.environment))
        (self.place / "data.json").write_text(self.host.applications["app"])
        words = [str(INSTALLED), str(self.place / "environment.json"), "stop", "app", str(self.place / "data.json")]
        text = ("import logging, sys, threading, time; sys.path.insert(0, %r); import small_host; logging.basicConfig(level=20)\n"
                "threading.Thread(target=small_host.main, args=%r, daemon=True).start(); time.sleep(1)" % (str(HERE), tuple(words)))
        began = time.monotonic()
        done = subprocess.run([sys.executable, "-c", text], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
        self.assertEqual(0, done.returncode, done.stdout)
        self.assertLess(time.monotonic() - began, 100, "a stop's own limit is ten minutes")


if __name__ == "__main__":
    main()
