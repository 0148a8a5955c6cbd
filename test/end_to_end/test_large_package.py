"""A package of some hundred megabytes, from upload to destruction: never whole in memory, never there in part.

SPDX-License-Identifier: Apache-2.0
"""

import hashlib
import http.client
import io
import os
import tarfile
from pathlib import Path

from environment import PACKAGES, wait_until
from own_scenario import RUNS, OwnScenario
from scenario import FAULTS

MEGABYTE = 1 << 20
LARGE = 256 * MEGABYTE
PACKAGE = "large-1.0.0"


class LargePackage(OwnScenario):
    def make(self, file):
        """The package of faults with a large file beside its jar, as a plain archive."""
        block = os.urandom(MEGABYTE)
        with tarfile.open(PACKAGES / f"{FAULTS}.tar.gz") as source, tarfile.open(file, mode="w") as target:
            for member in source:
                content = source.extractfile(member).read() if member.isfile() else b""
                member.name = member.name.replace(FAULTS, PACKAGE, 1)
                target.addfile(member, io.BytesIO(content))
            large = tarfile.TarInfo(f"{PACKAGE}/flink/job/data.bin")
            large.size = LARGE
            target.addfile(large, Blocks(block, LARGE))

    def put(self, file, stop_after=None):
        """Streams it; the answer's code and body, or None where this side breaks off after so many bytes."""
        address = self.manager.url.removeprefix("http://")
        connection = http.client.HTTPConnection(address, timeout=300)
        size = file.stat().st_size
        connection.putrequest("PUT", f"/repository/packages/{PACKAGE}.tar.gz?user.name={self.manager.user}")
        connection.putheader("Content-Length", str(size))
        connection.endheaders()
        sent = 0
        try:
            with open(file, "rb") as content:
                while sent < (stop_after or size):
                    piece = content.read(MEGABYTE)
                    connection.send(piece)
                    sent += len(piece)
            if stop_after:
                return None
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    @staticmethod
    def digest(file):
        digest = hashlib.sha256()
        with open(file, "rb") as content:
            while piece := content.read(MEGABYTE):
                digest.update(piece)
        return digest.hexdigest()

    def most_memory(self):
        for line in Path(f"/proc/{self.own.process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        raise AssertionError("the kernel does not tell VmHWM")

    def files(self):
        """Of any size, in the repository and below data_root, but for the registry's."""
        roots = (self.own.directory / "repository", self.own.directory / "data", self.own.directory / "stage")
        found = [file for root in roots for file in root.rglob("*") if file.is_file()]
        return sorted(str(file.relative_to(self.own.directory)) for file in found if file.stat().st_size > MEGABYTE)

    def test_large_package(self):
        self.own_manager("large").start()
        file = self.own.directory / "large.tar"
        self.make(file)
        # Broken off: nothing of it stays.
        self.put(file, LARGE // 2)
        wait_until("the part is gone", lambda: self.files() == [])
        self.assertEqual([], self.manager.expect(200, "GET", "/repository/packages").json)

        code, text = self.put(file)
        self.assertEqual(201, code, text)
        digest = self.digest(file)
        self.assertIn(digest, text)
        # Others are served while it is unpacked.
        self.manager.expect(202, "PUT", f"/packages/{PACKAGE}")
        self.manager.expect(200, "GET", "/applications")
        after = self.manager.settled(f"/packages/{PACKAGE}")
        self.assertEqual("DEPLOYED", after["status"], after)
        self.assertEqual(digest, self.manager.expect(200, "GET", f"/packages/{PACKAGE}").json["sha256"])
        name = self.application()
        self.manager.expect(202, "PUT", f"/applications/{name}", {"package": PACKAGE, "flink": RUNS})
        after = self.manager.settled(f"/applications/{name}")
        self.assertEqual("CREATED", after["status"], after)
        installed = list(self.own.install_directory(name, "job").rglob("data.bin"))
        self.assertEqual({LARGE}, {one.stat().st_size for one in installed})
        self.assertLess(self.most_memory(), LARGE // 2)
        after = self.manager.destroy(name)
        self.assertEqual("NOTCREATED", after["status"], after)
        self.assertEqual("NOTDEPLOYED", self.manager.undeploy(PACKAGE)["status"])
        self.manager.expect(200, "DELETE", f"/repository/packages/{PACKAGE}.tar.gz")
        self.assertEqual([], self.files())
        self.assertFalse(self.own.install_directory(name, "").exists())
    test_large_package.seconds = 30


class Blocks(io.RawIOBase):
    """A file of one block again and again."""

    def __init__(self, block, size):
        super().__init__()
        self.block = block
        self.left = size

    def readable(self):
        return True

    def read(self, size=-1):
        size = min(self.left, len(self.block), size if size >= 0 else self.left)
        self.left -= size
        return self.block[:size]
