#!/usr/bin/env python3
"""The Deployment Manager's own page in a real browser: what others do is seen on it, who may what, and how large it is.

Environment: DM_PROGRAM, the Deployment Manager; DM_FLINK_PLUGIN, the scriptable plugin for components of type flink.

SPDX-License-Identifier: Apache-2.0
"""

import http.client
import json
import os
import re
import time
from urllib.parse import urlsplit

import page_world as world
from on_the_page import USER, OnThePage
from support import main

FIRST_PAINT_BYTES = 150_000
FIRST_PAINT_REQUESTS = 3
UPDATE_BYTES = 20_000


class Live(OnThePage):
    def test_what_others_do_and_what_jobs_do_is_seen_without_a_reload(self):
        program = world.manager(self)
        world.deployed(program, "counter-1.0.0")
        page = self.browser(program, "#/applications?sort=-application")
        world.made(program, "one", "counter-1.0.0")
        page.wait("document.querySelectorAll('tbody tr').length === 2 && document.querySelector('tbody').innerText.includes('Running')")
        page.run("document.querySelector('tbody a').focus(); document.querySelector('tbody a').dataset.seen = 'yes'")
        world.made(program, "two", "counter-1.0.0", started=False)
        page.wait("document.querySelectorAll('tbody tr').length === 4")
        self.assertEqual("one", page.run("document.activeElement.innerText"))  # the focus stays where it is
        # Nobody tells of this one.
        world.say_of_component(program, "stream", state="FAILED", summary="FAILED", reason=f"given up: {world.HOSTILE}", restarts={"count": 4})
        page.wait_text("given up: <img src=x onerror=")
        page.go("#/applications?state=FAILED")
        page.wait("document.querySelector('[role=status].quiet')?.innerText.startsWith('2 of 4')")
        page.go("#/")
        page.wait_text("has failed: given up")
        self.assertEqual("Error", page.run("document.querySelector('.card.bad .state').innerText"))
        # Nothing of it became markup.
        self.assertEqual("Home – Deployment Manager", page.run("document.title"))
        self.assertEqual(0, page.run("document.querySelectorAll('main img, main script').length"))
        program.done("DELETE", "/applications/two")
        page.go("#/applications")
        page.wait("document.querySelectorAll('tbody tr').length === 2")
        self.nothing_is_wrong(page)

    def test_links_lead_to_todays_pages_of_flink(self):
        program = world.manager(self, environment={"namespace": "demo", "yarn_resource_manager_host": "rm.example", "yarn_resource_manager_port": "8088",
                                                   "flink_history_server": "127.0.0.1:1"})
        world.deployed(program, "counter-1.0.0")
        world.say_of_component(program, "stream")
        world.made(program, "one", "counter-1.0.0")
        page = self.browser(program, "#/applications")
        page.wait("document.querySelectorAll('tbody tr').length === 2")
        links = page.run("[...document.querySelectorAll('tbody a[target]')].map((one) => one.href)")
        job = "a" * 32
        for wanted in (f"http://rm.example:8088/proxy/application_1700000000000_0042/#/job/running/{job}/overview",
                       f"http://history.example:8082/#/job/completed/{job}/overview", "http://rm.example:8088/cluster/app/application_1700000000000_0042"):
            self.assertIn(wanted, links)
        page.go("#/")
        page.wait_text("Unable to connect to the Flink History Server (request path = /config)")
        self.assertEqual("http://127.0.0.1:1/", page.run("[...document.querySelectorAll('.card a[target]')][0].href"))
        page.wait("document.querySelectorAll('.card.bad').length === 2")

    def test_a_schedule_has_its_next_run_and_what_the_runs_came_to(self):
        program = world.manager(self)
        world.deployed(program, "counter-1.0.0")
        runs = [{"number": 3, "due_at": "2026-11-27T06:00:00.000Z", "status": "KILLED", "missed": False, "workflow_id": "0000009-1-oozie-W",
                 "application_id": "application_1700000000000_0042", "outcome": "failed", "cause": f"no such file {world.HOSTILE}"},
                {"number": 2, "due_at": "2026-11-26T06:00:00.000Z", "status": "TIMEDOUT", "missed": True}]
        schedule = {"coordinator_id": "0000004-1-oozie-C", "status": "RUNNING", "next_run_at": "2026-11-28T06:00:00.000Z", "missed": 1, "runs": runs}
        world.say_of_component(program, "stream", state="SCHEDULED", schedule=schedule)
        world.made(program, "one", "counter-1.0.0")
        page = self.browser(program, "#/applications/one")
        page.wait_text("2026-11-28 06:00:00 UTC")
        text = page.run("document.querySelector('#component-flink-stream').innerText")
        for part in ("Scheduled", "0000004-1-oozie-C, Running in Oozie", "1 run", "2026-11-27 06:00:00 UTC", "Failed", "no such file <img", "Missed"):
            self.assertIn(part, text)
        self.nothing_is_wrong(page)

    def test_what_has_happened_has_flinks_own_restarts_and_what_was_kept_of_failures(self):
        program = world.manager(self)
        world.deployed(program, "counter-1.0.0")
        world.say_of_component(program, "stream", incarnations=world.runs(),
                               restarts={"count": 4, "since_at": world.ago(90), "exception": "java.lang.RuntimeException: once"})
        world.made(program, "one", "counter-1.0.0")
        kept = {"class": "java.lang.IllegalStateException", "source": "jobmanager", "kept": True}
        incidents = {"application": "one", "components": [{"type": "flink", "component": "stream", "incidents": [
            {"id": "3-0a1b2c3d", "at": world.ago(3010), "last_at": world.ago(2390), "count": 3, "epoch": 3, "message": f"no key {world.HOSTILE}", **kept},
            {"id": "2-end", "at": world.ago(7290), "count": 1, "epoch": 2, "message": "a record without a key", **kept}]}]}
        now = time.time() * 1000
        figures = {"application": "one", "components": [{"type": "flink", "component": "stream", "history": {
            "interval_ms": 60_000, "names": ["restarts"],
            "points": [[now - 3600e3, 0], [now - 3000e3, 1], [now - 2700e3, None], [now - 2400e3, 3], [now - 120e3, 3], [now - 60e3, 4]]}}]}

        def answered(document):
            return lambda _: (200, "application/json", json.dumps(document))

        page = self.browser(program, "#/applications/one", prepare=lambda it: it.answer_instead([
            (re.compile(r"^GET [^?]*/applications/one/incidents"), answered(incidents)),
            (re.compile(r"^GET [^?]*/applications/one/figures"), answered(figures))]))
        page.wait_text("Restarted by Flink (4 in this run)")
        rows = page.run("[...document.querySelectorAll('#component-flink-stream table.folding tbody tr')].map((one) => one.innerText)")
        self.assertIn("the queue policy names it; prod was asked for", page.text())
        restarts = [row for row in rows if "Restarted by Flink" in row]
        self.assertEqual(3, len(restarts), rows)  # the newest one is told once
        self.assertIn("java.lang.RuntimeException: once", restarts[0])
        self.assertIn("Restarted by Flink 2 times", restarts[1])
        [failure] = [row for row in rows if "Failure in run 3, 3 times until" in row]
        self.assertIn("no key <img", failure)
        self.assertRegex(failure, r"until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC")
        [ended] = [row for row in rows if "Run 2 ended: failed" in row]
        self.assertIn("Incident", ended)
        # Times have one form.
        for time_of in page.run("[...document.querySelectorAll('main time')].map((one) => one.title)"):
            self.assertRegex(time_of, r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$")
        self.assertRegex(page.run("document.querySelector('.timeline svg text').textContent"), r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$")
        self.assertNotRegex(page.text(), r"\dT\d\d:\d\d")
        page.run("[...document.querySelectorAll('main tbody a')].find((one) => one.href.includes('incident=2-end')).click()")
        page.wait_text("Incident 2-end")
        self.nothing_is_wrong(page)

    def test_an_address_that_is_no_page_of_the_web_is_no_link(self):
        program = world.manager(self)
        world.deployed(program, "counter-1.0.0")
        world.say_of_component(program, "stream", tracking_url="javascript:document.title='taken'", history_url="data:text/html,x")
        world.made(program, "one", "counter-1.0.0")
        page = self.browser(program, "#/applications")
        page.wait("document.querySelectorAll('tbody tr').length === 2")
        self.assertEqual([], page.run("[...document.querySelectorAll('a')].map((one) => one.href).filter((one) => !/^https?:/.test(one))"))


class Access(OnThePage):
    ACTIONS = "[...document.querySelectorAll('main button, main input[type=file]')].filter((one) => one.offsetParent !== null).map((one) => one.innerText).filter((one) => one && !/▲|▼/.test(one))"

    def test_who_only_reads_sees_no_button_that_he_may_not_press(self):
        program = world.manager(self, access={"roles": {"operate": [USER], "deploy": [USER]}})
        world.deployed(program, "counter-1.0.0")
        world.made(program, "one", "counter-1.0.0")
        page = self.browser(program, "#/applications/one", name="nobody")
        page.wait_text("You may look at it")
        forbidden = {"Start", "Stop", "Destroy", "Take a savepoint", "Upload", "Deploy", "Undeploy", "Resume", "Pin", "Delete", "Create an application"}
        for place in ("#/applications/one", "#/applications/one/savepoints", "#/applications/one/upgrade", "#/packages", "#/packages/counter-1.0.0", "#/applications", "#/operations"):
            page.go(place)
            page.wait("document.querySelector('main').innerText.length > 20 && !document.querySelector('main').innerText.includes('Loading…')")
            self.assertEqual(set(), forbidden & set(page.run(self.ACTIONS)), place)
            self.assertEqual([], page.run("[...document.querySelectorAll('main a.button')].map((one) => one.innerText)"), place)
        self.assertIn("reads only", page.run("document.getElementById('who').innerText"))
        self.assertEqual([], page.run("[...document.querySelectorAll('nav a')].map((one) => one.innerText).filter((one) => one === 'Housekeeping')"))

    def test_a_name_is_asked_for_where_names_are_believed(self):
        program = world.manager(self)
        page = self.browser(program, name=None)
        page.wait_text("Who are you?")
        page.write("Account", "nobody-of-that-name")
        page.click("Go on")
        page.wait_text("is no account of this machine")
        page.write("Account", USER)
        page.click("Go on")
        page.wait_text("Fleet by state")
        self.assertTrue(page.run("document.getElementById('who').innerText").startswith(USER))
        self.nothing_is_wrong(page)

    def test_with_a_token_the_page_comes_without_and_its_contents_only_with(self):
        tokens = self.place / "tokens"
        made = self.run_program(os.environ["DM_PROGRAM"], "token", "create", "--file", tokens, "--user", USER, "--role", "read",
                                "--role", "operate", "--role", "deploy")
        token = re.search(r"dm_[0-9a-f]+_[0-9a-f]+", made.stdout)[0]
        program = world.manager(self, {"socket": {"path": ""}, "tcp": [{"port": 0, "authentication": ["token"]}]}, access={"token_file": str(tokens)})
        page = self.browser(program, name=None)
        page.wait_text("A token, please")
        self.nothing_is_wrong(page)  # not even a 401: it knows before it asks
        page.write("Token", "dm_0_0")
        page.click("Go on")
        page.wait_text("the token is unknown")
        page.write("Token", token)
        page.click("Go on")
        page.wait("document.getElementById('live')?.textContent === 'live'")
        page.wait_text("Fleet by state")
        self.assertEqual(USER, page.run("document.getElementById('who').firstChild.data"))
        self.assertNotIn(token, page.run("document.documentElement.outerHTML + location.href"))
        self.assertFalse([one for one in page.requests.values() if token in one["url"]])
        page.go("#/packages")
        page.give_file("input[type=file]", world.package(self.place / "counter-1.0.0.tar.gz"))
        page.click("Upload")
        page.wait_text("counter-1.0.0.tar.gz is in the repository")
        self.assertIn("Authorization: Bearer $TOKEN", page.run("document.querySelector('main').textContent"))
        self.nothing_is_wrong(page, [r"status of 401"])


class Trouble(OnThePage):
    """Answers that do not come, and a world that has changed since it was shown."""

    def troubled(self, page, *paths):
        """Requests whose method and address fit one of these are answered with 503 from now on."""
        def refused(_):
            return 503, "application/json", json.dumps({"information": "the registry is away"})

        page.answer_instead([(re.compile(one), refused) for one in paths])

    def test_an_application_is_there_again_when_the_trouble_is_over(self):
        program = world.manager(self)
        world.deployed(program, "counter-1.0.0")
        world.made(program, "one", "counter-1.0.0", started=False)
        page = self.browser(program, "#/applications/one")
        page.wait(f"Boolean({page.find('Start')})")
        self.troubled(page, r"^GET [^?]*/fleet(\?|$)")
        page.wait_text("the registry is away")
        page.run("document.querySelector('[role=alert]').dataset.seen = 'yes'")
        asked = "performance.getEntriesByType('resource').filter((one) => /\\/fleet/.test(one.name)).length"
        page.wait(f"{asked} > {page.run(asked) + 1}", 60)
        self.assertEqual("yes", page.run("document.querySelector('[role=alert]').dataset.seen"))  # it is not read aloud again and again
        self.troubled(page)
        page.wait(f"Boolean({page.find('Start')})", 60)
        self.assertFalse(page.run("document.querySelector('main').innerText.includes('the registry is away')"))
        self.nothing_is_wrong(page, [r"status of 503"])

    def test_home_does_not_say_that_something_was_learnt_when_nothing_could_be(self):
        program = world.manager(self)
        world.deployed(program, "counter-1.0.0")
        world.made(program, "one", "counter-1.0.0")
        away = {"status": 14, "reply": {"schema": 1, "error": {"code": "UNAVAILABLE", "message": "YARN is away", "retry": True}}}
        (program.programs / "status.json").write_text(json.dumps(away))
        page = self.browser(program)
        page.wait_text("cannot be looked at")
        updated = page.run("document.querySelector('.card time')?.dateTime || 'never'")
        time.sleep(10)
        self.assertEqual(updated, page.run("document.querySelector('.card time')?.dateTime || 'never'"))
        self.troubled(page, r"^GET [^?]*/fleet/history-server")
        page.go("#/applications")
        page.go("#/")
        page.wait_text("The history server could not be asked for: the registry is away")
        self.nothing_is_wrong(page, [r"status of 503"])

    def test_a_plan_is_seen_again_when_it_has_changed_before_it_is_confirmed(self):
        program = world.manager(self)
        world.deployed(program, "counter-1.0.0")
        world.made(program, "one", "counter-1.0.0", started=False)
        page = self.browser(program, "#/applications/one")
        plans = []
        page.answer_instead([(re.compile(r"^POST [^?]*/applications/one/plan"), lambda _: (200, "application/json", json.dumps(
            {"application": "one", "package": "counter-1.0.0", "possible": True, "obstacles": [], "steps": list(plans), "components": []})))])
        plans.append("flink/stream: start from sp-1")
        page.click("Start")
        self.dialog_says(page, "start from sp-1")
        plans[:] = ["flink/stream: start without state"]
        # A quarter of a minute later, by the page's clock.
        page.run("{ const before = Date.now; Date.now = () => before() + 16000; }")
        page.click("Start", inside="document.querySelector('dialog')")
        self.dialog_says(page, "no longer what you have seen")
        self.dialog_says(page, "start without state")
        self.assertEqual("CREATED", program.expect(200, "GET", "/applications/one/status")["status"])
        page.click("Start even if state would be lost", "input")
        self.dialog_says(page, "The plan:")
        self.confirmed(page, "Start")
        page.wait(f"Boolean({page.find('Stop')})")
        self.nothing_is_wrong(page)

    def test_a_plan_is_gone_when_the_form_says_something_else(self):
        program = world.manager(self)
        world.deployed(program, "counter-1.0.0", "counter-1.1.0", rate=1)
        page = self.browser(program, "#/create?package=counter-1.0.0")
        page.wait("Boolean(document.querySelector('.properties input'))")
        page.write("Name: letters, digits, _ and -", "first")
        page.click("Show the plan")
        page.wait(f"Boolean({page.find('Create first')})")
        page.write("Name: letters, digits, _ and -", "second")
        page.wait(f"!({page.find('Create first')})")
        page.click("Show the plan")
        page.click("Create second")
        page.wait("location.hash === '#/applications/second'")
        page.wait(f"Boolean({page.find('Start')})")  # it is created
        self.assertEqual(["second"], program.expect(200, "GET", "/applications"))
        page.go("#/applications/second/upgrade")
        page.click("Show the plan")
        page.wait(f"Boolean({page.find('Upgrade to counter-1.1.0')})")
        page.click("State that the new version has no place for may be left behind", "input")
        page.wait(f"!({page.find('Upgrade to counter-1.1.0')})")
        self.nothing_is_wrong(page)

    def test_the_end_of_an_undeployment_takes_nobody_away_from_where_he_is(self):
        program = world.manager(self)
        world.deployed(program, "counter-1.0.0")
        page = self.browser(program, "#/packages/counter-1.0.0")
        page.run("""{ const before = globalThis.fetch; globalThis.status = "RUNNING";
          const operation = () => JSON.stringify({id: "one", verb: "undeploy", object: "counter-1.0.0", status: globalThis.status});
          globalThis.fetch = async (at, how) => how.method === "DELETE" ? new Response("", {status: 202, headers: {Location: "/operations/one"}})
            : String(at).startsWith("/operations/one") ? new Response(operation()) : before(at, how); }""")
        page.click("Undeploy")
        self.confirmed(page, "Undeploy")
        page.wait_text("Undeploy of counter-1.0.0")
        page.go("#/operations")
        page.wait("document.querySelector('main h1')?.innerText === 'Operations'")
        page.run("globalThis.status = 'SUCCEEDED'")
        page.wait_text("Undeploy of counter-1.0.0 – Succeeded")
        self.assertEqual("#/operations", page.run("location.hash"))
        self.nothing_is_wrong(page)

    def test_an_answer_that_is_lost_is_no_refusal(self):
        program = world.manager(self)
        world.deployed(program, "counter-1.0.0")
        world.made(program, "one", "counter-1.0.0", started=False)
        page = self.browser(program, "#/applications/one")
        page.click("Destroy")
        page.run("globalThis.fetch = () => Promise.reject(new TypeError('Failed to fetch'))")
        page.click("Destroy", inside="document.querySelector('dialog')")
        self.dialog_says(page, "is not known, and it is not sent again")

    def test_what_could_not_be_asked_for_is_not_called_nothing(self):
        program = world.manager(self, access={"administrators": [USER]})
        world.deployed(program, "counter-1.0.0")
        world.made(program, "one", "counter-1.0.0")
        page = self.browser(program)
        self.troubled(page, r"^GET [^?]*/savepoints", r"^GET [^?]*/operations\?")
        page.go("#/applications/one")
        page.wait_text("Savepoints could not be asked for: the registry is away")
        page.wait_text("Operations could not be asked for: the registry is away")
        page.wait_text("flink/stream")
        page.answer_instead([(re.compile(r"^GET [^?]*/housekeeping"), lambda _: (200, "application/json", json.dumps(
            {"plugins": [{"type": "flink", "error": {"message": "YARN is away"}}, {"type": "other", "entries": [], "withheld": []}]})))])
        page.go("#/housekeeping")
        page.wait_text("YARN is away")
        self.assertEqual(1, page.run("document.querySelector('main').innerText.split('Nothing is left lying about').length - 1"))
        self.nothing_is_wrong(page, [r"status of 503"])

    def test_a_log_that_is_not_there_and_a_follow_that_ends_are_said(self):
        program = world.manager(self)
        world.deployed(program, "counter-1.0.0")
        world.made(program, "counting", "counter-1.0.0")
        broken = (re.compile(r"^GET [^?]*/applications/counting/logs/[^?]*\?.*follow=true"),
                  lambda _: (200, "text/event-stream", world.events(("log", {"text": "the last line\n", "next_offset": 14, "truncated": False}))))
        page = self.browser(program, "#/applications/counting/logs?component=stream&epoch=7",
                            prepare=lambda it: it.answer_instead([broken, *world.answers("counting")]))
        page.wait_text("There is no log of run 7 of stream (any more). This is another one.")
        page.click("Follow")
        page.wait_text("It is not followed any more")
        self.assertIn("the last line", page.run("document.querySelector('pre.log').textContent"))
        self.nothing_is_wrong(page)

    def test_a_page_that_was_open_during_an_update_says_so(self):
        program = world.manager(self)
        source = """const before = globalThis.fetch;
          globalThis.tag = '"of today"';
          globalThis.looked = 0;
          globalThis.fetch = (at, how) => {
            const path = String(at).split("?")[0];
            if (path === "/events") return Promise.resolve(new Response(new ReadableStream({start: (one) => { globalThis.line = one; }})));
            if (path !== "/page/page.js") return before(at, how);
            globalThis.looked += 1;
            return Promise.resolve(new Response("", {headers: {ETag: globalThis.tag}}));
          };"""
        page = self.browser(program, prepare=lambda it: it.send("Page.addScriptToEvaluateOnNewDocument", source=source))
        page.wait("globalThis.looked === 1")
        page.run("globalThis.line.close()")  # the connection is gone, and made anew
        page.wait("globalThis.looked === 2")
        self.assertEqual("", page.run("document.getElementById('newer').innerText"))
        page.run("globalThis.tag = '\"of tomorrow\"'; globalThis.line.close()")
        page.wait_text("The Deployment Manager has a newer page")
        self.nothing_is_wrong(page)

    def test_a_token_that_is_no_longer_taken_is_asked_for_again(self):
        program = world.manager(self)
        page = self.browser(program)
        page.answer_instead([(re.compile(r"^GET [^?]*/fleet"), lambda _: (401, "application/json", json.dumps({"information": "the token has expired"})))])
        page.wait_text("no longer knows who you are")
        page.wait(f"Boolean({page.find('Say who you are')})")
        self.nothing_is_wrong(page, [r"status of 401"])


class Housekeeping(OnThePage):
    def test_administrators_choose_what_goes(self):
        program = world.manager(self, access={"administrators": [USER]})
        page = self.browser(program, "#/housekeeping", prepare=lambda it: it.answer_instead(world.answers("counting")))
        page.wait_text("Staging was not looked at: the ResourceManager does not answer")
        self.assertEqual(1, page.run("document.querySelectorAll('tbody input').length"))  # the other one may not be cleaned
        page.click("Choose archive of a job that ended long ago", "input")
        page.click("Remove what is chosen")
        self.dialog_says(page, "Remove 1 entry?")
        self.assertIn('"entries":["flink:archive:1"],"dry_run":false', page.run("document.querySelector('dialog').textContent"))
        self.confirmed(page, "Remove")
        self.assertEqual(1, len([one for one in page.requests.values() if one["method"] == "POST"]))
        self.nothing_is_wrong(page)


class Sizes(OnThePage):
    def bytes_of(self, program, path, encoding="gzip"):
        at = urlsplit(program.address)
        connection = http.client.HTTPConnection(at.hostname, at.port, timeout=60)
        connection.request("GET", path, headers={"Accept-Encoding": encoding})
        reply = connection.getresponse()
        body = reply.read()
        connection.close()
        self.assertEqual(200, reply.status, body)
        return reply, body

    def test_first_paint(self):
        program = world.manager(self)
        page = self.browser(program)
        page.wait_text("Fleet by state")
        at_paint = page.run("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        first = page.run("performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))"
                         f".filter((one) => one.startTime < {at_paint} && /\\/(page\\/[^/]*)?$/.test(new URL(one.name).pathname)).map((one) => [one.name, one.transferSize])")
        # The tab's icon is asked for by the browser when it likes to; no paint waits for it.
        first = [one for one in first if urlsplit(one[0]).path != "/page/icon.svg"]
        print(f"first paint: {first}")
        self.assertLessEqual(len(first), FIRST_PAINT_REQUESTS, first)
        own = [one for one in page.requests.values() if urlsplit(one["url"]).path.startswith(("/page/",)) or urlsplit(one["url"]).path == "/"]
        self.assertLess(sum(one["bytes"] for one in own), FIRST_PAINT_BYTES, own)
        self.assertEqual({program.address}, {"{0.scheme}://{0.netloc}".format(urlsplit(one["url"])) for one in page.requests.values()})  # nothing from elsewhere
        # Kept by the browser, and asked for whether it is still so.
        page.requests.clear()
        page.send("Page.reload")
        page.wait_text("Fleet by state")
        again = [one for one in page.requests.values() if urlsplit(one["url"]).path.startswith("/page/")]
        self.assertLess(sum(one["bytes"] for one in again), 5000, again)

    def test_updates_of_two_hundred_components(self):
        program = world.manager(self)
        names = [f"c{at}" for at in range(50)]
        file = world.package(program.place / "large-1.0.0.tar.gz", names)
        program.expect(201, "PUT", f"/repository/packages/{file.name}?user.name={USER}", file.read_bytes())
        program.done("PUT", "/packages/large-1.0.0")
        for at in range(4):
            world.made(program, f"app{at}", "large-1.0.0")
        reply, _ = self.bytes_of(program, "/fleet")
        self.assertEqual("gzip", reply.getheader("Content-Encoding"))
        whole = program.expect(200, "GET", "/fleet")
        self.assertEqual(200, sum(len(one["components"]) for one in whole["applications"]))
        time.sleep(0.5)
        revision = program.expect(200, "GET", f"/fleet?since={whole['revision']}")["revision"]
        _, nothing = self.bytes_of(program, f"/fleet?since={revision}", "identity")
        for name in names:  # all of them are other at once: the largest update there can be
            world.say_of_component(program, name, reason=f"{name} has been restarted by Flink, since a TaskManager was lost", restarts={"count": 3})
        time.sleep(0.5)
        _, all_changed = self.bytes_of(program, f"/fleet?since={revision}")
        print(f"nothing new: {len(nothing)} bytes; 200 components changed: {len(all_changed)} bytes")
        self.assertLess(len(nothing), 1000)
        self.assertLess(len(all_changed), UPDATE_BYTES)


if __name__ == "__main__":
    main()
