"""A Deployment Manager that is none, at a unix socket: answers are given by a test, for what the scriptable plugin does not
play (logs, incidents, figures, housekeeping) and for what a real one does not do: be slow, go away, talk rubbish.

SPDX-License-Identifier: Apache-2.0
"""

import json
import os
import socketserver
import threading
from urllib.parse import parse_qsl, unquote, urlsplit


class StandInManager(socketserver.ThreadingUnixStreamServer):
    """answers: {"GET /path": document, (code, document), bytes, or a function of (query, handler)}."""

    daemon_threads = True

    def __init__(self, path, answers):
        super().__init__(str(path), Answers)
        self.answers = answers
        self.heard = []
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def end(self):
        self.shutdown()
        self.server_close()
        os.unlink(self.server_address)


class Answers(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline().decode()
        if not line:
            return
        length = 0
        while (field := self.rfile.readline().strip()):
            name, _, value = field.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        body = self.rfile.read(length)
        method, target, _ = line.split()
        at = urlsplit(target)
        query = dict(parse_qsl(at.query))
        self.server.heard.append((method, unquote(at.path), query, body))
        told = self.server.answers.get(f"{method} {at.path}", (404, {"information": f"there is no {at.path}"}))
        if callable(told):
            told = told(query, self)
        if told is None:  # it has been written, or never will be
            return
        if isinstance(told, bytes):
            self.wfile.write(told)
            return
        code, document = told if isinstance(told, tuple) else (200, told)
        self.say(code, json.dumps(document).encode())

    def say(self, code, body, more=""):
        head = f"HTTP/1.1 {code} X\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {len(body)}\r\n{more}\r\n"
        self.wfile.write(head.encode() + body)

    def begin_stream(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\nretry: 2000\n\n")

    def event(self, kind, document):
        self.wfile.write(f"event: {kind}\ndata: {json.dumps(document)}\n\n".encode())
