"""The adapter with the real flink.so: what its property check says without asking anybody, and that nobody waits for services
that are silent longer than was said.

SPDX-License-Identifier: Apache-2.0
"""
import json
import os
import select
import time

from support import INSTALLED, ROOT, AdapterTest, main
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

    def test_services_that_are_silent(self):
        data = json.loads((ROOT / "abi" / "samples" / "create_reply.json").read_text(encoding="utf-8"))["data"]
        self.environment["namespace"] = data["namespace"]
        element = {"plugin_data": data, "namespace": data["namespace"], "application": data["application"],
                   "component_name": data["component"], "component_job_name": data["job_name"], "descriptors": {},
                   "application_hdfs_root": "/pnda/system/deployment-manager/applications/pnda/clicks"}
        self.host.applications["app"] = json.dumps([element])
        self.host.status["app"] = "STARTED"
        before, flink.DETAIL_SECONDS = flink.DETAIL_SECONDS, 1
        began = time.monotonic()
        try:
            with self.assertRaises(Refused) as caught:
                self.host.detail("app")
        finally:
            flink.DETAIL_SECONDS = before
        self.assertFalse(self.nobody_was_asked())
        self.assertLess(time.monotonic() - began, 10, "the session's own limit is thirty seconds")
        self.assertEqual(503, caught.exception.code)
        self.assertIn("it cannot be told what runs", caught.exception.text)


if __name__ == "__main__":
    main()
