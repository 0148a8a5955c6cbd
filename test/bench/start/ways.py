"""The ways to start a job that are compared: Flink's own client, and components of the Deployment Manager.

SPDX-License-Identifier: Apache-2.0
"""

import json
import os
import pwd
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from cluster import guards
from environment import PACKAGES, wait_until
from process_tree import Roots, Watch

MAIN_CLASS = "faults.Runs"
ARGUMENTS = ["--seconds", "0"]
# As small as this job can be run, for many at once. Both ends of a range are given, since Flink refuses a size that
# its minimum does not fit in.
SMALL_CONTAINERS = {
    "jobmanager.memory.process.size": "320m",
    "jobmanager.memory.jvm-metaspace.size": "96m",
    "jobmanager.memory.off-heap.size": "16m",
    "jobmanager.memory.jvm-overhead.min": "16m",
    "jobmanager.memory.jvm-overhead.max": "16m",
    "taskmanager.memory.process.size": "288m",
    "taskmanager.memory.managed.size": "0",
    "taskmanager.memory.network.min": "4m",
    "taskmanager.memory.network.max": "4m",
    "taskmanager.memory.jvm-metaspace.size": "96m",
    "taskmanager.memory.framework.heap.size": "48m",
    "taskmanager.memory.framework.off-heap.size": "16m",
    "taskmanager.memory.jvm-overhead.min": "16m",
    "taskmanager.memory.jvm-overhead.max": "16m",
}
PROVIDED = "yarn.provided.lib.dirs"
# Of the cluster's own configuration: what makes a start faster or smaller, and so is no part of an installation as it
# comes out of the box.
TUNING = (PROVIDED, "yarn.heartbeat.", "jobmanager.memory.", "taskmanager.memory.", "env.java.opts.jobmanager",
          "env.java.opts.taskmanager", "parallelism.default", "taskmanager.numberOfTaskSlots")  # fmt: skip
# What the configuration file in Flink's package says.
OUT_OF_THE_BOX = {
    "jobmanager.memory.process.size": "1600m",
    "taskmanager.memory.process.size": "1728m",
    "taskmanager.numberOfTaskSlots": "1",
    "parallelism.default": "1",
}


class NotSupported(Exception):
    """This build, or this Flink, has no such way; the text says why."""


@dataclass
class Way:
    name: str
    title: str
    provided: bool = False  # of a client: whether its configuration names libraries on HDFS
    mode: str = ""  # of a client: run, application
    properties: dict = field(default_factory=dict)  # of a component; none: a client
    class_data: bool = False

    @property
    def ours(self):
        return not self.mode


WAYS = [
    Way("flink-run", "flink run, out of the box", mode="run"),
    Way("flink-run-provided", "the same, libraries provided", mode="run", provided=True),
    Way("run-application", "flink run-application, provided", mode="application", provided=True),
    Way("per-job", "component, per-job", properties={"flink_submission": "per-job"}),
    Way("per-job-small", "component, per-job, small", properties={"flink_submission": "per-job", "flink_profile": "small"}),
    Way("per-job-throughput", "component, per-job, throughput",
        properties={"flink_submission": "per-job", "flink_profile": "throughput"}),
    Way("application", "component, application", properties={"flink_submission": "application"}),
    Way("application-small", "component, application, small",
        properties={"flink_submission": "application", "flink_profile": "small"}),
    Way("direct", "component, direct", properties={"flink_submission": "direct"}),
    Way("direct-small", "component, direct, small", properties={"flink_submission": "direct", "flink_profile": "small"}),
    Way("direct-class-data", "component, direct, small, class data", class_data=True,
        properties={"flink_submission": "direct", "flink_profile": "small"}),
]  # fmt: skip
BY_NAME = {way.name: way for way in WAYS}
DEFAULT_WAYS = ["flink-run", "flink-run-provided", "run-application", "per-job", "direct", "direct-small",
                "direct-class-data"]  # fmt: skip


def write_configuration(cluster_directory, version, directory, provided, more=None):
    """A configuration directory of the cluster's without its tuning; returns its path."""
    source = Path(cluster_directory)
    name = "config.yaml" if version.startswith("2.") else "flink-conf.yaml"
    kept, libraries = [], ""
    for line in (source / name).read_text().splitlines():
        if line.startswith(PROVIDED):
            libraries = line
        if not line.startswith(TUNING) and not line.startswith("#") and line.strip():
            kept.append(line)
    kept += [f"{key}: {value}" for key, value in {**OUT_OF_THE_BOX, **(more or {})}.items()]
    if provided:
        kept.append(libraries)
    directory.mkdir()
    directory.chmod(0o755)
    for file in source.glob("log4j*.properties"):
        (directory / file.name).write_text(file.read_text())
    (directory / name).write_text("\n".join(kept) + "\n")
    return directory


class Start:
    """One start under way: began (time.monotonic), tag of its application, watch over the edge node's processes."""

    def __init__(self, began, tag, watch):
        self.began = began
        self.tag = tag
        self.watch = watch
        self.known = set()  # applications of the tag that are none of this start's

    def settle(self):
        """Waits for what of the start goes on after its job runs, and ends the watch."""
        self.watch.end()

    def problem(self):
        """Why it has failed already; empty: it has not, as far as one can tell."""
        return ""


class ClientStart(Start):
    def __init__(self, began, tag, process, log):
        super().__init__(began, tag, Watch([process.pid]).start())
        self.process = process
        self.log = log
        self.cpu = None

    def settle(self):
        _, _, used = os.wait4(self.process.pid, 0)
        self.process.returncode = 0
        self.watch.end()
        # Exact, where the watch has missed the last moments.
        self.watch.taken = {self.process.pid: used.ru_utime + used.ru_stime}

    def problem(self):
        # WNOWAIT leaves it to settle() to collect the process with what it has used.
        ended = os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if ended is None or ended.si_status == 0:
            return ""
        return "the client failed: " + " / ".join(self.log.read_text(errors="replace").splitlines()[-3:])


class Clients:
    """Runs Flink's client as a person would, as the cluster's application user."""

    def __init__(self, environment, jar, configurations, directory):
        self.environment = environment
        self.jar = jar
        self.configurations = configurations  # by whether libraries are provided
        self.directory = directory
        self.version = environment["flink_version"]

    def command(self, way, tag, configuration):
        newer = self.version.startswith("2.")
        flink = f"{self.environment['flink_home']}/bin/flink"
        option = "-D" if newer or way.mode == "application" else "-yD"
        if newer:
            if way.mode == "application":
                raise NotSupported("on Flink 2 it is the same as the line before")
            words = [flink, "run", "-t", "yarn-application"]
        elif way.mode == "application":
            words = [flink, "run-application", "-t", "yarn-application"]
        else:
            words = [flink, "run", "-m", "yarn-cluster", "-d"]
        for key, value in {"yarn.tags": tag, **configuration}.items():
            words += [option, f"{key}={value}"]
        return words + ["-c", MAIN_CLASS, str(self.jar), *ARGUMENTS]

    def start(self, way, name, configuration):
        tag = f"bench-{name}-{time.monotonic_ns()}"
        command = self.command(way, tag, configuration)
        told = self.environment.configuration()["plugin_settings"]["flink"]["flink_environment"]
        account = pwd.getpwnam(self.environment["application_user"])
        # Nothing of this process's, and no JVM_ARGS: Flink's own.
        variables = {name: value for name, value in told.items() if name != "JVM_ARGS"} | {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "HOME": str(self.directory),
            "USER": f"{account.pw_name}-{name}",
            "FLINK_CONF_DIR": str(self.configurations[way.provided]),
        }
        log = self.directory / f"{name}.log"
        with open(log, "wb") as output:
            began = time.monotonic()
            process = subprocess.Popen(command, env=variables, cwd=self.directory, stdin=subprocess.DEVNULL, stdout=output,
                                       stderr=output, user=account.pw_uid, group=account.pw_gid, extra_groups=[])  # fmt: skip
        return ClientStart(began, tag, process, log)


class Components:
    """Starts components of a Deployment Manager, by REST."""

    def __init__(self, environment, manager, package, namespace, install_root, bare_configuration):
        self.environment = environment
        self.bare_configuration = bare_configuration  # a directory; it names no libraries
        self.class_data = None  # where it lies on HDFS
        self.manager = manager
        self.package = package
        self.namespace = namespace
        self.install_root = install_root

    def prepare(self, way, name, configuration):
        """Creates the application, once; NotSupported where this build refuses a property of the way."""
        override = {
            "main_class": MAIN_CLASS,
            "application_args": " ".join(ARGUMENTS),
            "flink_state": "none",
            **way.properties,
        }
        if configuration:
            override["flink_configuration"] = configuration
        if way.class_data:
            # Of libraries that the guard provides.
            override["flink_class_data"] = "on"
            override["flink_environment"] = {"FLINK_CONF_DIR": str(self.bare_configuration)}
        if override["flink_submission"] == "per-job" and self.environment["flink_version"].startswith("2."):
            override["flink_submission"] = "application"
        body = {"package": self.package, "flink": {"job": override}}
        answer = self.manager.ask("PUT", f"/applications/{name}", body)
        if answer.code != 202:
            raise NotSupported(f"not supported by this build: {words_of(answer.json) or answer}")
        after = self.manager.settled(f"/applications/{name}", 60)
        if after["status"] != "CREATED":
            raise NotSupported(f"not supported by this build: {after['information'] or after}")
        if way.class_data and self.class_data is None:
            self.class_data = self.make_class_data(name)

    def make_class_data(self, name):
        """By the program that an administrator calls."""
        guard = self.environment.build / "bin" / "flink-guard"
        spec = Path(self.install_root) / self.namespace / name / "job" / "guard.json"
        job = ["--jar", str(PACKAGES / "faults.jar"), "--class", MAIN_CLASS, "--argument=--seconds", "--argument=2"]
        command = [str(guard), "class-data", "--spec", str(spec), "--json", *job]
        made = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=300)
        if made.returncode != 0:
            raise NotSupported(f"no class data: {made.stdout.decode(errors='replace').strip()}")
        return json.loads(made.stdout)["directory"]

    def start(self, name):
        tag = "dm-component-" + self.manager.component(name, "job")["id"]
        spec = Path(self.install_root) / self.namespace / name / "job" / "guard.json"
        watch = Watch(Roots(lambda: guards(spec))).start()
        began = time.monotonic()
        self.manager.expect(202, "POST", f"/applications/{name}/start", {})
        return Start(began, tag, watch)

    def stop(self, name):
        after = self.manager.settled(f"/applications/{name}")
        if after["status"] in ("STARTED", "CREATED"):
            self.manager.stop(name, savepoint=False)

    def remove(self, name):
        def removed():
            return self.manager.destroy(name)["status"] == "NOTCREATED"

        wait_until(f"{name} is destroyed", removed, 120)


def words_of(answer):
    """The message of a refusal, on one line."""
    if not isinstance(answer, dict):
        return ""
    error = answer.get("error", answer)
    if not isinstance(error, dict):
        return str(error)
    details = [f"{one.get('found')}, allowed: {one.get('allowed')}" for one in error.get("details", [])[:2]]
    return "; ".join([str(error.get("message", "")), *details]).strip("; ")
