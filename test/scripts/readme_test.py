#!/usr/bin/env python3
"""The lines of curl in the READMEs work when they are pasted one after the other: by root and by an ordinary user, from a
path with a blank, and where http_proxy names a proxy that is not there.

Environment: DM_PROGRAM, the Deployment Manager; DM_FLINK_PLUGIN, the scriptable plugin for components of type flink.

SPDX-License-Identifier: Apache-2.0
"""

import json
import os
import re

from manager_program import USER, ManagerProgram
from stand_in_cluster import counter_package
from support import PLAIN_PATH, ROOT, ScriptTest, becoming, give_to, main


def block(readme, heading):
    """The first indented block below the heading."""
    lines = (ROOT / readme).read_text().split(f"\n{heading}\n", 1)[1].splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("    "))
    found = []
    for line in lines[first:]:
        if line and not line.startswith("    "):
            break
        found.append(line[4:])
    return [line for line in found if line]


class Lines(ScriptTest):
    """The base of all: who pastes, where, and with what in the environment."""

    tree = "tree"
    become = ()
    variables = {}

    def setUp(self):
        super().setUp()
        self.project = self.place / self.tree
        packages = self.project / "build/packages"
        packages.mkdir(parents=True)
        for folder in (self.project, packages):
            counter_package(folder / "counter-1.0.0.tar.gz")
        self.manager = ManagerProgram(self.place / "manager", become=self.become)
        if self.become:
            self.place.chmod(0o755)
            give_to(USER, self.place)
        self.addCleanup(self.manager.stop)
        self.manager.start()

    def run_lines(self, lines):
        """As a shell reads them; the account of the examples is not on every machine."""
        text = "\n".join(lines).replace("user.name=pnda", f"user.name={USER}")
        text = text.replace("http://127.0.0.1:5000", self.manager.address)
        script = f"curl() {{ command curl --silent --show-error --fail-with-body \"$@\" || exit 1; echo; }}\nset -e\n{text}\n"
        return self.run_program(
            *self.become, "bash", "-c", script, environment={"DM": self.manager.address, **self.variables},
            path=PLAIN_PATH, seconds=100, where=self.project,
        )

    def paste(self, lines):
        """The lines that were printed; each command has to succeed."""
        ended = self.run_lines(lines)
        self.assertEqual(0, ended.returncode, f"{lines}\n{ended.stdout}\n{self.manager.log.read_text()}")
        return ended.stdout.strip().splitlines()


class Pasted(Lines):
    def test_of_the_project(self):
        told = self.paste(block("README.md", "## What it looks like"))
        detail = json.loads(told[-1])
        self.assertEqual("STARTED", detail["status"])
        self.assertEqual({"RUNNING"}, {one["state"] for one in detail["components"]})

    def test_of_the_manager(self):
        self.paste(block("examples/manager/README.md", "## A first round"))
        self.assertEqual([], list(self.manager.programs.glob("flink.demo.*")))


class OrdinaryUser(Pasted):
    """Somebody without root's rights pastes, and his Deployment Manager has none either; the path has a blank."""

    tree = "my projects/dm"
    become = tuple(becoming(USER)) if os.geteuid() == 0 else ()


class BehindProxy(Lines):
    """Nobody answers on the proxy; curl's own rule sends what is not excepted there."""

    variables = {"http_proxy": "http://127.0.0.1:9"}

    def exception(self, where, before):
        """The line that the README, or the demo, has for those with a proxy."""
        found = re.search(before + r"(export no_proxy=[a-z0-9.,]+)", (ROOT / where).read_text())
        self.assertIsNotNone(found, f"{where} says nothing of no_proxy")
        return found[1]

    def test_without_the_exception_they_fail(self):
        self.assertNotEqual(0, self.run_lines(block("README.md", "## What it looks like")[1:2]).returncode)

    def test_of_the_project(self):
        # Printed by demo.sh --keep, beside the address.
        self.paste([self.exception("examples/demo.sh", "printf ' +"), *block("README.md", "## What it looks like")])

    def test_of_the_manager(self):
        self.paste([self.exception("examples/manager/README.md", "`"), *block("examples/manager/README.md", "## A first round")])


if __name__ == "__main__":
    main()
