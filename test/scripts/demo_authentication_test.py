#!/usr/bin/env python3
"""examples/demo.sh with each way in which its Deployment Manager learns who asks: the whole round, and nobody else.

With the real Deployment Manager, the scriptable plugin in place of Flink, and no cluster.

Environment: DM_PROGRAM, the Deployment Manager; DM_FLINK_PLUGIN, the scriptable plugin for components of type flink.

SPDX-License-Identifier: Apache-2.0
"""

import json
import os
import re
import stat

from demo_test import USER, DemoTest
from readme_test import block
from support import main


TOKEN = r"dm_[0-9a-f]+_[0-9a-f]+"


class Way(DemoTest):
    """The base of all: `way` is the option's value."""

    way = None

    def setUp(self):
        super().setUp()
        self.place.chmod(0o755)  # nginx runs as an account of its own

    def round(self):
        told = self.succeeds("--authentication", self.way)
        self.assertIn(f"who asks is told by: {self.way}", told)
        for done in ("== Destroying it", "packages/counter-1.0.0/status is NOTDEPLOYED", "== Done"):
            self.assertIn(done, told)
        self.assertEqual([], self.managers())
        self.assertFalse(self.directory.exists())
        return told

    def keep(self):
        """What --keep prints for pasting, as one text for a shell."""
        told = self.succeeds("--keep", "--authentication", self.way)
        self.addCleanup(self.demo, "--down")
        return re.search(r"== To go on\n(.*)\nTo end it:\n", told, re.S)[1]

    def paste(self, text):
        return self.run_program("bash", "-c", f"set -e\n{text}", where=self.place / self.root)

    def readme_goes_on(self, printed):
        """The lines of the project's README, pasted after those that --keep has printed."""
        lines = "\n".join(block("README.md", "## What it looks like")).replace("user.name=pnda", f"user.name={USER}")
        pasted = self.paste(f"exec 2> /dev/null\n{printed}\n{lines}")
        self.assertEqual(0, pasted.returncode, pasted.stdout)
        self.assertEqual("STARTED", json.loads(pasted.stdout[pasted.stdout.rindex('{"yarn_applications"'):])["status"])

    def code(self, url, *options):
        """HTTP's code, or 0 where there was no answer."""
        asked = self.run_program("curl", "--silent", "--insecure", "--output", "/dev/null", "--write-out", "%{http_code}",
                                 *options, url)
        return int(asked.stdout[-3:])

    def secrets(self):
        """What the files hold that are nobody else's."""
        found = {}
        for file in (self.directory / "manager/proof").iterdir():
            self.assertEqual(0, stat.S_IMODE(file.stat().st_mode) & 0o077, file)
            found[file.name] = file.read_text()
        return found


class Socket(Way):
    way = "socket"

    def test_whole_round(self):
        told = self.round()
        self.assertIn(f"--unix-socket {self.directory}/manager/api.sock", told)
        self.assertIn("http://localhost/applications/counting", told)

    def test_lines_of_keep_and_of_the_readme_go_on(self):
        printed = self.keep()
        self.assertFalse((self.directory / "manager/port").exists())
        self.readme_goes_on(printed)


class Token(Way):
    way = "token"

    def test_whole_round(self):
        self.assertNotRegex(self.round(), TOKEN)

    def test_lines_of_keep_and_of_the_readme_go_on(self):
        printed = self.keep()
        secret = re.search(TOKEN, self.secrets()["authorization"])[0]
        self.assertNotIn(secret, printed)
        self.assertNotIn(secret.split("_")[-1], self.secrets()["tokens"])
        self.readme_goes_on(printed)
        url = re.search(r"DM=(\S+)", printed)[1]
        self.assertEqual(401, self.code(f"{url}/applications?user.name={USER}"))
        self.assertEqual(401, self.code(f"{url}/applications", "--header", "Authorization: Bearer dm_0_0"))
        self.assertEqual(200, self.code(f"{url}/healthz"))


class Proxy(Way):
    way = "proxy"

    def test_whole_round(self):
        self.assertIn("nginx -p", self.round())

    def test_lines_of_keep_and_of_the_readme_go_on(self):
        printed = self.keep()
        password = self.secrets()["netrc"].split()[-1]
        self.assertNotIn(password, printed)
        self.assertNotIn(password, (self.directory / "manager/proxy/users").read_text())
        self.readme_goes_on(printed)
        url = re.search(r"DM=(\S+)", printed)[1]
        self.assertEqual(401, self.code(f"{url}/applications?user.name={USER}"))
        # Neither the name in the header nor another one in the address is believed.
        netrc = ("--netrc-file", self.directory / "manager/proof/netrc")
        self.assertEqual(401, self.code(f"{url}/applications", "--header", f"X-Remote-User: {USER}"))
        self.assertEqual(200, self.code(f"{url}/applications", "--header", "X-Remote-User: root", *netrc))
        self.assertEqual(403, self.code(f"{url}/applications?user.name=root", *netrc))

    def test_directory_that_the_proxy_cannot_reach(self):
        if os.geteuid() != 0:
            self.skipTest("only root's nginx runs as another account: run it as root")
        self.place.chmod(0o700)
        self.assertIn("www-data, which nginx runs as, cannot reach", self.fails("--authentication", "proxy"))
        self.assertFalse(self.directory.exists())

    def test_the_end_ends_the_proxy_too(self):
        self.keep()
        pid = int((self.directory / "manager/proxy/pid").read_text())
        self.assertTrue(os.path.exists(f"/proc/{pid}"))
        self.succeeds("--down")
        self.assertFalse(os.path.exists(f"/proc/{pid}"))
        self.assertFalse(self.directory.exists())


class Certificate(Way):
    way = "certificate"

    def test_whole_round(self):
        self.assertIn("https://127.0.0.1:", self.round())

    def test_lines_of_keep_and_of_the_readme_go_on(self):
        printed = self.keep()
        self.assertNotIn("ca.key", self.secrets())
        self.readme_goes_on(printed)
        url = re.search(r"DM=(\S+)", printed)[1]
        self.assertEqual(401, self.code(f"{url}/applications?user.name={USER}"))
        # A name that somebody gave himself.
        made = self.run_program("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc",
                                "-keyout", "own.key", "-out", "own.pem", "-subj", f"/CN={USER}")
        self.assertEqual(0, made.returncode, made.stdout)
        self.assertIn(self.code(f"{url}/applications", "--cert", "own.pem", "--key", "own.key"), (0, 401))
        # The server shows who it is, too.
        unknown = self.run_program("curl", "--silent", "--show-error", f"{url}/healthz")
        self.assertEqual(60, unknown.returncode, unknown.stdout)


class TrustedName(Way):
    way = "trusted-name"

    def test_whole_round_and_it_is_the_default(self):
        self.assertNotIn("--header", self.round())
        self.assertIn("who asks is told by: trusted-name", self.succeeds())

    def test_lines_of_keep_and_of_the_readme_go_on(self):
        printed = self.keep()
        self.assertNotIn("curl()", printed)
        self.readme_goes_on(printed)


class Choice(DemoTest):
    def test_unknown_way(self):
        told = self.fails("--authentication", "password")
        self.assertIn("known are trusted-name socket token proxy certificate", told)
        self.assertNotIn("== Building", told)

    def test_what_runs_here_has_its_own_way(self):
        self.succeeds("--keep", "--authentication", "token")
        self.addCleanup(self.demo, "--down")
        told = self.fails("--authentication", "socket")
        self.assertIn("takes token, not socket", told)
        self.assertNotIn("== Building", told)
        self.assertEqual(1, len(self.managers()))
        # Not asked for: the one that is there.
        self.assertIn("who asks is told by: token", self.succeeds())

    def test_json_says_it(self):
        ended = self.demo("--keep", "--json", "--authentication", "token")
        self.addCleanup(self.demo, "--down")
        self.assertEqual(0, ended.returncode, ended.stdout)
        told = json.loads(ended.stdout[ended.stdout.rindex("\n{\n"):])
        self.assertEqual("token", told["authentication"])
        asked = self.run_program("curl", "--silent", *told["curl"], f"{told['dm']}/applications")
        self.assertEqual("[]", asked.stdout.strip())


if __name__ == "__main__":
    main()
