"""Tests of application_properties: python3 -m unittest discover -p '*_test.py' in this folder."""
# SPDX-License-Identifier: Apache-2.0

import os
import tempfile
import unittest
from unittest import mock

import application_properties


class ApplicationPropertiesTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = directory.name
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.directory)

    def write(self, folder, text):
        path = os.path.join(self.directory, folder)
        os.makedirs(path, exist_ok=True)
        with open(os.path.join(path, "application.properties"), "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def load(self, **environment):
        with mock.patch.dict(os.environ, environment, clear=True):
            return application_properties.load()

    def test_class_path_comes_before_working_directory(self):
        self.write(".", "greeting=raw\n")
        there = self.write("classpath", "greeting=generated\n")
        self.assertEqual({"greeting": "raw"}, self.load())
        class_path = os.pathsep.join(["/no/such/folder", "", "/lib/*", there])
        self.assertEqual({"greeting": "generated"}, self.load(HADOOP_CLASSPATH=class_path))
        self.assertEqual({"greeting": "generated"}, self.load(CLASSPATH=class_path))

    def test_absent_names_the_places(self):
        with self.assertRaisesRegex(FileNotFoundError, os.path.realpath(self.directory)):
            self.load()

    def test_parse(self):
        lines = ["# a comment\n", "! too\n", "\n", "a = 1\n", "b=x=y\n", "a=2\n", "empty=\n"]
        self.assertEqual({"a": "2", "b": "x=y", "empty": ""}, application_properties.parse(lines))

    def test_shown_prefers_the_application(self):
        properties = {"greeting": "hello", "component.application": "shop"}
        self.assertEqual("shop", application_properties.shown(properties))
        self.assertEqual("hello", application_properties.shown({"greeting": "hello"}))
        self.assertEqual("unnamed", application_properties.shown({}))


if __name__ == "__main__":
    unittest.main()
