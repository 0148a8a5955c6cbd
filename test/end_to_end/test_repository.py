"""A repository service: packages come from it, and what it does wrong or not at all harms nothing that is there.

SPDX-License-Identifier: Apache-2.0
"""

import base64
import hashlib
import itertools
import json
import time

from environment import PACKAGES, wait_until
from http_service import CUT, HANG, HttpService, Reply
from own_scenario import RUNS, OwnScenario
from scenario import COUNTER, FAULTS

USER, PASSWORD = "the-manager", "known-to-nobody"
AWAY = "Unable to connect to the Package Repository Manager"
MAINTENANCE = b"<html><head><title>503 Down for maintenance</title></head></html>"


class RepositoryService(HttpService):
    """GET /packages and /packages/<package>.tar.gz, for those who know the password.

    trouble: called in place of sending an archive, with its bytes; returns a Reply, CUT or HANG. downloads: their queries.
    """

    def __init__(self):
        super().__init__(self.serve)
        self.trouble = None
        self.downloads = []
        self.lists = []
        self.refused = 0

    @property
    def url(self):
        return f"http://{USER}:{PASSWORD}@{self.address}/"

    def serve(self, asked):
        wanted = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if asked.headers.get("Authorization") != wanted:
            self.refused += 1
            return Reply(403, b"who are you?")
        if asked.path == "/packages":
            self.lists.append(asked.query)
            return Reply(200, json.dumps(self.listed(int(asked.query["recency"]))).encode())
        file = PACKAGES / asked.path.removeprefix("/packages/")
        if file.parent != PACKAGES or not file.is_file():
            return Reply(404, b"<html><title>No such package</title></html>", "text/html")
        self.downloads.append((file.name, asked.query))
        content = file.read_bytes()
        return self.trouble(content) if self.trouble else Reply(200, content, "application/gzip")

    @staticmethod
    def listed(recency):
        versions = {}
        for file in sorted(PACKAGES.glob("*.tar.gz"), reverse=True):
            name, version = file.name.removesuffix(".tar.gz").rsplit("-", 1)
            versions.setdefault(name, []).append({"version": version, "file": file.name})
        return [{"name": name, "latest_versions": found[:recency]} for name, found in versions.items()]


class Repository(OwnScenario):
    def setUp(self):
        super().setUp()
        self.service = RepositoryService()
        self.service.start()
        self.addCleanup(self.service.stop)

    def served_manager(self, namespace, **configuration):
        own = self.own_manager(namespace, package_repository=self.service.url, **configuration)
        own.start()

    def await_download(self, package, count=1):
        names = [f"{package}.tar.gz"] * count
        wait_until(f"{package} is asked for", lambda: [n for n, _ in self.service.downloads if n == names[0]] == names)

    def archives(self):
        return sorted(one.name for one in (self.own.directory / "data").rglob("*.tar.gz*"))

    def not_deployed(self, package, *words):
        after = self.manager.deploy(package)
        self.assertEqual("NOTDEPLOYED", after["status"], after)
        for word in words:
            self.assertIn(word, after["information"])
        return after

    def test_packages_come_from_a_service(self):
        """And once they are here nobody needs it: not to create, start, stop or destroy."""
        self.served_manager("repository")
        listed = self.manager.expect(200, "GET", "/repository/packages", query={"recency": 2}).json
        versions = {one["name"]: [version["version"] for version in one["latest_versions"]] for one in listed}
        self.assertEqual(["1.1.0", "1.0.0"], versions["counter"])
        self.assertEqual([{"user.name": self.manager.user, "recency": "2"}], self.service.lists)
        page = self.manager.expect(200, "GET", "/repository/packages", query={"limit": 1})
        self.assertEqual(["counter"], [one["name"] for one in page.json])
        self.assertIn('rel="next"', page.headers["Link"])

        after = self.manager.deploy(FAULTS)
        self.assertEqual("DEPLOYED", after["status"], after)
        self.assertEqual([(f"{FAULTS}.tar.gz", {"user.name": self.manager.user})], self.service.downloads)
        archive = (PACKAGES / f"{FAULTS}.tar.gz").read_bytes()
        package = self.manager.expect(200, "GET", f"/packages/{FAULTS}").json
        self.assertEqual((hashlib.sha256(archive).hexdigest(), len(archive)), (package["sha256"], package["bytes"]))

        answer = self.manager.expect(400, "PUT", f"/repository/packages/{FAULTS}.tar.gz", archive)
        self.assertIn(self.service.address, answer.text)
        self.manager.expect(400, "DELETE", f"/repository/packages/{FAULTS}.tar.gz")
        self.assertEqual("pass", self.manager.expect(200, "GET", "/selftest/all").json["status"])

        self.service.stop()
        self.assertIn(AWAY, self.manager.expect(503, "GET", "/repository/packages").text)
        tested = self.manager.expect(200, "GET", "/selftest/all").json
        self.assertEqual(("fail", AWAY), (tested["status"], tested["checks"]["repository"]))
        self.not_deployed(COUNTER, AWAY)
        name = self.application()
        self.create(name, FAULTS, RUNS)
        self.start(name)
        job = self.running(name)
        self.own.end()
        self.own.start()  # which needs it no more
        self.untouched(job)
        self.stop(name)
        self.assertEqual("NOTCREATED", self.manager.destroy(name)["status"])
        self.assertEqual("NOTDEPLOYED", self.manager.undeploy(FAULTS)["status"])

        self.service.start()
        after = self.manager.deploy(COUNTER)
        self.assertEqual("DEPLOYED", after["status"], after)
        self.assertEqual(0, self.service.refused)
        # The password is for the service alone.
        self.assertNotIn(PASSWORD, self.log() + answer.text + json.dumps(tested))
    test_packages_come_from_a_service.seconds = 90

    def test_what_a_service_does_wrong_deploys_nothing(self):
        self.served_manager("repository-wrong", limits={"package_bytes": 4 << 20})
        block = bytes(1 << 16)
        other = (PACKAGES / f"{FAULTS}.tar.gz").read_bytes()
        troubles = (
            (lambda content: Reply(503, MAINTENANCE, "text/html"), "503 Down for maintenance"),
            (lambda content: Reply(500, b"{}"), "HTTP 500"),
            (lambda content: Reply(302, location=f"http://{self.service.address}/elsewhere"), "HTTP 302"),
            (lambda content: CUT, AWAY),
            (lambda content: Reply(200, content[: len(content) // 2], length=len(content)), AWAY),
            # Nobody says how long it is, so that only the archive itself tells that it is not whole.
            (lambda content: Reply(200, content[: len(content) // 2], length=None), "FailedValidation"),
            (lambda content: Reply(200, b"", "application/gzip"), "FailedValidation"),
            (lambda content: Reply(200, b"no archive at all" * 1000), "FailedValidation"),
            (lambda content: Reply(200, other), FAULTS),
            (lambda content: Reply(200, itertools.repeat(block), length=None), "limits.package_bytes"),
        )
        for number, (trouble, word) in enumerate(troubles):
            with self.subTest(f"{number}: {word}"):
                self.service.trouble = trouble
                self.not_deployed(COUNTER, COUNTER, word)
                self.assertEqual([], self.archives())
        self.service.trouble = None
        self.not_deployed("absent-1.0.0", "No such package")
        self.assertNotIn(PASSWORD, self.log())
        after = self.manager.deploy(COUNTER)
        self.assertEqual("DEPLOYED", after["status"], after)
        self.assertEqual([f"{COUNTER}.tar.gz"], self.archives())
    test_what_a_service_does_wrong_deploys_nothing.seconds = 20

    def test_service_hangs(self):
        """Others are served meanwhile; the deployment can be cancelled; and it goes on after a kill."""
        self.served_manager("repository-hangs")
        self.service.trouble = lambda content: HANG
        self.manager.expect(202, "PUT", f"/packages/{COUNTER}")
        self.await_download(COUNTER)
        (under_way,) = self.manager.expect(200, "GET", "/operations", query={"status": "RUNNING"}).json["operations"]
        self.assertEqual(("deploy", COUNTER, True), tuple(under_way[key] for key in ("verb", "object", "cancellable")))
        self.service.trouble = None
        self.assertEqual("DEPLOYED", self.manager.deploy(FAULTS)["status"])
        self.manager.expect(202, "DELETE", f"/operations/{under_way['id']}")
        after = self.manager.settled(f"/packages/{COUNTER}")
        self.assertEqual("NOTDEPLOYED", after["status"], after)
        self.assertIn("cancelled", after["information"])
        self.assertEqual([f"{FAULTS}.tar.gz"], self.archives())

        # Half of it has arrived when the Deployment Manager dies.
        def stalls(content):
            def pieces():
                yield content[: len(content) // 2]
                self.service.stopping.wait()

            return Reply(200, pieces(), "application/gzip", len(content))

        self.service.trouble = stalls
        self.manager.expect(202, "PUT", f"/packages/{COUNTER}")
        self.await_download(COUNTER, 2)
        time.sleep(1)
        self.kill()
        self.service.trouble = None
        self.own.start()
        after = self.manager.settled(f"/packages/{COUNTER}")
        self.assertEqual("DEPLOYED", after["status"], after)
        self.assertEqual(sorted([f"{COUNTER}.tar.gz", f"{FAULTS}.tar.gz"]), self.archives())
        package = self.manager.expect(200, "GET", f"/packages/{COUNTER}").json
        archive = (PACKAGES / f"{COUNTER}.tar.gz").read_bytes()
        self.assertEqual(hashlib.sha256(archive).hexdigest(), package["sha256"])
    test_service_hangs.seconds = 20
