"""A stranger's requests: one JSON list of {"at", "method", "path", "fields", "body", "from"} from standard input, a JSON list of
answers to standard output, [code, body] or [0, what failed]. "at" is as the Deployment Manager prints it (unix:/…, http://…,
https://…); "from" an address to come from. Run by accounts_test.py as another account, by its text, so that it needs no file.

SPDX-License-Identifier: Apache-2.0
"""

import http.client
import json
import socket
import ssl
import sys
from urllib.parse import urlsplit


class OverSocket(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=30)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(30)
        self.sock.connect(self.path)


def connection_to(at, source):
    if at.startswith("unix:"):
        return OverSocket(at.removeprefix("unix:"))
    parts = urlsplit(at)
    source = (source, 0) if source else None
    if parts.scheme == "http":
        return http.client.HTTPConnection(parts.hostname, parts.port, 30, source)
    anybody = ssl.create_default_context()
    anybody.check_hostname = False
    anybody.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=30, source_address=source, context=anybody)


def ask(wanted):
    connection = connection_to(wanted["at"], wanted.get("from"))
    try:
        connection.request(wanted["method"], wanted["path"], wanted.get("body"), wanted.get("fields", {}))
        reply = connection.getresponse()
        # A stream of events has no end; its beginning tells.
        length = reply.getheader("Content-Length")
        return [reply.status, reply.read().decode(errors="replace") if length else reply.read1(200).decode()]
    except OSError as problem:
        return [0, type(problem).__name__]
    finally:
        connection.close()


json.dump([ask(one) for one in json.load(sys.stdin)], sys.stdout)
