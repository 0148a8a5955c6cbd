"""The streaming example on one Flink version after the other, by Flink's client and directly, as a table; run by
test/matrix.sh.

SPDX-License-Identifier: Apache-2.0
"""

import argparse
import os
import signal
import sys
import time

from cluster import Cluster, processes
from environment import PACKAGES, Environment, EnvironmentFailure, wait_until
from manager import Manager
from scenario import COUNTER

UPGRADED = "counter-1.1.0"
TITLES = ("flink", "submission", "command line", "start", "state", "savepoint", "stop", "resumed", "upgrade", "killed", "result")


def submissions_of(version):
    """By the client, in the way that the version has (per-job clusters ended with Flink 1), and without it."""
    return ("application" if int(version.split(".")[0]) >= 2 else "per-job", "direct")


def command_line(program_file):
    """The part of the program file's command that decides how the job is submitted."""
    command = next(line for line in program_file.read_text().splitlines() if line.startswith("command="))
    words = command.split(" -- ", 1)[1].split()[1:]
    end = next((i for i, word in enumerate(words) if word.startswith(("-D", "-yD", "-d"))), len(words))
    return "flink " + " ".join(words[:end])


def timed(work):
    began = time.monotonic()
    work()
    return f"{time.monotonic() - began:.1f} s"


def require(condition, text):
    if not condition:
        raise AssertionError(text)


def run(environment, version, row):
    """Fills the row as far as it gets; raises AssertionError where something is not as it should be."""
    manager = Manager(environment["dm"], environment["application_user"])
    cluster = Cluster(environment)
    # A name of its own: what one leaves behind would be the other's state.
    name = "matrix-" + row["submission"]
    override = {"flink_submission": row["submission"]}
    # The package's other component is not looked at here, but has to be one that this version can run.
    after = manager.create(name, COUNTER, {"stream": override, "batch": override})
    require(after["status"] == "CREATED", after["information"])
    row["command line"] = command_line(cluster.program_file(name, "stream"))

    def started():
        result = manager.start(name, 600)
        require(result["status"] == "STARTED" and not result["information"], str(result))

    row["start"] = timed(started)

    def runs():
        entry = manager.component(name, "stream")
        row["state"] = entry["state"]
        require(entry["state"] == "RUNNING" and entry["confidence"] == "confirmed", f"{entry}")
        require(cluster.flink(entry["application_id"], f"/jobs/{entry['job_id']}")["state"] == "RUNNING", "not at Flink")
        return entry

    tag = "dm-component-" + wait_until("the job runs", runs, 60)["id"]
    require(len(cluster.live(tag)) == 1, "not one live application")

    def restored(entry):
        point = cluster.flink(entry["application_id"], f"/jobs/{entry['job_id']}/checkpoints")["latest"]["restored"]
        return point["external_path"] if point else ""

    def saved():
        point = manager.trigger_savepoint(name, component="stream")
        require(point["state"] == "COMPLETED", str(point))

    def stopped():
        result = manager.stop(name, 600)
        require(result["status"] == "CREATED", str(result))

    row["savepoint"] = timed(saved)
    row["stop"] = timed(stopped)
    require(cluster.live(tag) == [], "an application is left")
    require(manager.component(name, "stream")["state"] == "STOPPED", "it is not STOPPED")
    row["resumed"] = timed(started)
    require("/savepoints/" in restored(wait_until("the job runs again", runs, 60)), "it has not resumed from the stop's savepoint")

    def upgraded():
        result = manager.upgrade(name, UPGRADED, {"stream": override, "batch": override})
        require(result["status"] == "STARTED", str(result))

    row["upgrade"] = timed(upgraded)
    entry = wait_until("the upgraded job runs", runs, 60)
    require("/savepoints/" in restored(entry), "the upgraded job has not resumed from a savepoint")

    def killed():
        victims = processes(lambda words: any(entry["application_id"] in word and "jobmanager.log" in word for word in words))
        require(victims, "its JobManager is not found")
        for pid in victims:
            os.kill(pid, signal.SIGKILL)

        def again():
            now = runs()
            return now if now["application_id"] != entry["application_id"] else None

        require(restored(wait_until("the job runs after its JobManager's end", again, 180)), "it has lost its state")

    row["killed"] = timed(killed)
    require(len(cluster.live(tag)) == 1, "not one live application")
    require(manager.stop(name, 600)["status"] == "CREATED", "it cannot be stopped")
    require(manager.destroy(name)["status"] == "NOTCREATED", "it cannot be destroyed")


def prepare(environment, version):
    require(environment["flink_version"] == version, f"the cluster has Flink {environment['flink_version']}")
    manager = Manager(environment["dm"], environment["application_user"])
    for package in (COUNTER, UPGRADED):
        manager.upload(PACKAGES / f"{package}.tar.gz")
        require(manager.deploy(package)["status"] == "DEPLOYED", f"{package} cannot be deployed")


def rows_of(version, build):
    rows = [{"flink": version, "submission": submission, "result": "FAILED"} for submission in submissions_of(version)]
    environment = Environment(build, version)
    row = rows[0]
    try:
        environment.up()
        prepare(environment, version)
        for row in rows:
            run(environment, version, row)
            row["result"] = "passed"
    except (AssertionError, EnvironmentFailure, OSError) as problem:
        print(f"{version}, {row['submission']}: {problem}", file=sys.stderr)
        for file, lines in environment.log_tails():
            print(f"--- the end of {file}", *lines, sep="\n", file=sys.stderr)
    finally:
        environment.down()
    return rows


def print_table(rows):
    cells = [TITLES] + [tuple(row.get(title, "-") for title in TITLES) for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(TITLES))]
    for line in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True)
    parser.add_argument("version", nargs="+")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    rows = []
    for version in given.version:
        print(f"Flink {version} …", file=sys.stderr, flush=True)
        rows += rows_of(version, given.build)
    print_table(rows)
    return 0 if all(row["result"] == "passed" for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
