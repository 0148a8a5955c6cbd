"""The REST contract on the real thing: codes, bodies, and names that try to break out.

SPDX-License-Identifier: Apache-2.0
"""

import os
from pathlib import Path
from urllib.parse import unquote

from scenario import COUNTER, FAULTS, Scenario


class Rest(Scenario):
    def expect(self, code, method, path, body=None, **more):
        return self.manager.expect(code, method, path, body, **more)

    def test_reading(self):
        self.assertIn(COUNTER, self.expect(200, "GET", "/packages").json)
        package = self.expect(200, "GET", f"/packages/{COUNTER}").json
        self.assertEqual(("counter", "1.0.0", "DEPLOYED"), (package["name"], package["version"], package["status"]))
        self.assertEqual({"stream", "batch"}, set(package["defaults"]["flink"]))
        listed = self.expect(200, "GET", "/repository/packages", query={"recency": 5}).json
        versions = [v for one in listed if one["name"] == "counter" for v in one["latest_versions"]]
        self.assertIn(("1.0.0", f"{COUNTER}.tar.gz"), [(one["version"], one["file"]) for one in versions])
        unknown = self.expect(200, "GET", "/packages/nothing-1.0.0/status").json
        self.assertEqual(("NOTDEPLOYED", None), (unknown["status"], unknown["information"]))
        unknown = self.expect(200, "GET", "/applications/nothing").json
        self.assertEqual({"status": "NOTCREATED", "information": None}, unknown)
        self.assertEqual("NOTCREATED", self.expect(404, "GET", "/applications/nothing/detail").json["status"])
        summary = self.expect(200, "GET", "/applications/nothing/summary").json
        self.assertEqual({"nothing": {"status": "Not Created"}}, summary)
        endpoints = self.expect(200, "GET", "/environment/endpoints").json
        self.assertEqual(self.environment["namespace"], endpoints["namespace"])
        self.assertEqual("pass", self.expect(200, "GET", "/selftest/all").json["status"])

    def test_anonymous_and_unknown_accounts(self):
        self.expect(200, "GET", "/applications", user=None)
        self.expect(403, "GET", "/applications", user="no-such-account")
        for method, path in (
            ("PUT", f"/packages/{COUNTER}"),
            ("DELETE", f"/packages/{COUNTER}"),
            ("DELETE", "/applications/nothing"),
            ("POST", "/applications/nothing/start"),
        ):
            answer = self.expect(400, method, path, user=None)
            self.assertIn("user.name", answer.json["information"])
        answer = self.expect(403, "PUT", "/applications/x", {"package": COUNTER}, user="no-such-account")
        self.assertIn("no-such-account", answer.json["information"])

    def test_wrong_states(self):
        self.assertEqual("DEPLOYED", self.expect(409, "PUT", f"/packages/{COUNTER}").json["status"])
        self.assertEqual("NOTDEPLOYED", self.expect(404, "DELETE", "/packages/nothing-1.0.0").json["status"])
        for method, path in (
            ("POST", "/applications/nothing/start"),
            ("POST", "/applications/nothing/stop"),
            ("DELETE", "/applications/nothing"),
        ):
            self.assertEqual("NOTCREATED", self.expect(404, method, path).json["status"])
        answer = self.expect(404, "PUT", "/applications/x", {"package": "nothing-1.0.0"})
        self.assertEqual("NOTDEPLOYED", answer.json["status"])
        # A package that the repository does not have is told by the worker.
        after = self.manager.deploy("nothing-1.0.0")
        self.assertEqual("NOTDEPLOYED", after["status"])
        self.assertIn("nothing-1.0.0", after["information"])

        name = self.application()
        self.job(name, "Runs")
        answer = self.expect(409, "PUT", f"/applications/{name}", {"package": FAULTS})
        self.assertEqual("CREATED", answer.json["status"])
        self.expect(409, "POST", f"/applications/{name}/stop")
        answer = self.expect(400, "POST", f"/applications/{name}/dance")
        self.assertIn("dance is not a valid action (start, stop, upgrade, plan, savepoints)", answer.text)
        answer = self.expect(400, "GET", f"/applications/{name}/dance")
        self.assertIn("dance is not a valid query (status, detail, summary, components, savepoints)", answer.text)
        self.assertIn(name, self.expect(200, "GET", f"/packages/{FAULTS}/applications").json)
        # Somebody else's application is not to be touched.
        self.expect(403, "POST", f"/applications/{name}/start", user="pnda-other")
        self.expect(403, "DELETE", f"/applications/{name}", user="pnda-other")
        self.assertEqual("CREATED", self.manager.status(name)["status"])

    def test_bodies(self):
        for body, word in (
            (b"{", "Invalid request body"),
            (b'["package"]', "Invalid request body"),
            (b"{}", "Missing field 'package'"),
            ({"package": COUNTER, "user": "root"}, "user.name"),
            ({"package": COUNTER, "flink": "all"}, "flink"),
        ):
            answer = self.expect(400, "PUT", "/applications/bodies", body)
            self.assertIn(word, answer.text)
        self.assertEqual("NOTCREATED", self.manager.status("bodies")["status"])

    def test_all_problems_at_once(self):
        wrong = {
            "flink_parallelism": "many",
            "flink_slots": 0,
            "flink_taskmanager_memory": "lots",
            "flink_config_args": "-yn 4",
            "flink_queue": "-q",
        }
        answer = self.expect(400, "PUT", "/applications/problems", {"package": FAULTS, "flink": {"job": wrong}})
        for word in ("many", "lots", "-yn", *wrong):
            self.assertIn(word, answer.text)
        self.assertEqual("NOTCREATED", self.manager.status("problems")["status"])

    def test_names_cannot_break_out(self):
        """E9, E12, E17, E54, E57: refused, nothing recorded, nothing written outside."""
        body = {"package": FAULTS}
        names = ["..", ".", "breakout%2Fb", "..%2F..%2Fbreakout", "breakout.b", "breakout%20b", "breakout%0Ab",
                 "breakout%00b", "-rf", "breakout%3Bb", "breakout%24b", "breakout" + "x" * 93, "%C3%A4"]
        for name in names:
            answer = self.manager.ask("PUT", f"/applications/{name}", body)
            self.assertIn(answer.code, (400, 404, 405), f"{name}: {answer}")
        packages = ["..%2F..%2Fbreakout-1.0.0", "breakout%2Fb-1.0.0", "breakout-no-version", "breakout-1.0",
                    "breakout%0A-1.0.0"]
        for package in packages:
            answer = self.manager.ask("PUT", f"/packages/{package}")
            if answer.code == 202:
                after = self.manager.settled(f"/packages/{package}")
                self.assertEqual("NOTDEPLOYED", after["status"], package)
            else:
                self.assertIn(answer.code, (400, 404), f"{package}: {answer}")
            answer = self.manager.ask("PUT", f"/repository/packages/{package}.tar.gz", b"x")
            self.assertIn(answer.code, (400, 404), f"{package}: {answer}")

        known = set(self.expect(200, "GET", "/applications").json)
        self.assertEqual(set(), known & {unquote(name) for name in names})
        for path in ("/applications", "/packages", "/repository/packages"):
            self.assertNotIn("breakout", self.expect(200, "GET", path).text)
        self.assertEqual([], list(self.written("breakout")))

    def written(self, word):
        """Files with the word in their name: below the environment, and where its paths would lead one out of it."""
        inside = self.environment.directory
        outside = [Path("/"), Path("/etc"), Path("/opt"), Path("/tmp"), *inside.parents]
        yield from (file for folder in outside for file in folder.iterdir() if word in file.name)
        for folder, folders, files in os.walk(inside):
            yield from (Path(folder, name) for name in (*folders, *files) if word in name)

    def test_values_cannot_break_out(self):
        overrides = (
            {"main_jar": "faults.jar; touch /tmp/broken-out #"},
            {"main_jar": "../../../etc/passwd"},
            {"main_jar": "-c"},
            {"main_class": "faults.Runs\nuser=root"},
            {"flink_queue": "default\nuser=root"},
            {"application_args": ["a\nuser=root"]},
            {"flink_environment": {"LD_PRELOAD\nuser": "root"}},
            {"flink_configuration": {"a b": "c"}},
            {"respawn_type": "always\nuser=root"},
        )
        for number, override in enumerate(overrides):
            with self.subTest(override):
                name = self.application(f"-{number}")
                self.expect(400, "PUT", f"/applications/{name}", {"package": FAULTS, "flink": {"job": override}})
                self.assertEqual("NOTCREATED", self.manager.status(name)["status"])

    def test_percent_and_quotes_arrive_as_they_are(self):
        """What means something to supervisord or to a shell reaches the program as it was given."""
        name = self.application()
        odd = ["--seconds", "0", "%(ENV_HOME)s", "$HOME", "`id`", ";reboot", "a b", '"', "\\", "%", "--x=@incarnation@"]
        self.job(name, "Runs", odd)
        program = self.cluster.program_file(name, "job").read_text()
        self.assertEqual(1, program.count("[program:"))
        self.assertEqual(1, program.count("\ncommand="))
        self.start(name)
        entry = self.await_state(name, "job", "RUNNING")
        self.assertEqual(1, len(self.cluster.applications(f"dm-component-{entry['id']}")))
    test_percent_and_quotes_arrive_as_they_are.seconds = 30

    def test_names_that_collide_when_joined(self):
        """E17: a-b + c and a + b-c are two different things."""
        one = self.application("-x")
        other = self.application("-x-job")
        self.job(one, "Runs")
        self.job(other, "Runs")
        self.assertNotEqual(self.component(one, "job")["id"], self.component(other, "job")["id"])
        self.assertNotEqual(self.cluster.program_file(one, "job"), self.cluster.program_file(other, "job"))
        self.assertTrue(self.cluster.program_file(one, "job").exists())
        self.assertTrue(self.cluster.program_file(other, "job").exists())
