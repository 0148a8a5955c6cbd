"""A program in a terminal of its own: what it shows, as bytes, and what is left on the screen, as lines.

SPDX-License-Identifier: Apache-2.0
"""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
import unicodedata


class InTerminal:
    def __init__(self, command, environment, columns=100, rows=40, where=None):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.shown = b""
        variables = {"TERM": "xterm", **environment}
        self.process = subprocess.Popen([str(word) for word in command], stdin=slave, stdout=slave, stderr=slave,
                                        env=variables, cwd=where, start_new_session=True,
                                        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(slave)

    def read(self, seconds):
        """What comes within that time; False once there will be nothing more."""
        if not select.select([self.master], [], [], seconds)[0]:
            return True
        try:
            piece = os.read(self.master, 65536)
        except OSError:  # the other end is closed
            return False
        self.shown += piece
        return bool(piece)

    def until(self, pattern, seconds=60):
        """Waits until it has shown that; from where the last wait ended is not needed: all that was shown counts."""
        end = time.monotonic() + seconds
        while not re.search(pattern, re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.shown.decode(errors="replace"))):
            if time.monotonic() > end or not self.read(0.2):
                raise AssertionError(f"{pattern} does not come: {self.shown.decode(errors='replace')}")
        return self

    def type(self, text):
        os.write(self.master, text.encode())

    def ended(self, seconds=60):
        """Its exit code."""
        end = time.monotonic() + seconds
        while self.read(0.1):
            if time.monotonic() > end:
                self.process.kill()
                self.process.wait()
                raise AssertionError(f"it does not end: {self.shown!r}")
            if self.process.poll() is not None and not select.select([self.master], [], [], 0.1)[0]:
                break
        code = self.process.wait(seconds)
        os.close(self.master)
        return code

    @property
    def text(self):
        """All that was shown, without colours."""
        return re.sub(r"\x1b\[[0-9;]*m", "", self.shown.decode(errors="replace"))

    @property
    def screen(self):
        """The lines that are left: what was written over in place is gone."""
        lines = []
        for line in self.text.replace("\r\n", "\n").split("\n"):
            lines.append(re.split(r"\r\x1b\[K|\r", line)[-1].replace("\x1b[K", ""))
        return [line for line in lines if line]


def columns(line):
    wide = {"W": 2, "F": 2}
    return sum(0 if unicodedata.combining(c) else wide.get(unicodedata.east_asian_width(c), 1) for c in line)
