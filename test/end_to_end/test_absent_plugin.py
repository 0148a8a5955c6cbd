"""A plugin that does not load, beside applications of its type: jobs run on, it is said, and all goes on when it is back.

SPDX-License-Identifier: Apache-2.0
"""

import contextlib
import os
import shutil
import sqlite3
import subprocess

from environment import ROOT
from own_scenario import RUNS, OwnScenario
from scenario import COUNTER, FAULTS

OTHER_MAJOR = ROOT / "test" / "manager" / "support" / "foreign_plugin.c"


class AbsentPlugin(OwnScenario):
    def place(self):
        """plugins_path of the test's own, with the plugin in it."""
        self.plugins = self.environment.directory / "plugins"
        self.plugins.mkdir()
        self.addCleanup(shutil.rmtree, self.plugins)
        self.plugin = self.plugins / "flink.so"
        self.put_back()

    def put_back(self):
        """Under its name at once, as an installation does."""
        arriving = self.plugins / "flink.so.new"
        shutil.copy(self.environment.build / "lib" / "flink.so", arriving)
        os.replace(arriving, self.plugin)

    def recover(self):
        """What a failed test leaves can be destroyed."""
        self.own.end()
        self.put_back()

    def compiled(self, source):
        self.plugin.unlink(missing_ok=True)
        command = ["cc", "-shared", "-fPIC", "-I", str(ROOT / "abi"), "-o", str(self.plugin), "-x", "c", str(source)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)

    # Each leaves something in the plugin's place, and returns what is said of it.

    def missing(self):
        self.plugin.unlink()
        return "no plugin"

    def of_another_major(self):
        self.compiled(OTHER_MAJOR)
        return "does not speak version"

    def without_its_symbol(self):
        source = self.plugins / "empty.c"
        source.write_text("int nothing_of_a_plugin;\n")
        self.compiled(source)
        return "does not export dm_plugin_entry"

    def copied_in_part(self):
        """As a copy on a full disk leaves it."""
        self.put_back()
        os.truncate(self.plugin, self.plugin.stat().st_size // 4)
        return "copied in part"

    def no_library(self):
        self.plugin.unlink()
        self.plugin.write_text("#!/bin/sh\n")
        return "cannot be loaded"

    def writable_for_everyone(self):
        self.put_back()
        self.plugin.chmod(0o666)
        return "may be written by everyone"

    def journal(self):
        with contextlib.closing(sqlite3.connect(f"file:{self.own.registry}?mode=ro", uri=True)) as registry:
            return registry.execute("SELECT id, noun, name, verb, request, attempts FROM operations").fetchall()

    def is_said(self, words):
        """Of the Deployment Manager as a whole."""
        ready = self.manager.expect(503, "GET", "/readyz").json
        self.assertIn(words, ready["checks"]["plugins"])
        tested = self.manager.expect(200, "GET", "/selftest/all").json
        self.assertEqual("fail", tested["status"])
        self.assertIn("flink", tested["checks"]["plugins"])
        self.manager.expect(200, "GET", "/healthz")
        self.assertEqual([], self.manager.expect(200, "GET", "/plugins").json)

    def cannot_be_asked(self, name):
        """The application that runs: its record stands, nobody claims to know how it is, and nothing is done to it."""
        status = self.manager.status(name)
        self.assertEqual(("STARTED", "UNKNOWN"), (status["status"], status["summary"]), status)
        self.assertIn("no plugin in", status["problem"])
        (entry,) = self.manager.detail(name)["components"]
        self.assertIn("no plugin in", entry["problem"])
        self.assertNotEqual("confirmed", entry.get("confidence"))
        upgrade = {"package": FAULTS, "flink": {"job": {"application_args": "--seconds 1"}}}  # a start is refused without the plugin
        for method, path, body in (("POST", "/stop", None), ("DELETE", "", None), ("POST", "/savepoints", None), ("POST", "/plan", upgrade)):
            answer = self.manager.ask(method, f"/applications/{name}{path}", body)
            self.assertEqual(503, answer.code, f"{method} {path}: {answer}")
            self.assertIn("no plugin in", answer.text)
        self.assertEqual("STARTED", self.manager.status(name)["status"])

    def waits(self, name, journal):
        """The application whose start is in the journal."""
        status = self.manager.status(name)
        self.assertEqual("STARTING", status["status"], status)
        self.assertIn("is left alone", status["information"])
        self.assertEqual(["start"], [one["verb"] for one in status["set_aside"]])
        self.manager.expect(503, "DELETE", f"/applications/{name}")
        self.assertEqual(journal, self.journal())

    def test_plugin_does_not_load(self):
        self.place()
        self.own_manager("absent-plugin", plugins_path=str(self.plugins)).start()
        self.deploy(FAULTS)
        runs, starts, new = (self.application(suffix) for suffix in ("-runs", "-starts", "-new"))
        self.addCleanup(self.recover)  # before anything is removed
        for one in (runs, starts):
            self.create(one, FAULTS, RUNS)
        self.start(runs)
        job = self.running(runs)
        # One that serves has loaded it and needs the file no more.
        self.plugin.unlink()
        self.assertEqual(job, self.running(runs))
        self.manager.expect(202, "POST", f"/applications/{starts}/start")
        self.kill()
        journal = self.journal()
        self.assertEqual([("application", starts, "start")], [row[1:4] for row in journal])
        self.put_back()

        kinds = (
            self.missing,
            self.of_another_major,
            self.without_its_symbol,
            self.copied_in_part,
            self.no_library,
            self.writable_for_everyone,
        )
        for kind in kinds:
            with self.subTest(kind.__name__):
                self.own.end()
                words = kind()
                checked = self.own.program("--check-config")
                self.assertEqual(2, checked.returncode, checked.stdout)
                self.assertIn(words, checked.stdout)
                self.own.start()
                self.is_said(words)
                self.cannot_be_asked(runs)
                self.waits(starts, journal)
                answer = self.manager.expect(503, "PUT", f"/applications/{new}", {"package": FAULTS})
                self.assertIn("no plugin in", answer.text)
                self.untouched(job)
        self.own.end()

        self.put_back()
        self.own.start()
        self.assertEqual("ready", self.manager.expect(200, "GET", "/readyz").json["status"])
        after = self.manager.settled(f"/applications/{starts}")
        self.assertEqual("STARTED", after["status"], after)
        self.await_state(starts, "job", "RUNNING", 240)
        self.assertEqual(1, len(self.cluster.applications(self.tag(starts, "job"))))
        self.assertEqual(job, self.running(runs))
        self.stop(runs)
        self.assertEqual([], self.cluster.live(job["tag"]))
        self.deploy(COUNTER)
    test_plugin_does_not_load.seconds = 120
