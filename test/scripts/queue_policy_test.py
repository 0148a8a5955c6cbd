#!/usr/bin/env python3
"""flink-queue-policy as it is installed: its man page, its example of a map, and accounts of several groups.

Environment: DM_BUILD, the build directory; DM_QUEUE_POLICY, the program.

SPDX-License-Identifier: Apache-2.0
"""

import os
import re
import subprocess
import unittest

from support import ScriptTest, main

POLICY = os.environ["DM_QUEUE_POLICY"]
MAP = """root: default
:adm prod
:adm dev
:mail dev
"""


class Installed(ScriptTest):
    def setUp(self):
        super().setUp()
        self.prefix = self.place / "usr"
        ended = self.run_program(
            "cmake", "-D", f"CMAKE_INSTALL_PREFIX={self.prefix}", "-P",
            f"{os.environ['DM_BUILD']}/plugin/queue_policy/install/cmake_install.cmake",
        )
        self.assertEqual(0, ended.returncode, ended.stdout)
        self.page = self.prefix / "share/man/man8/flink-queue-policy.8"
        self.map = self.prefix / "share/doc/deployment-manager/examples/queue-map"

    def test_man_page_has_no_warnings_and_every_option(self):
        ended = self.run_program("man", "--warnings", "--local-file", "--encoding=UTF-8", self.page,
                                 environment={"MANROFFSEQ": "", "MANWIDTH": "100", "LC_ALL": "C.UTF-8"})
        self.assertEqual(0, ended.returncode, ended.stdout)
        self.assertNotRegex(ended.stdout, r"warning|error:")
        text = self.page.read_text().replace("\\-", "-")
        options = set(re.findall(r"--[a-z-]+", self.run_program(POLICY, "--help").stdout))
        self.assertGreater(len(options), 3)
        for option in sorted(options):
            self.assertIn(option, text)

    def test_example_is_a_policy_without_a_problem(self):
        self.assertTrue(os.access(self.map, os.X_OK))
        first, rest = self.map.read_text().split("\n", 1)
        self.assertRegex(first, r"^#!/\S+/bin/flink-queue-policy --map$")
        checked = self.run_program(POLICY, "--map", self.map, "--check")
        self.assertEqual(0, checked.returncode, checked.stdout)
        own = self.place / "queue-map"
        own.write_text(f"#!{POLICY} --map\n{rest}* root.misc\n")
        own.chmod(0o755)
        ended = self.run_program(own)
        self.assertEqual((0, "root.misc\n"), (ended.returncode, ended.stdout))


@unittest.skipIf(os.geteuid() != 0, "only root can run it with the groups of others")
class Accounts(ScriptTest):
    """The groups are those of the process, as flink-guard takes them over from the account."""

    def ask(self, groups, *requested):
        ended = subprocess.run(
            ["setpriv", "--reuid=nobody", "--regid=nogroup", *(["--groups", groups] if groups else ["--clear-groups"]),
             POLICY, "--map", str(self.map), *requested],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        return ended.returncode, ended.stdout.strip()

    def test_by_the_groups_of_the_process(self):
        self.place.chmod(0o755)
        self.map = self.place / "map"
        self.map.write_text(MAP)
        self.map.chmod(0o644)
        self.assertEqual((0, "prod"), self.ask("adm,mail"))
        self.assertEqual((0, "dev"), self.ask("adm,mail", "dev"))
        self.assertEqual((0, "dev"), self.ask("mail"))
        code, words = self.ask("mail", "prod")
        self.assertEqual(3, code)
        self.assertRegex(words, r"does not let nobody \(groups mail, nogroup\) use the queue prod; it may use dev$")
        self.assertEqual(2, self.ask("")[0])
        self.assertEqual(3, self.ask("", "default")[0])
        self.map.chmod(0o600)
        code, words = self.ask("mail")
        self.assertEqual(4, code, words)
        self.assertIn(str(self.map), words)


if __name__ == "__main__":
    main()
