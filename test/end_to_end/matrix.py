"""The streaming example on one Flink version after the other, as a table; run by test/matrix.sh.

SPDX-License-Identifier: Apache-2.0
"""

import argparse
import signal
import sys
import time

from cluster import Cluster
from environment import PACKAGES, Environment, EnvironmentFailure, wait_until
from manager import Manager
from scenario import COUNTER

TITLES = ("flink", "submission", "command line", "start", "state", "stop", "result")


def submission_of(version):
    """What has to be asked for: per-job clusters ended with Flink 1."""
    return "application" if int(version.split(".")[0]) >= 2 else "per-job"


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
    require(environment["flink_version"] == version, f"the cluster has Flink {environment['flink_version']}")
    manager.upload(PACKAGES / f"{COUNTER}.tar.gz")
    require(manager.deploy(COUNTER)["status"] == "DEPLOYED", "the package cannot be deployed")
    submission = submission_of(version)
    override = {"flink_submission": submission}
    # The package's other component is not looked at here, but has to be one that this version can run.
    after = manager.create("matrix", COUNTER, {"stream": override, "batch": override})
    require(after["status"] == "CREATED", after["information"])
    row["command line"] = command_line(cluster.program_file("matrix", "stream"))

    def started():
        result = manager.start("matrix", 600)
        require(result["status"] == "STARTED" and not result["information"], str(result))

    row["start"] = timed(started)

    def runs():
        entry = manager.component("matrix", "stream")
        row["state"] = entry["state"]
        require(entry["state"] == "RUNNING" and entry["confidence"] == "confirmed", f"{entry}")
        require(cluster.flink(entry["application_id"], f"/jobs/{entry['job_id']}")["state"] == "RUNNING", "not at Flink")
        return entry

    tag = "dm-component-" + wait_until("the job runs", runs, 60)["id"]
    require(len(cluster.live(tag)) == 1, "not one live application")

    def stopped():
        result = manager.stop("matrix", 600)
        require(result["status"] == "CREATED", str(result))

    row["stop"] = timed(stopped)
    require(cluster.live(tag) == [], "an application is left")
    require(manager.component("matrix", "stream")["state"] == "STOPPED", "it is not STOPPED")
    require(manager.destroy("matrix")["status"] == "NOTCREATED", "it cannot be destroyed")


def row_of(version, build):
    row = {"flink": version, "submission": submission_of(version)}
    environment = Environment(build, version)
    try:
        environment.up()
        run(environment, version, row)
        row["result"] = "passed"
    except (AssertionError, EnvironmentFailure, OSError) as problem:
        row["result"] = "FAILED"
        print(f"{version}: {problem}", file=sys.stderr)
        for file, lines in environment.log_tails():
            print(f"--- the end of {file}", *lines, sep="\n", file=sys.stderr)
    finally:
        environment.down()
    return row


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
        rows.append(row_of(version, given.build))
    print_table(rows)
    return 0 if all(row["result"] == "passed" for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
