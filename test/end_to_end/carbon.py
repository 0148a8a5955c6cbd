"""A real carbon-cache on free ports, unprivileged, with the retention that PNDA gives applications shortened.

SPDX-License-Identifier: Apache-2.0
"""

import json
import socket
import subprocess
import time
from pathlib import Path

CONFIGURATION = """[cache]
STORAGE_DIR = {place}/
CONF_DIR = {place}/conf/
LOG_DIR = {place}/log/
PID_DIR = {place}/
LOCAL_DATA_DIR = {place}/whisper/
LINE_RECEIVER_INTERFACE = 127.0.0.1
LINE_RECEIVER_PORT = {line}
ENABLE_UDP_LISTENER = False
PICKLE_RECEIVER_INTERFACE = 127.0.0.1
PICKLE_RECEIVER_PORT = {pickle}
CACHE_QUERY_INTERFACE = 127.0.0.1
CACHE_QUERY_PORT = {query}
MAX_CREATES_PER_MINUTE = inf
MAX_UPDATES_PER_SECOND = inf
CARBON_METRIC_INTERVAL = 0
CACHE_WRITE_STRATEGY = naive
ENABLE_TAGS = False
ENABLE_LOGROTATION = False
USE_WHITELIST = True
"""
# As PNDA has it: names that match nothing are dropped without a word.
WHITELIST = "^application*\n^carbon*\n"
SCHEMAS = "[application]\npattern = ^application\\..*\nretentions = 1:600\n"

# Debian's whisper is a module of Debian's own interpreter, which need not be the one that runs the tests.
DEBIANS_PYTHON = "/usr/bin/python3"
READER = """
import json, os, sys, time, whisper
def newest(path):
    if not os.path.exists(path):
        return None
    values = [value for value in whisper.fetch(path, time.time() - 500)[1] if value is not None]
    return values[-1] if values else None
json.dump({name: newest(path) for name, path in json.load(sys.stdin).items()}, sys.stdout)
"""


def free_ports(count):
    """Held open together, so that no two are the same."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


class Carbon:
    def __init__(self, place):
        """place: a new directory of its own."""
        self.place = Path(place)
        self.line, pickle, query = free_ports(3)
        for folder in ("conf", "log", "whisper"):
            (self.place / folder).mkdir(parents=True)
        self.file = self.place / "conf" / "carbon.conf"
        self.file.write_text(CONFIGURATION.format(place=self.place, line=self.line, pickle=pickle, query=query))
        (self.place / "conf" / "storage-schemas.conf").write_text(SCHEMAS)
        (self.place / "conf" / "whitelist.conf").write_text(WHITELIST)
        self.process = None

    def start(self, seconds=240):
        command = ["carbon-cache", f"--config={self.file}", "--nodaemon", "start"]
        with open(self.place / "output", "ab") as output:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        deadline = time.monotonic() + seconds
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.line), 1).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError("carbon-cache does not listen:\n" + (self.place / "output").read_text()) from None
                time.sleep(0.1)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def send(self, values):
        """{name: number}, by the line protocol."""
        now = int(time.time())
        with socket.create_connection(("127.0.0.1", self.line), 10) as connection:
            for name, value in values.items():
                connection.sendall(f"{name} {value} {now}\n".encode())

    def series(self):
        """The names of all that are stored."""
        root = self.place / "whisper"
        return {".".join(path.relative_to(root).with_suffix("").parts) for path in root.rglob("*.wsp")}

    def newest(self, names):
        """{name: its newest value}; None where there is none."""
        paths = {name: str(self.place / "whisper" / (name.replace(".", "/") + ".wsp")) for name in names}
        ended = subprocess.run(
            [DEBIANS_PYTHON, "-c", READER], input=json.dumps(paths), stdout=subprocess.PIPE, text=True, check=True
        )
        return json.loads(ended.stdout)
