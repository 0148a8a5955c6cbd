#!/usr/bin/env python3
"""examples/demo.sh with the real Deployment Manager, the scriptable plugin in place of Flink, and no cluster.

Environment: DM_PROGRAM, the Deployment Manager; DMCTL_PROGRAM, its client; DM_FLINK_PLUGIN, the scriptable plugin for components of type flink.

SPDX-License-Identifier: Apache-2.0
"""

import json
import os
import re
import shutil

from stand_in_cluster import CLUSTER_SH, Services, counter_package, environment, free_port_base
from support import PLAIN_PATH, ScriptTest, becoming, give_to, main

USER = "daemon"  # an account of every Debian system


class DemoTest(ScriptTest):
    root = "tree"  # where below `place` the project lies

    def setUp(self):
        super().setUp()
        self.services = Services()
        self.addCleanup(self.services.server_close)
        self.addCleanup(self.services.shutdown)
        tree = f"{self.root}/"
        for path in ("examples/demo.sh", "examples/demo", "cmake/check-platform.sh"):
            self.copy(path)
            (self.place / tree / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(self.place / path, self.place / tree / path)
        facts = self.place / "environment.json"
        facts.write_text(json.dumps(environment(self.services, USER)))
        script = CLUSTER_SH.replace("@CALLS@", f"'{self.place}/cluster.calls'").replace("@ENVIRONMENT@", f"'{facts}'")
        self.program(tree + "examples/cluster/cluster.sh", script)
        self.program(tree + "examples/applications/build.sh", "#!/bin/sh\n")
        self.program(tree + "cmake/install-dependencies.sh", '#!/bin/bash\nexec "$(dirname "$0")/check-platform.sh"\n')
        self.program(tree + "build/release/bin/flink-guard", "#!/bin/sh\n")
        packages = self.place / tree / "build/packages"
        packages.mkdir()
        counter_package(packages / "counter-1.0.0.tar.gz")
        self.build = self.place / tree / "build/release"
        (self.build / "bin/deployment-manager").symlink_to(os.environ["DM_PROGRAM"])
        (self.build / "bin/dmctl").symlink_to(os.environ["DMCTL_PROGRAM"])
        (self.build / "lib").mkdir()
        (self.build / "lib/flink.so").symlink_to(os.environ["DM_FLINK_PLUGIN"])
        self.directory = self.place / "demo"
        self.addCleanup(self.end_all)
        self.system = self.place / "os-release"
        self.system.write_text('PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n')

    def end_all(self):
        for pid in self.managers():
            os.kill(pid, 9)

    def managers(self):
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/cmdline", "rb") as file:
                    words = file.read().split(b"\0")
            except OSError:
                continue
            if str(self.place).encode() in b" ".join(words) and words[0].endswith(b"deployment-manager"):
                found.append(int(pid))
        return found

    def demo(self, *options, directory=None, **more):
        variables = {"DM_OS_RELEASE": str(self.system), **more.pop("environment", {})}
        command = [self.place / self.root / "examples/demo.sh", "--dir", directory or self.directory]
        if "--down" not in options:
            command += ["--build", self.build, "--port-base", free_port_base()]
        return self.run_program(*command, *options, environment=variables, **more)

    def succeeds(self, *options, **more):
        ended = self.demo(*options, **more)
        self.assertEqual(0, ended.returncode, ended.stdout)
        return ended.stdout

    def fails(self, *options, code=None, **more):
        ended = self.demo(*options, **more)
        self.assertNotEqual(0, ended.returncode, ended.stdout)
        return ended.stdout


class WholeRound(DemoTest):
    def test_everything_and_nothing_stays(self):
        told = self.succeeds()
        self.assertIn("== Done", told)
        self.assertIn("it goes on after number                  50", told)
        self.assertRegex(told, r"(?m)^\$ dmctl status counting\napplication +counting\nstatus +STARTED$")
        self.assertRegex(told, r"(?m)^first +stream +savepoint +COMPLETED")
        self.assertEqual([], self.managers())
        self.assertFalse(self.directory.exists())

    def test_start_without_state_is_no_success(self):
        del self.services.accumulators["restored_from"]
        requests = self.place / self.root / "examples/demo/requests.sh"
        text = requests.read_text()
        self.assertIn("< 60)", text)
        requests.write_text(text.replace("< 60)", "< 1)"))
        told = self.fails()
        self.assertIn("accumulator restored_from does not arrive", told)
        self.assertNotIn("== Done", told)
        self.assertFalse(self.directory.exists())

    def test_dead_proxy_in_the_environment(self):
        dead = {name: "http://127.0.0.1:9" for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy")}
        self.assertIn("== Done", self.succeeds(environment=dead))
        self.assertIn("export no_proxy=localhost,127.0.0.1", self.succeeds("--keep", environment=dead))
        self.succeeds("--down", environment=dead)


class OddPath(DemoTest):
    root = "my trée"

    def test_blank_and_umlaut_in_the_path_of_the_project(self):
        self.assertIn("== Done", self.succeeds())
        self.succeeds("--keep")
        configuration = json.loads((self.directory / "manager/deployment-manager.json").read_text())
        guard = configuration["plugin_settings"]["flink"]["guard"]
        self.assertRegex(guard, r"^[A-Za-z0-9/._-]+$")
        self.assertTrue(os.access(guard, os.X_OK))
        self.succeeds("--down")


class Deletion(DemoTest):
    def test_what_the_demo_did_not_make_stays(self):
        self.directory.mkdir()
        (self.directory / "file").write_text("x")
        for options in ((), ("--keep",)):
            self.assertIn("holds what this demo did not make", self.fails(*options))
        self.assertIn("holds what this demo did not make", self.fails("--down"))
        self.assertEqual("x", (self.directory / "file").read_text())
        self.assertEqual([], [line for line in self.calls("cluster") if not line.startswith("check")])

    def test_directory_that_was_there_empty_stays(self):
        self.directory.mkdir()
        self.succeeds()
        self.assertEqual([], list(self.directory.iterdir()))

    def test_what_was_put_beside_it_later_stays(self):
        self.succeeds("--keep")
        (self.directory / "notes").write_text("x")
        self.assertIn("stays", self.succeeds("--down"))
        self.assertEqual([self.directory / "notes"], list(self.directory.iterdir()))
        self.assertEqual([], self.managers())

    def test_down_of_nothing(self):
        self.assertIn("nothing of the demo is there", self.succeeds("--down"))

    def test_failure_takes_down_what_it_brought_up(self):
        self.fails(environment={"CLUSTER_FAILS": "1"})
        self.assertFalse(self.directory.exists())


class FoundRunning(DemoTest):
    def setUp(self):
        super().setUp()
        self.succeeds("--keep")
        self.before = self.managers()
        self.assertEqual(1, len(self.before))

    def still_runs(self):
        self.assertEqual(self.before, self.managers())
        self.assertTrue((self.directory / "cluster/running").exists())

    def test_a_second_run_that_fails_leaves_it(self):
        self.fails(environment={"CLUSTER_FAILS": "1"})
        self.still_runs()

    def test_a_second_run_that_succeeds_leaves_it(self):
        self.assertIn("is left running", self.succeeds())
        self.still_runs()

    def test_a_second_keep_prints_the_same(self):
        self.assertIn(f"dm_pid                  {self.before[0]}", self.succeeds("--keep"))
        self.still_runs()

    def test_down_ends_one_that_was_restarted_by_hand(self):
        os.kill(self.before[0], 9)
        configuration = self.directory / "manager/deployment-manager.json"
        self.run_program("bash", "-c", f'"{self.build}/bin/deployment-manager" --config "{configuration}" > log 2>&1 &')
        self.succeeds("--down")
        self.assertEqual([], self.managers())
        self.assertFalse(self.directory.exists())


class Keep(DemoTest):
    def test_next_commands_work_as_printed_and_column_is_not_needed(self):
        self.stand_in("column", "exit 127")
        told = self.succeeds("--keep")
        self.assertEqual([], self.calls("column"))
        self.assertRegex(told, r"(?m)^  dm +http://127\.0\.0\.1:\d+$")
        lines = re.search(r"== To go on\n(.*)\nTo end it:\n  (.*)\n", told, re.S)
        self.assertIsNotNone(lines, told)
        pasted = self.run_program("bash", "-e", "-c", "exec 2> errors\n" + lines[1])
        self.assertEqual((0, "{}"), (pasted.returncode, pasted.stdout))
        down = self.run_program("bash", "-c", f"cd '{self.place / self.root}' && {lines[2]}")
        self.assertEqual(0, down.returncode, down.stdout)
        self.assertFalse(self.directory.exists())

    def test_json(self):
        self.stand_in("column", "exit 127")
        ended = self.demo("--keep", "--json")
        self.assertEqual(0, ended.returncode, ended.stdout)
        told = json.loads(ended.stdout[ended.stdout.rindex("\n{\n"):])
        self.assertEqual(self.managers(), [told["dm_pid"]])
        self.succeeds("--down")


class OrdinaryUser(DemoTest):
    """Somebody without root's rights, in his own home: the whole round, in a path with a blank, behind a proxy."""

    root = "home/my projects"

    def setUp(self):
        super().setUp()
        self.become = []
        if os.geteuid() != 0:
            return
        # The build may lie where another account does not reach.
        for link in (self.build / "bin/deployment-manager", self.build / "bin/dmctl", self.build / "lib/flink.so"):
            real = link.resolve()
            link.unlink()
            shutil.copy(real, link)
        self.place.chmod(0o755)
        give_to(USER, self.place)
        self.become = becoming(USER)

    def demo(self, *options):
        command = [*self.become, self.place / self.root / "examples/demo.sh", *options]
        if "--down" not in options:
            command += ["--build", self.build, "--port-base", free_port_base()]
        variables = {"DM_OS_RELEASE": str(self.system), "HOME": str(self.place / "home"), "http_proxy": "http://127.0.0.1:9"}
        return self.run_program(*command, environment=variables, path=PLAIN_PATH)

    def test_whole_round(self):
        told = self.succeeds()
        self.assertIn("== Done", told)
        self.assertEqual([], self.managers())
        self.assertFalse((self.place / "home/.local/state/dm-flink-demo").exists())

    def test_left_running_and_ended(self):
        told = self.succeeds("--keep")
        self.assertRegex(told, rf"(?m)^  directory +{self.place}/home/.local/state/dm-flink-demo$")
        owner = os.stat(f"/proc/{self.managers()[0]}").st_uid
        self.assertNotEqual(0, owner)
        self.assertIn("To end it:\n  examples/demo.sh --down\n", told)
        self.succeeds("--down")
        self.assertEqual([], self.managers())


class FirstSecond(DemoTest):
    def test_another_distribution(self):
        self.system.write_text('PRETTY_NAME="Ubuntu 24.04.1 LTS"\nID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n')
        told = self.fails()
        self.assertIn("Ubuntu 24.04.1 LTS", told)
        self.assertIn("supported is Debian 12", told)
        self.assertNotIn("== Building", told)

    def test_another_version_and_going_on_anyway(self):
        self.system.write_text('PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nID=debian\nVERSION_ID="13"\n')
        self.assertIn("Debian GNU/Linux 13 (trixie)", self.fails())
        self.assertIn("== Done", self.succeeds(environment={"DM_ANY_SYSTEM": "1"}))

    def test_directory_that_the_cluster_cannot_use(self):
        told = self.fails(directory=self.place / "my dïr")
        self.assertIn("only letters, digits and . _ -", told)
        self.assertNotIn("== Building", told)


if __name__ == "__main__":
    main()
