"""What the tests of the adapter share: a folder in which it is installed, the scriptable plugin, a service that answers.

The variables DM_FAKE_PLUGIN, DM_FLINK_SO, DM_ODD_PLUGINS and DM_LAYOUT name what the build has made. Runs under every Python
that the adapter knows, so nothing newer than 3.7 is used here.

SPDX-License-Identifier: Apache-2.0
"""
import atexit
import http.server
import json
import logging
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path

logging.disable(logging.CRITICAL)
HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
ADAPTER = ROOT / "examples" / "hosts" / "upstream"
FAKE = os.environ["DM_FAKE_PLUGIN"]

_folder = Path(tempfile.mkdtemp(prefix="dm-adapter."))
atexit.register(shutil.rmtree, str(_folder))
INSTALLED = _folder / "dm"  # a Deployment Manager's folder with the adapter in it; modules are imported once a process
shutil.copytree(str(HERE / "host"), str(INSTALLED), ignore=shutil.ignore_patterns("__pycache__"))
subprocess.run([sys.executable, str(ADAPTER / "install.py"), str(INSTALLED)], stdout=subprocess.DEVNULL, check=True)
sys.path.insert(0, str(INSTALLED))


def odd_plugin(variant):
    return os.path.join(os.environ["DM_ODD_PLUGINS"], "odd_%s.so" % variant)


class Service(http.server.ThreadingHTTPServer if hasattr(http.server, "ThreadingHTTPServer") else http.server.HTTPServer):
    """answers: {path without query: document, code, or a function(path, body) that gives one}; asked: what came."""

    daemon_threads = True

    def __init__(self, answers):
        self.answers, self.asked = answers, []
        super().__init__(("127.0.0.1", 0), Answers)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def port(self):
        return str(self.server_address[1])


class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        path = self.path.split("?")[0]
        self.server.asked.append((self.command, self.path, body))
        found = self.server.answers.get(path, 404)
        if callable(found):
            found = found(self.path, body)
        code, text = (found, b"") if isinstance(found, int) else (200, json.dumps(found).encode())
        self.send_response(code)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_PUT = do_GET

    def log_message(self, *_):
        pass


class AdapterTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.place = Path(tempfile.mkdtemp(prefix="dm-adapter-test."))
        self.addCleanup(shutil.rmtree, str(self.place))
        self.script = self.place / "script"
        self.script.mkdir()
        # Accepts and never answers: whoever asks it, waits.
        self.silent = socket.socket()
        self.silent.bind(("127.0.0.1", 0))
        self.silent.listen(64)
        self.addCleanup(self.silent.close)
        self.environment = self.environment_with(FAKE)

    def environment_with(self, library, **settings):
        port = str(self.silent.getsockname()[1])
        given = {"library": str(library), "settings": dict({"supervisor_config_dir": str(self.script)}, **settings)}
        return {"namespace": "demo", "hadoop_manager_password": "Geheim1", "webhdfs_host": "127.0.0.1", "webhdfs_port": port,
                "webhdfs_user": "hdfs", "yarn_resource_manager_host": "127.0.0.1", "yarn_resource_manager_port": port,
                "flink_plugin": given}

    def write(self, name, document):
        """A script of the fake plugin's."""
        (self.script / (name + ".json")).write_text(json.dumps(document))

    def calls(self, *verbs):
        """(verb, request) of the fake plugin, in order."""
        file = self.script / "calls"
        lines = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
        return [(one["verb"], one["request"]) for one in lines if not verbs or one["verb"] in verbs]

    def verbs(self):
        return [verb for verb, _ in self.calls()]

    def effects(self):
        file = self.script / "effects"
        return file.read_text().splitlines() if file.exists() else []


def error(status, message="the script says so", **more):
    """A script with that outcome; more: members of the reply beside its error."""
    return {"status": status, "reply": dict({"schema": 1, "error": {"code": "X", "message": message, "details": []}}, **more)}


def main():
    unittest.main(argv=[sys.argv[0]], verbosity=2)
