#!/usr/bin/env python3
"""Another account of the same machine, without any credential: /healthz answers, nothing else does, whatever the listener; but where
tokens are the proof, the page that asks for one.

Where names are believed (trust_user_name) this does not hold, which is what that way's name says. As an ordinary user, who
cannot become another one, requests over TCP come from the own account, since they carry no credential either; what needs
another account is not run then, and ctest lists the test as skipped.

Environment: DM_PROGRAM, the Deployment Manager; DM_FLINK_PLUGIN, the scriptable plugin for components of type flink.

SPDX-License-Identifier: Apache-2.0
"""

import functools
import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from manager_program import TRUSTING, ManagerProgram
from support import PLAIN_PATH, ScriptTest, becoming, main

STRANGER = "nobody"
ROOT_ONLY = unittest.skipUnless(os.geteuid() == 0, f"only root becomes another account ({STRANGER}): run it as root")
NAMES = ("", "?user.name=root", "?user.name=daemon", "?user.name=nobody")


@functools.cache
def routes():
    """All but /healthz, with names in them: what the program itself lists to somebody whom it believes."""
    with tempfile.TemporaryDirectory(prefix="dm-scripts.") as place:
        program = ManagerProgram(Path(place) / "manager", TRUSTING)
        try:
            listed = program.start().expect(200, "GET", "/")["routes"]
        finally:
            program.stop()
    found = [(one["method"], re.sub(r"\{[^}]*\}", "one", one["path"])) for one in listed]
    if ("GET", "/healthz") not in found or len(found) < 30:
        raise AssertionError(f"these are not all routes: {found}")
    return [*[one for one in found if one != ("GET", "/healthz")], ("GET", "/nowhere"), ("OPTIONS", "/applications")]


class Strangers(ScriptTest):
    def setUp(self):
        super().setUp()
        self.place.chmod(0o755)
        self.become = becoming(STRANGER) if os.geteuid() == 0 else []
        self.managers = 0

    def manager(self, listen, **access):
        self.managers += 1
        manager = ManagerProgram(self.place / f"manager-{self.managers}", {"socket": {"path": ""}, **listen}, access=access)
        self.addCleanup(manager.stop)
        return manager.start()

    def ask(self, requests):
        """The stranger's own process; its answers in the order of the requests."""
        program = (Path(__file__).parent / "stranger.py").read_text()
        ended = subprocess.run(
            [*self.become, "/usr/bin/python3", "-c", program], input=json.dumps(requests), text=True, cwd="/",
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={"PATH": PLAIN_PATH}, timeout=250,
        )
        self.assertEqual(0, ended.returncode, ended.stderr)
        answers = json.loads(ended.stdout)
        self.assertEqual(len(requests), len(answers))
        return answers

    def is_refused(self, at, codes, source=None, **fields):
        """Every route, in everybody's name, with these fields of a header."""
        requests = [
            {"at": at, "method": method, "path": path + name, "from": source,
             "fields": {**fields, **({"Content-Type": "application/json"} if method in ("PUT", "POST") else {})},
             "body": "{}" if method in ("PUT", "POST") else None}
            for method, path in routes() for name in NAMES
        ]
        for wanted, (code, told) in zip(requests, self.ask(requests)):
            self.assertIn(code, codes, f"{wanted}: {code} {told}")
            if wanted["method"] != "HEAD":
                self.assertEqual({"information"}, set(json.loads(told)), told)

    def is_healthy(self, at, **fields):
        for path in ("/healthz", "/healthz?user.name=root"):
            self.assertEqual([[200, '{"status":"ok"}']], self.ask([{"at": at, "method": "GET", "path": path, "fields": fields}]))


class OverTcp(Strangers):
    def test_tokens(self):
        tokens = self.place / "tokens"
        made = self.run_program(os.environ["DM_PROGRAM"], "token", "create", "--file", tokens, "--user", "daemon",
                                "--role", "administer", "--days", "1")
        self.assertEqual(0, made.returncode, made.stdout)
        secret = re.search(r"dm_[0-9a-f]+_[0-9a-f]+", made.stdout)[0]
        at = self.manager({"tcp": [{"port": 0, "authentication": ["token"]}]}, token_file=str(tokens)).address
        self.is_healthy(at)
        self.is_refused(at, {401})
        # The page asks for the token, so it comes before that; it is the same for everybody.
        shown = {"Accept": "text/html"}
        pages = self.ask([{"at": at, "method": "GET", "path": path, "fields": shown} for path in ("/", "/page/page.js", "/page/page.css", "/applications")])
        self.assertEqual([200, 200, 200, 401], [code for code, _ in pages])
        self.assertIn('data-asks="token"', pages[0][1])
        # Its id is in logs and lists, and no secret.
        known_id = secret.rsplit("_", 1)[0]
        for guess in ("Bearer", f"Bearer {known_id}_", f"Bearer {known_id}_{'0' * 64}", "Basic cm9vdDo=", "Bearer  " + secret[:-1]):
            self.assertEqual(401, self.ask([{"at": at, "method": "GET", "path": "/applications", "fields": {"Authorization": guess}}])[0][0])
        known = [{"at": at, "method": "GET", "path": "/applications", "fields": {"Authorization": f"Bearer {secret}"}}]
        self.assertEqual([200, "[]"], self.ask(known)[0])

    def test_certificates(self):
        options = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-days", "2")
        for name, subject in (("ca", "/CN=an authority"), ("server", "/CN=localhost")):
            made = self.run_program("openssl", *options, "-keyout", f"{name}.key", "-out", f"{name}.pem", "-subj", subject)
            self.assertEqual(0, made.returncode, made.stdout)
        files = {"certificate": "server.pem", "key": "server.key", "client_ca": "ca.pem"}
        tls = {key: str(self.place / name) for key, name in files.items()}
        at = self.manager({"tcp": [{"port": 0, "authentication": ["certificate"], **tls}]}).address
        self.assertTrue(at.startswith("https:"), at)
        self.is_healthy(at)
        self.is_refused(at, {401})
        self.is_refused(at, {401}, Accept="text/html")

    def test_a_proxys_header_of_somebody_else(self):
        """The proxy is another machine: 192.0.2.1 is nobody's (RFC 5737)."""
        at = self.manager({"tcp": [{"port": 0, "authentication": ["proxy"]}]},
                          proxy={"header": "X-Remote-User", "from": ["192.0.2.1"]}).address
        self.is_healthy(at)
        self.is_healthy(at, **{"X-Remote-User": "root"})
        for source in (None, "127.0.0.2"):
            self.is_refused(at, {401}, source)
            self.is_refused(at, {403}, source, **{"X-Remote-User": "root"})

    def test_names_are_believed_where_the_configuration_says_so(self):
        """The test can fail: the same stranger where nothing is proved."""
        at = self.manager({"tcp": [{"port": 0, "authentication": ["trust_user_name"]}]}).address
        self.assertEqual([200, "[]"], self.ask([{"at": at, "method": "GET", "path": "/applications?user.name=daemon"}])[0])


class OverTheSocket(Strangers):
    @ROOT_ONLY
    def test_mode_keeps_others_out(self):
        for mode in (None, "0600", "0660"):
            with self.subTest(mode):
                socket = {"path": str(self.place / f"socket-{mode}"), **({"mode": mode} if mode else {})}
                at = f"unix:{self.manager({'socket': socket}).socket}"
                requests = [{"at": at, "method": "GET", "path": path} for path in ("/healthz", "/applications", "/")]
                self.assertEqual([[0, "PermissionError"]] * 3, self.ask(requests))

    @ROOT_ONLY
    def test_who_may_connect_is_himself(self):
        """Everybody may connect, and who has no role gets nothing, whomever he names."""
        administrators = ["uid:0"]
        roles = {role: administrators for role in ("read", "deploy", "operate")}
        at = "unix:" + self.manager({"socket": {"path": str(self.place / "socket"), "mode": "0666"}}, roles=roles).socket
        self.is_healthy(at)
        self.is_refused(at, {403})
        self.is_refused(at, {401}, Authorization="Bearer dm_0_0")

    @ROOT_ONLY
    def test_tokens_and_a_proxys_header_on_the_socket(self):
        tokens = self.place / "tokens"
        self.run_program(os.environ["DM_PROGRAM"], "token", "create", "--file", tokens, "--user", "daemon", "--role", "read")
        socket = {"path": str(self.place / "socket"), "mode": "0666", "authentication": ["token", "proxy"]}
        at = "unix:" + self.manager({"socket": socket}, token_file=str(tokens),
                                    proxy={"header": "X-Remote-User", "from": ["uid:0"]}).socket
        self.is_healthy(at)
        self.is_refused(at, {401})
        self.is_refused(at, {403}, **{"X-Remote-User": "root"})


class Files(Strangers):
    @ROOT_ONLY
    def test_nothing_that_it_keeps_can_be_read(self):
        """Registry, packages and uploads, with the passwords that may be in them; the port is for everybody."""
        manager = ManagerProgram(self.place / "manager", TRUSTING, port_file="port")
        self.addCleanup(manager.stop)
        manager.start().make_started("one")
        look = (
            "import json, os, sys\n"
            "readable = []\n"
            "for folder, folders, files in os.walk(sys.argv[1]):\n"
            "    for name in (*folders, *files):\n"
            "        if os.access(os.path.join(folder, name), os.R_OK): readable.append(name)\n"
            "print(json.dumps(readable))\n"
        )
        data = self.place / "manager/data"
        self.assertTrue((data / "repository/counter-1.0.0.tar.gz").exists())
        told = self.run_program(*self.become, "/usr/bin/python3", "-c", look, data, path=PLAIN_PATH)
        self.assertEqual("[]", told.stdout.strip())
        port = self.run_program(*self.become, "cat", self.place / "manager/port", path=PLAIN_PATH)
        self.assertEqual(manager.address.rsplit(":", 1)[1], port.stdout.strip())


if __name__ == "__main__":
    main()
