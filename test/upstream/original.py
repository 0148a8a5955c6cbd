"""The original Deployment Manager in a folder of its own, unchanged, with stand-ins for the services around it.

SPDX-License-Identifier: Apache-2.0
"""
import http.server
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.parse
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "test" / "end_to_end"))
sys.path.insert(0, str(ROOT / "examples" / "demo"))

from environment import wait_until  # noqa: E402
from manager import Manager, request  # noqa: E402
from manager_configuration import configuration  # noqa: E402

STAND_INS = HERE / "stand_ins"
INSTALL = ROOT / "examples" / "hosts" / "upstream" / "install.py"
HBASE_PORT = 9090  # happybase's default: the original has no setting for it


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Repository(http.server.ThreadingHTTPServer):
    """The package repository: GET /packages/<file> of a folder."""

    daemon_threads = True

    def __init__(self, folder):
        self.folder = folder
        super().__init__(("127.0.0.1", 0), Answers)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return "http://127.0.0.1:%d" % self.server_address[1]


class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        file = self.server.folder / os.path.basename(urllib.parse.urlsplit(self.path).path)
        code, body = (200, file.read_bytes()) if file.is_file() else (404, b"<title>no such package</title>")
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Original:
    """cluster: what `cluster.sh env --json` prints; python: an interpreter with the original's requirements."""

    def __init__(self, source, python, cluster, build, folder):
        self.python, self.cluster, self.folder = python, cluster, folder
        # Components that had the same names before have their logs on HDFS.
        self.namespace = "upstream" + secrets.token_hex(3)
        self.place = folder / "dm"
        shutil.copytree(Path(source) / "api" / "src" / "main" / "resources", self.place)
        for name in ("repository", "units"):
            (folder / name).mkdir()
        self.repository = Repository(folder / "repository")
        self.port = free_port()
        self.client = Manager("http://127.0.0.1:%d" % self.port, cluster["application_user"])
        self.processes = []
        self.manager = None
        self._configure(build)
        self.hbase_file = folder / "hbase.json"
        self._run([python, str(STAND_INS / "hbase.py"), str(HBASE_PORT), str(self.hbase_file)], "hbase.log")
        wait_until("HBase listens", lambda: socket.socket().connect_ex(("127.0.0.1", HBASE_PORT)) == 0, 20)

    def _configure(self, build):
        known = configuration(self.cluster, str(self.folder), str(build), self.namespace, 0)
        settings = known["plugin_settings"]["flink"]
        settings["install_root"] = "/opt"
        settings_file = self.folder / "flink-settings.json"
        settings_file.write_text(json.dumps(settings, indent=2))
        # The platform's `flink` command is a wrapper of its own.
        flink = self.folder / "flink"
        exports = "".join("export %s='%s'\n" % item for item in settings["flink_environment"].items())
        flink.write_text("#!/bin/sh\n%sexec %s/bin/flink \"$@\"\n" % (exports, self.cluster["flink_home"]))
        flink.chmod(0o755)
        self.environment = dict(
            known["environment"], flink=str(flink), hbase_thrift_server="127.0.0.1", hadoop_manager_password="Geheim1",
            cluster_private_key="/nowhere", cluster_root_user="root",
            flink_plugin={"library": str(Path(build) / "lib" / "flink.so"), "settings": str(settings_file),
                          "original": {"systemctl": [str(STAND_INS / "systemctl")]}})
        self.config = {"stage_root": "stage", "plugins_path": "plugins", "log_level": "INFO", "deployer_thread_limit": 10,
                       "environment_sync_interval": 3600, "package_callback": "", "application_callback": "",
                       "package_repository": self.repository.url}
        (self.place / "stage").mkdir()
        self.write_configuration()

    def write_configuration(self):
        (self.place / "dm-config.json").write_text(json.dumps({"environment": self.environment, "config": self.config}, indent=2))

    def _run(self, command, log, **more):
        variables = dict(os.environ, PATH="%s:%s" % (STAND_INS, os.environ["PATH"]), PYTHONPATH=str(STAND_INS), no_proxy="*",
                         UPSTREAM_UNITS=str(self.folder / "units"), PYTHONDONTWRITEBYTECODE="1")
        with open(self.folder / log, "ab") as stream:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, env=variables,
                                       start_new_session=True, **more)
        self.processes.append(process)
        return process

    def install(self, *options):
        """The adapter's own command; what it says."""
        done = subprocess.run([self.python, str(INSTALL), *options, str(self.place)], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1"))
        if done.returncode != 0:
            raise AssertionError(done.stdout)
        return done.stdout

    def start(self):
        self.manager = self._run([self.python, "app.py", "--port=%d" % self.port], "dm.log", cwd=self.place)

        def serves():
            try:
                return request("GET", self.client.url + "/packages").code == 200
            except OSError:
                return False

        wait_until("the original Deployment Manager serves", serves, 60)

    def end(self, how=signal.SIGTERM):
        self.manager.send_signal(how)
        self.manager.wait(60)

    def restart(self, how=signal.SIGTERM):
        self.end(how)
        self.start()

    def down(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait()
        self.repository.shutdown()

    def row(self, table, key):
        return json.loads(self.hbase_file.read_text()).get("platform_" + table, {}).get(key, {})

    def summary(self, application):
        """One run of the original's summary process, as it is, and what is stored of the application then. On Python 3 that
        process ends by itself once the first application is done (it changes a dict that it walks through), and whoever
        keeps it up starts it again.
        """
        process = self._run([self.python, "application_detailed_summary.py"], "summary.log", cwd=self.place)
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        row = self.row("application_summary", application)
        expected = {"cf:component_data", "cf:aggregate_status"} <= set(row)
        return dict(json.loads(row["cf:component_data"]), aggregate_status=row["cf:aggregate_status"]) if expected else {}
