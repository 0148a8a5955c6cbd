"""What a newer Deployment Manager has written: this one says so and touches nothing, and the right one goes on with it.

SPDX-License-Identifier: Apache-2.0
"""

import contextlib
import hashlib
import os
import sqlite3

from own_scenario import RUNS, OwnScenario
from scenario import FAULTS

NEWER = "99.1.0"
OPERATION = "0123456789abcdef0123456789abcdef"


class Downgrade(OwnScenario):
    def edit(self, *statements):
        """As another Deployment Manager would, while none runs. Each is SQL with its values; returns the last one's rows."""
        self.assertIsNone(self.own.process)
        with contextlib.closing(sqlite3.connect(self.own.registry)) as registry, registry:
            for statement, *values in statements:
                rows = registry.execute(statement, values).fetchall()
        return rows

    def journal(self):
        return self.edit(("SELECT * FROM operations",))

    def files(self):
        """What there is below the Deployment Manager's own directory and below the plugin's, but for logs that are written."""
        found = {}
        for root in ("data", "stage", "repository", "opt"):
            for folder, folders, files in os.walk(self.own.directory / root):
                for name in (*folders, *files):
                    file = os.path.join(folder, name)
                    if os.path.isfile(file) and "logs" not in folder:
                        with open(file, "rb") as content:
                            found[file] = hashlib.sha256(content.read()).hexdigest()
                    elif "logs" not in folder:
                        found[file] = os.stat(file).st_mode
        return found

    def running_application(self, namespace):
        """Its job's facts; a second application is created and not started."""
        self.own_manager(namespace).start()
        self.deploy(FAULTS)
        name, other = self.application(), self.application("-other")
        for one in (name, other):
            self.create(one, FAULTS, RUNS)
        self.start(name)
        return name, other, self.running(name)

    def test_registry_of_a_newer_version(self):
        name, other, job = self.running_application("newer-registry")
        self.own.end()
        (known,) = self.edit(("PRAGMA user_version",))[0]
        (writer,) = self.edit(("SELECT value FROM about WHERE key = 'written_by'",))[0]
        self.edit(
            ("ALTER TABLE applications ADD COLUMN priority TEXT NOT NULL DEFAULT 'low'",),
            ("CREATE TABLE schedules (name TEXT PRIMARY KEY) WITHOUT ROWID",),
            ("UPDATE about SET value = ? WHERE key = 'written_by'", NEWER),
            (f"PRAGMA user_version = {known + 1}",),
        )
        before = self.files()
        backup = self.own.directory / "backup"
        for arguments in ((), ("--check-config",), ("backup", str(backup)), ("adopt",)):
            with self.subTest(arguments):
                ended = self.own.program(*arguments)
                self.assertNotEqual(0, ended.returncode, ended.stdout)
                self.assertIn(NEWER, ended.stdout)
                self.assertIn(f"schema version {known + 1}", ended.stdout)
                self.assertIn("restore a backup", ended.stdout)
                self.assertEqual(before, self.files())
                self.untouched(job)
        self.assertFalse(backup.exists() and any(backup.iterdir()))

        # The version that it is of; here this one, so what makes it newer is taken back.
        self.edit(
            ("ALTER TABLE applications DROP COLUMN priority",),
            ("DROP TABLE schedules",),
            ("UPDATE about SET value = ? WHERE key = 'written_by'", writer),
            (f"PRAGMA user_version = {known}",),
        )
        self.own.start()
        self.assertEqual("STARTED", self.manager.status(name)["status"])
        self.assertEqual("CREATED", self.manager.status(other)["status"])
        self.assertEqual(job, self.running(name))
        self.stop(name)
        self.assertEqual([], self.cluster.live(job["tag"]))
    test_registry_of_a_newer_version.seconds = 60

    def left_alone(self, name, verb):
        """What is said of an application whose operation is left alone, and what cannot be done with it."""
        status = self.manager.status(name)
        self.assertEqual("STOPPING", status["status"], status)
        self.assertIn("is left alone", status["information"])
        (aside,) = status["set_aside"]
        self.assertEqual((OPERATION, verb), (aside["id"], aside["verb"]))
        for method, path, body in (
            ("POST", "/start", None),
            ("POST", "/stop", {"kill": True}),
            ("POST", "/upgrade", {"package": FAULTS}),
            ("POST", "/savepoints", None),
            ("DELETE", "", None),
        ):
            answer = self.manager.expect(503, method, f"/applications/{name}{path}", body)
            self.assertIn(OPERATION, answer.text)
        answer = self.manager.expect(409, "DELETE", f"/operations/{OPERATION}")
        self.assertIn("is left alone", answer.text)
        listed = self.manager.expect(200, "GET", "/operations", query={"status": "SET_ASIDE"}).json
        self.assertEqual([OPERATION], [one["id"] for one in listed["operations"]])
        # What it does is seen all the same.
        entry = self.await_state(name, "job", "RUNNING", 240)
        self.assertEqual("RUNNING", entry["summary"])

    def test_journal_of_a_newer_version(self):
        """A verb and a phase that are not known, over two starts and a kill; others are served beside it."""
        name, other, job = self.running_application("newer-journal")
        for verb, request in (("rescale", '{"parallelism": 4}'), ("upgrade", '{"phase": "warm_up"}')):
            with self.subTest(verb):
                self.own.end()
                self.edit(
                    ("DELETE FROM operations",),
                    ("UPDATE applications SET state = 'STOPPING' WHERE name = ?", name),
                    (
                        "INSERT INTO operations (id, sequence, noun, name, verb, user, state_before, request, attempts,"
                        " accepted_at) VALUES (?, 1, 'application', ?, ?, ?, 'STARTED', ?, 3, 1700000000000)",
                        *(OPERATION, name, verb, self.own.client.user, request),
                    ),
                )
                row = self.journal()
                self.own.start()
                self.left_alone(name, verb)
                self.untouched(job)
                self.kill()
                self.assertEqual(row, self.journal())
                self.own.start()
                self.left_alone(name, verb)
                self.create(third := self.application("-third"), FAULTS, RUNS)
                self.assertEqual("NOTCREATED", self.manager.destroy(third)["status"])
        self.assertEqual("CREATED", self.manager.status(other)["status"])
        self.own.end()
        self.assertEqual(row, self.journal())
        self.untouched(job)

        # The right version knows what it means; here it is what this one knows.
        self.edit(("UPDATE operations SET verb = 'stop', request = '{}'",))
        self.own.start()
        after = self.manager.settled(f"/applications/{name}")
        self.assertEqual("CREATED", after["status"], after)
        self.assertEqual("SUCCEEDED", self.manager.expect(200, "GET", f"/operations/{OPERATION}").json["status"])
        self.assertEqual([], self.cluster.live(job["tag"]))
        points = self.manager.savepoints(name, component="job", kind="savepoint")["savepoints"]
        self.assertEqual(["COMPLETED"], [one["state"] for one in points])
    test_journal_of_a_newer_version.seconds = 90
