#!/usr/bin/env python3
"""The Deployment Manager's own page in a real browser: a whole round by clicking, and one by keyboard. What needs a job of a real
cluster, logs, figures, incidents and explanations, is answered from samples.

Environment: DM_PROGRAM, the Deployment Manager; DM_FLINK_PLUGIN, the scriptable plugin for components of type flink.

SPDX-License-Identifier: Apache-2.0
"""

import json

import page_world as world
from on_the_page import USER, OnThePage
from support import main


class WholeRound(OnThePage):
    def test_by_clicking(self):
        program = world.manager(self)
        page = self.browser(program, prepare=lambda it: it.answer_instead(world.answers("counting")))
        page.wait_text("There is no application yet")

        # Packages: upload, deploy.
        page.click("Packages")
        page.wait_text("There is no package yet")
        for name in ("counter-1.0.0", "counter-1.1.0"):
            page.give_file("input[type=file]", world.package(self.place / f"{name}.tar.gz", events_per_second=10))
            page.click("Upload")
            page.wait_text(f"{name}.tar.gz is in the repository")
            page.click(f"Deploy {name}")
            self.dialog_says(page, "unpacked and looked at")
            self.confirmed(page, "Deploy")
            page.wait(f"Boolean({page.find(f'Undeploy {name}')})")
        page.click("counter-1.0.0")
        page.wait_text("flink/stream/properties.json")

        # Create.
        page.click("Applications")
        page.click("Create an application")
        page.wait_text("Show the plan")
        page.choose("Package", "counter-1.0.0")
        page.write("Name: letters, digits, _ and -", "counting")
        page.wait("Boolean(document.querySelector('.properties input'))")
        page.run("document.querySelector('.properties input').focus()")
        page.send("Input.insertText", text="25")
        page.click("Show the plan")
        page.click("Create counting")
        page.wait("location.hash === '#/applications/counting'")
        page.wait(f"Boolean({page.find('Start')})")
        overrides = program.expect(200, "GET", "/applications/counting")["overrides"]
        self.assertEqual({"events_per_second": 25}, overrides["flink"]["stream"])

        # Start, with its plan.
        page.click("Start")
        self.dialog_says(page, "The plan:")
        self.confirmed(page, "Start")
        page.wait(f"Boolean({page.find('Stop')})")
        page.wait_text("flink/stream")

        # Savepoint, pin, resume, delete.
        page.click("Savepoints")
        page.click("Take a savepoint")
        page.write("Its id (empty: one is made up)", "first")
        page.choose("Of", "stream")
        self.confirmed(page, "Take it")
        page.wait(f"Boolean({page.find('Pin first of stream')})")
        page.click("Pin first of stream")
        page.write("Why (one line, for others)", "before the fair")
        self.confirmed(page, "Pin")
        page.click("Unpin first of stream")
        self.confirmed(page, "Unpin")
        page.click("Resume first of stream")
        self.dialog_says(page, "The plan:")
        self.confirmed(page, "Resume")
        page.wait_text("Resume of counting – Succeeded")
        page.wait(f"Boolean({page.find('Delete first of stream')})")
        page.click("Delete first of stream")
        self.dialog_says(page, "deleted for good")
        self.confirmed(page, "Delete")
        page.wait(f"!({page.find('Delete first of stream')})")

        # Upgrade, with its plan.
        page.click("Upgrade")
        page.wait_text("Installed is counter-1.0.0")
        page.choose("Package", "counter-1.1.0")
        page.click("Show the plan")
        page.wait_text("lay out counter-1.1.0")
        page.click("Upgrade to counter-1.1.0")
        page.wait_text("Upgrade of counting – Succeeded")
        self.assertEqual("counter-1.1.0", program.expect(200, "GET", "/applications/counting")["package_name"])

        # Logs, metrics, incidents, explanation.
        page.click("Logs")
        page.wait("document.querySelector('pre.log')?.textContent.includes('line 119')")
        page.click("Next piece")
        page.wait("document.querySelector('pre.log').textContent.includes('another piece')")
        page.click("Follow")
        page.wait("document.querySelector('pre.log').textContent.includes('line of the next run')")
        self.assertIn("4.jobmanager.log", page.run("document.querySelector('pre.log').textContent"))
        page.click("Metrics")
        page.wait_text("Busy max")
        self.assertGreaterEqual(page.run("document.querySelectorAll('figure svg').length"), 4)
        page.click("Incidents")
        page.wait_text("a record without a key")
        page.run("document.querySelector('tbody a').click()")
        page.wait_text("Application was failed by its JobManager")
        page.click("Explain")
        page.wait_text("YARN says that its application runs.")

        # Stop, destroy, undeploy.
        page.click("Stop")
        self.confirmed(page, "Stop")
        page.wait(f"Boolean({page.find('Start')})")
        page.click("Destroy")
        self.confirmed(page, "Destroy")
        page.wait("location.hash === '#/applications'")
        page.click("Operations")
        page.wait_text("Destroy")
        page.click("Packages")
        page.click("Undeploy counter-1.0.0")
        self.confirmed(page, "Undeploy")
        page.wait(f"Boolean({page.find('Deploy counter-1.0.0')})")
        self.assertEqual([], program.expect(200, "GET", "/applications"))
        self.assertEqual("Packages – Deployment Manager", page.run("document.title"))
        self.nothing_is_wrong(page)

    def test_what_is_refused_is_told_in_the_managers_words(self):
        program = world.manager(self)
        world.deployed(program, "counter-1.0.0", rate=1)
        refusal = {"status": 3, "reply": {"schema": 1, "error": {"code": "INVALID_ARGUMENT", "message": "the properties are wrong", "retry": False,
                   "details": [{"path": "$.properties.component_rate", "found": "much", "allowed": "a number, not <b>much</b>"}]}}}
        page = self.browser(program, "#/create?package=counter-1.0.0")
        (program.programs / "validate-properties.json").write_text(json.dumps(refusal))
        page.wait("Boolean(document.querySelector('.properties input'))")
        page.write("Name: letters, digits, _ and -", "counting")
        page.click("Show the plan")
        page.wait_text("a number, not <b>much</b>")
        self.assertEqual("alert", page.run("document.querySelector('.error').getAttribute('role')"))
        page.write("Name: letters, digits, _ and -", "../x")
        page.run("document.querySelector('form').noValidate = true")
        page.click("Show the plan")
        page.wait_text("not beginning with '-'")
        self.nothing_is_wrong(page, [r"status of 400"])


class Keyboard(OnThePage):
    def tab_to(self, page, name):
        """By Tab alone; what has the focus shows it."""
        for _ in range(60):
            page.press("Tab")
            told = page.run("""(() => { const one = document.activeElement; return [(one.getAttribute('aria-label') || one.innerText || '').trim(),
              one.matches(':focus-visible') && getComputedStyle(one).outlineStyle !== 'none']; })()""")
            if told[0].removesuffix(" (new tab)") == name:
                self.assertTrue(told[1], f"the focus on {name} does not show")
                return
        raise AssertionError(f"Tab does not lead to {name}")

    def test_from_home_to_a_start_and_back_out_of_a_stop(self):
        program = world.manager(self)
        world.deployed(program, "counter-1.0.0")
        world.made(program, "counting", "counter-1.0.0", started=False)
        page = self.browser(program)
        self.tab_to(page, "Skip to the content")
        page.press("Enter")
        self.assertEqual("main", page.run("document.activeElement.id"))
        page.open(program.address + "/#/")
        page.wait("document.getElementById('live').textContent === 'live'")
        self.tab_to(page, "Help: Apache Flink, streaming")
        page.press("Enter")
        page.wait("document.querySelector('dialog[open]')")
        self.assertIn("https://flink.apache.org/", page.run("document.querySelector('dialog a').href"))
        page.press("Escape")
        page.wait("!document.querySelector('dialog')")
        self.assertEqual("Help: Apache Flink, streaming", page.run("document.activeElement.getAttribute('aria-label')"))
        page.run("document.querySelector('.brand').focus()")
        self.tab_to(page, "Applications")
        page.press("Enter")
        page.wait("document.activeElement.tagName === 'H1' && document.activeElement.innerText === 'Applications'")
        self.tab_to(page, "counting")
        page.press("Enter")
        page.wait("document.activeElement.tagName === 'H1' && document.activeElement.innerText === 'counting'")
        self.tab_to(page, "Start")
        page.press("Enter")
        self.dialog_says(page, "The plan:")
        self.assertEqual("Start counting?", page.run("document.getElementById(document.querySelector('dialog').getAttribute('aria-labelledby')).innerText"))
        self.tab_to(page, "Start")
        page.press("Enter")
        page.wait(f"!document.querySelector('dialog') && Boolean({page.find('Stop')})")
        page.wait("document.getElementById('said').textContent.includes('Start of counting: Succeeded')")
        self.tab_to(page, "Stop")
        page.press(" ")
        page.wait("document.querySelector('dialog[open]')")
        page.press("Escape")
        page.wait("!document.querySelector('dialog')")
        self.assertEqual("Stop", page.run("document.activeElement.innerText"))
        self.assertEqual("STARTED", program.expect(200, "GET", "/applications/counting/status")["status"])
        self.nothing_is_wrong(page)


if __name__ == "__main__":
    main()
