"""What processes of this machine cost: processor time and memory, with their children, from /proc.

SPDX-License-Identifier: Apache-2.0
"""

import os
import threading
import time

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def usage(pid):
    """(seconds of processor time with that of children that have ended, resident bytes, and of these its share: a page that
    several processes have is each one's part of it); None: it is gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b") ")[2].split()
    except OSError:
        return None
    if fields[0] == b"Z":
        return None
    # utime, stime, cutime, cstime are fields 14 to 17 of the whole line, rss the 24th.
    resident = int(fields[21]) * PAGE
    return sum(int(field) for field in fields[11:15]) / TICK, resident, share(pid, resident)


def share(pid, otherwise):
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as file:
            return next(int(line.split()[1]) << 10 for line in file if line.startswith(b"Pss:"))
    except (OSError, StopIteration):
        return otherwise


def tree(root):
    """The process and all below it that live."""
    found, ahead = [], [root]
    while ahead:
        pid = ahead.pop()
        found.append(pid)
        try:
            tasks = os.listdir(f"/proc/{pid}/task")
        except OSError:
            continue
        for task in tasks:
            try:
                with open(f"/proc/{pid}/task/{task}/children", "rb") as file:
                    ahead += [int(child) for child in file.read().split()]
            except OSError:
                pass
    return found


class Watch:
    """Looks at trees of processes every so often, until it ends: together at their highest, and what they took.

    roots: process ids, or a function that finds them, for processes that somebody else starts.
    """

    def __init__(self, roots, pause=0.05):
        self.find = roots if callable(roots) else lambda: roots
        self.pause = pause
        self.peak_bytes = 0  # resident
        self.peak_share_bytes = 0  # without counting twice what processes share
        self.processes = 0  # the most at a time
        self.first_seen = None  # by time.monotonic
        self.taken = {}  # of each root, the most that was seen
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self.look_on, daemon=True)

    @property
    def cpu_seconds(self):
        return sum(self.taken.values())

    def start(self):
        self.thread.start()
        return self

    def end(self):
        """A last look, and no more."""
        if not self.ending.is_set():
            self.ending.set()
            self.thread.join()
            self.look()
        return self

    def look_on(self):
        while not self.ending.wait(self.pause):
            self.look()

    def look(self):
        together, shares, count = 0, 0, 0
        for root in self.find():
            seconds = 0.0
            for pid in tree(root):
                used = usage(pid)
                if used:
                    seconds += used[0]
                    together += used[1]
                    shares += used[2]
                    count += 1
            # A tree that is just ending shows less than before.
            self.taken[root] = max(self.taken.get(root, 0.0), seconds)
        if count and self.first_seen is None:
            self.first_seen = time.monotonic()
        self.peak_bytes = max(self.peak_bytes, together)
        self.peak_share_bytes = max(self.peak_share_bytes, shares)
        self.processes = max(self.processes, count)


class Roots:
    """Finds processes by their arguments; looks through all of the machine's only as long as some are missing."""

    def __init__(self, find, wanted=1):
        self.find_all = find
        self.wanted = wanted
        self.known = []

    def __call__(self):
        if len(self.known) < self.wanted:
            self.known = self.find_all()
        return self.known
