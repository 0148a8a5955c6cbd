"""A root of its own in which Debian packages are installed by dpkg, and from which their programs run on this machine.

SPDX-License-Identifier: Apache-2.0
"""

import os
import subprocess


class PackageRoot:
    """No chroot: the programs find each other from where they lie, and their libraries are this machine's."""

    def __init__(self, directory):
        self.directory = directory
        for folder in ("var/lib/dpkg/info", "var/lib/dpkg/updates"):
            (directory / folder).mkdir(parents=True)
        (directory / "var/lib/dpkg/status").touch()
        # What maintainer scripts tell the services' manager must not reach this machine's.
        self.stand_ins = directory / "stand-ins"
        self.stand_ins.mkdir()
        for name in ("systemctl", "deb-systemd-invoke", "deb-systemd-helper", "systemd-tmpfiles"):
            file = self.stand_ins / name
            file.write_text("#!/bin/sh\n")
            file.chmod(0o755)

    @property
    def manager(self):
        return self.directory / "usr/bin/deployment-manager"

    @property
    def guard(self):
        return self.directory / "usr/lib/deployment-manager/bin/flink-guard"

    @property
    def plugins(self):
        return self.directory / "usr/lib/deployment-manager/plugins"

    def dpkg(self, *arguments):
        ended = subprocess.run(
            ["dpkg", f"--root={self.directory}", "--force-depends", "--force-script-chrootless", *map(str, arguments)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, "PATH": f"{self.stand_ins}:{os.environ['PATH']}:/usr/sbin:/sbin"},
        )
        if ended.returncode != 0:
            raise AssertionError(f"dpkg {arguments[0]} failed:\n{ended.stdout}")
        return ended.stdout
