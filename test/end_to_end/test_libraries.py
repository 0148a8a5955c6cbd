"""Flink's libraries on HDFS: uploaded by the first submission alone, and anew where somebody has damaged them.

SPDX-License-Identifier: Apache-2.0
"""

import re
from pathlib import Path

from library_scenario import LibraryScenario


class Libraries(LibraryScenario):
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
        told = self.command(name, "libraries")
        self.assertTrue(told["uploaded"], told)
        self.assertEqual("CREATED", self.manager.stop(name)["status"])
        self.assertEqual("STARTED", self.manager.start(name, 500)["status"])
        length, files = self.staged(name)
        self.assertLess(length, 20_000_000, files)

    test_where_it_cannot_be_done_the_client_uploads.seconds = 200
