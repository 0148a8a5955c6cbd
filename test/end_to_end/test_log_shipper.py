"""A real rsyslogd with the log shipper's configuration, beside a real NodeManager: what a job's containers write arrives at
the log server, in PNDA's form and under PNDA's names.

SPDX-License-Identifier: Apache-2.0
"""

import shutil
import socket
import subprocess

from environment import ROOT, wait_until
from scenario import Scenario

PROGRAM = ROOT / "examples" / "logshipper" / "logshipper-config"
RSYSLOGD = shutil.which("rsyslogd", path="/usr/sbin:/sbin:/usr/bin:/bin")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class LogShipper(Scenario):
    def setUp(self):
        super().setUp()
        self.assertTrue(RSYSLOGD, "rsyslogd is not installed (apt-get install rsyslog)")
        self.place = self.environment.directory / "log-shipper"
        self.output = self.place / "out"
        self.output.mkdir(parents=True)
        address = f"127.0.0.1:{free_port()}"
        self.run_rsyslog("log-server", "--listen", address, "--output", self.output)
        containers = self.environment.place / "cluster" / "yarn" / "containers"
        self.run_rsyslog("node-manager", "--server", address, "--log-dirs", containers)

    def run_rsyslog(self, role, *options):
        work = self.place / role
        work.mkdir()
        file = work / "rsyslog.conf"
        file.write_bytes(subprocess.run([PROGRAM, role, "--work", work, *options], check=True, stdout=subprocess.PIPE).stdout)
        log = open(work / "rsyslogd.log", "wb")
        self.addCleanup(log.close)
        process = subprocess.Popen([RSYSLOGD, "-n", "-f", file, "-i", work / "pid"], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.addCleanup(process.wait, 60)
        self.addCleanup(process.terminate)

    def arrived(self, application_id):
        """Of each file of a container the messages: {(container, file): [message]}."""
        found = {}
        path = self.output / f"yarn-{application_id}.log"
        for line in path.read_text().splitlines() if path.exists() else []:
            time, host, container, file, message = line.split(" ", 4)
            self.assertRegex(time, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
            self.assertTrue(host)
            found.setdefault((container, file), []).append(message)
        return found

    def test_what_containers_write_arrives(self):
        name = self.application()
        # Files that roll every few seconds, and the processes' own output in files of its own.
        self.job(name, "LogsMuch", "--lines 100", flink_log_file_size="256k", flink_log_files=3,
                 flink_configuration={"taskmanager.system-out.mode": "DEFAULT"})
        self.start(name)
        application = self.await_state(name, "job", "RUNNING")["application_id"]

        def complete():
            found = self.arrived(application)
            files = {}
            for (container, file), messages in found.items():
                self.assertTrue(container.startswith("container_"), container)
                files.setdefault(file, []).extend(messages)
            text = {file: "\n".join(messages) for file, messages in files.items()}
            return ("number 60 line 99" in text.get("flink.log", "") and "printed 60" in text.get("taskmanager.out", "")
                    and "switched from state" in text.get("jobmanager.log", "") and "complained 60" in text.get("taskmanager.err", "") and text)

        text = wait_until("each kind of file at the log server", complete, 120)
        told = [line for line in text["flink.log"].splitlines() if " line " in line]
        # One event may be missing where a file was rolled: rsyslog drops the one it waits to join.
        self.assertGreater(len(told), 60 * 100 * 0.99)
        self.assertEqual(len(told), len(set(told)), "a line came twice")
    test_what_containers_write_arrives.seconds = 100
