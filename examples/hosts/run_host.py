#!/usr/bin/env python3
"""Runs an example host against a server that never answers, and compares its output with expected.txt.

    run_host.py <plugin.so> <expected.txt> <host> ...

What differs from run to run (times, ports, folders, versions) stands in expected.txt as <time>, <port>, <folder> ...
SPDX-License-Identifier: Apache-2.0
"""
import difflib
import json
import os
import re
import socket
import subprocess
import sys
import tempfile


def environment(folder, port):
    address = {"_host": "127.0.0.1", "_port": str(port)}
    cluster = {name + part: value for name in ("yarn_resource_manager", "webhdfs") for part, value in address.items()}
    return {"schema": 1,
            "environment": {"namespace": "example", "flink": f"{folder}/flink/bin/flink", **cluster},
            "settings": {"supervisor_url": f"http://127.0.0.1:{port}/RPC2", "supervisor_config_dir": f"{folder}/conf.d",
                         "install_root": f"{folder}/opt", "guard": f"{folder}/flink-guard", "node": "edge",
                         "timeouts_ms": {"status": 1000}}}


NAME = {"namespace": "example", "application": "clicks", "component": "counter"}
VALIDATE = {"schema": 1, "scope": "properties", **NAME,
            "properties": {"component_main_jar": "counter.jar", "component_flink_parallelism": "many"}}
STATUS = {"schema": 1, "components": [
    {**NAME, "data": {"ssh": [], "component_name": "counter", "component_job_name": "clicks-counter-job",
                      "application_hdfs_root": "/pnda/system/deployment-manager/applications/pnda/clicks"}}]}


def generalised(text, folder, port):
    text = text.replace(folder, "<folder>").replace(f":{port}", ":<port>")
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "<time>", text)
    text = re.sub(r'"version":"[^"]*"', '"version":"<version>"', text)
    # How a silent server shows depends on where the time ran out; that something is said does not.
    text = re.sub(r'"reason":"[^"]+"', '"reason":"<reason>"', text)
    text = re.sub(r'"evidence":\[.*?\](?=[,}])', '"evidence":<evidence>', text)
    return re.sub(r'"message":"[^"]*"(,"component":"[^"]*")?(,"hint":"[^"]*")?(?=,"correlation_id")', '"message":<cancelled>', text)


def main(plugin, expected, *host):
    with tempfile.TemporaryDirectory(prefix="dm-host-") as folder, socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        for name in ("flink/bin", "flink/lib", "conf.d", "opt"):
            os.makedirs(f"{folder}/{name}")
        for name in ("flink/bin/flink", "flink/lib/flink-dist-1.20.5.jar", "flink-guard"):
            with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
                file.write("#!/bin/false\n")
            os.chmod(f"{folder}/{name}", 0o755)
        documents = []
        for name, document in (("environment", environment(folder, port)), ("validate", VALIDATE), ("status", STATUS)):
            documents.append(f"{folder}/{name}.json")
            with open(documents[-1], "w", encoding="utf-8") as file:
                json.dump(document, file)
        done = subprocess.run([*host, plugin, *documents], stdout=subprocess.PIPE, text=True, timeout=60, check=False)
        found = generalised(done.stdout, folder, port)
    with open(expected, encoding="utf-8") as file:
        wanted = file.read()
    if done.returncode != 0 or found != wanted:
        sys.stdout.writelines(difflib.unified_diff(wanted.splitlines(True), found.splitlines(True), expected, "found"))
        sys.exit(f"{host[-1]} ended with exit code {done.returncode}")


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
