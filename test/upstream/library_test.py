"""The C interface in ctypes: layouts, libraries that are none, sessions among threads.

SPDX-License-Identifier: Apache-2.0
"""
import ctypes
import os
import subprocess
import threading
import time

from support import FAKE, AdapterTest, error, main, odd_plugin
from plugins.flink_library import CallOptions, Document, Host, Library, LibraryError, Plugin, PluginFailure, Session, String


class LayoutTest(AdapterTest):
    def test_every_member_is_where_the_header_has_it(self):
        ours = {"dm_string": String, "dm_document": Document, "dm_host": Host, "dm_call_options": CallOptions, "dm_plugin": Plugin}
        lines = subprocess.run([os.environ["DM_LAYOUT"]], stdout=subprocess.PIPE, check=True).stdout.decode().split("\n")
        seen = {name: [] for name in ours}
        for name, *figures in (line.split() for line in lines if line):
            struct, _, member = name.partition(".")
            if not member:
                self.assertEqual(ctypes.sizeof(ours[struct]), int(figures[0]), name)
                continue
            field = getattr(ours[struct], member)
            self.assertEqual([field.offset, field.size], [int(one) for one in figures], name)
            seen[struct].append(member)
        for name, struct in ours.items():
            self.assertEqual([field[0] for field in struct._fields_], seen[name])


class LoadingTest(AdapterTest):
    def refused(self, path):
        with self.assertRaises(LibraryError) as caught:
            Library(path, "flink")
        return str(caught.exception)

    def test_a_file_that_is_not_there(self):
        self.assertIn("there is no plugin library /nowhere/flink.so", self.refused("/nowhere/flink.so"))

    def test_a_file_that_is_no_library(self):
        file = self.place / "flink.so"
        file.write_text("text")
        self.assertIn("cannot be loaded", self.refused(str(file)))

    def test_a_library_that_is_no_plugin(self):
        self.assertIn("exports no dm_plugin_entry", self.refused(odd_plugin("none")))

    def test_another_major(self):
        self.assertIn("does not speak ABI major 1", self.refused(odd_plugin("major")))

    def test_another_component_type(self):
        self.assertIn("serves components of type spark, not flink", self.refused(odd_plugin("type")))

    def test_another_schema(self):
        self.assertIn("understands the schemas [2]", self.refused(odd_plugin("schema")))

    def test_a_table_that_is_too_short(self):
        self.assertIn("fewer than ABI 1.0 has", self.refused(odd_plugin("short")))

    def test_one_that_is_newer_works_and_an_outcome_that_is_not_known_is_internal(self):
        session = Session(Library(odd_plugin("newer"), "flink"), {})
        with self.assertRaises(PluginFailure) as caught:
            session.call("start", {})
        self.assertEqual("INTERNAL", caught.exception.code)
        self.assertEqual("start ended with INTERNAL and says no more", caught.exception.text())
        self.assertTrue(session.close())


class SessionTest(AdapterTest):
    def setUp(self):
        super().setUp()
        self.lines = []
        document = {"schema": 1, "settings": {"supervisor_config_dir": str(self.script)}}
        self.session = Session(Library(FAKE, "flink"), document, lambda level, text: self.lines.append((level, text)))
        self.addCleanup(self.session.close)

    def test_log_lines_come(self):
        self.assertEqual([(2, "session opened")], self.lines)

    def test_open_refuses(self):
        with self.assertRaises(PluginFailure) as caught:
            Session(Library(FAKE, "flink"), {"schema": 1, "settings": {}})
        self.assertEqual("the settings are wrong; $.settings.script: found nothing, allowed: a directory", caught.exception.text())

    def test_text_of_any_language_goes_there_and_back(self):
        self.session.call("validate", {"component": "naïve \u65e5"})
        self.assertEqual("naïve \u65e5", self.calls()[0][1]["component"])

    def test_a_failure_has_code_and_reply(self):
        self.write("start", error(14, "YARN is away", desired="RUNNING"))
        with self.assertRaises(PluginFailure) as caught:
            self.session.call("start", {"component": "main"})
        self.assertEqual(("UNAVAILABLE", "YARN is away"), (caught.exception.code, str(caught.exception)))
        self.assertEqual("RUNNING", caught.exception.reply["desired"])

    def test_a_reply_that_is_no_object(self):
        self.write("start", {"status": 0, "reply": [1]})
        with self.assertRaises(PluginFailure) as caught:
            self.session.call("start", {"component": "main"})
        self.assertEqual("INTERNAL", caught.exception.code)

    def test_threads_are_inside_at_once(self):
        self.write("validate", {"delay_ms": 2000})
        together = threading.Barrier(8)
        done = []

        def one():
            together.wait()
            done.append(self.session.call("validate", {}, seconds=30)["valid"])

        threads = [threading.Thread(target=one) for _ in range(8)]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([True] * 8, done)
        self.assertLess(time.monotonic() - began, 8 * 2)

    def test_close_waits_for_who_is_inside_and_refuses_who_comes(self):
        self.write("validate", {"delay_ms": 400, "once": True})
        thread = threading.Thread(target=self.session.call, args=("validate", {}))
        thread.start()
        while not self.calls():
            time.sleep(0.01)
        self.assertFalse(self.session.close(0.01))
        self.assertTrue(self.session.close())
        thread.join()
        with self.assertRaises(PluginFailure) as caught:
            self.session.call("validate", {})
        self.assertEqual("CANCELLED", caught.exception.code)
        self.assertTrue(self.session.close(), "twice is allowed")


if __name__ == "__main__":
    main()
