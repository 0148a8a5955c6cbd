"""A service that the Deployment Manager asks, and that gives trouble when a test wants it to.

SPDX-License-Identifier: Apache-2.0
"""

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

CUT = "cut"  # the connection ends without an answer
HANG = "hang"  # no answer comes, until the service stops


class Asked:
    """method, path, query (name to the last value), headers, body of a request."""

    def __init__(self, handler):
        target = urlsplit(handler.path)
        self.method = handler.command
        self.path = target.path
        self.query = {name: values[-1] for name, values in parse_qs(target.query).items()}
        self.headers = handler.headers
        self.body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))


class Reply:
    """content: bytes, or pieces of them; length: what is said of it, by default the truth, None: nothing."""

    def __init__(self, code, content=b"", kind="application/json", length=-1, location=None):
        self.code = code
        self.pieces = [content] if isinstance(content, bytes) else content
        self.kind = kind
        self.length = len(content) if length == -1 else length
        self.location = location


class HttpService:
    """respond(Asked) returns a Reply, CUT or HANG; it is called by one thread at a time."""

    def __init__(self, respond):
        self.respond = respond
        self.port = 0
        self.server = None
        self.lock = threading.Lock()
        self.stopping = threading.Event()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def start(self):
        """On the port of before, if it has had one."""
        service = self
        self.stopping = stopping = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                self.close_connection = True
                asked = Asked(self)
                with service.lock:
                    reply = service.respond(asked)
                if reply == HANG:
                    stopping.wait()
                if reply in (HANG, CUT):
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response(reply.code)
                self.send_header("Content-Type", reply.kind)
                self.send_header("Connection", "close")
                if reply.length is not None:
                    self.send_header("Content-Length", str(reply.length))
                if reply.location:
                    self.send_header("Location", reply.location)
                self.end_headers()
                try:
                    for piece in reply.pieces:
                        self.wfile.write(piece)
                except OSError:
                    pass  # who has asked has heard enough

            do_GET = do_POST = do_PUT = answer

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        """Idempotent."""
        if self.server is None:
            return
        self.stopping.set()
        self.server.shutdown()
        self.server.server_close()
        self.server = None
