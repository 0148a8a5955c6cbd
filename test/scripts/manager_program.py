"""The real Deployment Manager with the scriptable plugin, for one test: a directory, a configuration, a process.

Environment: DM_PROGRAM, the Deployment Manager; DM_FLINK_PLUGIN, the scriptable plugin for components of type flink.

SPDX-License-Identifier: Apache-2.0
"""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import time
from urllib.parse import urlsplit

from stand_in_cluster import counter_package

TRUSTING = {"socket": {"path": ""}, "tcp": [{"port": 0, "authentication": ["trust_user_name"]}]}
USER = "daemon"  # an account of every Debian system, for applications


class Answer:
    """code: HTTP's; text: the body; json: the body as JSON, or None."""

    def __init__(self, code, text):
        self.code = code
        self.text = text
        try:
            self.json = json.loads(text)
        except ValueError:
            self.json = None

    def __repr__(self):
        return f"{self.code} {self.text[:2000]}"


class ManagerProgram:
    """place: a directory that is made; listen and more: of the configuration; become: words before the command."""

    def __init__(self, place, listen=None, become=(), **more):
        self.place = place
        self.programs = place / "programs"  # what the scriptable plugin makes and notes
        self.process = None
        self.addresses = []
        for folder in (place, place / "bin", place / "plugins", self.programs):
            folder.mkdir(parents=True, exist_ok=True)
        self.become = list(become)
        # Another account may not reach where the build lies.
        lay_out = shutil.copy if self.become else os.symlink
        self.program = place / "bin/deployment-manager"
        lay_out(os.environ["DM_PROGRAM"], self.program)
        lay_out(os.environ["DM_FLINK_PLUGIN"], place / "plugins/flink.so")
        self.configuration = {
            "listen": listen or TRUSTING,
            "minimum_uid": 1,
            "environment": {"namespace": "demo"},
            "plugins_path": "plugins",
            "plugin_settings": {"flink": {"supervisor_config_dir": str(self.programs)}},
            "data_root": "data",
            "install_root": "opt",
            "metrics_interval_ms": 0,  # no calls of the plugin but those that a test asks for
            **more,
        }

    @property
    def log(self):
        return self.place / "log"

    def start(self):
        """Returns once it serves; an end before is an AssertionError with its log."""
        file = self.place / "manager.json"
        file.write_text(json.dumps(self.configuration, indent=2))
        file.chmod(0o644)
        told = self.place / "told"
        with open(told, "wb") as standard, open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*self.become, str(self.program), "--config", str(file)],
                stdin=subprocess.DEVNULL, stdout=standard, stderr=log,
            )
        listen = self.configuration["listen"]
        wanted = len(listen.get("tcp", [])) + (1 if listen.get("socket", {}).get("path", "default") else 0)
        for _ in range(1200):
            self.addresses = re.findall(r"(?m)^listening on (\S.*)$", told.read_text())
            if len(self.addresses) == wanted:
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"it does not serve: {self.log.read_text()}")

    def stop(self):
        """By SIGTERM; an end of another kind is an AssertionError."""
        if self.process is None:
            return
        process, self.process = self.process, None
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            code = process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        if code != 0:
            raise AssertionError(f"it ended with {code}: {self.log.read_text()[-4000:]}")

    @property
    def address(self):
        """Of its first TCP listener, http://127.0.0.1:4711 for instance."""
        return next(address for address in self.addresses if not address.startswith("unix:"))

    @property
    def socket(self):
        return next(address for address in self.addresses if address.startswith("unix:")).removeprefix("unix:")

    def ask(self, method, path, body=None, seconds=60):
        """One request at the first TCP listener, which speaks plain HTTP; no proxy has a part in it."""
        at = urlsplit(self.address)
        connection = http.client.HTTPConnection(at.hostname, at.port, timeout=seconds)
        fields = {"Content-Type": "application/json"} if body is not None and "/repository/" not in path else {}
        try:
            connection.request(method, path, body, fields)
            reply = connection.getresponse()
            return Answer(reply.status, reply.read().decode("utf-8", errors="replace"))
        finally:
            connection.close()

    def expect(self, code, method, path, body=None):
        answer = self.ask(method, path, body)
        if answer.code != code:
            raise AssertionError(f"{method} {path}: wanted {code}, got {answer}")
        return answer.json

    def done(self, method, path, body=None):
        """A write that is waited for; its operation has to succeed."""
        mark = "&" if "?" in path else "?"
        ended = self.expect(200, method, f"{path}{mark}wait=60&user.name={USER}", body)
        if ended["status"] != "SUCCEEDED":
            raise AssertionError(f"{method} {path}: {ended}")
        return ended

    def make_started(self, application):
        """An application of the example package, deployed before if need be, with both components RUNNING."""
        if "counter-1.0.0" not in self.expect(200, "GET", "/packages"):
            archive = self.place / "counter-1.0.0.tar.gz"
            counter_package(archive)
            self.expect(201, "PUT", f"/repository/packages/{archive.name}?user.name={USER}", archive.read_bytes())
            self.done("PUT", "/packages/counter-1.0.0")
        self.done("PUT", f"/applications/{application}", json.dumps({"package": "counter-1.0.0"}))
        self.done("POST", f"/applications/{application}/start")

    def plugin_calls(self):
        """Verbs that the plugin was asked for, but those that only look."""
        file = self.programs / "calls"
        lines = file.read_text().splitlines() if file.exists() else []
        verbs = [json.loads(line)["verb"] for line in lines]
        return [verb for verb in verbs if verb not in ("status", "list", "find", "figures")]
