#!/usr/bin/env python3
"""The Debian packages: built and linted; installed, upgraded and removed in a root of the distribution's own.

They and the root are kept in build/, where cmake/debian/build.sh puts them: beside the release build, from which a compiler cache
takes them then.

SPDX-License-Identifier: Apache-2.0
"""

import hashlib
import os
import subprocess
import time
import unittest
from pathlib import Path

from debian_packages import NAMES, build, field, of_version, packages
from support import ROOT, ScriptTest, main

GUARD = "/usr/lib/deployment-manager/bin/flink-guard"
PLUGIN = "/usr/lib/deployment-manager/plugins/flink.so"
CONSUMER = ROOT / "test/abi/consumer"


def setUpModule():
    build()


class Built(ScriptTest):
    def test_each_file_is_in_one_package(self):
        """What CMake installs is what the packages have; dh_missing would refuse a file that none takes."""
        seen = {}
        for name, package in packages().items():
            listed = subprocess.run(["dpkg-deb", "-c", str(package)], stdout=subprocess.PIPE, text=True, check=True).stdout
            for line in listed.splitlines():
                file = line.split(None, 5)[5]
                if not file.endswith("/"):
                    seen.setdefault(file[1:], []).append(name)
        for file, owners in seen.items():
            self.assertEqual(1, len(owners), f"{file}: {owners}")
        for file, owner in {
            PLUGIN: "flink-dm-plugin", GUARD: "flink-dm-guard", "/usr/bin/flink-queue-policy": "flink-dm-guard",
            "/usr/bin/dmctl": "deployment-manager", "/usr/bin/flink-health": "deployment-manager",
            "/lib/systemd/system/deployment-manager.service": "deployment-manager",
            "/usr/share/man/man1/dmctl.1.gz": "deployment-manager", "/usr/include/dm/dm_plugin.h": "dm-plugin-dev",
        }.items():
            self.assertEqual([owner], seen.get(file), file)

    def test_plugin_and_guard_are_of_one_version(self):
        plugin = packages()["flink-dm-plugin"]
        self.assertIn(f"flink-dm-guard (= {field(plugin, 'Version')})", field(plugin, "Depends"))

    def test_what_is_installed_names_its_own_places(self):
        for name, package in packages().items():
            into = self.place / name
            subprocess.run(["dpkg-deb", "-x", str(package), str(into)], check=True)
            for file in into.rglob("*"):
                if file.suffix in (".service", ".timer", ".json", ".pc", ".cmake", ".conf") or file.name == "queue-map":
                    self.assertNotIn("/usr/local", file.read_text(), file)
                    self.assertNotIn("/usr/etc", file.read_text(), file)

    def test_wrong_command_lines(self):
        for arguments, words in ((["--out"], "--out needs a directory"), (["--none"], "unknown argument --none")):
            ended = self.run_program(ROOT / "cmake/debian/build.sh", *arguments)
            self.assertEqual(2, ended.returncode)
            self.assertIn(words, ended.stdout)

    def test_tools_that_are_missing_are_named(self):
        for tool in ("bash", "dirname", "realpath", "cat"):
            (self.stand_ins / tool).symlink_to(f"/usr/bin/{tool}")
        ended = self.run_program("/bin/bash", ROOT / "cmake/debian/build.sh", path=str(self.stand_ins))
        self.assertEqual(1, ended.returncode, ended.stdout)
        self.assertIn("missing Debian packages: debhelper dpkg-dev lintian", ended.stdout)


@unittest.skipUnless(os.geteuid() == 0, "needs root: it installs packages in a root of its own")
class Installed(ScriptTest):
    @classmethod
    def setUpClass(cls):
        """The distribution's smallest system with what the packages depend on, from its mirror; made once."""
        depends = set()
        for package in packages().values():
            for one in field(package, "Depends").split(", "):
                name = one.split()[0] if one else ""
                if name and name not in NAMES:
                    depends.add(name)
        wanted = ",".join(sorted(depends))
        cls.tar = ROOT / "build" / f"debian-root-{hashlib.sha256(wanted.encode()).hexdigest()[:12]}.tar"
        if not cls.tar.exists():
            part = cls.tar.with_suffix(".part.tar")
            release = dict(
                line.rstrip().split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line
            )["VERSION_CODENAME"]
            ended = subprocess.run(
                ["mmdebstrap", "--variant=minbase", f"--include={wanted}", release, str(part)],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            )
            if ended.returncode != 0:
                raise AssertionError("mmdebstrap failed:\n" + "\n".join(ended.stdout.splitlines()[-20:]))
            part.rename(cls.tar)

    def setUp(self):
        super().setUp()
        self.root = self.place / "root"
        self.root.mkdir()
        subprocess.run(["tar", "-xf", str(self.tar), "-C", str(self.root)], check=True)
        # The services' manager is played: what it is told is all that is looked at.
        (self.root / "run/systemd/system").mkdir(parents=True)
        for program in ("usr/bin/systemctl", "usr/bin/deb-systemd-invoke"):
            file = self.root / program
            file.unlink(missing_ok=True)
            file.write_text(f'#!/bin/sh\necho "{file.name} $*" >> /told\n')
            file.chmod(0o755)

    def inside(self, *command, fails=False):
        ended = subprocess.run(
            ["chroot", str(self.root), *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, timeout=120, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8",
                                         "DEBIAN_FRONTEND": "noninteractive"},
        )
        self.assertEqual(fails, ended.returncode != 0, ended.stdout)
        return ended.stdout

    def install(self, *files):
        for file in files:
            subprocess.run(["cp", str(file), str(self.root / "tmp")], check=True)
        return self.inside("dpkg", "-i", *(f"/tmp/{Path(file).name}" for file in files))

    def told(self):
        """What the services' manager was told since the last look, but for its own housekeeping."""
        file = self.root / "told"
        lines = file.read_text().splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return [line for line in lines if "daemon-reload" not in line]

    def guard(self):
        """A guard that runs in the root: it waits for its guard.json."""
        process = subprocess.Popen(
            ["chroot", str(self.root), GUARD, "--spec", "/tmp/guard.json", "--", "/bin/true"], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        deadline = time.monotonic() + 30
        while not os.readlink(f"/proc/{process.pid}/exe").endswith(GUARD):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        return process

    def test_life_of_the_packages(self):
        """Installed, upgraded, downgraded, removed and purged, beside a guard that runs all the time."""
        ours = packages()
        self.install(*ours.values())
        self.assertEqual("", self.inside("dpkg", "--audit"))
        self.assertEqual("", self.inside("dpkg", "--verify", *NAMES))
        for program in ("deployment-manager", "dmctl", "flink-health", "flink-queue-policy", GUARD):
            self.assertIn("1.0.0", self.inside(program, "--version"), program)
        # The example works from the installed places, but for the cluster that it names.
        self.inside("sh", "-c", "deployment-manager --check-config --config"
                    " /usr/share/doc/deployment-manager/examples/deployment-manager.json")
        (self.root / "etc/logrotate.d/deployment-manager").write_text("# the administrator's\n")
        state = self.root / "var/lib/deployment-manager"
        state.mkdir(exist_ok=True)  # the service makes it
        (state / "registry.sqlite").write_text("registry")
        self.told()

        guard = self.guard()
        newer = list(of_version("1.0.1", self.place / "1.0.1").values())
        for files, version in ((newer, "1.0.1"), (ours.values(), field(ours["flink-dm-guard"], "Version"))):
            with self.subTest(version):
                self.install(*files)
                self.assertIn(version, self.inside("dpkg-query", "-W", "deployment-manager"))
                # Restarted, if it runs: by its own upgrade, or because there is another plugin. Nothing else is.
                told = self.told()
                self.assertTrue(told)
                for line in told:
                    self.assertRegex(line, r"^deb-systemd-invoke (restart|try-restart) deployment-manager.service( flink-health.timer)?$")
                self.assertIsNone(guard.poll())
                self.assertEqual("", self.inside("dpkg", "--audit"))
                self.assertEqual("# the administrator's\n", (self.root / "etc/logrotate.d/deployment-manager").read_text())

        # A plugin by itself, as a distribution's security update would: the Deployment Manager loads it.
        self.install(*(file for file in newer if file.name.startswith("flink-dm-")))
        self.assertEqual(["deb-systemd-invoke try-restart deployment-manager.service"], self.told())

        self.inside("dpkg", "--remove", "flink-dm-guard", fails=True)  # the plugin needs it
        programs = self.root / "etc/supervisor/conf.d"
        programs.mkdir(parents=True)
        (programs / "pnda-counting-stream.conf").write_text(f"[program:x]\ncommand={GUARD} --spec /opt/guard.json\n")
        said = self.inside("dpkg", "--remove", "flink-dm-plugin", "flink-dm-guard")
        self.assertIn("their jobs run on", said)
        self.assertIn("/etc/supervisor/conf.d/pnda-counting-stream.conf", said)
        self.told()
        self.inside("dpkg", "--remove", "deployment-manager", "dm-plugin-dev")
        self.assertIn("deb-systemd-invoke stop deployment-manager.service flink-health.timer", self.told())
        self.assertIsNone(guard.poll())
        self.assertFalse((self.root / "usr/lib/deployment-manager").exists())

        said = self.inside("dpkg", "--purge", *NAMES)
        self.assertIn("/var/lib/deployment-manager is kept", said)
        self.assertTrue((state / "registry.sqlite").exists())
        self.assertEqual("", self.inside("sh", "-c", "dpkg-query -W " + " ".join(NAMES) + " 2> /dev/null || true"))
        left = [
            str(file.relative_to(self.root)) for folder in ("etc", "usr", "lib")
            for file in (self.root / folder).rglob("*") if "deployment-manager" in file.name or "flink" in file.name
        ]
        self.assertEqual([], left)
        self.assertIsNone(guard.poll())

    def test_consumers_build_against_the_development_package_alone(self):
        self.install(packages()["dm-plugin-dev"])
        prefix = self.root / "usr"
        build = self.place / "by-cmake"
        for command in (
            ["cmake", "-S", CONSUMER, "-B", build, f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_FIND_USE_CMAKE_SYSTEM_PATH=OFF"],
            ["cmake", "--build", build],
        ):
            ended = self.run_program(*command)
            self.assertEqual(0, ended.returncode, ended.stdout)
        self.assertIn(f"dm_plugin_DIR:PATH={prefix}/lib/cmake/dm_plugin", (build / "CMakeCache.txt").read_text())

        def asked(*arguments):
            ended = self.run_program("pkg-config", *arguments, "dm-plugin",
                                     environment={"PKG_CONFIG_LIBDIR": str(prefix / "share/pkgconfig")})
            self.assertEqual(0, ended.returncode, ended.stdout)
            return ended.stdout.split()

        flags, (script,), (folder,) = asked("--cflags"), asked("--variable=versionscript"), asked("--variable=plugindir")
        self.assertEqual((self.root / PLUGIN[1:]).parent.resolve(), Path(folder).resolve())
        for command in (
            ["cc", "-std=c11", "-shared", "-fPIC", *flags, CONSUMER / "plugin.c", "-o", build / "empty-pkg-config.so",
             f"-Wl,--version-script,{script}"],
            ["c++", "-std=c++11", "-fno-exceptions", *flags, CONSUMER / "host.cpp", "-o", build / "host-pkg-config", "-ldl"],
        ):
            ended = self.run_program(*command)
            self.assertEqual(0, ended.returncode, ended.stdout)

        # What they built serves in the root, with the packages' plugin.
        self.install(*packages().values())
        for name in ("host-c", "host-cpp", "host-pkg-config", "empty.so", "empty-pkg-config.so"):
            subprocess.run(["cp", str(build / name), str(self.root / "tmp")], check=True)
        for host in ("host-c", "host-cpp", "host-pkg-config"):
            said = self.inside(f"/tmp/{host}", "/tmp/empty.so", "/tmp/empty-pkg-config.so", PLUGIN)
            self.assertEqual(2, said.count('"name":"empty"'), said)
            self.assertIn('"name":"flink"', said)


if __name__ == "__main__":
    main()
