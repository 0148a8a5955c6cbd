#!/usr/bin/env python3
"""Runs bench_savepoint on a real cluster, beside the Flink CLI on the same job.

SPDX-License-Identifier: Apache-2.0
"""

import json
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "end_to_end"))

from environment import PACKAGES, ROOT, Environment, wait_until  # noqa: E402
from manager import Manager  # noqa: E402

PACKAGE = "counter-1.0.0"
APPLICATION = "measured"


def component_data(environment):
    """What create returned, from the Deployment Manager's registry."""
    file = Path(environment.configuration()["data_root"]) / "registry.sqlite"
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as registry:
        row = registry.execute(
            "SELECT data FROM components WHERE application = ? AND name = 'stream'", (APPLICATION,)
        ).fetchone()
    return json.loads(row[0])


def flink_command_line(environment, entry, rounds):
    """Seconds that `flink savepoint` takes on the same job, each."""
    settings = environment.configuration()["plugin_settings"]["flink"]
    told = {**os.environ, **settings["flink_environment"], "HADOOP_USER_NAME": environment["application_user"]}
    command = [f"{environment['flink_home']}/bin/flink", "savepoint", "-yid", entry["application_id"], entry["job_id"]]
    taken = []
    for _ in range(rounds):
        began = time.monotonic()
        subprocess.run(command, env=told, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        taken.append(time.monotonic() - began)
    return taken


def main():
    build = ROOT / "build" / "release"
    environment = Environment(build)
    try:
        environment.up()
        manager = Manager(environment["dm"], environment["application_user"])
        manager.upload(PACKAGES / f"{PACKAGE}.tar.gz")
        manager.deploy(PACKAGE)
        manager.create(APPLICATION, PACKAGE, {"batch": {"application_args": "--numbers 10"}})
        manager.start(APPLICATION)
        entry = wait_until(
            "the job runs",
            lambda: (one := manager.component(APPLICATION, "stream"))["state"] == "RUNNING" and one,
            120,
        )
        configuration = environment.configuration()
        document = environment.directory / "environment.json"
        document.write_text(json.dumps({"schema": 1, "environment": configuration["environment"],
                                        "settings": configuration["plugin_settings"]["flink"]}))
        component = environment.directory / "component.json"
        component.write_text(json.dumps({"namespace": environment["namespace"], "application": APPLICATION,
                                         "component": "stream", "data": component_data(environment)}))
        subprocess.run([str(build / "bin" / "bench_savepoint"), "--environment", str(document),
                        "--component", str(component)], check=True)
        seconds = sorted(flink_command_line(environment, entry, 3))
        print(f"  {'flink savepoint, the command line':<36}{1000 * seconds[0]:>7.1f} ms"
              f"{1000 * seconds[1]:>7.1f} ms{1000 * seconds[2]:>7.1f} ms")
    finally:
        environment.down()


if __name__ == "__main__":
    main()
