#!/usr/bin/env python3
"""test/end_to_end/run.py runs what was asked for, or says that it cannot.

SPDX-License-Identifier: Apache-2.0
"""

from support import ROOT, ScriptTest, main

PASSES = "import unittest\nclass Good(unittest.TestCase):\n    disturbs = False\n    options = ()\n    def test_a(self): pass\n"


class Choice(ScriptTest):
    def setUp(self):
        super().setUp()
        for file in (ROOT / "test" / "end_to_end").glob("*.py"):
            if not file.name.startswith("test_"):
                self.copy(f"test/end_to_end/{file.name}")
        self.program("test/end_to_end/test_good.py", PASSES)

    def list(self, *patterns):
        return self.run_program("python3", "test/end_to_end/run.py", "--list", *patterns)

    def test_all_and_some(self):
        self.program("test/end_to_end/test_other.py", PASSES.replace("Good", "Other"))
        everything = self.list()
        self.assertEqual(0, everything.returncode, everything.stdout)
        self.assertEqual(["test_good.Good.test_a", "test_other.Other.test_a"], sorted(everything.stdout.split()))
        self.assertEqual("test_good.Good.test_a\n", self.list("Good.test_a").stdout)

    def test_pattern_without_a_test_is_refused(self):
        ended = self.list("Good.test_a", "Savepoints.test_cycle")
        self.assertEqual(2, ended.returncode, ended.stdout)
        self.assertIn("no test matches Savepoints.test_cycle", ended.stdout)

    def test_file_that_cannot_be_loaded_is_refused(self):
        self.program("test/end_to_end/test_broken.py", "import no_such_module_anywhere\n")
        for patterns in ((), ("Good.test_a",)):
            ended = self.list(*patterns)
            self.assertEqual(2, ended.returncode, ended.stdout)
            self.assertIn("no_such_module_anywhere", ended.stdout)

    def test_folder_without_tests_is_refused(self):
        (self.place / "test/end_to_end/test_good.py").unlink()
        self.assertEqual(2, self.list().returncode)


class Proxy(ScriptTest):
    def test_services_of_this_machine_are_asked_directly(self):
        """With a proxy in the environment that nobody answers on."""
        program = (
            "import sys, threading, http.server\n"
            f"sys.path.insert(0, {str(ROOT / 'test' / 'end_to_end')!r})\n"
            "from manager import request\n"
            "server = http.server.HTTPServer(('127.0.0.1', 0), http.server.SimpleHTTPRequestHandler)\n"
            "threading.Thread(target=server.serve_forever, daemon=True).start()\n"
            "print(request('GET', f'http://127.0.0.1:{server.server_address[1]}/').code)\n"
        )
        dead = {"http_proxy": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9", "no_proxy": ""}
        ended = self.run_program("python3", "-c", program, environment=dead)
        self.assertEqual("200", ended.stdout.splitlines()[-1], ended.stdout)


class Smoke(ScriptTest):
    def test_each_test_that_run_sh_names_is_there(self):
        line = next(line for line in (ROOT / "test/run.sh").read_text().splitlines() if "smoke)" in line and "end_to_end" in line)
        names = line.split("end_to_end", 1)[1].replace(";;", "").split()
        self.assertEqual(2, len(names), line)
        ended = self.run_program("python3", ROOT / "test/end_to_end/run.py", "--list", *names)
        self.assertEqual(0, ended.returncode, ended.stdout)
        self.assertEqual(2, len(ended.stdout.split()), ended.stdout)


if __name__ == "__main__":
    main()
