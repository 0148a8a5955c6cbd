#!/usr/bin/env python3
"""dmctl completed by bash and zsh.

Environment: DM_PROGRAM, the Deployment Manager; DMCTL_PROGRAM, its client; DM_FLINK_PLUGIN, the scriptable plugin for components
of type flink.

SPDX-License-Identifier: Apache-2.0
"""

import time

from dmctl_client import DMCTL, RealTest
from pseudo_terminal import InTerminal
from support import main


class Completion(RealTest):
    """By the shells themselves, which somebody types into."""

    def setUp(self):
        super().setUp()
        self.made(application="counting")
        self.made_bin = self.place / "bin"
        self.made_bin.mkdir()
        (self.made_bin / "dmctl").symlink_to(DMCTL)
        self.variables["PATH"] = f"{self.made_bin}:{self.variables['PATH']}"
        self.dmctl("trigger", "counting", "--component", "stream", "--operation", "first")

    def shell(self, *command, prepare):
        shell = InTerminal(command, {**self.variables, "PS1": "", "HISTFILE": "/dev/null"}, columns=120, where=self.place)
        self.addCleanup(shell.process.wait)
        self.addCleanup(shell.process.kill)
        shell.type(prepare + "\n")
        shell.type("echo rea''dy\n")
        shell.until("\nready")
        return shell

    def look(self, shell):
        for typed, wanted in (
            ("dmctl sta\t\t", "status"),
            ("dmctl list appl\t", r"list applications "),
            ("dmctl stop co\t", r"stop counting "),
            ("dmctl show package cou\t", r"counter-1\.0\.0 "),
            ("dmctl show savepoint counting fi\t", r"counting first "),
            ("dmctl trigger counting --format na\t", r"--format native "),
            ("dmctl trigger counting --format=na\t", r"--format=native"),
            ("dmctl upload counter-1.0\t", r"counter-1\.0\.0\.tar\.gz"),
            ("dmctl stop counting --dr\t", r"--drain "),
        ):
            with self.subTest(typed):
                shell.shown = b""
                shell.type(typed)
                shell.until(wanted, seconds=30)
                shell.type("\x15")  # the line is emptied, nothing is run
                shell.type("echo do''ne\n")
                shell.until("\ndone", seconds=30)

    def test_bash(self):
        self.look(self.shell("bash", "--norc", "--noprofile", "-i", prepare="bind 'set enable-bracketed-paste off'; source <(dmctl completion bash)"))

    def test_zsh(self):
        self.look(self.shell("zsh", "-f", "-i", prepare="PROMPT=; unset zle_bracketed_paste; autoload -Uz compinit && compinit -u -d "
                             f"{self.place}/zcompdump; source <(dmctl completion zsh)"))

    def test_candidates_and_a_dead_manager(self):
        told = self.dmctl("complete-words", "--", "stop", "").out
        self.assertIn("counting\tSTARTED, counter-1.0.0\n", told)
        for nothing in (("start", ""), ("wait", ""), ("cancel", ""), ("unpin", "counting", ""), ("deploy", "counter-1.0")):
            self.assertEqual("", self.dmctl("complete-words", "--", *nothing).out, nothing)
        for several in (("pin", "counting", ""), ("resume", "counting", ""), ("show", "operation", ""), ("stop", "counting", "--")):
            names = [line.split("\t")[0] for line in self.dmctl("complete-words", "--", *several).out.splitlines()]
            self.assertTrue(names, several)
            self.assertEqual(len(names), len(set(names)), names)
        self.manager.stop()
        began = time.monotonic()
        self.assertEqual("", self.dmctl("complete-words", "--", "stop", "").out)
        self.assertLess(time.monotonic() - began, 30)
        self.assertIn("start\t", self.dmctl("complete-words", "--", "sta").out)
        self.told("completion", "completion", "bash")
        self.told("completion", "completion", "zsh")


if __name__ == "__main__":
    main()
