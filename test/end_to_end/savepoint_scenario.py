"""What tests of savepoints share: the example counter, whose count proves what it was restored from.

SPDX-License-Identifier: Apache-2.0
"""

import urllib.parse

from environment import wait_until
from manager import request
from scenario import COUNTER, Scenario

FAST = "--rate 50 --checkpoint-interval 1000"
NEVER_CHECKPOINTS = "--rate 50 --checkpoint-interval 0"


class SavepointScenario(Scenario):
    def stream(self, application, arguments=FAST, package=COUNTER, **more):
        """An application of the counter whose batch component has little to do."""
        components = {"stream": {"application_args": arguments, **more}, "batch": {"application_args": "--numbers 10"}}
        self.create(application, package, components)

    def running(self, application, **more):
        return self.await_state(application, "stream", "RUNNING", **more)

    def checkpoints(self, entry):
        return self.cluster.flink(entry["application_id"], f"/jobs/{entry['job_id']}/checkpoints")

    def restored(self, entry):
        """HDFS path that the job was restored from; None: it began without state."""
        point = self.checkpoints(entry)["latest"]["restored"]
        return point and urllib.parse.urlparse(point["external_path"]).path

    def await_checkpoint(self, entry):
        """Until the job has completed a checkpoint of its own."""
        wait_until("a checkpoint completes", lambda: self.checkpoints(entry)["counts"]["completed"] > 0, 60)

    def savepoints(self, application, **query):
        return self.manager.savepoints(application, component="stream", **query)["savepoints"]

    def of_kind(self, application, kind="savepoint"):
        return [one for one in self.savepoints(application) if one["kind"] == kind]

    def trigger(self, application):
        point = self.manager.trigger_savepoint(application, component="stream")
        self.assertEqual("COMPLETED", point["state"], point)
        return point

    def completed(self, application, operation):
        point = self.manager.savepoint_settled(application, operation, "stream")
        self.assertEqual("COMPLETED", point["state"], point)
        return point

    def path(self, point):
        return urllib.parse.urlparse(point["path"]).path

    def directory(self, application):
        return f"{self.environment['state_root']}/{self.environment['namespace']}/{application}/stream"

    def directories(self, application):
        """Target directories of operations; the ledger's documents have a dot in their names."""
        names = self.cluster.list_directory(self.directory(application) + "/savepoints")
        return sorted(name for name in names if "." not in name)

    def hdfs(self, method, path, operation, body=None, user=None, **query):
        values = {"op": operation, "user.name": user or self.cluster.user, **query}
        url = f"{self.cluster.webhdfs}/webhdfs/v1{urllib.parse.quote(path)}?{urllib.parse.urlencode(values)}"
        answer = request(method, url, body)
        self.assertIn(answer.code, (200, 201), f"{operation} {path}: {answer}")
        return answer
