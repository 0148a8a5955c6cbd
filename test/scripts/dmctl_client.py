"""What the tests of dmctl share: the client over a unix socket, with the real Deployment Manager or one that is played.

Environment: DM_PROGRAM, the Deployment Manager; DMCTL_PROGRAM, its client; DM_FLINK_PLUGIN, the scriptable plugin for components
of type flink.

SPDX-License-Identifier: Apache-2.0
"""

import io
import json
import os
import subprocess
import tarfile

import jsonschema

from manager_program import USER, ManagerProgram
from pseudo_terminal import InTerminal
from stand_in_manager import StandInManager
from support import ROOT, ScriptTest

DMCTL = os.environ["DMCTL_PROGRAM"]
SCHEMAS = ROOT / "examples/manager/client/schemas"
DONE, FAILED, USAGE, UNREACHABLE, FORBIDDEN, NOT_FOUND, CONFLICT, UNFINISHED, INTERRUPTED = 0, 1, 2, 3, 4, 5, 6, 7, 130
ODD = "日本-ä\x1b[31m\u202e"  # nobody's name, but somebody may give it


def package(file, version="1.0.0", **properties):
    with tarfile.open(file, "w:gz") as archive:
        for component in ("stream", "batch"):
            body = json.dumps(properties if component == "stream" else {}).encode()
            member = tarfile.TarInfo(f"counter-{version}/flink/{component}/properties.json")
            member.size = len(body)
            archive.addfile(member, io.BytesIO(body))


def validate(name, document):
    jsonschema.Draft4Validator(json.loads((SCHEMAS / f"{name}.json").read_text())).validate(document)


class Ended:
    def __init__(self, code, out, err):
        self.code = code
        self.out = out
        self.err = err

    def __repr__(self):
        return f"{self.code}\n--- out\n{self.out}\n--- err\n{self.err}"


class ClientTest(ScriptTest):
    def setUp(self):
        super().setUp()
        self.socket = self.place / "api.sock"
        self.home = self.place / "home"
        self.home.mkdir()
        self.variables = {
            "PATH": os.environ["PATH"], "HOME": str(self.home), "DMCTL_SOCKET": str(self.socket), "LC_ALL": "C.UTF-8",
        }

    def dmctl(self, *words, code=DONE, environment=None, stdin="", program=DMCTL, seconds=100):
        ended = subprocess.run([program, *map(str, words)], env={**self.variables, **(environment or {})}, input=stdin,
                               capture_output=True, text=True, timeout=seconds, cwd=self.place)
        told = Ended(ended.returncode, ended.stdout, ended.stderr)
        self.assertEqual(code, told.code, f"dmctl {words}: {told}")
        self.assertNotRegex(told.out + told.err, r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", "control characters")
        return told

    def told(self, schema, *words, code=DONE, **more):
        """The document of --json, which fits its schema; other than code 0 it may be an error's."""
        ended = self.dmctl("--json", *words, code=code, **more)
        if schema == "error":
            self.assertEqual("", ended.out)
            document = json.loads(ended.err)
            self.assertEqual(code, document["error"]["exit_code"])
        else:
            document = json.loads(ended.out)
        validate(schema, document)
        return document

    def terminal(self, *words, width=100, environment=None):
        return InTerminal([DMCTL, *words], {**self.variables, **(environment or {})}, columns=width, where=self.place)

    def play(self, answers):
        server = StandInManager(self.socket, answers)
        self.addCleanup(server.end)
        return server


class RealTest(ClientTest):
    """The real Deployment Manager at a socket; whoever runs the test is its own account, so an administrator who acts for an
    account of every machine."""

    def setUp(self):
        super().setUp()
        self.manager = ManagerProgram(
            self.place / "manager", listen={"socket": {"path": str(self.socket), "authentication": ["trust_user_name"]}},
        )
        self.addCleanup(self.manager.stop)
        self.manager.start()
        self.variables["DMCTL_USER"] = USER
        package(self.place / "counter-1.0.0.tar.gz")
        package(self.place / "counter-1.1.0.tar.gz", version="1.1.0", flink_parallelism=3)

    def script(self, verb, **what):
        (self.manager.programs / f"{verb}.json").write_text(json.dumps(what))

    def made(self, application="counting", start=True):
        self.dmctl("upload", "counter-1.0.0.tar.gz")
        self.dmctl("deploy", "counter-1.0.0")
        self.dmctl("create", application, "--package", "counter-1.0.0")
        if start:
            self.dmctl("start", application)
