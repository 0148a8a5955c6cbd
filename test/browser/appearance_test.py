#!/usr/bin/env python3
"""How the Deployment Manager's page looks: each view, at three widths, in light and dark, with one component and with two
hundred; nothing is cut off at the side, and axe-core has no serious finding. With DM_PICTURES=<directory> the pictures are kept.

Environment: DM_PROGRAM, the Deployment Manager; DM_FLINK_PLUGIN, the scriptable plugin for components of type flink.

SPDX-License-Identifier: Apache-2.0
"""

import json
import os
from pathlib import Path

import accessibility
import page_world as world
from devtools import DevTools
from support import ScriptTest, main

USER = world.USER
WIDTHS = (360, 800, 1400)
LONG = "an-application-whose-name-is-as-long-as-names-may-be-and-a-little-bit-longer-than-anybody-would-like"


class Appearance(ScriptTest):
    def looked_at(self, program, application, places, label, checked=("light", "dark"), unchecked=()):
        axe = accessibility.script()
        kept = os.environ.get("DM_PICTURES")
        pictures = Path(kept) if kept else self.place / "pictures"
        pictures.mkdir(parents=True, exist_ok=True)
        findings = []
        with DevTools(self.place / f"browser-{label}") as tools:
            page = tools.page
            page.send("Page.setBypassCSP", enabled=True)  # axe is no script of the page
            page.answer_instead(world.answers(application))
            page.send("Page.addScriptToEvaluateOnNewDocument", source=f"sessionStorage.setItem('dm.name', {json.dumps(USER)})")
            page.size(1280, 900)
            page.open(f"{program.address}/#/")
            page.wait("document.getElementById('live')?.textContent === 'live'")
            for name, hash_, ready, then in places:
                page.go(hash_)
                page.wait(f"location.hash.startsWith({json.dumps(hash_)}) && document.querySelector('main').innerText.includes({json.dumps(ready)})")
                if then:
                    page.click(then)
                    page.wait("document.querySelector('dialog[open]') && !document.querySelector('dialog').innerText.includes('Asking for')")
                for scheme in ("light", "dark"):
                    page.colours(scheme)
                    for width in WIDTHS:
                        page.size(width, 900)
                        where = f"{label}, {name}, {width}, {scheme}"
                        page.picture(pictures / f"{label}-{name}-{width}-{scheme}.png", whole=not then)
                        over = page.run("document.documentElement.scrollWidth - innerWidth")
                        if over > 0:
                            findings.append(f"{where}: {over} pixels are cut off")
                    if scheme in checked and name not in unchecked:
                        findings += [f"{name}, {scheme}: {one}" for one in accessibility.findings(page, axe)]
                if then:
                    page.press("Escape")
            self.assertEqual([], page.problems)
        self.assertEqual([], findings, "\n".join(findings))
        print(f"{label}: {len(places)} views, {len(WIDTHS)} widths, light and dark, axe-core {accessibility.VERSION}")

    def test_one_component(self):
        program = world.manager(self)
        file = world.package(program.place / "counter-1.0.0.tar.gz", ("stream",), flink_parallelism=2, events_per_second=10)
        program.expect(201, "PUT", f"/repository/packages/{file.name}?user.name={USER}", file.read_bytes())
        program.done("PUT", "/packages/counter-1.0.0")
        world.say_of_component(program, "stream", restarts={"count": 2, "since_at": world.ago(600), "exception": "java.lang.RuntimeException: once\n\tat com.example.Job"},
                               incarnations=world.runs(), vertices=[{"name": "Source -> Map", "status": "RUNNING", "parallelism": 2}])
        world.made(program, "counting", "counter-1.0.0")
        for name in ("nightly", "before-the-fair"):
            program.done("POST", "/applications/counting/savepoints", json.dumps({"operation": name}))
        base = "#/applications/counting"
        self.looked_at(program, "counting", [
            ("home", "#/", "1 application, 1 component", None),
            ("applications", "#/applications", "1 row", None),
            ("application", base, "What has happened", None),
            ("savepoints", f"{base}/savepoints", "before-the-fair", None),
            ("savepoint-plan", f"{base}/savepoints", "nightly", "Resume nightly of stream"),
            ("upgrade", f"{base}/upgrade", "Show the plan", None),
            ("logs", f"{base}/logs", "Newest lines", None),
            ("metrics", f"{base}/metrics", "Busy max", None),
            ("incidents", f"{base}/incidents", "a record without a key", None),
            ("incident", f"{base}/incidents?component=stream&incident=2-5f0c1a2b", "Application was failed", None),
            ("explain", f"{base}/explain", "Who said what", None),
            ("stop", base, "What has happened", "Stop"),
            ("packages", "#/packages", "counter-1.0.0", None),
            ("package", "#/packages/counter-1.0.0", "properties.json", None),
            ("create", "#/create", "Show the plan", None),
            ("operations", "#/operations", "Trigger", None),
            ("fleet", "#/fleet", "None yet.", None),
        ], "one")

    def test_two_hundred_components(self):
        program = world.manager(self)
        names = [f"part-{at}" for at in range(49)] + ["batch-end"]
        file = world.package(program.place / "large-1.0.0.tar.gz", names)
        program.expect(201, "PUT", f"/repository/packages/{file.name}?user.name={USER}", file.read_bytes())
        program.done("PUT", "/packages/large-1.0.0")
        for at, state in enumerate(["FAILED", "BACKOFF", "RESTARTING", "UNKNOWN", "STARTING", "STOPPING", "COMPLETED", "STOPPED"]):
            world.say_of_component(program, f"part-{at}", state=state, summary=state, reason="given up after three attempts; see its log, mend the program and start it again")
        for name in ("orders", "payments", "sessions", LONG):
            world.made(program, name, "large-1.0.0")
        self.looked_at(program, "orders", [
            ("home", "#/", "4 applications, 200 components", None),
            ("applications", "#/applications", "200 rows", None),
            ("application", f"#/applications/{LONG}", "flink/part-48", None),
        ], "many", ("light",), ("application",))  # colours and parts are those of few; axe takes minutes for so many


if __name__ == "__main__":
    main()
