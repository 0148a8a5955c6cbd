"""YARN, HDFS, Flink and the services of the one-machine cluster, asked directly.

SPDX-License-Identifier: Apache-2.0
"""

import os
import subprocess
import urllib.parse
import urllib.request
from pathlib import Path

from environment import ROOT, wait_until
from manager import DIRECT, request

LIVE = {"NEW", "NEW_SAVING", "SUBMITTED", "ACCEPTED", "RUNNING"}


class Cluster:
    def __init__(self, environment):
        self.environment = environment
        self.user = environment["application_user"]

    # Which of two is the active one, where there are two.

    @property
    def resource_manager(self):
        return self.active("resource_manager", "/ws/v1/cluster/info", lambda told: told["clusterInfo"]["haState"] == "ACTIVE")

    @property
    def webhdfs(self):
        path = "/jmx?qry=Hadoop:service=NameNode,name=NameNodeStatus"
        return self.active("webhdfs", path, lambda told: told["beans"][0]["State"] == "active")

    def active_service(self, kind):
        """kind: resourcemanager or namenode; the name of the active one of the pair."""
        name = {"resourcemanager": "resource_manager", "namenode": "webhdfs"}[kind]
        return kind + ("1" if getattr(self, name) == self.environment[name] else "2")

    def active(self, name, path, is_active):
        """The address of the pair's member that says it is active; the only one where there is no pair."""
        addresses = [self.environment[name], self.environment[name + "_backup"]]
        if not addresses[1]:
            return addresses[0]

        def look():
            found = []
            for address in addresses:
                try:
                    if is_active(request("GET", address + path, seconds=2).json):
                        found.append(address)
                except (OSError, TypeError, LookupError):
                    pass  # down, hung, or not ready to say
            # One that wakes says for a moment that it is active, and what was true when it fell asleep.
            return found[0] if len(found) == 1 else None

        return wait_until(f"one {name} is active", look, 90)

    # YARN.

    def yarn(self, path):
        """As the user whose applications they are: a cluster with access lists shows others nothing."""
        path += ("&" if "?" in path else "?") + "user.name=" + self.user
        answer = request("GET", self.resource_manager + "/ws/v1/cluster" + path)
        if answer.code != 200:
            raise AssertionError(f"YARN answers {path} with {answer}")
        return answer.json

    def applications(self, tag):
        """All applications of a tag that YARN knows, oldest first."""
        found = self.yarn("/apps?applicationTags=" + urllib.parse.quote(tag))["apps"] or {"app": []}
        return sorted(found["app"], key=lambda one: one["id"])

    def live(self, tag):
        return [one["id"] for one in self.applications(tag) if one["state"] in LIVE]

    def application(self, application_id):
        return self.yarn("/apps/" + application_id)["app"]

    def kill_application(self, application_id):
        """As somebody with access to YARN would, past the Deployment Manager."""
        url = f"{self.resource_manager}/ws/v1/cluster/apps/{application_id}/state?user.name={self.user}"
        headers = {"Content-Type": "application/json"}
        asked = urllib.request.Request(url, data=b'{"state": "KILLED"}', method="PUT", headers=headers)
        DIRECT.open(asked, timeout=30).close()

    # Flink.

    def flink(self, application_id, path):
        """What a live JobManager answers, through YARN's proxy."""
        answer = request("GET", f"{self.resource_manager}/proxy/{application_id}{path}")
        if answer.code != 200 or answer.json is None:
            raise AssertionError(f"the JobManager of {application_id} answers {path} with {answer}")
        return answer.json

    def archived(self, path):
        """What the history server answers."""
        answer = request("GET", self.environment["history_server"] + path)
        if answer.code != 200 or answer.json is None:
            raise AssertionError(f"the history server answers {path} with {answer}")
        return answer.json

    # HDFS.

    def list_directory(self, path):
        """Names in a directory of HDFS; none where there is no such directory."""
        url = f"{self.webhdfs}/webhdfs/v1{urllib.parse.quote(path)}?op=LISTSTATUS&user.name={self.user}"
        answer = request("GET", url)
        if answer.code == 404:
            return []
        if answer.code != 200:
            raise AssertionError(f"HDFS answers LISTSTATUS {path} with {answer}")
        return [one["pathSuffix"] for one in answer.json["FileStatuses"]["FileStatus"]]

    def staging_directories(self):
        return set(self.list_directory(f"/user/{self.user}/.flink"))

    # Services.

    def control(self, command, service, *more):
        ended = subprocess.run(
            [
                str(ROOT / "examples" / "cluster" / "cluster.sh"),
                command,
                service,
                "--dir",
                str(self.environment.place / "cluster"),
                *more,
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        if ended.returncode != 0:
            raise AssertionError(f"cluster.sh {command} {service}: {ended.stdout.decode(errors='replace')}")

    def kill(self, service):
        """kill -9; returns when it is gone."""
        self.control("kill", service)

    def hang(self, service):
        """It accepts connections and never answers, until go_on."""
        self.control("stop", service)

    def go_on(self, service):
        self.control("cont", service)

    def start(self, service, *options):
        """Returns when it serves, or, with --no-wait, when it runs. A service that runs is left as it is."""
        self.control("start", service, *options)

    def program_file(self, application, component):
        name = f"flink.{self.environment['namespace']}.{application}.{component}.conf"
        return Path(self.environment["supervisor_config_dir"]) / name


def processes(wanted):
    """Process ids whose argument vector satisfies wanted(list of str)."""
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            arguments = Path(f"/proc/{entry}/cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if wanted(arguments[:-1]):
            found.append(int(entry))
    return found


def guards(spec):
    """Process ids of the guards that work on a guard.json."""

    def is_guard(arguments):
        if not arguments or os.path.basename(arguments[0]) != "flink-guard":
            return False
        return str(spec) in arguments[: arguments.index("--") if "--" in arguments else None]

    return processes(is_guard)


def one_guard(spec, seconds=30):
    return wait_until(f"a guard of {spec} runs", lambda: guards(spec), seconds)[0]
