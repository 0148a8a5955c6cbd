#!/usr/bin/env python3
"""test/run.sh, with stand-ins for what it calls.

SPDX-License-Identifier: Apache-2.0
"""

from support import ROOT, ScriptTest, main


class Parts(ScriptTest):
    def setUp(self):
        super().setUp()
        self.copy("test/run.sh")
        self.program("cmake/install-dependencies.sh", "#!/bin/sh\n")
        for command in ("cmake", "ctest", "clang-format", "git"):
            self.stand_in(command, "exit 1" if command == "git" else "exit 0")

    def run_part(self, *parts):
        ended = self.run_program("test/run.sh", *parts)
        self.assertEqual(0, ended.returncode, ended.stdout)

    def test_tests_are_built_whatever_the_cache_says(self):
        for preset in ("release", "asan", "tsan"):
            with self.subTest(preset):
                self.run_part(preset)
                self.assertIn(f"--preset {preset} -D DM_BUILD_TESTS=ON", self.calls("cmake"))

    def test_what_is_shipped_is_built_and_looked_at_without_the_unit_tests(self):
        self.run_part("shipped")
        [build] = [words for words in self.calls("cmake") if words.startswith("--build")]
        for target in ("plugin/all", "examples/all", "test/conformance/all"):
            self.assertIn(f" {target}", build)
        self.assertNotIn("test/all", build)
        [tests] = self.calls("ctest")
        for tests_of in ("abi_", "conformance_test", "scripts_", "browser_"):
            self.assertIn(tests_of, tests)

    def test_all_that_is_default_is_a_part(self):
        """What is in no default part is run by nobody: the unit tests are asan's."""
        text = (ROOT / "test/run.sh").read_text()
        self.assertIn("parts=(format shipped smoke asan)", text)

    def test_format_needs_no_git(self):
        looked_at = ["plugin/io/a.h", "plugin/io/a.cpp", "examples/manager/b.cpp", "test/io/c_test.cpp"]
        for file in [*looked_at, "test/abi/layout_test.cpp", "examples/hosts/c/host.c"]:
            self.program(file, "")
        self.run_part("format")
        self.assertEqual([], self.calls("git"))
        words = " ".join(self.calls("clang-format")).split()
        self.assertEqual(sorted(looked_at), sorted(word for word in words if not word.startswith("--")))

    def test_unknown_part_is_refused(self):
        ended = self.run_program("test/run.sh", "relese")
        self.assertEqual(2, ended.returncode, ended.stdout)
        self.assertIn('no part "relese"', ended.stdout)

    def test_format_sees_what_is_in_the_tree(self):
        """The folders that it names are those with C++ in them."""
        text = (ROOT / "test/run.sh").read_text()
        for folder in ("plugin", "examples/manager", "test"):
            self.assertTrue(any((ROOT / folder).rglob("*.cpp")), folder)
            self.assertIn(folder, text)


if __name__ == "__main__":
    main()
