#!/usr/bin/env python3
"""Operations on the fleet on the Deployment Manager's page: chosen, looked at, confirmed, followed, cancelled, and started again.

Environment: DM_PROGRAM, the Deployment Manager; DM_FLINK_PLUGIN, the scriptable plugin for components of type flink.

SPDX-License-Identifier: Apache-2.0
"""

import json
import os
from pathlib import Path

import page_world as world
from on_the_page import OnThePage
from support import main

UNSAVED = {
    "status": 9,
    "reply": {"schema": 1, "changed": False, "state": "RUNNING", "desired": "RUNNING", "savepoint": None,
              "error": {"code": "FAILED_PRECONDITION", "reason_code": "SAVEPOINT_FAILED", "message": f"no room {world.HOSTILE}", "details": [], "retry": False}},
}
ROWS = "[...document.querySelectorAll('main tbody tr')].map((one) => one.innerText.replaceAll('\\n', ' '))"


class FleetPage(OnThePage):
    def fleet(self, *applications):
        program = world.manager(self)
        world.deployed(program, "counter-1.0.0")
        for name in applications:
            world.made(program, name, "counter-1.0.0")
        return program

    def script(self, program, name, **script):
        (program.programs / f"{name}.json").write_text(json.dumps(script))

    def picture(self, page, name):
        kept = os.environ.get("DM_PICTURES")
        if kept:
            page.picture(Path(kept) / f"fleet-{name}.png")

    def test_stopped_and_started_again(self):
        program = self.fleet("one", "two", "three")
        world.say_of_component(program, "stream", state="STARTING")
        page = self.browser(program)
        page.click("Fleet")
        page.wait_text("None yet.")
        page.write("Applications", "one, t*")
        page.write("First of all, in this order (application or application/component)", "two nobody")
        page.click("Show what would be done")
        page.wait_text("6 waiting")
        rows = page.run(f"{ROWS}.slice(0, 6)")
        self.assertTrue(rows[0].startswith("two/"), rows)
        self.assertRegex(next(row for row in rows if row.startswith("two/stream")), r"Waiting\s+Starting\s+root\.applications\.prod\s+Not now")
        self.assertIn("$.order[1] no component of those that are chosen fits nobody", page.text())
        self.picture(page, "dry-run")
        # What is no longer in the form is no plan.
        page.write("Owners", "somebody-else")
        page.wait(f"!({page.find('Stop them…')})")
        page.click("Show what would be done")
        page.wait_text("no component is as the request says")
        page.write("Owners", "")
        world.say_of_component(program, "stream")
        self.script(program, "stop-batch", **UNSAVED)
        page.click("Show what would be done")
        page.click("Stop them…")
        self.dialog_says(page, "6 components are stopped")
        self.picture(page, "confirm")
        self.confirmed(page, "Stop them")
        page.wait("/^#\\/fleet\\/[0-9a-f]{32}$/.test(location.hash)")
        page.wait_text("3 saved, 3 not saved and running on", 30)
        page.wait(f"Boolean({page.find('Start what it has stopped')})")
        rows = page.run(ROWS)
        self.assertEqual(6, len(rows))
        batch = next(row for row in rows if row.startswith("two/batch"))
        self.assertRegex(batch, r"Not saved\s+Running\s+Running")
        self.assertIn("no room <img", batch)
        self.assertIn("stop it once more here", batch)  # in the page's words, not in the route's
        self.assertNotIn("POST", batch)
        self.assertIn("hdfs:///state/", next(row for row in rows if row.startswith("two/stream")))
        self.assertEqual([6, 6], page.run("(() => { const one = document.querySelector('main progress'); return [one.value, one.max]; })()"))
        self.picture(page, "report")

        # The stop is over, and its components say so: nothing of them lives.
        world.say_of_component(program, "stream", state="STOPPED", desired="STOPPED")
        page.click("Start what it has stopped")
        self.dialog_says(page, "3 waiting")
        self.confirmed(page, "Start them")
        page.wait_text("3 started", 30)
        page.click("All operations on the fleet")
        page.wait("document.querySelectorAll('main tbody tr').length === 2")
        self.assertIn("3 started", page.run(ROWS)[0])
        page.go("#/operations")
        page.wait_text("Object")
        page.wait("document.querySelectorAll('main tbody a[href^=\"#/fleet/\"]').length === 2")
        self.nothing_is_wrong(page, [r"status of 404"])

    def test_followed_and_cancelled(self):
        program = self.fleet("one", "two")
        self.script(program, "stop-stream", delay_ms=3000)
        self.script(program, "stop-batch", delay_ms=3000)
        page = self.browser(program, "#/fleet")
        page.choose("Which components", "all")
        page.wait("document.querySelector('.fields').hidden")
        page.write("At a time", "many")
        page.click("Show what would be done")
        page.wait_text("$.parallel")
        page.write("At a time", "1")
        page.click("Show what would be done")
        page.click("Stop them…")
        self.confirmed(page, "Stop them")
        page.wait_text("1 stopping")
        # Another look is possible meanwhile.
        operation = page.run("location.hash")
        page.go("#/fleet")
        page.choose("Which components", "all")
        page.click("Show what would be done")
        page.wait_text("a stop of the fleet is under way")
        page.go(operation)
        page.click("Cancel")
        page.click("Cancel it", inside="document.querySelector('dialog')")
        page.wait_text("cancelled by", 30)
        self.assertRegex(page.text(), r"\d cancelled")
        self.nothing_is_wrong(page, [r"status of 400"])

    def test_who_may_only_look_sees_no_form(self):
        program = world.manager(self, access={"administrators": [world.USER], "roles": {"operate": [world.USER]}})
        page = self.browser(program, "#/fleet", name="nobody")
        page.wait_text("None yet.")
        self.assertEqual(0, page.run("document.querySelectorAll('main form').length"))
        self.nothing_is_wrong(page)


if __name__ == "__main__":
    main()
