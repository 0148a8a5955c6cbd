"""by_hand.py: the options that the Deployment Manager's stop and start do not have.

SPDX-License-Identifier: Apache-2.0
"""
import json
import os
import subprocess
import sys

from support import ADAPTER, INSTALLED, AdapterTest, error, main


class ByHandTest(AdapterTest):
    def setUp(self):
        super().setUp()
        # A Deployment Manager's folder: the installed files, and a configuration of this test's own.
        self.folder = self.place / "dm"
        self.folder.mkdir()
        (self.folder / "plugins").symlink_to(INSTALLED / "plugins")
        (self.folder / "dm-config.json").write_text(json.dumps({"environment": self.environment}))
        entry = {"namespace": "demo", "application": "app"}
        self.write("find", {"reply": {"schema": 1, "components": [
            dict(entry, component=name, data={"made": name}) for name in ("first", "second")]}})

    def run_it(self, *words, verb="stop", code=0):
        done = subprocess.run([sys.executable, str(ADAPTER / "by_hand.py"), str(self.folder), verb] + list(words),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True,
                              env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1"))
        self.assertEqual(code, done.returncode, done.stdout)
        return done.stdout

    def test_all_of_an_application(self):
        self.assertEqual("app/first: STOPPED\napp/second: STOPPED\n", self.run_it("app"))
        requests = [request for _, request in self.calls("stop")]
        self.assertEqual([("first", {"made": "first"}, False), ("second", {"made": "second"}, False)],
                         [(request["component"], request["data"], request["savepoint"]) for request in requests])

    def test_a_start_that_may_lose_state(self):
        self.assertEqual("app/second: RUNNING\n", self.run_it("app", "second", verb="start").split("\n", 1)[1])
        self.assertEqual([True, True], [request["accept_state_loss"] for _, request in self.calls("start")])
        self.assertIn("--kill goes with stop", self.run_it("app", "--kill", verb="start", code=2))

    def test_kill(self):
        self.run_it("app", "--kill")
        request = self.calls("stop")[0][1]
        self.assertTrue(request["kill"])
        self.assertNotIn("savepoint", request, "the two contradict each other")

    def test_one_that_fails_does_not_keep_the_others(self):
        self.write("stop-first", error(14, "YARN is away"))
        self.assertEqual({"app/first: YARN is away", "app/second: STOPPED"}, set(self.run_it("app", code=1).split("\n")) - {""})

    def test_one_that_is_not_there(self):
        self.write("find", error(5, "it is not here"))
        self.assertIn("it is not here", self.run_it("app", "third", code=1))
        self.write("find", {"reply": {"schema": 1, "components": []}})
        self.assertIn("there is no component of app on this node", self.run_it("app", code=1))

    def test_a_folder_without_the_adapter(self):
        (self.folder / "plugins").unlink()
        self.assertIn("has no Deployment Manager with this adapter", self.run_it("app", code=2))


if __name__ == "__main__":
    main()
