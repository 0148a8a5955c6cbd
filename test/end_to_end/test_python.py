"""Components in Python. The jobs check themselves: a lost or repeated word fails them, and so does application.properties
that is not there in a task.

SPDX-License-Identifier: Apache-2.0
"""

from environment import wait_until
from scenario import PYTHON, Scenario


class Python(Scenario):
    options = ("--python",)

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
