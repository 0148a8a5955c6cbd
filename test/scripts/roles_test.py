#!/usr/bin/env python3
"""examples/roles: a mirror that is whole or says what it lacks, and roles that install from it, twice, into a root, and go again.

Flink, Maven and the packages are played, small.

SPDX-License-Identifier: Apache-2.0
"""

import hashlib
import os
import subprocess
import unittest
from pathlib import Path

from support import ScriptTest, main

VALUES = """name_node=hdfs://nn.example.com:8020
web_hdfs=nn.example.com:9870
resource_manager=rm.example.com:8088
history_server=hs.example.com:8082
graphite=graphite.example.com:2003
java_home=/usr/lib/jvm/java
"""
CONNECTOR = b"a connector\n"


class Roles(ScriptTest):
    def setUp(self):
        super().setUp()
        for path in ("examples/roles", "examples/cluster/lib", "examples/cluster/lock"):
            self.copy(path)
        # "cluster.sh fetch" fills the cache; this one's Flink is two files.
        self.program("examples/cluster/cluster.sh", """#!/bin/bash
echo "$*" >> "$DM_CACHE_DIR.calls"
mkdir -p "$DM_CACHE_DIR/flink-$2/bin" "$DM_CACHE_DIR/flink-$2/conf" "$DM_CACHE_DIR/flink-$2/lib" "$DM_CACHE_DIR/hadoop-3.3.6/lib"
echo "flink $2" > "$DM_CACHE_DIR/flink-$2/lib/flink-dist.jar"
echo '#!/bin/sh' > "$DM_CACHE_DIR/flink-$2/bin/flink"; chmod 755 "$DM_CACHE_DIR/flink-$2/bin/flink"
echo hadoop > "$DM_CACHE_DIR/hadoop-3.3.6/lib/hadoop.jar"
""")
        self.lock = self.place / "examples/roles/lock/connectors-1.20.txt"
        self.lock.write_text(f"# pins\n{hashlib.sha256(CONNECTOR).hexdigest()} org.example:connector:1.0\n")
        self.stand_in("mvn", 'for word; do [[ $word != -DoutputDirectory=* ]] || into=${word#*=}; done\n'
                             'mkdir -p "$into"; echo "a connector" > "$into/connector-1.0.jar"')
        for folder, file in (("packages", "tool_1.0_all.deb"), ("applications", "counter-1.0.0.tar.gz")):
            (self.place / folder).mkdir()
            (self.place / folder / file).write_text(file)
        self.mirror = self.place / "mirror"
        self.environment = {"DM_CACHE_DIR": str(self.place / "cache")}

    def make(self, *options, code=0):
        ended = self.run_program(
            self.place / "examples/roles/mirror.sh", "--dir", self.mirror, "--packages", self.place / "packages",
            "--applications", self.place / "applications", *options, environment=self.environment,
        )
        self.assertEqual(code, ended.returncode, ended.stdout)
        return ended.stdout

    def tree(self, folder):
        """Path → content of files, target of links, and mode; what must not change where nothing is to be done."""
        found = {}
        for file in sorted(Path(folder).rglob("*")):
            if file.is_symlink():
                found[str(file)] = os.readlink(file)
            elif file.is_file():
                found[str(file)] = (file.stat().st_mode, hashlib.sha256(file.read_bytes()).hexdigest())
        return found


class Mirror(Roles):
    def test_whole_and_again(self):
        self.assertIn("5 files, 5 new", self.make())
        before = self.tree(self.mirror)
        self.assertEqual({"MANIFEST", "flink", "hadoop", "connectors", "examples", "packages"},
                         {file.name for file in self.mirror.iterdir()})
        self.assertIn("5 files, all as the manifest says", self.make("--verify"))
        self.assertIn("nothing to do", self.make())
        self.assertEqual(before, self.tree(self.mirror))
        self.assertIn("6 files, 1 new", self.make("--flink", "1.18.1"))
        self.assertIn("6 files, all as the manifest says", self.make("--verify"))

    def test_another_version_of_a_package_replaces_the_one_before(self):
        self.make()
        (self.place / "packages/tool_1.0_all.deb").rename(self.place / "packages/tool_1.1_all.deb")
        self.assertIn("5 files, 1 new", self.make())
        self.assertEqual(["tool_1.1_all.deb"], [file.name for file in (self.mirror / "packages").iterdir()])
        self.make("--verify")

    def test_what_does_not_match_is_refused_and_repaired(self):
        self.make()
        good = self.tree(self.mirror)
        flink, connector = self.mirror / "flink/flink-1.20.5.tar", self.mirror / "connectors/1.20/connector-1.0.jar"
        size = flink.stat().st_size
        os.truncate(flink, 100)
        connector.write_bytes(b"A connector\n")
        (self.mirror / "examples/counter-1.0.0.tar.gz").unlink()
        (self.mirror / "flink/other.tar").write_text("stray")
        bad = self.tree(self.mirror)
        for options in ((), ("--verify",)):
            said = self.make(*options, code=1)
            self.assertIn(f"{flink}: truncated: expected {size} bytes, found 100", said)
            self.assertIn(f"{connector}: changed: expected sha256 {hashlib.sha256(CONNECTOR).hexdigest()}, found "
                          f"{hashlib.sha256(b'A connector' + bytes([10])).hexdigest()}", said)
            self.assertIn("counter-1.0.0.tar.gz: missing", said)
            self.assertIn("other.tar: not in the manifest", said)
            self.assertIn("--repair", said)
            self.assertEqual(bad, self.tree(self.mirror))
        self.make("--repair")
        self.assertEqual(good, self.tree(self.mirror))

    def test_a_download_that_is_not_what_is_pinned_is_not_used(self):
        self.lock.write_text(f"{'0' * 64} org.example:connector:1.0\n")
        said = self.make(code=1)
        self.assertIn("org.example:connector:1.0 is not what", said)
        self.assertIn(f"expected sha256 {'0' * 64}", said)
        self.assertIn(f"found {hashlib.sha256(CONNECTOR).hexdigest()}", said)
        self.assertEqual([], list(self.mirror.iterdir()))

    def test_a_fetch_that_fails_leaves_nothing_half_made(self):
        self.stand_in("mvn", "echo no route to host; exit 1")
        said = self.make(code=1)
        self.assertIn("could not fetch the connectors", said)
        self.assertIn("no route to host", said)
        self.assertEqual([], list(self.mirror.iterdir()))

    def test_directories_that_are_no_mirror(self):
        self.mirror.mkdir()
        (self.mirror / "thesis.txt").write_text("mine")
        self.assertIn("neither empty nor a mirror", self.make(code=1))
        (self.mirror / "MANIFEST").write_text("something else\n")
        self.assertIn('the first line is "something else"', self.make(code=1))
        for line in ("0 1 x", f"{'0' * 64}  1  ../../etc/passwd", f"{'0' * 64}  1  /etc/passwd"):
            (self.mirror / "MANIFEST").write_text(f"dm-flink mirror 1\n{line}\n")
            self.assertIn("MANIFEST: line 2 is no entry", self.make(code=1))
        self.assertEqual("mine", (self.mirror / "thesis.txt").read_text())

    def test_wrong_options(self):
        for options, words in (
            (["--flink", "1.4.2"], "there is no pin for it"), (["--flink"], "--flink needs a value"), (["--all"], "no option --all"),
            (["--verify", "--repair"], "give one of them"),
        ):
            self.assertIn(words, self.make(*options, code=2))


class Adhoc(ScriptTest):
    """flink-adhoc asks the policy as flink-guard does; Flink itself is not begun."""

    def adhoc(self, policy, *arguments):
        text = (Path(__file__).resolve().parents[2] / "examples/roles/templates/flink-adhoc").read_text()
        self.program("policy", f"#!/bin/sh\n{policy}\n")
        text = text.replace("/etc/deployment-manager/queue-map", str(self.place / "policy")).replace("@FLINK_VERSION@", "1.20.5")
        ended = self.run_program(self.program("flink-adhoc", text), *arguments)
        return ended.returncode, ended.stdout

    def test_the_answers_of_a_policy(self):
        for policy, arguments, code, words in (
            ('echo "queue$1"', ("queue",), 0, "queue\n"),
            ('echo "$1"', ("--queue", "root.dev", "queue"), 0, "root.dev\n"),
            ("echo no rule for you; exit 2", ("queue",), 0, "no rule for you; the job goes to the default queue"),
            ("echo no rule for you; exit 2", ("--queue", "x", "run", "a.jar"), 3, "refuses the queue x: no rule for you"),
            ("echo you may not; exit 3", ("--queue", "x", "run", "a.jar"), 3, "refuses the queue x: you may not"),
            ("echo no map; exit 1", ("--queue", "x", "sql"), 3, "refuses the queue x: no map"),
            ("echo one; echo two", ("run", "a.jar"), 1, "printed no queue"),
            ("true", ("run", "a.jar"), 1, "printed no queue"),
            ("exit 9", ("run", "a.jar"), 1, "could not be asked (exit code 9)"),
            ("kill -9 $$", ("run", "a.jar"), 1, "or was killed"),
            ("yes | head -c 10000000; exit 2", ("run", "a.jar"), 1, "could not be asked"),
            ("sleep 60", ("run", "a.jar"), 1, "did not answer within 10 seconds"),
        ):
            with self.subTest(policy=policy, arguments=arguments):
                ended, said = self.adhoc(policy, *arguments)
                self.assertEqual(code, ended, said)
                self.assertIn(words, said)
                self.assertLess(len(said), 8192)

    def test_wrong_command_lines(self):
        for arguments in ((), ("--queue",), ("--queue", "-x", "run"), ("cancel",), ("run", "-Dyarn.application.queue=x"),
                          ("run", "-yqu", "x")):
            with self.subTest(arguments):
                self.assertEqual(2, self.adhoc("echo q", *arguments)[0])


@unittest.skipUnless(os.geteuid() == 0, "needs root: it installs into a root")
class Manager(Roles):
    """The role without Debian packages, so that a root of a few files does."""

    def setUp(self):
        super().setUp()
        self.make()
        self.root = self.place / "root"
        for file in ("bin/sh", "usr/bin/curl", "usr/lib/jvm/java/bin/java"):
            (self.root / file).parent.mkdir(parents=True, exist_ok=True)
            (self.root / file).write_text("#!/bin/sh\n")
            (self.root / file).chmod(0o755)
        (self.root / "var/lib/dpkg").mkdir(parents=True)
        (self.root / "var/lib/dpkg/status").touch()
        (self.root / "etc").mkdir()
        for name, text in (("passwd", "root:x:0:0::/:/bin/sh\n"), ("group", "root:x:0:\n"), ("shadow", "root:*:1::::::\n"),
                           ("gshadow", "root:*::\n")):
            (self.root / "etc" / name).write_text(text)
        self.values = self.place / "platform.conf"
        self.values.write_text(VALUES)

    def role(self, *options, code=0, name="manager"):
        ended = self.run_program("unshare", "--net", self.place / f"examples/roles/{name}.sh", "--root", self.root, *options)
        self.assertEqual(code, ended.returncode, ended.stdout)
        return ended.stdout

    def install(self, *options, code=0, **more):
        return self.role("--mirror", self.mirror, "--values", self.values, *options, code=code, **more)

    def test_life_of_the_role(self):
        before = self.tree(self.root)
        self.assertIn("missing", self.install("--check", code=1))
        self.assertEqual(before, self.tree(self.root))
        self.install()
        self.assertIn("nothing differs", self.install("--check"))
        installed = self.tree(self.root)
        self.assertIn("0 files put in place, 0 removed", self.install())
        self.assertEqual(installed, self.tree(self.root))

        configuration = self.root / "opt/pnda/flink/conf/flink-conf.yaml"
        text = configuration.read_text()
        for line in (
            "historyserver.archive.clean-expired-jobs: true", "metrics.reporter.grph.host: graphite.example.com",
            "jobmanager.archive.fs.dir: hdfs://nn.example.com:8020/pnda/flink/completed-jobs", "env.log.max: 5",
            "historyserver.archive.fs.dir: hdfs://nn.example.com:8020/pnda/flink/completed-jobs", "env.log.dir: /var/log/pnda/flink",
            "jobmanager.memory.process.size: 2048m", "historyserver.archive.fs.refresh-interval: 10000",
        ):
            self.assertIn(line + "\n", text)
        self.assertTrue((self.root / "etc/systemd/system/multi-user.target.wants/flink-history-server.service").is_symlink())
        self.assertEqual(0o1777, (self.root / "var/log/pnda/flink").stat().st_mode & 0o7777)

        # Differences are told, and mended.
        configuration.write_text(text + "# mine\n")
        (self.root / "usr/bin/flink").unlink()
        said = self.install("--check", code=1)
        self.assertIn("/opt/pnda/flink-1.20.5/conf/flink-conf.yaml: other content", said)
        self.assertIn("/usr/bin/flink: missing", said)
        self.install()
        self.assertEqual(installed, self.tree(self.root))

        # Another Flink takes the place of the one before.
        self.make("--flink", "1.18.1")
        self.values.write_text(VALUES + "flink_version=1.18.1\n")
        self.assertIn("/opt/pnda/flink-1.20.5/lib/flink-dist.jar: left over from before", self.install("--check", code=1))
        self.install()
        self.assertFalse((self.root / "opt/pnda/flink-1.20.5").exists())
        self.assertEqual("flink-1.18.1", os.readlink(self.root / "opt/pnda/flink"))
        self.assertIn("nothing differs", self.install("--check"))

        # What was changed after the installation is not the role's to delete.
        (self.root / "etc/profile.d/flink.sh").write_text("# mine\n")
        self.assertIn("kept, since it was changed after its installation: /etc/profile.d/flink.sh", self.role("--remove"))
        self.assertFalse((self.root / "opt/pnda").exists())
        self.assertFalse((self.root / "lib").exists() and any(file.is_file() for file in (self.root / "lib").rglob("*")))
        self.assertIn("nothing to remove", self.role("--remove"))

    def test_unit_is_understood_and_waits_until_it_serves(self):
        self.install()
        unit = (self.root / "lib/systemd/system/flink-history-server.service").read_text()
        self.assertIn("ExecStartPost=/usr/lib/flink-history-server/await-history-server http://127.0.0.1:8082\n", unit)
        file = self.place / "flink-history-server.service"
        file.write_text("".join(
            f"{line.split('=')[0]}=/bin/true\n" if line.startswith("ExecStart") else line
            for line in unit.splitlines(True) if not line.startswith(("User=", "Documentation="))
        ))
        ended = self.run_program("systemd-analyze", "verify", "--man=no", file)
        self.assertEqual((0, []), (ended.returncode, [line for line in ended.stdout.splitlines() if "flink" in line]), ended.stdout)
        ended = self.run_program("systemd-analyze", "security", "--offline=true", "--threshold=60", "--no-pager", file)
        self.assertEqual(0, ended.returncode, ended.stdout[-2000:])
        await_it = self.root / "usr/lib/flink-history-server/await-history-server"
        self.stand_in("curl", "(($(wc -l < \"$0.told\" 2> /dev/null || echo 0) >= 2)) || { echo >> \"$0.told\"; exit 7; }")
        self.assertEqual(0, self.run_program(await_it, "http://127.0.0.1:1").returncode)
        self.assertEqual(3, len(self.calls("curl")))

    def test_a_mirror_that_does_not_match_changes_nothing(self):
        before = self.tree(self.root)
        flink = self.mirror / "flink/flink-1.20.5.tar"
        os.truncate(flink, flink.stat().st_size - 1)
        said = self.install(code=1)
        self.assertIn(f"{flink}: truncated: expected {flink.stat().st_size + 1} bytes, found {flink.stat().st_size}", said)
        self.assertIn("--repair", said)
        self.assertEqual(before, {name: what for name, what in self.tree(self.root).items() if not name.endswith(".lock")})
        flink.unlink()
        self.assertIn(f"{flink}: missing", self.install(code=1))
        (self.mirror / "MANIFEST").unlink()
        self.assertIn("is no mirror: it has no MANIFEST", self.install(code=1))

    def test_every_wrong_value_is_told_at_once(self):
        self.values.write_text("name_node=nn\nweb_hdfs=nn:9870\nweb_hdfs=other:1\nheap=3\nsentence without\nhistory_server=hs:8082\n"
                               "task_slots=$(reboot)\n")
        said = self.install(code=2)
        for words in (
            'platform.conf:1: name_node is "nn", allowed: hdfs://host:port', "platform.conf:3: web_hdfs stands in line 2 already",
            "platform.conf:4: there is no value heap", 'platform.conf:5: no NAME=VALUE: "sentence without"',
            "resource_manager is missing: host:port", 'platform.conf:7: task_slots is "$(reboot)"',
        ):
            self.assertIn(words, said)

    def test_what_the_node_lacks_is_named_with_what_to_do(self):
        (self.root / "usr/lib/jvm/java/bin/java").unlink()
        (self.root / "usr/bin/curl").unlink()
        said = self.install(code=1)
        self.assertIn("lacks Debian packages that the role manager needs: curl openjdk-17-jre-headless", said)
        self.assertIn("mmdebstrap --variant=minbase --include=curl,openjdk-17-jre-headless bookworm", said)
        self.assertFalse((self.root / "opt").exists())

    def test_wrong_options(self):
        self.assertIn("is no root of a Debian system", self.run_program(
            self.place / "examples/roles/manager.sh", "--root", self.place / "packages", "--remove").stdout)
        for options, words in ((["--all"], "no option --all"), (["--mirror"], "--mirror needs a value"), ([], "--mirror: where")):
            self.assertIn(words, self.role(*options, code=2))

    def test_edge_needs_the_packages_in_the_mirror(self):
        said = self.install(code=1, name="edge")
        self.assertIn("has 0 files packages/flink-dm-guard_*.deb; wanted is one", said)
        self.assertFalse((self.root / "opt").exists())


if __name__ == "__main__":
    main()
