"""Class data: made by a command, used by the JVMs of a direct submission, and said where a JVM does not take it.

SPDX-License-Identifier: Apache-2.0
"""

from pathlib import Path

from cluster import processes
from environment import PACKAGES, wait_until
from library_scenario import LibraryScenario


class ClassData(LibraryScenario):
    def mapped(self, application_id, log):
        """Whether the JVM of the application that writes this log has class data of ours in its memory."""
        found = processes(lambda words: any(application_id in word and word.endswith(log) for word in words) and "java" in words[0])
        self.assertEqual(1, len(found), f"JVMs of {application_id} that write {log}")
        maps = Path(f"/proc/{found[0]}/maps").read_text().splitlines()
        return any("/filecache/" in line and line.endswith("/classes.jsa") for line in maps)  # the JDK has one of its own

    def told(self, application, text):
        wait_until(f"the guard's log has: {text}", lambda: self.guard_lines(application, text), 90)

    def run_again(self, application):
        self.assertEqual("CREATED", self.manager.stop(application)["status"])
        self.assertEqual("STARTED", self.manager.start(application, 300)["status"])
        return self.await_state(application, "job", "RUNNING", 240)

    def test_used_and_refused(self):
        self.prepared("class-data")
        name = self.application()
        self.job(name, "direct", flink_class_data="on", flink_profile="small")
        self.assertEqual("STARTED", self.manager.start(name, 500)["status"])
        entry = self.await_state(name, "job", "RUNNING", 240)
        self.assertEqual(1, len(self.guard_lines(name, "submitted without class data: there is none of")))
        self.assertFalse(self.mapped(entry["application_id"], "jobmanager.log"))

        # Made while it runs, which is left alone; the next start has it.
        jar = PACKAGES / "faults.jar"
        made = self.command(name, "class-data", "--jar", str(jar), "--class", "faults.Runs", "--argument=--seconds", "--argument=2")
        self.assertRegex(made["directory"], f"^hdfs://{self.root}/.*-classes-1$")
        self.assertGreater(made["classes_bytes"], 10_000_000)
        entry = self.run_again(name)
        self.told(name, "the JobManager container_")
        self.told(name, "the TaskManager container_")
        self.assertEqual(2, len(self.guard_lines(name, " uses class data (JVM ")), self.guard_lines(name, "class data"))
        for log in ("jobmanager.log", "taskmanager.log"):
            self.assertTrue(self.mapped(entry["application_id"], log), log)
        directory = made["directory"].removeprefix("hdfs://")
        self.assertEqual(["classes.jsa", "classes.json", "lib.tar"], sorted(self.cluster.list_directory(directory)))

        # One whose TaskManager cannot take it: it runs, and that is said.
        other = self.application("-b")
        self.job(
            other, "auto", flink_class_data="on", flink_configuration={"env.java.opts.taskmanager": "-XX:-UseCompressedOops"}
        )
        self.assertEqual("STARTED", self.manager.start(other, 300)["status"])
        entry = self.await_state(other, "job", "RUNNING", 240)
        self.told(other, f"does not use hdfs:{directory}: its JVM, {made['java']}, has refused it")
        self.assertFalse(self.mapped(entry["application_id"], "taskmanager.log"))
        self.assertTrue(self.mapped(entry["application_id"], "jobmanager.log"))

        # A newer one counts; a damaged one does not.
        self.command(name, "class-data", "--jar", str(jar), "--class", "faults.Runs", "--argument=--seconds", "--argument=2")
        self.cut(directory.removesuffix("1") + "2/classes.jsa")
        entry = self.run_again(name)
        self.assertEqual(1, len(self.guard_lines(name, "-classes-2 is passed over: classes.jsa has 3 bytes")))
        self.assertTrue(self.mapped(entry["application_id"], "jobmanager.log"))

    test_used_and_refused.seconds = 200
