"""The environment of the end-to-end tests: a cluster and a Deployment Manager, by examples/demo.sh.

SPDX-License-Identifier: Apache-2.0
"""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "examples" / "demo.sh"
PACKAGES = ROOT / "build" / "packages"
PORTS = 30  # of a cluster with two of each; 20 suffice for one that is single


class EnvironmentFailure(Exception):
    """The environment cannot be brought up, or a process of it does not do what it has to."""


def free_port_base():
    """The first of 30 neighbouring ports that nobody has at the moment.

    Looked for in random order: the services of an environment that comes up beside this one listen only later.
    """
    bases = list(range(24000, 32000, PORTS))
    random.shuffle(bases)
    for base in bases:
        if all(port_is_free(port) for port in range(base, base + PORTS)):
            return base
    raise EnvironmentFailure("no 30 free neighbouring ports between 24000 and 32000")


def port_is_free(port):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def wait_until(what, condition, seconds=60, pause=0.3):
    """The first true value of condition(); after `seconds` an AssertionError that says what it was last.

    condition raises AssertionError with a text, or returns something false, as long as it does not hold.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            last = condition()
            if last:
                return last
        except AssertionError as problem:
            last = problem
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds} s; last seen: {last}")
        time.sleep(pause)


def process_ends(pid, seconds=30):
    """Waits until a process that is no child of this one is gone."""
    wait_until(f"process {pid} ends", lambda: not os.path.exists(f"/proc/{pid}"), seconds)


def python_interpreter(flink=None):
    """One with PyFlink; making it takes some minutes, once."""
    command = [str(ROOT / "examples" / "applications" / "python" / "make-venv.sh")]
    ended = subprocess.run(command + (["--flink", flink] if flink else []), stdout=subprocess.PIPE)
    if ended.returncode != 0:
        raise EnvironmentFailure("there is no Python with PyFlink, see above")
    return ended.stdout.decode().strip()


class Environment:
    """What demo.sh --keep --json prints, and the processes behind it."""

    def __init__(self, build, flink=None, options=()):
        """options: more of demo.sh's, such as --ha."""
        self.build = Path(build).resolve()
        self.flink = flink
        self.options = list(options)
        # Below /var/tmp, since the application's account must be able to read it.
        self.directory = Path(tempfile.mkdtemp(prefix="dm-end-to-end.", dir="/var/tmp"))
        self.directory.chmod(0o755)
        self.output = self.directory / "demo.log"
        self.addresses = {}

    def __getitem__(self, name):
        return self.addresses[name]

    @property
    def place(self):
        """demo.sh's own directory."""
        return self.directory / "demo"

    @property
    def manager_directory(self):
        return self.place / "manager"

    def install_directory(self, application, component, namespace=None):
        return self.manager_directory / "opt" / (namespace or self["namespace"]) / application / component

    def up(self):
        command = [str(DEMO), "--keep", "--json", "--build", str(self.build), "--dir", str(self.place)]
        command += ["--port-base", str(free_port_base())]
        if self.flink:
            command += ["--flink", self.flink]
        command += self.options
        with open(self.output, "wb") as log:
            demo = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, start_new_session=True
            )
        try:
            told, _ = demo.communicate()
        except BaseException:
            # Interrupted: it takes down by itself what it has brought up, and has to be done before down().
            os.killpg(demo.pid, signal.SIGTERM)
            demo.communicate()
            raise
        if demo.returncode != 0:
            tail = self.output.read_text(errors="replace").splitlines()[-40:]
            raise EnvironmentFailure("\n".join([f"{DEMO} failed with exit code {demo.returncode}:", *tail]))
        self.addresses = json.loads(told)

    def down(self):
        """Ends every process and removes every file, also after an up() that failed half-way."""
        ended = subprocess.run(
            [str(DEMO), "--down", "--dir", str(self.place)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        if ended.returncode != 0:
            raise EnvironmentFailure(ended.stdout.decode(errors="replace"))
        shutil.rmtree(self.directory)

    def start_manager(self, configuration, name, program=None):
        """Starts a Deployment Manager (program: not the built one) as demo.sh does; returns its process. name: of its directory."""
        directory = self.directory / name if name else self.manager_directory
        port_file = Path(configuration["port_file"])
        port_file.unlink(missing_ok=True)
        directory.mkdir(exist_ok=True)
        file = directory / "deployment-manager.json"
        file.write_text(json.dumps(configuration, indent=2))
        with open(directory / "manager.log", "ab") as log:
            process = subprocess.Popen(
                [str(program or self.build / "bin" / "deployment-manager"), "--config", str(file)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until(
            "the Deployment Manager tells its port",
            lambda: process.poll() is not None or (port_file.exists() and port_file.read_text().strip()),
            90,
        )
        if process.poll() is not None:
            raise EnvironmentFailure(f"the Deployment Manager ended with {process.returncode}; see {directory}")
        return process

    def configuration(self):
        return json.loads(Path(self["configuration"]).read_text())

    def end_manager(self, how=signal.SIGTERM):
        pid = self["dm_pid"]
        os.kill(pid, how)
        # One that a test has started is a child of this process and has to be collected.
        started = self.addresses.pop("process", None)
        if started:
            started.wait(60)
        else:
            process_ends(pid, 60)

    def restart_manager(self):
        """Starts the Deployment Manager again on its old port; demo.sh --down will find it."""
        process = self.start_manager(self.configuration(), "")
        self.addresses["process"] = process
        self.addresses["dm_pid"] = process.pid

    def log_tails(self, lines=25):
        """The ends of the logs of the Deployment Managers and of the guards, for a failure's report."""
        found = sorted(self.directory.glob("*/manager.log")) + sorted(self.directory.glob("*/*/manager.log"))
        for installed in (*self.directory.glob("*/opt"), *self.directory.glob("*/*/opt")):
            found += sorted(installed.glob("*/*/*/logs/guard.log"))
        for file in found:
            try:
                text = file.read_text(errors="replace")
            except FileNotFoundError:  # destroyed by a test that runs at the same time
                continue
            yield str(file), text.splitlines()[-lines:]
