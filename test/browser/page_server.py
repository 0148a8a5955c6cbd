"""The server of a page of somebody else: hands the page out and takes what it has found.

It is reached by several names, each of which is another origin. By the foreign name it also plays a name that leads to this
machine only once its page is loaded: what is not its own it hands on to the Deployment Manager as the browser sent it.

SPDX-License-Identifier: Apache-2.0
"""

import http.client
import http.server
import json
import threading
from pathlib import Path
from urllib.parse import quote, urlsplit

TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
OWN = Path(__file__).resolve().parent


class PageServer(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Pages)
        self.behind = None  # the Deployment Manager's address, for the foreign name
        self.outcomes = None
        self.told = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def origin(self, name):
        return f"http://{name}:{self.server_address[1]}"

    def page(self, name, manager):
        """The page's address by that name of this machine; it tries what it can on the Deployment Manager at `manager`."""
        self.outcomes = None
        self.told.clear()
        return f"{self.origin(name)}/own/page.html?dm={quote(manager, safe='')}"

    def end(self):
        self.shutdown()
        self.server_close()


class Pages(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def answer(self, code, body=b"", fields=()):
        self.send_response_only(code)
        for name, value in fields:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def handle_request(self):
        path = urlsplit(self.path).path
        if not path.startswith("/own/"):
            return self.hand_on()
        if self.command == "POST" and path == "/own/result":
            self.server.outcomes = json.loads(self.body())
            self.answer(204)
            self.server.told.set()
            return None
        file = OWN / path.removeprefix("/own/")
        if file.parent != OWN or file.suffix not in TYPES or not file.exists():
            return self.answer(404)
        return self.answer(200, file.read_bytes(), [("Content-Type", TYPES[file.suffix]), ("Cache-Control", "no-store")])

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_OPTIONS = handle_request

    def hand_on(self):
        body = self.body()
        if self.server.behind is None:
            return self.answer(404)
        at = urlsplit(self.server.behind)
        connection = http.client.HTTPConnection(at.hostname, at.port, timeout=30)
        try:
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in ("connection", "upgrade"):
                    connection.putheader(name, value)
            connection.endheaders(body or None)
            reply = connection.getresponse()
            fields = [(name, value) for name, value in reply.getheaders()
                      if name.lower() not in ("content-length", "transfer-encoding", "connection")]
            return self.answer(reply.status, reply.read(), fields)
        finally:
            connection.close()

    def log_message(self, *_):
        pass
