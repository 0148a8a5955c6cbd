#!/usr/bin/env python3
"""flink-health as a service, looked at by systemd and man, and against a real history server: running, empty, and with
10,000 archives that it has not read yet.

Environment: DM_BUILD, the build directory; DM_FLINK_HEALTH, the program; DM_FLINK_HOME, a Flink installation of any version
(default: the newest one that the demo has downloaded).

SPDX-License-Identifier: Apache-2.0
"""

import json
import os
import re
import socket
import subprocess
import time
from pathlib import Path

from support import ScriptTest, main

HEALTH = os.environ["DM_FLINK_HEALTH"]


class Installed(ScriptTest):
    def setUp(self):
        super().setUp()
        self.prefix = self.place / "usr"
        ended = self.run_program(
            "cmake", "-D", f"CMAKE_INSTALL_PREFIX={self.prefix}", "-P",
            f"{os.environ['DM_BUILD']}/plugin/health/install/cmake_install.cmake",
        )
        self.assertEqual(0, ended.returncode, ended.stdout)
        self.units = self.prefix / "lib/systemd/system"

    def units_for_this_machine(self):
        """The units with a program that is there, since systemd-analyze looks for it."""
        files = []
        for name in ("flink-health.service", "flink-health.timer"):
            text = re.sub(r"(?m)^(ExecStart\w*=)\S+", r"\1/bin/true", (self.units / name).read_text())
            text = re.sub(r"(?m)^Documentation=.*\n", "", text)
            files.append(self.place / name)
            files[-1].write_text(text)
        return files

    def test_units_are_understood_by_systemd(self):
        self.assertNotIn("@CMAKE", (self.units / "flink-health.service").read_text())
        ended = self.run_program("systemd-analyze", "verify", "--man=no", *self.units_for_this_machine())
        self.assertEqual(0, ended.returncode, ended.stdout)
        # A timer leads to all units of the machine; what is said of others is not ours.
        self.assertEqual([], [line for line in ended.stdout.splitlines() if "flink-health" in line])

    def test_unit_takes_away_what_is_not_needed(self):
        ended = self.run_program("systemd-analyze", "security", "--offline=true", "--threshold=30", "--no-pager",
                                 self.units_for_this_machine()[0])
        self.assertEqual(0, ended.returncode, ended.stdout[-2000:])

    def test_the_timer_runs_it_every_minute(self):
        timer = (self.units / "flink-health.timer").read_text()
        when = re.search(r"(?m)^OnCalendar=(.*)$", timer)[1]
        ended = self.run_program("systemd-analyze", "calendar", "--iterations=2", when)
        self.assertEqual(0, ended.returncode, ended.stdout)
        self.assertRegex(ended.stdout, r"Normalized form: \*-\*-\* \*:\*:00")

    def test_man_page_has_no_warnings_and_every_option(self):
        page = self.prefix / "share/man/man8/flink-health.8"
        ended = self.run_program("man", "--warnings", "--local-file", "--encoding=UTF-8", page,
                                 environment={"MANROFFSEQ": "", "MANWIDTH": "100", "LC_ALL": "C.UTF-8"})
        self.assertEqual(0, ended.returncode, ended.stdout)
        self.assertNotRegex(ended.stdout, r"warning|error:")
        text = page.read_text().replace("\\-", "-")
        options = set(re.findall(r"--[a-z-]+", self.run_program(HEALTH, "--help").stdout))
        self.assertGreater(len(options), 15)
        for option in sorted(options):
            self.assertIn(option, text)

    def test_example_is_accepted_and_told_in_the_man_page(self):
        file = self.prefix / "share/doc/deployment-manager/examples/flink-health.json"
        example = json.loads(file.read_text())
        page = (self.prefix / "share/man/man8/flink-health.8").read_text()
        for name, value in example.items():
            self.assertIn(name, page)
            for member in value if isinstance(value, dict) else ():
                self.assertIn(f"{name}.{member}", page)
        # Nobody is there; that is what was found, and no problem of the configuration.
        ended = self.run_program(HEALTH, "--config", file, "--json", "--timeout", "1", "--deadline", "8")
        self.assertEqual(4, ended.returncode, ended.stdout)
        self.assertIn('"health":"ERROR"', ended.stdout)


def flink_home():
    named = os.environ.get("DM_FLINK_HOME")
    homes = [Path(named)] if named else sorted(Path("/var/cache/dm-flink").glob("flink-*/"), reverse=True)
    return next((home for home in homes if list(home.glob("lib/flink-dist*.jar"))), None)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def archive(job):
    """What a JobManager leaves of a job that has ended."""
    overview = {"jid": job, "name": "counter", "start-time": 1795438656146, "end-time": 1795438661769, "duration": 5623,
                "state": "FINISHED", "last-modification": 1795438661769,
                "tasks": {state: 0 for state in ("running", "canceling", "canceled", "total", "created", "scheduled",
                                                 "deploying", "reconciling", "finished", "initializing", "failed")}}
    entries = [{"path": "/jobs/overview", "json": json.dumps({"jobs": [overview]})}]
    entries += [{"path": f"/jobs/{job}{part}", "json": json.dumps({"jid": job})} for part in ("", "/exceptions", "/config")]
    return json.dumps({"archive": entries})


class HistoryServer:
    def __init__(self, home, place, jobs):
        self.port = free_port()
        self.archive = place / "archive"
        for folder in (self.archive, place / "conf", place / "web"):
            folder.mkdir(parents=True)
        for number in range(jobs):
            job = f"{number:032x}"
            (self.archive / job).write_text(archive(job))
        settings = {"archive.fs.dir": f"file://{self.archive}", "archive.fs.refresh-interval": "1000",
                    "web.address": "127.0.0.1", "web.port": self.port, "web.tmpdir": place / "web"}
        text = "".join(f"historyserver.{key}: {value}\n" for key, value in settings.items())
        (place / "conf/flink-conf.yaml").write_text(text)
        (place / "conf/config.yaml").write_text(text)
        self.log = place / "log"
        self.process = subprocess.Popen(
            ["java", "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", f"{home}/lib/*",
             "org.apache.flink.runtime.webmonitor.history.HistoryServer", "--configDir", place / "conf"],
            stdout=self.log.open("w"), stderr=subprocess.STDOUT,
        )

    def stop(self):
        self.process.kill()
        self.process.wait()


class RealHistoryServer(ScriptTest):
    """All three at once: what takes time is the start of a JVM."""

    def setUp(self):
        super().setUp()
        home = flink_home()
        if home is None:
            self.skipTest("no Flink installation: run examples/demo.sh once, or set DM_FLINK_HOME")
        self.servers = {}
        for name, jobs in (("running", 3), ("empty", 0), ("starting", 10_000)):
            self.servers[name] = HistoryServer(home, self.place / name, jobs)
            self.addCleanup(self.servers[name].stop)

    def look(self, name, *options):
        server = self.servers[name]
        ended = self.run_program(HEALTH, "--history-server", f"http://127.0.0.1:{server.port}", "--latency", "0",
                                 "--archive", f"file://{server.archive}", "--json", *options)
        return ended.returncode, json.loads(ended.stdout)

    def look_until(self, name, good):
        last = None
        for _ in range(400):
            last = self.look(name)
            if good(*last):
                return last
            self.assertIsNone(self.servers[name].process.poll(), self.servers[name].log.read_text())
            time.sleep(0.25)
        self.fail(f"{name}: {last}")

    def test_running_empty_starting_dead(self):
        code, starting = self.look_until("starting", lambda code, found: code != 2)
        self.assertEqual((1, "WARN"), (code, starting["health"]), starting)
        self.assertIn("still reads archives: it shows none of the jobs in 10000 files", starting["causes"][0])
        self.assertTrue(starting["figures"]["flink.history_server_available_success"])
        self.assertEqual(0, starting["figures"]["flink.history_server_completed_jobs_count"])
        self.servers["starting"].stop()

        code, running = self.look_until("running", lambda code, found: code == 0)
        self.assertEqual(3, running["figures"]["flink.history_server_completed_jobs_count"])
        self.assertRegex(running["figures"]["flink.installed_flink_version"], r"^\d+\.\d+")

        code, empty = self.look_until("empty", lambda code, found: code == 0)
        self.assertEqual(0, empty["figures"]["flink.history_server_completed_jobs_count"])

        self.servers["running"].stop()
        code, dead = self.look("running")
        self.assertEqual((2, "ERROR"), (code, dead["health"]))
        self.assertEqual(-1, dead["figures"]["flink.history_server_available_ms"])


if __name__ == "__main__":
    main()
