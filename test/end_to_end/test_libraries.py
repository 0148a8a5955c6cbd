"""Flink's libraries on HDFS: uploaded by the first submission alone, and anew where somebody has damaged them.

The cluster's own configuration names libraries; the Deployment Manager of these tests gives its components one that
names none, as Flink comes out of the box.

SPDX-License-Identifier: Apache-2.0
"""

import json
import re
import subprocess
import urllib.parse
import urllib.request
from pathlib import Path

from manager import DIRECT, request
from own_scenario import OwnScenario
from scenario import FAULTS


SUPERUSER = "flink-cluster"  # of the cluster's HDFS


class Libraries(OwnScenario):
    def prepared(self, namespace):
        own = self.own_manager(namespace)
        settings = own.configuration["plugin_settings"]["flink"]
        environment = settings["flink_environment"]
        conf = own.directory / "conf"
        conf.mkdir()
        for file in Path(environment["FLINK_CONF_DIR"]).iterdir():
            text = file.read_text()
            # One key, or a nested one, whichever form the version's file has.
            (conf / file.name).write_text(re.sub(r"(?m)^yarn\.provided\.lib\.dirs:.*$", "", text))
        environment["FLINK_CONF_DIR"] = str(conf)
        self.root = f"/libraries-of-{namespace}"
        settings["flink_libraries_root"] = self.root
        self.hdfs("PUT", self.root, "MKDIRS", user=SUPERUSER, permission="755")
        self.hdfs("PUT", self.root, "SETOWNER", user=SUPERUSER, owner=self.cluster.user)
        self.addCleanup(self.hdfs, "DELETE", self.root, "DELETE", user=SUPERUSER, recursive="true")
        own.start()
        self.deploy(FAULTS)

    def hdfs(self, method, path, operation, user=None, **more):
        query = urllib.parse.urlencode({"op": operation, "user.name": user or self.cluster.user, **more})
        answer = request(method, f"{self.cluster.webhdfs}/webhdfs/v1{urllib.parse.quote(path)}?{query}")
        self.assertIn(answer.code, (200, 201), answer)
        return answer.json

    def status_of(self, path):
        return self.hdfs("GET", path, "GETFILESTATUS")["FileStatus"]

    def cut(self, path):
        """A file that is there, with less in it."""
        query = {"op": "CREATE", "user.name": self.cluster.user, "overwrite": "true", "noredirect": "true"}
        url = f"{self.cluster.webhdfs}/webhdfs/v1{path}?{urllib.parse.urlencode(query)}"
        location = request("PUT", url).json["Location"]
        DIRECT.open(urllib.request.Request(location, data=b"cut", method="PUT"), timeout=60).close()

    def job(self, application, submission):
        component = {"main_class": "faults.Runs", "application_args": "--seconds 0", "flink_submission": submission}
        after = self.manager.create(application, FAULTS, {"job": component})
        self.assertEqual("CREATED", after["status"], after)

    def guard_lines(self, application, text):
        log = self.own.install_directory(application, "job") / "logs" / "guard.log"
        return [line for line in log.read_text(errors="replace").splitlines() if text in line]

    def staged(self, application):
        """Bytes and names of what the client itself uploaded for the live application."""
        entry = self.await_state(application, "job", "RUNNING", 300)
        directory = f"/user/{self.cluster.user}/.flink/{entry['application_id']}"
        summary = self.hdfs("GET", directory, "GETCONTENTSUMMARY")["ContentSummary"]
        return summary["length"], self.cluster.list_directory(directory)

    def libraries(self):
        return self.cluster.list_directory(self.root)

    def started(self, application, submission):
        self.job(application, submission)
        after = self.manager.start(application, 500)
        self.assertEqual("STARTED", after["status"], after)
        return self.staged(application)

    def test_uploaded_once_and_anew_when_damaged(self):
        self.prepared("libraries-once")
        major = int(self.environment["flink_version"].split(".")[0])
        ways = ["application"] * 2 if major >= 2 else ["per-job", "application"]

        # Two guards at once, with nothing there yet: as on two nodes.
        names = [self.application(suffix) for suffix in ("-a", "-b")]
        for name, way in zip(names, ways):
            self.job(name, way)
        for name in names:
            self.manager.expect(202, "POST", f"/applications/{name}/start")
        for name in names:
            length, files = self.staged(name)
            self.assertLess(length, 20_000_000, files)
            self.assertNotIn("lib", files)
        [directory] = self.libraries()
        self.assertRegex(directory, "^" + re.escape(self.environment["flink_version"]) + "-[0-9a-f]{16}$")
        uploads = [self.guard_lines(name, "uploaded by this guard") for name in names]
        self.assertEqual(1, sum(map(len, uploads)), uploads)
        at = f"{self.root}/{directory}"
        self.assertEqual("755", self.status_of(at)["permission"])
        manifest = [one for one in self.cluster.list_directory(at)]
        self.assertEqual(["lib", "manifest.json", "plugins"], sorted(manifest))
        local = Path(self.environment["flink_home"]) / "lib"
        self.assertEqual(sorted(one.name for one in local.iterdir()), sorted(self.cluster.list_directory(f"{at}/lib")))

        # The next one uploads nothing, and nothing there is written again.
        before = self.status_of(f"{at}/lib")
        third = self.application("-c")
        length, files = self.started(third, ways[0])
        self.assertLess(length, 20_000_000, files)
        self.assertEqual([], self.guard_lines(third, "uploading Flink's libraries"))
        self.assertEqual(1, len(self.guard_lines(third, f"Flink's libraries: hdfs:{at} ")))
        self.assertEqual(before, self.status_of(f"{at}/lib"))
        for name in (*names, third):
            self.assertEqual("CREATED", self.manager.stop(name)["status"])

        # One that is cut stays for who uses it; beside it they are uploaded anew, once.
        jar = next(name for name in self.cluster.list_directory(f"{at}/lib") if name.startswith("log4j-core"))
        self.cut(f"{at}/lib/{jar}")
        after = self.manager.start(third, 500)
        self.assertEqual("STARTED", after["status"], after)
        self.staged(third)
        self.assertEqual([directory, directory + "-2"], sorted(self.libraries()))
        self.assertEqual(1, len(self.guard_lines(third, "is passed over: lib/" + jar)))
        self.assertEqual("CREATED", self.manager.stop(third)["status"])
        after = self.manager.start(names[0], 500)
        self.assertEqual("STARTED", after["status"], after)
        self.staged(names[0])
        self.assertEqual([directory, directory + "-2"], sorted(self.libraries()))

    test_uploaded_once_and_anew_when_damaged.seconds = 300

    def test_where_it_cannot_be_done_the_client_uploads(self):
        self.prepared("libraries-closed")
        self.hdfs("PUT", self.root, "SETPERMISSION", permission="700")
        way = "application" if int(self.environment["flink_version"].split(".")[0]) >= 2 else "per-job"
        name = self.application()
        length, files = self.started(name, way)
        self.assertGreater(length, 100_000_000, files)
        self.assertEqual(1, len(self.guard_lines(name, "others may not pass hdfs:" + self.root)))

        # In advance, by hand; the next start has them.
        self.hdfs("PUT", self.root, "SETPERMISSION", permission="755")
        guard = self.environment.build / "bin" / "flink-guard"
        spec = self.own.install_directory(name, "job") / "guard.json"
        command = [str(guard), "libraries", "--spec", str(spec), "--json"]
        ended = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=300)
        self.assertEqual(0, ended.returncode, ended.stdout)
        told = json.loads(ended.stdout)
        self.assertTrue(told["uploaded"], told)
        self.assertEqual("CREATED", self.manager.stop(name)["status"])
        self.assertEqual("STARTED", self.manager.start(name, 500)["status"])
        length, files = self.staged(name)
        self.assertLess(length, 20_000_000, files)

    test_where_it_cannot_be_done_the_client_uploads.seconds = 200
