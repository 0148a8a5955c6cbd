"""Services that are down: nothing is called failed, nothing is submitted twice, all is confirmed afterwards.

SPDX-License-Identifier: Apache-2.0
"""

import time

from environment import wait_until
from manager import request
from scenario import Scenario


class Outages(Scenario):
    disturbs = True

    def test_resource_manager(self):
        """Killed while a job runs; another job is started meanwhile; then YARN recovers."""
        name = self.application()
        late = self.application("-late")
        self.job(name, "Runs", "--seconds 0")
        self.job(late, "Runs", "--seconds 0")
        self.start(name)
        before = self.await_state(name, "job", "RUNNING")
        tag, tag_of_late = self.tag(name, "job"), self.tag(late, "job")
        self.cluster.kill("resourcemanager")
        try:
            self.manager.expect(202, "POST", f"/applications/{late}/start")
            # What was asked for a moment ago may be told once more.
            wait_until("the outage is noticed", lambda: self.component(name, "job")["confidence"] != "confirmed", 15)
            end = time.monotonic() + 10
            while time.monotonic() < end:
                entry = self.component(name, "job")
                self.assertNotEqual("confirmed", entry["confidence"], entry)
                self.assertIn(entry["state"], ("RUNNING", "UNKNOWN"), entry["reason"])
                self.assertNotEqual("FAILED", self.component(late, "job")["state"])
                time.sleep(1)
        finally:
            self.cluster.start("resourcemanager")
        after = self.await_state(name, "job", "RUNNING", 120)
        self.assertEqual(before["application_id"], after["application_id"])
        self.assertEqual([before["application_id"]], [one["id"] for one in self.cluster.applications(tag)])
        settled = self.manager.settled(f"/applications/{late}", 400)
        self.assertEqual("STARTED", settled["status"], settled)
        entry = self.await_state(late, "job", "RUNNING", 180)
        self.assertEqual([entry["application_id"]], [one["id"] for one in self.cluster.applications(tag_of_late)])

    def test_name_node(self):
        """A start that cannot be recorded is refused and says who did not answer."""
        name = self.application()
        self.job(name, "Runs", "--seconds 0")
        self.cluster.kill("namenode")
        try:
            after = self.manager.start(name, 400)
            self.assertEqual("CREATED", after["status"], after)
            self.assertIn(self.environment["webhdfs"].removeprefix("http://"), after["information"])
            entry = self.component(name, "job")
            self.assertNotEqual("FAILED", entry["state"])
        finally:
            self.cluster.start("namenode")
        wait_until("HDFS can be written", self.writable, 120)
        self.start(name)
        entry = self.await_state(name, "job", "RUNNING")
        self.assertEqual([entry["application_id"]], [one["id"] for one in self.cluster.applications(self.tag(name, "job"))])

    def writable(self):
        """The NameNode has left its safe mode."""
        url = f"{self.environment['webhdfs']}/webhdfs/v1/tmp?op=MKDIRS&user.name={self.cluster.user}"
        return request("PUT", url).code == 200

    def test_supervisord(self):
        """A start is remembered and carried out later; a creation says what it waits for, and then ends."""
        name = self.application()
        other = self.application("-other")
        self.job(name, "Runs", "--seconds 0")
        self.cluster.kill("supervisord")
        try:
            address = self.environment["supervisor"].removeprefix("http://").split("/")[0]
            after = self.manager.start(name, 400)
            self.assertEqual("STARTED", after["status"], after)
            self.assertIn(address, after["information"])
            self.assertNotIn(self.component(name, "job")["state"], ("FAILED", "RUNNING"))
            self.manager.expect(202, "PUT", f"/applications/{other}", {"package": "faults-1.0.0"})

            def waits():
                seen = self.manager.status(other)
                self.assertEqual("CREATING", seen["status"], seen)
                self.assertIn(address, str(seen.get("progress")))
                return seen

            wait_until("the creation says what it waits for", waits, 60)
            self.assertFalse(self.cluster.program_file(other, "job").exists())
        finally:
            self.cluster.start("supervisord")
        after = self.manager.settled(f"/applications/{other}", 120)
        self.assertEqual("CREATED", after["status"], after)
        entry = self.await_state(name, "job", "RUNNING", 180)
        self.assertEqual([entry["application_id"]], self.cluster.live(self.tag(name, "job")))
