"""A package with a streaming and a batch component, from creation to destruction.

SPDX-License-Identifier: Apache-2.0
"""

import hashlib
import re
import tarfile

from environment import PACKAGES, wait_until
from manager import request
from scenario import COUNTER, Scenario

GUARD_LINE = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (INFO|WARNING|ERROR) epoch=(-|\d+) application=(-|application_\d+_\d+) \S.*"
)


def digest_in_package(package, member):
    with tarfile.open(PACKAGES / f"{package}.tar.gz") as archive:
        return hashlib.sha256(archive.extractfile(f"{package}/{member}").read()).hexdigest()


class Lifecycle(Scenario):
    def test_streaming_and_batch(self):
        name = self.application()
        self.counter(name)
        for component in ("stream", "batch"):
            entry = self.component(name, component)
            self.assertEqual(("CREATED", "CREATED"), (entry["state"], entry["summary"]))
        self.assertEqual("", self.start(name))

        stream = self.await_state(name, "stream", "RUNNING")
        self.assertRegex(stream["application_id"], r"^application_\d+_\d+$")
        self.assertRegex(stream["job_id"], r"^[0-9a-f]{32}$")
        self.assertEqual(200, request("GET", stream["tracking_url"]).code, "the tracking URL")
        self.assertEqual("RUNNING", self.cluster.application(stream["application_id"])["state"])
        jobs = self.cluster.flink(stream["application_id"], "/jobs")["jobs"]
        self.assertEqual([{"id": stream["job_id"], "status": "RUNNING"}], jobs)
        self.assertEqual(f"{name}-stream-job", self.cluster.application(stream["application_id"])["name"])

        batch = self.await_state(name, "batch", "COMPLETED")
        of_batch = self.cluster.applications(self.tag(name, "batch"))
        self.assertEqual([(batch["application_id"], "FINISHED", "SUCCEEDED")],
                         [(one["id"], one["state"], one["finalStatus"]) for one in of_batch])
        wait_until("the guard of the batch component ends", lambda: not self.guards(name, "batch"), 60)

        on_yarn = self.manager.detail(name)["yarn_applications"]
        self.assertEqual({"flink-batch", "flink-stream"}, set(on_yarn))
        self.assertEqual(stream["application_id"], on_yarn["flink-stream"]["yarn-id"])
        self.assertEqual("RUNNING", on_yarn["flink-stream"]["yarn-state"])
        self.assertGreater(on_yarn["flink-stream"]["yarn-start-time"], 1_500_000_000_000)

        summary = self.manager.summary(name)
        parts = {part["component"]: part for part in summary.values() if isinstance(part, dict)}
        self.assertEqual("RUNNING", parts["stream"]["aggregate_status"])
        self.assertEqual("FINISHED_SUCCEEDED", parts["batch"]["aggregate_status"])
        self.assertEqual({"state": "OK", "flinkJid": stream["job_id"]},
                         {k: parts["stream"]["information"][k] for k in ("state", "flinkJid")})
        for part in parts.values():
            self.assertEqual(part["tracking_url"], part["trackingUrl"])
            self.assertEqual("Flink", part["componentType"])

        # Stopping leaves the batch component, which has ended by itself, as it is.
        self.stop(name)
        self.assertEqual("STOPPED", self.await_state(name, "stream", "STOPPED")["state"])
        self.assertEqual("COMPLETED", self.await_state(name, "batch", "COMPLETED")["state"])
        self.assertEqual([], self.cluster.live(self.tag(name, "stream")))
        self.assertEqual(1, len(self.cluster.applications(self.tag(name, "batch"))), "the batch job ran again")
    test_streaming_and_batch.seconds = 60

    def test_properties_and_files(self):
        """INV-6: files as in the package; application.properties is read in main() and in a task."""
        name = self.application()
        self.counter(name, batch={"application_args": "--numbers 1000"})
        directory = self.environment.install_directory(name, "stream")
        jar = f"{COUNTER}.jar"
        wanted = digest_in_package(COUNTER, f"flink/stream/{jar}")
        installed = directory / "package" / jar
        self.assertEqual(wanted, hashlib.sha256(installed.read_bytes()).hexdigest())
        self.start(name)
        stream = self.await_state(name, "stream", "RUNNING")

        def accumulators():
            path = f"/jobs/{stream['job_id']}/accumulators"
            told = self.cluster.flink(stream["application_id"], path)["user-task-accumulators"]
            values = {one["name"]: one["value"] for one in told}
            return values if "application_in_task" in values else None

        # They come with the TaskManager's heartbeat, every ten seconds.
        values = wait_until("the job's accumulators arrive", accumulators, 40)
        self.assertEqual((name, name), (values["application_in_main"], values["application_in_task"]))
        self.assertEqual(wanted, hashlib.sha256(installed.read_bytes()).hexdigest(), "the jar was changed")

        lines = self.guard_log(name, "stream").read_text().splitlines()
        for line in lines:
            self.assertRegex(line, GUARD_LINE)
        self.assertTrue(any(stream["application_id"] in line for line in lines), lines)
    test_properties_and_files.seconds = 55

    def test_stop_start_destroy(self):
        """A second start is a new epoch; destruction leaves nothing."""
        name = self.application()
        self.job(name, "Runs", "--seconds 0")
        self.start(name)
        first = self.await_state(name, "job", "RUNNING")
        tag = self.tag(name, "job")
        self.manager.expect(409, "POST", f"/applications/{name}/start")
        self.stop(name)
        self.assertEqual([], self.cluster.live(tag))
        self.assertEqual("STOPPED", self.manager.summary(name)["aggregate_status"])
        self.manager.expect(409, "POST", f"/applications/{name}/stop")
        self.start(name)
        second = self.await_state(name, "job", "RUNNING")
        self.assertNotEqual(first["application_id"], second["application_id"])
        epochs = [one["epoch"] for one in second["incarnations"]]
        self.assertEqual(sorted(epochs, reverse=True), epochs)
        self.assertEqual(2, len(epochs))
        self.assertEqual([second["application_id"]], self.cluster.live(tag))

        program = self.cluster.program_file(name, "job")
        directory = self.environment.install_directory(name, "job")
        self.assertTrue(program.exists() and directory.exists())
        self.assertEqual("NOTCREATED", self.manager.destroy(name)["status"])
        self.assertFalse(program.exists())
        self.assertFalse(directory.parent.exists())
        self.assertEqual([], self.cluster.live(tag))
        own = {first["application_id"], second["application_id"]}
        self.assertEqual(set(), own & self.cluster.staging_directories(), "left on HDFS")
        wait_until("the guard is gone", lambda: not self.guards(name, "job"), 30)
        self.assertNotIn(name, self.manager.get("/applications").json)
        self.manager.expect(404, "GET", f"/applications/{name}/detail")
    test_stop_start_destroy.seconds = 90
