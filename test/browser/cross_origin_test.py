#!/usr/bin/env python3
"""A page of another origin in a real browser: it changes nothing in a Deployment Manager of this machine, and learns nothing of
it, even where that believes whatever name it is told (trust_user_name). The same page, once its origin is listed, can do what
the README promises: so the test can fail.

Environment: DM_PROGRAM, the Deployment Manager; DM_FLINK_PLUGIN, the scriptable plugin for components of type flink.

SPDX-License-Identifier: Apache-2.0
"""

import re
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

from browser import FOREIGN_NAME, Browser  # noqa: E402
from manager_program import TRUSTING, ManagerProgram  # noqa: E402
from page_server import PageServer  # noqa: E402
from support import ScriptTest, main  # noqa: E402

PATIENCE = 200  # seconds, for a browser on a busy machine
LAST = "/applications/one/savepoints/last/pin"  # what the page leaves by


class CrossOrigin(ScriptTest):
    def setUp(self):
        super().setUp()
        self.pages = PageServer()
        self.addCleanup(self.pages.end)
        self.visits = 0

    def manager(self, **access):
        """With a deployed package and a started application, and nothing under way."""
        program = ManagerProgram(self.place / "manager", TRUSTING, access=access, log_level="DEBUG")
        self.addCleanup(program.stop)
        program.start().make_started("one")
        self.pages.behind = program.address
        return program

    @staticmethod
    def state(manager):
        """Everything that a page might change, as its owner sees it."""
        looked_at = ("/applications?view=status", "/applications/one", "/applications/one/components",
                     "/applications/one/savepoints?state=all", "/packages", "/packages/counter-1.0.0",
                     "/repository/packages?recency=100", "/operations?limit=1000")
        answers = {path: manager.ask("GET", path) for path in looked_at}
        seen = {path: (answer.code, answer.json) for path, answer in answers.items()}
        seen["files"] = sorted(file.name for file in (manager.place / "data/repository").iterdir())
        seen["plugin"] = manager.plugin_calls()
        return seen

    def visit(self, manager, name, target):
        """The page by that name, which tries what it can on `target`. What it has learnt, and the requests that arrived."""
        self.visits += 1
        begin = manager.log.stat().st_size
        with Browser(self.place / f"browser-{self.visits}", self.pages.page(name, target)) as browser:
            end = time.monotonic() + PATIENCE
            while not self.pages.told.wait(0.5):
                self.assertIsNone(browser.problem())
                self.assertLess(time.monotonic(), end, f"the page has told nothing: {browser.said.read_text(errors='replace')[-2000:]}")
            requests = []
            # It leaves by a form; that arrives somewhat later.
            while not any(path == LAST for _, path, _ in requests):
                self.assertLess(time.monotonic(), end, "the last form did not arrive")
                time.sleep(0.2)
                requests = self.requests(manager, begin)
        self.assertGreater(len(self.pages.outcomes), 200)
        return self.pages.outcomes, requests

    @staticmethod
    def requests(manager, begin):
        """(method, path, status) of each line of the log from that byte on."""
        with open(manager.log, "rb") as log:
            log.seek(begin)
            text = log.read().decode(errors="replace")
        found = re.findall(r'event=request .*method="?([A-Z]+)"? path="([^"]*)" status=(\d+)', text)
        return [(method, path, int(status)) for method, path, status in found]

    @staticmethod
    def learnt(outcomes):
        return {name: one for name, one in outcomes.items() if one["read"] is not None}


class Hostile(CrossOrigin):
    def test_changes_nothing_and_learns_nothing(self):
        """Of another port only, of another name for this machine, and of a name of its own."""
        manager = self.manager()
        before = self.state(manager)
        by_name = manager.address.replace("127.0.0.1", "localhost")
        for name, target in (("127.0.0.1", manager.address), ("localhost", manager.address), (FOREIGN_NAME, by_name)):
            with self.subTest(page=name, manager=target):
                outcomes, requests = self.visit(manager, name, target)
                self.assertEqual({}, self.learnt(outcomes))
                self.assertEqual(before, self.state(manager))
                self.nothing_was_let_in(requests)

    def nothing_was_let_in(self, requests):
        """They did arrive, many of each kind, and all writes were refused."""
        methods = Counter(method for method, _, _ in requests)
        self.assertGreater(methods["GET"], 50, methods)
        self.assertGreater(methods["POST"], 50, methods)
        self.assertGreater(methods["OPTIONS"], 20, methods)  # what may not be sent without asking
        self.assertEqual(0, methods["PUT"] + methods["DELETE"], methods)
        answered = [one for one in requests if one[0] != "GET" and not 400 <= one[2] < 500]
        self.assertEqual([], answered)

    def test_name_that_leads_here_once_the_page_is_loaded(self):
        """Then the browser takes the manager for the page's own server, and lets it read: there is nothing to be read."""
        manager = self.manager()
        before = self.state(manager)
        outcomes, requests = self.visit(manager, FOREIGN_NAME, self.pages.origin(FOREIGN_NAME))
        self.assertEqual(before, self.state(manager))
        self.assertEqual(set(), {status for _, _, status in requests} - {403, 421}, requests)
        self.assertGreater(Counter(method for method, _, _ in requests)["DELETE"], 5)
        for name, one in self.learnt(outcomes).items():
            self.assertNotIn("counter-1.0.0", one["read"], name)
            self.assertNotIn("RUNNING", one["read"], name)
        self.assertIn("421", outcomes["fetch GET /applications"]["note"])


class Listed(CrossOrigin):
    def test_origin_that_is_listed_uses_the_interface(self):
        origin = self.pages.origin("localhost")
        manager = self.manager(allowed_origins=[origin])
        before = self.state(manager)
        outcomes, requests = self.visit(manager, "localhost", manager.address)
        self.assertEqual('["one"]', outcomes["fetch GET /applications"]["read"])
        self.assertIn("counter-1.0.0", outcomes["XMLHttpRequest GET /packages"]["read"])
        self.assertEqual("open", outcomes["EventSource /events"]["read"])
        self.assertIn("cors 202", outcomes["fetch POST /applications/one/stop, JSON"]["note"])
        self.assertIn("cors 202", outcomes["fetch PUT /applications/two, JSON"]["note"])
        # A body that is no JSON is none for it either.
        self.assertIn("cors 415", outcomes["fetch POST /applications/one/start, text/plain"]["note"])
        # What it asks for without wanting to read it is still refused.
        self.assertIsNone(outcomes["fetch GET /applications, no-cors"]["read"])
        self.assertIsNone(outcomes["a frame without an origin"]["read"])
        self.assertNotEqual(before, self.state(manager))
        self.assertGreater(Counter(method for method, _, _ in requests)["PUT"], 0)

    def test_another_origin_is_not_listed_with_it(self):
        manager = self.manager(allowed_origins=[self.pages.origin("localhost"), f"http://{FOREIGN_NAME}"])
        before = self.state(manager)
        outcomes, _ = self.visit(manager, "127.0.0.1", manager.address)
        self.assertEqual({}, self.learnt(outcomes))
        self.assertEqual(before, self.state(manager))

    def test_all_origins_may_read_and_none_may_write(self):
        manager = self.manager(allowed_origins=["*"])
        before = self.state(manager)
        outcomes, requests = self.visit(manager, FOREIGN_NAME, manager.address)
        self.assertEqual('["one"]', outcomes["fetch GET /applications"]["read"])
        self.assertEqual("open", outcomes["EventSource /events"]["read"])
        written = {name: one for name, one in self.learnt(outcomes).items() if re.search(r"\b(POST|PUT|DELETE)\b|form|Beacon", name)}
        self.assertEqual({}, written)
        self.assertEqual(before, self.state(manager))
        self.assertEqual(0, Counter(method for method, _, _ in requests)["PUT"])


if __name__ == "__main__":
    main()
