#!/usr/bin/env python3
"""What is said about the system and about missing or unfit libraries: install-dependencies.sh and cmake/Find.cmake.

SPDX-License-Identifier: Apache-2.0
"""

import os

from support import ROOT, ScriptTest, main

LIST = """cmake_minimum_required(VERSION 3.25)
project(finds LANGUAGES NONE)
set(CMAKE_FIND_USE_CMAKE_SYSTEM_PATH OFF)  # only what the test puts there
set(CMAKE_FIND_USE_SYSTEM_ENVIRONMENT_PATH OFF)
include("@MODULES@/Find.cmake")
@CALL@
"""


class Packages(ScriptTest):
    """install-dependencies.sh on a Debian 12 that lacks everything."""

    def setUp(self):
        super().setUp()
        self.copy("cmake/check-platform.sh", "cmake/install-dependencies.sh")
        self.system = self.place / "os-release"
        self.system.write_text('PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n')
        self.stand_in("dpkg-query", "exit 1")
        self.stand_in("apt-get", "exit 1")

    def run_it(self, *options, **variables):
        variables = {"DM_OS_RELEASE": str(self.system), **variables}
        return self.run_program("cmake/install-dependencies.sh", *options, environment=variables)

    def test_check_names_packages_and_the_command(self):
        ended = self.run_it("--check")
        self.assertEqual(1, ended.returncode, ended.stdout)
        self.assertIn("apt-get install --no-install-recommends g++", ended.stdout)
        self.assertEqual([], self.calls("apt-get"))

    def test_the_browser_is_for_tests_only(self):
        self.assertIn(" chromium", self.run_it("--check").stdout)
        without = self.run_it("--check", "--no-browser")
        self.assertEqual(1, without.returncode, without.stdout)
        self.assertNotIn("chromium", without.stdout)
        self.assertIn(" golang-go cargo ", without.stdout)
        self.assertEqual(2, self.run_it("--browser").returncode)

    def test_go_and_rust_are_for_tests_only(self):
        without = self.run_it("--check", "--no-languages")
        self.assertEqual(1, without.returncode, without.stdout)
        self.assertNotIn("golang-go", without.stdout)
        self.assertNotIn("cargo", without.stdout)
        self.assertIn(" chromium", without.stdout)

    def test_without_root(self):
        self.place.chmod(0o777)  # the stand-ins note their calls there
        become = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
        script = self.place / "cmake/install-dependencies.sh"
        ended = self.run_program(*become, script, environment={"DM_OS_RELEASE": str(self.system)})
        self.assertEqual(1, ended.returncode, ended.stdout)
        self.assertIn("as root, this installs them", ended.stdout)

    def test_other_systems_are_named_and_nothing_is_installed(self):
        for text, name in (
            ('PRETTY_NAME="Fedora Linux 40"\nID=fedora\nVERSION_ID=40\n', "Fedora Linux 40"),
            ('PRETTY_NAME="Debian GNU/Linux trixie/sid"\nID=debian\n', "Debian GNU/Linux trixie/sid"),
            ("", "an unknown system"),
        ):
            self.system.write_text(text)
            ended = self.run_it()
            self.assertEqual(1, ended.returncode, ended.stdout)
            self.assertIn(name, ended.stdout)
            self.assertIn("supported is Debian 12", ended.stdout)
            anyway = self.run_it(DM_ANY_SYSTEM="1")
            self.assertEqual(0, anyway.returncode, anyway.stdout)
            self.assertIn("nothing is installed", anyway.stdout)
        self.assertEqual([], self.calls("apt-get"))


class Found(ScriptTest):
    """What cmake says of a library that is there in another version, and of one that is not there."""

    def configure(self, call):
        text = LIST.replace("@MODULES@", str(ROOT / "cmake")).replace("@CALL@", call)
        (self.place / "CMakeLists.txt").write_text(text)
        ended = self.run_program("cmake", "-S", ".", "-B", "build", "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={self.place}/there")
        return ended.returncode, " ".join(ended.stdout.split())

    def library(self, name, version, compatible):
        folder = self.place / "there/lib/cmake" / name
        folder.mkdir(parents=True)
        (folder / f"{name}Config.cmake").write_text("")
        (folder / f"{name}ConfigVersion.cmake").write_text(
            f'set(PACKAGE_VERSION "{version}")\nset(PACKAGE_VERSION_COMPATIBLE {compatible})\n'
        )

    def test_unfit_version(self):
        self.library("Catch2", "3.7.1", "FALSE")
        code, told = self.configure("dm_find(Catch2 2.13 catch2)")
        self.assertNotEqual(0, code)
        self.assertIn("needs Catch2 2.13", told)
        self.assertIn("found is 3.7.1", told)

    def test_missing(self):
        code, told = self.configure("dm_find(NowhereAtAll 1.0 libnowhere-dev)")
        self.assertNotEqual(0, code)
        self.assertIn("needs NowhereAtAll 1.0, which is not found. On Debian 12: apt-get install libnowhere-dev", told)

    def test_fit(self):
        self.library("Catch2", "2.13.9", "TRUE")
        code, told = self.configure("dm_find(Catch2 2.13 catch2)")
        self.assertEqual(0, code, told)


if __name__ == "__main__":
    main()
