#!/usr/bin/env python3
"""What is shipped is hardened: RELRO, BIND_NOW, PIE, stack protector, _FORTIFY_SOURCE.

Environment: DM_BINARIES, files of a Release build divided by ":".

SPDX-License-Identifier: Apache-2.0
"""

import os

from support import ScriptTest, main


class Hardening(ScriptTest):
    def readelf(self, option, file):
        ended = self.run_program("readelf", "--wide", option, file)
        self.assertEqual(0, ended.returncode, ended.stdout)
        return ended.stdout

    def test_each_binary(self):
        files = os.environ["DM_BINARIES"].split(":")
        self.assertGreaterEqual(len(files), 2)
        symbols = ""
        for file in files:
            with self.subTest(file):
                self.assertIn("GNU_RELRO", self.readelf("--program-headers", file))
                self.assertNotIn("RWE", self.readelf("--program-headers", file))
                self.assertRegex(self.readelf("--dynamic", file), r"BIND_NOW|FLAGS_1.*NOW")
                self.assertIn("DYN", self.readelf("--file-header", file))
                if not file.endswith(".so"):
                    self.assertIn("PIE", self.readelf("--dynamic", file))
                own = self.readelf("--dyn-syms", file)
                self.assertIn("__stack_chk_fail", own)
                symbols += own
        # Not in each: the compiler leaves out what it can prove.
        self.assertRegex(symbols, r"__(?!stack)\w+_chk\b")


if __name__ == "__main__":
    main()
