"""How far a start has come, by the ResourceManager and the JobManager, and what it has cost the cluster.

SPDX-License-Identifier: Apache-2.0
"""

import time
from urllib.parse import quote

from manager import request
from process_tree import usage

from cluster import processes

ACCEPTED = ("ACCEPTED", "RUNNING", "FINISHED", "FAILED", "KILLED")
ENDED = ("FINISHED", "FAILED", "KILLED")
ACCEPTED_PAUSE = 0.03
RUNNING_PAUSE = 0.1


class Failed(Exception):
    """The start did not lead to a running job."""


def application_of(cluster, start):
    """The application of this start; None: YARN does not know it yet."""
    known = cluster.yarn("/apps?applicationTags=" + quote(start.tag))["apps"] or {"app": []}
    for one in known["app"]:
        if one["id"] not in start.known:
            return one
    return None


def tasks_run(resource_manager, application_id):
    """Whether every task of the application's one job runs."""
    try:
        answer = request("GET", f"{resource_manager}/proxy/{application_id}/jobs/overview", seconds=5)
    except OSError:
        return False
    jobs = answer.json.get("jobs", []) if answer.code == 200 and isinstance(answer.json, dict) else []
    tasks = jobs[0]["tasks"] if jobs else {}
    return tasks.get("total", 0) > 0 and tasks["running"] == tasks["total"]


def until_running(cluster, start, seconds):
    """(application, seconds to ACCEPTED, seconds to all tasks RUNNING), both since the start began."""
    deadline = start.began + seconds
    application, accepted = None, None
    while accepted is None:
        application = application_of(cluster, start)
        if application and application["state"] in ACCEPTED:
            accepted = time.monotonic() - start.began
            break
        give_up_late(start, deadline, "no application was accepted")
        time.sleep(ACCEPTED_PAUSE)
    address = cluster.resource_manager
    looked = time.monotonic()
    while not tasks_run(address, application["id"]):
        give_up_late(start, deadline, f"the tasks of {application['id']} do not run")
        if time.monotonic() - looked > 1:
            looked = time.monotonic()
            now = cluster.application(application["id"])
            if now["state"] in ENDED:
                raise Failed(f"{application['id']} is {now['state']}: {now['diagnostics'].strip()[:300]}")
        time.sleep(RUNNING_PAUSE)
    return application, accepted, time.monotonic() - start.began


def give_up_late(start, deadline, what):
    if problem := start.problem():
        raise Failed(problem)
    if time.monotonic() > deadline:
        raise Failed(f"{what} within the time limit")


def containers(application_id):
    """Of each of the application's JVMs that live: kind, seconds of processor time, resident bytes."""
    found = []
    for pid in processes(lambda arguments: bool(arguments) and arguments[0].endswith("/java")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                line = file.read().decode(errors="replace")
        except OSError:
            continue
        used = usage(pid) if application_id in line else None
        if used:
            found.append(("jobmanager" if "jobmanager.log" in line else "taskmanager", *used))
    return found


class Storage:
    """Bytes on HDFS below a path, as the superuser sees them."""

    def __init__(self, cluster, superuser):
        self.cluster = cluster
        self.superuser = superuser

    def bytes_below(self, path):
        url = f"{self.cluster.webhdfs}/webhdfs/v1{quote(path)}?op=GETCONTENTSUMMARY&user.name={self.superuser}"
        answer = request("GET", url)
        return answer.json["ContentSummary"]["length"] if answer.code == 200 else 0
