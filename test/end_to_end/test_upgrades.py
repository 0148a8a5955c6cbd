"""Upgrades with state: rescaled, rolled back, refused before anything is touched.

SPDX-License-Identifier: Apache-2.0
"""

from savepoint_scenario import FAST, SavepointScenario
from scenario import COUNTER


class Upgrades(SavepointScenario):
    def upgrade(self, application, stream):
        components = {"stream": stream, "batch": {"application_args": "--numbers 10"}}
        return self.manager.upgrade(application, "counter-1.1.0", components)

    def test_upgrade_and_rescaling(self):
        name = self.application()
        self.stream(name, FAST)
        self.start(name)
        before = self.running(name)
        wider = {"application_args": FAST, "flink_parallelism": 2}
        plan = self.manager.plan(name, "counter-1.1.0", {"stream": wider})
        self.assertIn("stream", str(plan))
        self.assertEqual(before["application_id"], self.running(name)["application_id"], "a plan touches nothing")
        after = self.upgrade(name, wider)
        self.assertEqual("STARTED", after["status"], after)
        entry = self.running(name)
        self.assertNotEqual(before["application_id"], entry["application_id"])
        self.assertEqual(self.path(self.of_kind(name)[0]), self.restored(entry))
        self.assertEqual("counter-1.1.0", self.manager.get(f"/applications/{name}").json["package_name"])
        widths = [one["parallelism"] for one in entry["vertices"] if one["name"].startswith("count")]
        self.assertEqual([2], widths, entry["vertices"])
    test_upgrade_and_rescaling.seconds = 120

    def rolled_back(self, override, word):
        name = self.application()
        self.stream(name)
        self.start(name)
        before = self.running(name)
        self.await_checkpoint(before)
        after = self.upgrade(name, override)
        self.assertEqual("STARTED", after["status"], after)
        self.assertIn("rolled back", after["information"])
        self.assertIn(word, after["information"])
        entry = self.running(name)
        of_stop = [one for one in self.of_kind(name) if one["operation"] == "stop"]
        self.assertIn(self.restored(entry), [self.path(one) for one in of_stop])
        self.assertEqual(COUNTER, self.manager.get(f"/applications/{name}").json["package_name"])

    def test_new_version_throws(self):
        self.rolled_back({"application_args": "--rate 0"}, "rate")
    test_new_version_throws.seconds = 150

    def test_new_version_cannot_read_the_state(self):
        self.rolled_back(
            {"main_class": "examples.counter.BatchSummary", "application_args": "--numbers 1000000"}, "state")
    test_new_version_cannot_read_the_state.seconds = 150

    def test_invalid_new_version_touches_nothing(self):
        name = self.application()
        self.stream(name)
        self.start(name)
        before = self.running(name)
        refused = self.manager.ask("POST", f"/applications/{name}/upgrade", {
            "package": "counter-1.1.0", "flink": {"stream": {"flink_parallelism": "many"}}})
        if refused.code == 202:
            refused_text = self.manager.settled(f"/applications/{name}")["information"]
        else:
            self.assertEqual(400, refused.code, refused)
            refused_text = refused.text
        self.assertIn("flink_parallelism", refused_text)
        entry = self.running(name)
        self.assertEqual((before["application_id"], before["job_id"]), (entry["application_id"], entry["job_id"]))
        self.assertEqual([], self.of_kind(name))
    test_invalid_new_version_touches_nothing.seconds = 50
