"""A one-machine cluster that is none: what examples/cluster/cluster.sh says, and the few HTTP answers that the demo
asks YARN and HDFS for. The components themselves are played by the scriptable plugin.

SPDX-License-Identifier: Apache-2.0
"""

import http.server
import io
import json
import socket
import tarfile
import threading

CLUSTER_SH = r"""#!/bin/bash
# up, down, status, env and check of a cluster that is a file "instance" in its directory.
echo "$*" >> @CALLS@
command=$1
while (($#)); do [[ $1 == --dir ]] && dir=$2; [[ $1 == --purge ]] && purge=1; shift; done
case $command in
  check) ;;
  up) [[ -z ${CLUSTER_FAILS:-} ]] || exit 1
      mkdir -p "$dir/supervisor.d"; touch "$dir/instance" "$dir/running" "$dir.lock" ;;
  status) [[ -e $dir/running ]] || exit 3 ;;
  down) rm -f "$dir/running"; [[ -z ${purge:-} ]] || rm -rf "$dir" ;;
  env) sed "s#@DIR@#$dir#g" @ENVIRONMENT@ ;;
  *) exit 2 ;;
esac
"""


class Services(http.server.ThreadingHTTPServer):
    """YARN's proxy to the streaming job, YARN's list of applications, and HDFS; accumulators: of the job."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.accumulators = {"events": "100", "restored_from": "50"}
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path.endswith("/accumulators"):
            values = [{"name": name, "value": value} for name, value in self.server.accumulators.items()]
            return self.answer({"user-task-accumulators": values})
        if self.path.startswith("/ws/v1/cluster/apps"):
            return self.answer({"apps": None})
        if self.path.startswith("/webhdfs/"):
            return self.answer({"FileStatuses": {"FileStatus": []}})
        return self.answer({}, 404)

    def answer(self, body, code=200):
        text = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


def environment(services, user):
    """What `cluster.sh env --json` prints; @DIR@ stands for the instance's directory."""
    return {
        "resource_manager": services.url,
        "webhdfs": services.url,
        "history_server": services.url,
        "namenode_rpc": "hdfs://localhost:1",
        "flink_home": "/nowhere",
        "flink_conf_dir": "/nowhere",
        "flink_version": "1.20.5",
        "hadoop_conf_dir": "/nowhere",
        "hadoop_classpath": "/nowhere",
        "java_home": "/nowhere",
        "jvm_args": "",
        "job_archive": "hdfs://localhost:1/archive",
        "supervisor_url": "http://127.0.0.1:1/RPC2",
        "supervisor_config_dir": "@DIR@/supervisor.d",
        "state_root": "/pnda/flink",
        "application_user": user,
        "hdfs_superuser": "hdfs",
    }


def counter_package(file):
    """The example package, without its jobs."""
    with tarfile.open(file, "w:gz") as archive:
        for component in ("stream", "batch"):
            member = tarfile.TarInfo(f"counter-1.0.0/flink/{component}/properties.json")
            member.size = 2
            archive.addfile(member, io.BytesIO(b"{}"))


def free_port_base():
    """Such that the demo's port for the Deployment Manager, the 20th from there, is free at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1] - 19
