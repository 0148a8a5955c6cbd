#!/usr/bin/env python3
"""The lines of curl in the READMEs work when they are pasted one after the other.

Environment: DM_PROGRAM, the Deployment Manager; DM_FLINK_PLUGIN, the scriptable plugin for components of type flink.

SPDX-License-Identifier: Apache-2.0
"""

import json
import os
import subprocess
import time

from stand_in_cluster import counter_package
from support import ROOT, ScriptTest, main


def block(readme, heading):
    """The first indented block below the heading."""
    lines = (ROOT / readme).read_text().split(f"\n{heading}\n", 1)[1].splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("    "))
    found = []
    for line in lines[first:]:
        if line and not line.startswith("    "):
            break
        found.append(line[4:])
    return [line for line in found if line]


class Pasted(ScriptTest):
    def setUp(self):
        super().setUp()
        plugins = self.place / "plugins"
        programs = self.place / "programs"
        for folder in (plugins, programs, self.place / "build/packages"):
            folder.mkdir(parents=True)
        (plugins / "flink.so").symlink_to(os.environ["DM_FLINK_PLUGIN"])
        for place in (self.place, self.place / "build/packages"):
            counter_package(place / "counter-1.0.0.tar.gz")
        configuration = {
            "listen": {"socket": {"path": ""}, "tcp": [{"port": 0, "authentication": ["trust_user_name"]}]},
            "minimum_uid": 1,
            "port_file": "port",
            "environment": {"namespace": "demo"},
            "plugins_path": str(plugins),
            "plugin_settings": {"flink": {"supervisor_config_dir": str(programs)}},
            "data_root": "data",
            "install_root": "opt",
        }
        (self.place / "manager.json").write_text(json.dumps(configuration))
        with open(self.place / "log", "wb") as log:
            manager = subprocess.Popen(
                [os.environ["DM_PROGRAM"], "--config", str(self.place / "manager.json")],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )
        self.addCleanup(manager.wait)
        self.addCleanup(manager.terminate)
        port = self.place / "port"
        for _ in range(600):
            if manager.poll() is not None or (port.exists() and port.read_text().strip()):
                break
            time.sleep(0.05)
        self.assertIsNone(manager.poll(), (self.place / "log").read_text())
        self.address = f"http://127.0.0.1:{port.read_text().strip()}"

    def paste(self, lines):
        """As a shell reads them; the account of the examples is not on every machine. The last line's output."""
        text = "\n".join(lines).replace("user.name=pnda", "user.name=daemon").replace("http://127.0.0.1:5000", self.address)
        script = f"curl() {{ command curl --silent --show-error --fail-with-body \"$@\" || exit 1; echo; }}\nset -e\n{text}\n"
        ended = self.run_program("bash", "-c", script, environment={"DM": self.address}, seconds=100)
        self.assertEqual(0, ended.returncode, f"{text}\n{ended.stdout}\n{(self.place / 'log').read_text()}")
        return ended.stdout.strip().splitlines()

    def test_of_the_project(self):
        told = self.paste(block("README.md", "## What it looks like"))
        detail = json.loads(told[-1])
        self.assertEqual("STARTED", detail["status"])
        self.assertEqual({"RUNNING"}, {one["state"] for one in detail["components"]})

    def test_of_the_manager(self):
        self.paste(block("examples/manager/README.md", "## A first round"))
        self.assertEqual([], list((self.place / "programs").glob("flink.demo.*")))


if __name__ == "__main__":
    main()
