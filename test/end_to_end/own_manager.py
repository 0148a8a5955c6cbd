"""A Deployment Manager of a test's own, in a namespace of its own, beside the environment's.

SPDX-License-Identifier: Apache-2.0
"""

import json
import signal
import subprocess

from manager import Manager


class OwnManager:
    """directory: of all its files; client: a Manager, while it runs."""

    def __init__(self, environment, namespace, **properties):
        """properties: of the environment that components see, beside the environment's own; not started yet."""
        self.environment = environment
        self.namespace = namespace
        self.directory = environment.directory / namespace
        self.directory.mkdir()
        for folder in ("data", "stage", "opt", "repository"):
            (self.directory / folder).mkdir()
        self.configuration = environment.configuration()
        self.configuration["environment"] |= {"namespace": namespace, **properties}
        self.configuration["plugin_settings"]["flink"]["install_root"] = str(self.directory / "opt")
        self.configuration |= {
            "listen": {
                "socket": {"path": ""},
                "tcp": [{"port": 0, "authentication": ["trust_user_name"]}],
            },
            "port_file": str(self.directory / "port"),
            "data_root": str(self.directory / "data"),
            "stage_root": str(self.directory / "stage"),
            "install_root": str(self.directory / "opt"),
            "package_repository": str(self.directory / "repository"),
        }
        self.executable = environment.build / "bin" / "deployment-manager"
        self.process = None
        self.client = None

    def start(self):
        self.process = self.environment.start_manager(self.configuration, self.namespace, self.executable)
        port = (self.directory / "port").read_text().strip()
        self.client = Manager(f"http://127.0.0.1:{port}", self.environment["application_user"])
        return self.client

    def end(self, how=signal.SIGTERM):
        """Idempotent."""
        if self.process is None:
            return
        self.process.send_signal(how)
        self.process.wait(60)
        self.process = None

    def program(self, *arguments):
        """The program with this configuration, which ends by itself; a subprocess.CompletedProcess with its output."""
        file = self.directory / "deployment-manager.json"
        file.write_text(json.dumps(self.configuration, indent=2))
        return subprocess.run(
            [str(self.executable), *arguments, "--config", str(file)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
        )

    def run(self, command, *arguments):
        """One of the program's commands; its output. One that fails is an AssertionError."""
        ended = self.program(command, *arguments)
        if ended.returncode != 0:
            raise AssertionError(f"deployment-manager {command}: exit code {ended.returncode}: {ended.stdout}")
        return ended.stdout

    @property
    def registry(self):
        return self.directory / "data" / "registry.sqlite"

    def registry_files(self):
        return sorted((self.directory / "data").glob("*.sqlite*"))

    def install_directory(self, application, component):
        return self.directory / "opt" / self.namespace / application / component
