"""What the tests about Flink's libraries on HDFS share.

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


class LibraryScenario(OwnScenario):
    """root: where they lie on HDFS."""

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

    def job(self, application, submission, **more):
        component = {"main_class": "faults.Runs", "application_args": "--seconds 0", "flink_submission": submission} | more
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

    def command(self, application, name, *options):
        """flink-guard NAME for that component, as root calls it; its JSON."""
        guard = self.environment.build / "bin" / "flink-guard"
        command = [str(guard), name, "--spec", str(self.spec(application, "job")), "--json", *options]
        ended = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=300)
        self.assertEqual(0, ended.returncode, ended.stdout)
        return json.loads(ended.stdout)
