"""What the tests of scripts share: the source tree, a temporary directory a test, stand-ins for commands.

SPDX-License-Identifier: Apache-2.0
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLAIN_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"  # what every account has


class ScriptTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.place = Path(tempfile.mkdtemp(prefix="dm-scripts."))
        self.addCleanup(shutil.rmtree, self.place)
        self.stand_ins = self.place / "stand-ins"
        self.stand_ins.mkdir()

    def copy(self, *paths):
        """Files or folders of the source tree, at the same place below `place`."""
        for path in paths:
            to = self.place / path
            to.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / path).is_dir():
                shutil.copytree(ROOT / path, to, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(ROOT / path, to)

    def program(self, path, text):
        """An executable file below `place`."""
        file = self.place / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755)
        return file

    def stand_in(self, command, text="exit 0"):
        """What is found in PATH instead of the command: notes its arguments, then does what the text says."""
        noted = self.place / f"{command}.calls"
        self.program(f"stand-ins/{command}", f'#!/bin/bash\nprintf "%s\\n" "$*" >> "{noted}"\n{text}\n')

    def calls(self, command):
        noted = self.place / f"{command}.calls"
        return noted.read_text().splitlines() if noted.exists() else []

    def run_program(self, *command, environment=None, path=None, seconds=110, where=None):
        """Runs it in `place` (where: or there), stand-ins first in PATH (path: instead of the real PATH).

        Its output is both streams.
        """
        variables = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        variables["PATH"] = f"{self.stand_ins}:{path or os.environ['PATH']}"
        variables.update(environment or {})
        return subprocess.run(
            [str(word) for word in command], cwd=where or self.place, env=variables, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=seconds,
        )


def becoming(account):
    """The words before a command that make it run as another account of this machine, which only root may do."""
    entry = pwd.getpwnam(account)
    return ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]


def give_to(account, *places):
    """All that is there; for what is to run as that account. Root only."""
    entry = pwd.getpwnam(account)
    for place in places:
        for folder, folders, files in os.walk(place):
            for name in (".", *folders, *files):
                os.chown(os.path.join(folder, name), entry.pw_uid, entry.pw_gid, follow_symlinks=False)


NOT_RUN = 77  # ctest lists such a test as skipped, whatever else is shown


def main():
    """The tests of the calling file; its first argument is the source tree, for the reader of ctest's output.

    A case that cannot be run here, for want of root for instance, makes the whole a skipped one, never a passed one.
    """
    result = unittest.main(argv=[sys.argv[0]], verbosity=2, exit=False).result
    if not result.wasSuccessful():
        sys.exit(1)
    for test, why in result.skipped:
        print(f"NOT RUN: {test}: {why}")
    sys.exit(NOT_RUN if result.skipped else 0)
