"""install.py, on a folder such as a Deployment Manager's.

SPDX-License-Identifier: Apache-2.0
"""
import json
import os
import shutil
import subprocess
import sys

from support import ADAPTER, FAKE, HERE, AdapterTest, main

ORIGINAL = "class FlinkCreator: pass  # the Deployment Manager's own\n"


class InstallTest(AdapterTest):
    def setUp(self):
        super().setUp()
        self.dm = self.place / "dm"
        shutil.copytree(str(HERE / "host"), str(self.dm), ignore=shutil.ignore_patterns("__pycache__"))
        self.creator, self.summary = self.dm / "plugins" / "flink.py", self.dm / "plugins_summary" / "flink.py"
        for file in (self.creator, self.summary):
            file.write_text(ORIGINAL)
        self.before = self.files()

    def files(self):
        return {str(file.relative_to(self.dm)): file.read_bytes() for file in sorted(self.dm.rglob("*")) if file.is_file()}

    def run_it(self, *options, folder=None, code=0):
        done = subprocess.run([sys.executable, str(ADAPTER / "install.py")] + list(options) + [str(folder or self.dm)],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True,
                              env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1"))
        self.assertEqual(code, done.returncode, done.stdout)
        return done.stdout

    def configure(self, **flink_plugin):
        environment = dict(self.environment, flink_plugin=dict(self.environment["flink_plugin"], **flink_plugin))
        (self.dm / "dm-config.json").write_text(json.dumps({"environment": environment, "config": {}}))

    def test_installed_once_and_again_and_removed(self):
        self.assertIn("flink.py: kept as flink.py.before-flink-so", self.run_it())
        after = self.files()
        self.assertEqual((ADAPTER / "plugins" / "flink.py").read_bytes(), self.creator.read_bytes())
        self.assertNotIn("installed", self.run_it().replace("restart", ""))
        self.assertEqual(after, self.files())
        self.run_it("--remove")
        self.assertEqual(self.before, self.files())
        self.run_it("--remove")
        self.assertEqual(self.before, self.files())

    def test_where_there_was_none(self):
        self.creator.unlink()
        self.summary.unlink()
        before = self.files()
        self.run_it()
        self.run_it("--remove")
        self.assertEqual(before, self.files())

    def test_an_update_of_the_deployment_manager_is_noticed_and_kept(self):
        self.run_it()
        self.creator.write_text(ORIGINAL + "# newer\n")
        self.assertIn("flink.py is the Deployment Manager's own", self.run_it("--check", code=1))
        self.run_it()
        self.run_it("--remove")
        self.assertEqual(ORIGINAL + "# newer\n", self.creator.read_text())

    def test_another_release_of_ours_is_replaced_and_not_kept_as_the_original(self):
        self.run_it()
        with open(str(self.creator), "a") as file:
            file.write("# flink.so, of another release\n")
        self.assertIn("flink.py is another release's", self.run_it("--check", code=1))
        self.run_it()
        self.run_it("--remove")
        self.assertEqual(self.before, self.files())

    def test_a_removal_leaves_what_is_not_ours(self):
        self.run_it()
        self.creator.write_text(ORIGINAL + "# newer\n")
        self.assertIn("not ours, left as it is", self.run_it("--remove"))
        self.assertEqual(ORIGINAL + "# newer\n", self.creator.read_text())

    def test_a_removal_names_what_the_other_plugin_cannot_handle(self):
        self.run_it()
        self.configure()
        entry = {"namespace": "demo", "application": "app", "component": "main", "data": {}}
        self.write("find", {"reply": {"schema": 1, "components": [entry]}})
        self.assertIn("warning: app/main: the Deployment Manager's own plugin can neither", self.run_it("--remove"))
        self.run_it()
        self.configure(library="/nowhere/flink.so")
        self.assertIn("could not be told: there is no plugin library", self.run_it("--remove"))
        self.assertFalse((self.dm / "plugins" / "flink_plugin.py").exists())

    def test_check_says_what_is_missing(self):
        self.assertIn("flink_library.py is not there", self.run_it("--check", code=1))
        self.run_it()
        self.assertIn("library and settings were not looked at", self.run_it("--check"))

    def test_check_opens_a_session(self):
        self.run_it()
        self.configure()
        self.assertIn("installed, and it can be used", self.run_it("--check"))
        self.configure(library="/nowhere/flink.so")
        self.assertIn("there is no plugin library /nowhere/flink.so", self.run_it("--check", code=1))
        self.configure(settings={})
        self.assertIn("the plugin refuses the environment: the settings are wrong", self.run_it("--check", code=1))
        (self.dm / "dm-config.json").write_text('{"environment": []}')
        self.assertIn("environment is no object", self.run_it("--check", code=1))
        (self.dm / "dm-config.json").write_text("{")
        self.assertIn("dm-config.json cannot be read", self.run_it("--check", code=1))
        self.assertTrue(FAKE)

    def test_a_folder_that_is_no_deployment_managers(self):
        self.assertIn("has no folder plugins and no folder plugins_summary", self.run_it(folder=self.script, code=2))


if __name__ == "__main__":
    main()
