#!/usr/bin/env python3
"""The package dm_plugin: laid out as the headers, typed, installable by pip, and what it raises.

    python_package_test.py ROOT FLINK.SO

SPDX-License-Identifier: Apache-2.0
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv[1])
FLINK = sys.argv[2]
PACKAGE = ROOT / "examples/hosts/python"
# pip, setuptools and mypy are Debian's; another Python of this machine need not have them.
DEBIAN_PYTHON = "/usr/bin/python3"
sys.path.insert(0, str(PACKAGE))

import dm_plugin  # noqa: E402
import dm_plugin.layout  # noqa: E402


def run(*command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)


class Package(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="dm-python-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_layout_is_that_of_the_headers(self):
        stored = (ROOT / "abi/layout.txt").read_text(encoding="utf-8").splitlines()
        self.assertEqual(sorted(line for line in stored if not line.startswith("#")), sorted(dm_plugin.layout.facts()))

    def test_installed_by_pip_with_its_types(self):
        """From a copy, since setuptools builds beside the sources; offline, as a machine without PyPI does it."""
        source, target = self.folder / "source", self.folder / "target"
        shutil.copytree(PACKAGE, source, ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"))
        done = run(DEBIAN_PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-index", "--no-deps",
                   "--no-build-isolation", "--root-user-action=ignore", "--target", str(target), str(source))
        self.assertEqual(0, done.returncode, done.stdout)
        self.assertTrue((target / "dm_plugin/py.typed").exists())
        told = run(DEBIAN_PYTHON, "-B", "-c", f"import dm_plugin; print(dm_plugin.__file__, dm_plugin.Plugin({FLINK!r}).manifest['name'])",
                   cwd=self.folder, env={"PYTHONPATH": str(target)})
        self.assertEqual(f"{target}/dm_plugin/__init__.py flink\n", told.stdout)
        shutil.copy(PACKAGE / "host.py", self.folder)
        checked = run(DEBIAN_PYTHON, "-m", "mypy", "--strict", "--cache-dir", str(self.folder / "cache"), "host.py",
                      str(target / "dm_plugin"), cwd=self.folder, env={"MYPYPATH": str(target), "PATH": "/usr/bin:/bin"})
        self.assertEqual(0, checked.returncode, checked.stdout)

    def test_what_is_no_plugin(self):
        with self.assertRaises(OSError) as none:
            dm_plugin.Plugin("libm.so.6")
        self.assertIn("libm.so.6 is no plugin", str(none.exception))
        with self.assertRaises(OSError):
            dm_plugin.Plugin(str(self.folder / "nothing.so"))

    def test_an_environment_that_is_refused(self):
        with dm_plugin.Plugin(FLINK) as plugin:
            with self.assertRaises(dm_plugin.PluginError) as refused:
                plugin.open({"schema": 1})
            self.assertEqual(dm_plugin.Status.INVALID_ARGUMENT, refused.exception.reply.status)
            self.assertTrue(refused.exception.reply.error["details"])

    def test_statuses_and_verbs_that_are_not_known(self):
        self.assertEqual(dm_plugin.Status.INTERNAL, dm_plugin.Status.of(4711))  # DM-5
        table = dm_plugin.layout.PluginTable(struct_size=dm_plugin.layout.PluginTable.session_cancel.offset)
        self.assertTrue(table.has("extension"))
        self.assertFalse(table.has("find"))  # DM-3
        self.assertFalse(table.has("no_such_verb"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
