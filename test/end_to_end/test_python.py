"""Components in Python. The jobs check themselves: a lost or repeated word fails them, and so does application.properties
that is not there in a task.

SPDX-License-Identifier: Apache-2.0
"""

from environment import wait_until
from scenario import PYTHON, Scenario


class Python(Scenario):
    options = ("--python",)

    def test_python_streaming_and_batch(self):
        name = self.application()
        self.create(name, PYTHON, {"stream": {"application_args": "--rate 20"}})
        self.assertEqual("", self.start(name, seconds=400))
        self.await_state(name, "batch", "COMPLETED", 240)
        of_batch = self.cluster.applications(self.tag(name, "batch"))
        self.assertEqual([("FINISHED", "SUCCEEDED")], [(one["state"], one["finalStatus"]) for one in of_batch])
        first = self.await_state(name, "stream", "RUNNING")
        point = self.manager.trigger_savepoint(name, component="stream")
        self.assertEqual("COMPLETED", point["state"], point)
        self.stop(name)
        self.assertEqual(1, len(self.cluster.applications(self.tag(name, "batch"))), "the batch job ran again")
        listed = self.manager.savepoints(name, component="stream", kind="savepoint")["savepoints"]
        self.assertEqual(["stop", "trigger"], [one["operation"] for one in listed])
        self.start(name, seconds=400)
        second = self.await_state(name, "stream", "RUNNING")
        self.assertNotEqual(first["application_id"], second["application_id"])
        told = self.cluster.flink(second["application_id"], f"/jobs/{second['job_id']}/checkpoints")
        self.assertEqual(listed[0]["path"], told["latest"]["restored"]["external_path"].replace(
            self.environment["namenode_rpc"], "hdfs://"))
        # A start is asked of every component, and a batch job that has completed then runs once more.
        self.await_state(name, "batch", "COMPLETED", 240)
        self.assertEqual(2, len(self.cluster.applications(self.tag(name, "batch"))))
    test_python_streaming_and_batch.seconds = 180

    def test_python_batch_attached(self):
        name = self.application()
        attached = {"flink_submission": "attached"}
        # The package's other component would only be in the way.
        self.create(name, PYTHON, {"batch": attached, "stream": {"application_args": "--rate 20 --limit 20"}})
        self.start(name, seconds=400)
        self.await_state(name, "batch", "COMPLETED", 240)
        wait_until("the guard ends", lambda: not self.guards(name, "batch"), 60)
        known = self.cluster.applications(self.tag(name, "batch"))
        self.assertEqual([("FINISHED", "SUCCEEDED")], [(one["state"], one["finalStatus"]) for one in known])
        self.assertEqual(1, len(self.component(name, "batch")["incarnations"]))
    test_python_batch_attached.seconds = 120
