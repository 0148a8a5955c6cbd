"""What the tests of the page share: a browser that is open on it, and what must hold at the end of each.

SPDX-License-Identifier: Apache-2.0
"""

import json
import re
import time

import page_world as world
from devtools import DevTools
from support import ScriptTest

USER = world.USER


class OnThePage(ScriptTest):
    def browser(self, program, hash_="#/", name=USER, prepare=None):
        """A page of that name's, open at that place; name None: nobody is named yet."""
        tools = DevTools(self.place / f"browser-{time.monotonic_ns()}")
        self.addCleanup(tools.__exit__)
        page = tools.page
        if prepare:
            prepare(page)
        if name is not None:
            page.send("Page.addScriptToEvaluateOnNewDocument", source=f"try {{ sessionStorage.setItem('dm.name', {json.dumps(name)}) }} catch {{}}")
        page.size(1280, 900)
        page.open(f"{program.address}/{hash_}")
        if name is not None:
            page.wait("document.querySelector('main h1') && document.getElementById('live').textContent === 'live'")
        return page

    def nothing_is_wrong(self, page, allowed=()):
        left = [one for one in page.problems if not any(re.search(pattern, one) for pattern in allowed)]
        self.assertEqual([], left)

    @staticmethod
    def dialog_says(page, text):
        page.wait(f"document.querySelector('dialog')?.innerText.includes({json.dumps(text)})")

    def confirmed(self, page, verb):
        """The open question is answered with yes, and is gone."""
        self.assertIn("curl", page.run("document.querySelector('dialog').textContent"))
        page.click(verb, inside="document.querySelector('dialog')")
        page.wait("!document.querySelector('dialog')")
