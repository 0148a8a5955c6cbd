#!/usr/bin/env python3
"""What `cmake --install` puts beside the program, looked at by those who will read it: systemd, man, the program itself.

Environment: DM_BUILD, the build directory; DM_FLINK_PLUGIN, a plugin that loads.

SPDX-License-Identifier: Apache-2.0
"""

import json
import os
import re
import shutil

from support import ScriptTest, main


class Installed(ScriptTest):
    def setUp(self):
        super().setUp()
        self.prefix = self.place / "usr"
        # Only the manager: the rest of an installation needs everything to be built.
        ended = self.run_program(
            "cmake", "-D", f"CMAKE_INSTALL_PREFIX={self.prefix}", "-P",
            f"{os.environ['DM_BUILD']}/examples/manager/install/cmake_install.cmake",
        )
        self.assertEqual(0, ended.returncode, ended.stdout)
        self.unit = self.prefix / "lib/systemd/system/deployment-manager.service"

    def unit_for_this_machine(self):
        """The unit with a program that is there, since systemd-analyze looks for it."""
        text = re.sub(r"(?m)^(ExecStart\w*=)\S+", r"\1/bin/true", self.unit.read_text())
        text = re.sub(r"(?m)^Documentation=.*\n", "", text)
        file = self.place / "deployment-manager.service"
        file.write_text(text)
        return file

    def test_everything_is_there(self):
        for path in (
            "lib/systemd/system/deployment-manager.service", "lib/tmpfiles.d/deployment-manager.conf",
            "etc/logrotate.d/deployment-manager", "share/man/man8/deployment-manager.8",
            "share/man/man1/dmctl.1", "share/bash-completion/completions/dmctl", "share/zsh/site-functions/_dmctl",
            "share/doc/deployment-manager/dmctl/operation.json", "share/doc/deployment-manager/README.md", "share/doc/deployment-manager/examples/deployment-manager.json",
        ):
            self.assertTrue((self.prefix / path).is_file(), path)
        self.assertNotIn("@CMAKE", self.unit.read_text())

    def test_unit_is_understood_by_systemd(self):
        self.assertIn("Type=notify", self.unit.read_text())
        unit = self.unit_for_this_machine()
        ended = self.run_program("systemd-analyze", "verify", "--man=no", unit)
        # It has something to say of the machine's other units, too.
        of_ours = [line for line in ended.stdout.splitlines() if "deployment-manager" in line]
        self.assertEqual((0, []), (ended.returncode, of_ours), ended.stdout)

    def test_unit_takes_away_what_is_not_needed(self):
        ended = self.run_program("systemd-analyze", "security", "--offline=true", "--threshold=60", "--no-pager",
                                 self.unit_for_this_machine())
        self.assertEqual(0, ended.returncode, ended.stdout[-2000:])

    def test_directories_are_understood(self):
        etc = self.place / "root/etc"
        etc.mkdir(parents=True)
        for file in ("passwd", "group"):
            shutil.copy(f"/etc/{file}", etc)
        ended = self.run_program("systemd-tmpfiles", "--create", f"--root={self.place}/root",
                                 self.prefix / "lib/tmpfiles.d/deployment-manager.conf")
        self.assertEqual(0, ended.returncode, ended.stdout)
        self.assertTrue((self.place / "root/var/lib/deployment-manager").is_dir())

    def test_man_pages_have_no_warnings(self):
        for page in ("man8/deployment-manager.8", "man1/dmctl.1"):
            ended = self.run_program("man", "--warnings", "--local-file", "--encoding=UTF-8", self.prefix / "share/man" / page,
                                     environment={"MANROFFSEQ": "", "MANWIDTH": "100", "LC_ALL": "C.UTF-8"})
            self.assertEqual(0, ended.returncode, ended.stdout)
            self.assertIn(page.split("/")[1].split(".")[0], ended.stdout)
            self.assertNotRegex(ended.stdout, r"warning|error:")

    def test_example_configuration_is_accepted(self):
        example = json.loads((self.prefix / "share/doc/deployment-manager/examples/deployment-manager.json").read_text())
        for key in ("data_root", "stage_root", "install_root", "package_repository"):
            example[key] = str(self.place / "var" / key)
        example["listen"]["socket"]["path"] = str(self.place / "api.sock")
        plugins = self.place / "plugins"
        plugins.mkdir()
        (plugins / "flink.so").symlink_to(os.environ["DM_FLINK_PLUGIN"])
        example["plugins_path"] = str(plugins)
        file = self.place / "deployment-manager.json"
        file.write_text(json.dumps(example))
        ended = self.run_program(f"{os.environ['DM_BUILD']}/bin/deployment-manager", "--check-config", "--config", file)
        self.assertEqual(0, ended.returncode, ended.stdout)


if __name__ == "__main__":
    main()
