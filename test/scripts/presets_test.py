#!/usr/bin/env python3
"""A test preset without a test fails: ctest by itself calls that a success.

SPDX-License-Identifier: Apache-2.0
"""

import json

from support import ROOT, ScriptTest, main


class NoTests(ScriptTest):
    def test_every_preset_fails_without_tests(self):
        self.copy("CMakePresets.json")
        (self.place / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.25)\nproject(empty LANGUAGES NONE)\nenable_testing()\n"
        )
        presets = [one["name"] for one in json.loads((ROOT / "CMakePresets.json").read_text())["testPresets"]]
        self.assertIn("release", presets)
        for preset in presets:
            with self.subTest(preset):
                configured = self.run_program("cmake", "--preset", preset)
                self.assertEqual(0, configured.returncode, configured.stdout)
                tested = self.run_program("ctest", "--preset", preset)
                self.assertNotEqual(0, tested.returncode, tested.stdout)
                self.assertIn("No tests were found", tested.stdout)


if __name__ == "__main__":
    main()
