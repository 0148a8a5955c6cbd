"""The project's Debian packages for tests: built once, made those of another release, looked into.

SPDX-License-Identifier: Apache-2.0
"""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "build" / "debian-packages"
NAMES = ("flink-dm-guard", "flink-dm-plugin", "deployment-manager", "dm-plugin-dev")


def build():
    """By cmake/debian/build.sh, which ends with lintian; an AssertionError with the end of its output."""
    ended = subprocess.run(
        [str(ROOT / "cmake/debian/build.sh")], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if ended.returncode != 0:
        raise AssertionError("cmake/debian/build.sh failed:\n" + "\n".join(ended.stdout.splitlines()[-40:]))


def packages(folder=OUT):
    """name → file."""
    found = {}
    for name in NAMES:
        files = sorted(Path(folder).glob(f"{name}_*.deb"))
        if len(files) != 1:
            raise AssertionError(f"{folder} has {len(files)} files {name}_*.deb; wanted is one")
        found[name] = files[0]
    return found


def field(package, name):
    return subprocess.run(["dpkg-deb", "-f", str(package), name], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def of_version(version, folder):
    """The same packages as those of another release; name → file."""
    folder = Path(folder)
    folder.mkdir()
    made = {}
    for name, package in packages().items():
        tree = folder / name
        subprocess.run(["dpkg-deb", "-R", str(package), str(tree)], check=True)
        control = tree / "DEBIAN/control"
        text = re.sub(r"(?m)^Version: .*$", f"Version: {version}", control.read_text())
        control.write_text(text.replace(f"(= {field(package, 'Version')})", f"(= {version})"))
        made[name] = folder / f"{name}_{version}.deb"
        subprocess.run(["dpkg-deb", "--root-owner-group", "-Znone", "-b", str(tree), str(made[name])], check=True,
                       stdout=subprocess.DEVNULL)
    return made
