"""Properties of an application that replace the package's: seen at YARN's and at Flink's REST.

SPDX-License-Identifier: Apache-2.0
"""

from environment import wait_until
from scenario import Scenario

MEBIBYTE = 1024 * 1024


class Overrides(Scenario):
    def test_yarn_and_flink_see_them(self):
        name = self.application()
        self.job(
            name,
            "Runs",
            "--seconds 0",
            flink_jobmanager_memory="384m",
            flink_taskmanager_memory="352m",
            flink_slots=3,
            flink_parallelism=2,
            flink_queue="analytics",
            flink_tags=["Team-Blue"],
            flink_configuration={"web.timeout": "54321", "rest.flamegraph.enabled": True},
            flink_config_args="-yD heartbeat.interval=4321",
        )
        self.start(name)
        entry = self.await_state(name, "job", "RUNNING")
        on_yarn = self.cluster.application(entry["application_id"])
        self.assertIn(on_yarn["queue"], ("analytics", "root.analytics"))
        self.assertEqual(self.environment["application_user"], on_yarn["user"])
        tags = set(on_yarn["applicationTags"].split(","))
        self.assertIn("team-blue", tags)
        self.assertIn(f"dm-component-{entry['id']}", tags)
        self.assertIn(f"dm-fleet-{self.environment['namespace']}", tags)
        self.assertIn(f"dm-epoch-{entry['id']}-{entry['incarnations'][0]['epoch']}", tags)
        self.assertEqual(f"{name}-job-job", on_yarn["name"])

        told = self.cluster.flink(entry["application_id"], "/jobmanager/config")
        configured = {one["key"]: one["value"] for one in told}
        for key, value in {
            "jobmanager.memory.process.size": "384m",
            "taskmanager.memory.process.size": "352m",
            "taskmanager.numberOfTaskSlots": "3",
            "parallelism.default": "2",
            "web.timeout": "54321",
            "rest.flamegraph.enabled": "true",
            "heartbeat.interval": "4321",
        }.items():
            self.assertEqual(value, configured.get(key), key)

        def workers():
            return self.cluster.flink(entry["application_id"], "/taskmanagers")["taskmanagers"]

        manager = wait_until("a TaskManager registers", workers, 30)[0]
        self.assertEqual(3, manager["slotsNumber"])
        self.assertEqual(352 * MEBIBYTE, manager["memoryConfiguration"]["totalProcessMemory"])
        told = self.cluster.flink(entry["application_id"], f"/jobs/{entry['job_id']}/config")
        self.assertEqual(2, told["execution-config"]["job-parallelism"])
    test_yarn_and_flink_see_them.seconds = 40
