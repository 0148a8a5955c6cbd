"""The session that all threads share: configuration, an environment that changes, a load that is tried again.

SPDX-License-Identifier: Apache-2.0
"""
import json
import os
import shutil
import threading
import time

from support import FAKE, AdapterTest, main, odd_plugin
from plugins.flink_plugin import NotUsable, SharedSession, environment_document


class ConfigurationTest(AdapterTest):
    def refused(self, value):
        environment = dict(self.environment, flink_plugin=value)
        if value is None:
            del environment["flink_plugin"]
        with self.assertRaises(NotUsable) as caught:
            environment_document(environment)
        return str(caught.exception)

    def test_what_is_needed_is_said(self):
        self.assertIn("environment.flink_plugin is absent; needed is", self.refused(None))
        self.assertIn("is not of that form", self.refused("/a/flink.so"))
        self.assertIn("is not of that form", self.refused({"library": "flink.so"}))
        self.assertIn("has a, b; known are library, original, settings", self.refused({"library": "/a", "b": 1, "a": 1}))
        self.assertIn("neither an object nor an absolute path", self.refused({"library": "/a", "settings": "here.json"}))

    def test_a_password_is_not_where_everybody_reads_it(self):
        self.assertIn("GET /environment/endpoints", self.refused({"library": "/a", "settings": {"supervisor_password": "x"}}))
        file = self.place / "settings.json"
        file.write_text(json.dumps({"supervisor_password": "x"}))
        os.chmod(str(file), 0o644)
        self.assertIn("chmod 0600", self.refused({"library": "/a", "settings": str(file)}))
        os.chmod(str(file), 0o600)
        given = dict(self.environment, flink_plugin={"library": "/a", "settings": str(file)})
        self.assertEqual({"supervisor_password": "x"}, environment_document(given)["settings"])

    def test_a_file_of_settings_that_cannot_be_read(self):
        file = self.place / "settings.json"
        self.assertIn("cannot be read", self.refused({"library": "/a", "settings": str(file)}))
        file.write_text("{")
        self.assertIn("cannot be read", self.refused({"library": "/a", "settings": str(file)}))
        file.write_text("[]")
        self.assertIn("is no JSON object", self.refused({"library": "/a", "settings": str(file)}))

    def test_the_plugin_gets_the_environment_as_it_is(self):
        document = environment_document(self.environment)
        self.assertEqual("demo", document["environment"]["namespace"])
        self.assertNotIn("flink_plugin", document["environment"])


class SharedSessionTest(AdapterTest):
    def setUp(self):
        super().setUp()
        self.shared = SharedSession(self.environment)
        self.addCleanup(self.shared.end, 10)
        self.write("close", {})  # the end of a session leaves a file

    def ended(self):
        return (self.script / "closed").exists()

    def test_one_session_as_long_as_nothing_changes(self):
        for _ in range(3):
            self.shared.call("validate", {})
        self.assertEqual(1, len(self.shared._users))

    def test_another_environment_is_another_session_and_who_is_inside_finishes(self):
        self.write("validate", {"delay_ms": 500, "once": True})
        inside = threading.Thread(target=self.shared.call, args=("validate", {}))
        inside.start()
        while not self.calls():
            time.sleep(0.01)
        self.environment["yarn_resource_manager_host"] = "other"
        self.shared.call("validate", {})
        self.assertFalse(self.ended())
        inside.join()
        self.assertTrue(self.ended())
        self.assertEqual(1, len(self.shared._users))

    def test_a_refused_environment_leaves_nobody_stuck(self):
        self.shared.call("validate", {})
        settings = self.environment["flink_plugin"]["settings"]
        self.environment["flink_plugin"] = {"library": FAKE, "settings": {}}
        with self.assertRaises(NotUsable) as caught:
            self.shared.call("validate", {})
        self.assertIn("the plugin refuses the environment: the settings are wrong; $.settings.script", str(caught.exception))
        self.environment["flink_plugin"] = {"library": FAKE, "settings": settings}
        self.shared.call("validate", {})

    def test_a_library_that_comes_later_is_loaded_then(self):
        file = self.place / "flink.so"
        self.environment["flink_plugin"]["library"] = str(file)
        with self.assertRaises(NotUsable) as caught:
            self.shared.call("validate", {})
        self.assertEqual("there is no plugin library %s (environment.flink_plugin.library)" % file, str(caught.exception))
        shutil.copy(odd_plugin("major"), str(file))
        with self.assertRaises(NotUsable) as caught:
            self.shared.call("validate", {})
        self.assertIn("ABI major 1", str(caught.exception))
        os.unlink(str(file))
        shutil.copy(FAKE, str(file))
        self.assertTrue(self.shared.call("validate", {})["valid"])


if __name__ == "__main__":
    main()
