"""A proxy between a component's guard and YARN's or HDFS's web services, at which a test stops a request before it is passed
on, or its answer after it has had its effect.

SPDX-License-Identifier: Apache-2.0
"""

import http.client
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Effect:
    """One request that changes something: its number from 1, and "<METHOD> <operation or path>"."""

    def __init__(self, number, method, target):
        self.number = number
        path = urllib.parse.urlsplit(target)
        operation = urllib.parse.parse_qs(path.query).get("op", [""])[0]
        self.text = f"{method} {operation or path.path}"


class Interposer:
    """Passes requests on to services, and counts those that change something over all of them.

    before, after: called with an Effect before it is passed on, and when it has had its effect and its answer has not been
    given; both by one thread at a time. Where one returns True, the connection ends without an answer.
    """

    def __init__(self):
        self.before = lambda effect: False
        self.after = lambda effect: False
        self.effects = []
        self.lock = threading.Lock()
        self.servers = []

    def stand_before(self, address):
        """The address to be used instead of "http://host:port"."""
        service = urllib.parse.urlsplit(address).netloc
        interposer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                effect = interposer.count(self.command, self.path) if self.command != "GET" else None
                if effect and interposer.call(interposer.before, effect):
                    return self.hang_up()
                try:
                    connection = http.client.HTTPConnection(service, timeout=60)
                    headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
                    connection.request(self.command, self.path, body or None, headers)
                    answer = connection.getresponse()
                    content = answer.read()
                    connection.close()
                except (OSError, http.client.HTTPException):
                    return self.hang_up()
                if effect and interposer.call(interposer.after, effect):
                    return self.hang_up()
                try:
                    self.send_response_only(answer.status)
                    for name in ("Content-Type", "Location"):
                        if answer.headers[name]:
                            self.send_header(name, answer.headers[name])
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)
                except OSError:
                    self.hang_up()

            def hang_up(self):
                self.close_connection = True

            do_GET = do_PUT = do_POST = do_DELETE = pass_on

            def log_message(self, *arguments):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        self.servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"

    def count(self, method, target):
        with self.lock:
            self.effects.append(Effect(len(self.effects) + 1, method, target))
            return self.effects[-1]

    def call(self, hook, effect):
        with self.lock:
            return hook(effect)

    def again(self):
        """Counts from 1."""
        with self.lock:
            self.effects.clear()

    def stop(self):
        for server in self.servers:
            server.shutdown()
            server.server_close()
        self.servers.clear()
