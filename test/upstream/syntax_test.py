"""What the adapter's files may be written in: Python 3.7, its standard library, and what a Deployment Manager has.

SPDX-License-Identifier: Apache-2.0
"""
import ast
import sys
import unittest
from pathlib import Path

ADAPTER = Path(__file__).resolve().parents[2] / "examples" / "hosts" / "upstream"
STANDARD = {"_ctypes", "argparse", "atexit", "contextlib", "ctypes", "json", "logging", "os", "re", "shutil", "stat", "subprocess",
            "sys", "tempfile", "threading", "time", "urllib", "weakref"}
OF_THE_DEPLOYMENT_MANAGER = {"exceptiondef", "plugins"}


class SyntaxTest(unittest.TestCase):
    def test_every_file(self):
        files = sorted(ADAPTER.rglob("*.py"))
        self.assertGreaterEqual(len(files), 6)
        for file in files:
            text = file.read_text(encoding="utf-8")
            tree = ast.parse(text, str(file), **({"feature_version": (3, 7)} if sys.version_info >= (3, 8) else {}))
            for node in ast.walk(tree):
                names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
                names += [node.module] if isinstance(node, ast.ImportFrom) else []
                for name in names:
                    self.assertIn(name.split(".")[0], STANDARD | OF_THE_DEPLOYMENT_MANAGER, file)
            self.assertLessEqual(max(len(line) for line in text.splitlines()), 132, file)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]], verbosity=2)
