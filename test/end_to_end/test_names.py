"""Names as long and as odd as the rules allow (D-44), from REST down to YARN, HDFS and supervisord.

SPDX-License-Identifier: Apache-2.0
"""

import urllib.parse
from pathlib import Path

from environment import wait_until
from faults_package import faults_package
from own_scenario import OwnScenario
from scenario import FAULTS, Scenario

NAMESPACE = "n" + "_-9" * 20 + "--"  # 63
APPLICATION = "_" + "A-z_0" * 19 + "B---"  # 100
COMPONENT = "9" + "c_-" * 33  # 100
SHORT = "_"
TITLE = "_" + "p.-" * 33  # 100
VERSION = "0.0." + "1+a~_" * 19 + "9"  # 100
OPERATION = "_" + "o-_" * 21  # 64


class Names(OwnScenario):
    def test_longest_and_oddest(self):
        package = f"{TITLE}-{VERSION}"
        longest = (NAMESPACE, APPLICATION, COMPONENT, TITLE, VERSION, OPERATION)
        self.assertEqual([63, 100, 100, 100, 100, 64], [len(name) for name in longest])
        self.own_manager(NAMESPACE).start()
        # As it goes over the wire: every '+' and '~' encoded, or none.
        encoded = urllib.parse.quote(package, safe="").replace("~", "%7E")
        content = faults_package(package, dict.fromkeys((COMPONENT, SHORT)))
        self.manager.expect(201, "PUT", f"/repository/packages/{encoded}.tar.gz", content)
        again = self.manager.expect(200, "PUT", f"/repository/packages/{package}.tar.gz", content)
        self.assertFalse(again.json["changed"])
        listed = self.manager.expect(200, "GET", "/repository/packages", query={"name": TITLE}).json
        self.assertEqual([VERSION], [one["version"] for one in listed[0]["latest_versions"]])
        after = self.manager.deploy(encoded)
        self.assertEqual("DEPLOYED", after["status"], after)
        self.assertEqual([package], self.manager.expect(200, "GET", "/packages", query={"name": TITLE}).json)

        self.addCleanup(self.remove, APPLICATION)
        self.create(APPLICATION, package)
        self.addCleanup(self.remove, SHORT)
        self.create(SHORT, package)
        page = self.manager.expect(200, "GET", "/applications", query={"limit": 1})
        following = urllib.parse.urlsplit(page.headers["Link"].split(">")[0].removeprefix("<"))
        rest = self.manager.expect(200, "GET", following.path, query=dict(urllib.parse.parse_qsl(following.query)))
        self.assertEqual(sorted([APPLICATION, SHORT]), sorted(page.json + rest.json))
        found = self.manager.expect(200, "GET", "/applications", query={"prefix": APPLICATION})
        self.assertEqual([APPLICATION], found.json)

        self.start(APPLICATION)
        jobs = {}
        for component in (COMPONENT, SHORT):
            jobs[component] = self.running(APPLICATION, component)
            self.untouched(jobs[component])
        point = self.manager.trigger_savepoint(APPLICATION, component=COMPONENT, operation=OPERATION)
        self.assertEqual((OPERATION, "COMPLETED"), (point["id"], point["state"]), point)
        # All survives the Deployment Manager's own end.
        self.own.end()
        self.own.start()
        for component, job in jobs.items():
            self.assertEqual(job, self.running(APPLICATION, component))
        self.stop(APPLICATION)
        settled = self.manager.resume(APPLICATION, OPERATION, component=COMPONENT)
        self.assertEqual("STARTED", settled["status"], settled)
        again = self.running(APPLICATION, COMPONENT)
        self.assertNotEqual(jobs[COMPONENT]["application"], again["application"])
        restored = self.cluster.flink(again["application"], f"/jobs/{again['job']}/checkpoints")["latest"]["restored"]
        self.assertEqual(*[urllib.parse.urlparse(one).path for one in (point["path"], restored["external_path"])])

        for application in (APPLICATION, SHORT):
            self.assertEqual("NOTCREATED", self.manager.destroy(application, savepoints="dispose")["status"])
        for job in jobs.values():
            self.assertEqual([], self.cluster.live(job["tag"]))
            wait_until("the guard ends", lambda: not job["spec"].exists())
        self.assertEqual([], list((self.own.directory / "opt").rglob("*")))
        self.assertEqual([], self.programs())
        self.assertEqual("NOTDEPLOYED", self.manager.undeploy(encoded)["status"])
        self.assertEqual([], list((self.own.directory / "data").rglob("*.tar.gz*")))
    test_longest_and_oddest.seconds = 120

    def programs(self):
        """Program files of this namespace, whatever they are called."""
        folder = Path(self.environment["supervisor_config_dir"])
        return [file.name for file in folder.glob("*.conf") if NAMESPACE in file.read_text(errors="replace")]

    def test_one_character_too_many(self):
        self.own_manager("short").start()
        self.deploy(FAULTS)
        for application in (APPLICATION + "x", "-" + APPLICATION[1:]):
            answer = self.manager.expect(400, "PUT", f"/applications/{application}", {"package": FAULTS})
            self.assertIn("100", answer.text)
        for package in (f"{TITLE}x-{VERSION}", f"{TITLE}-{VERSION}x"):
            encoded = urllib.parse.quote(package, safe="")
            self.manager.expect(400, "PUT", f"/packages/{encoded}")
            self.manager.expect(400, "PUT", f"/repository/packages/{encoded}.tar.gz", b"x")
        content = faults_package("long-1.0.0", {COMPONENT + "x": None})
        self.manager.expect(201, "PUT", "/repository/packages/long-1.0.0.tar.gz", content)
        after = self.manager.deploy("long-1.0.0")
        self.assertEqual("NOTDEPLOYED", after["status"], after)
        self.assertIn("100", after["information"])
        self.own.end()
        self.own.configuration["environment"]["namespace"] = NAMESPACE + "x"
        ended = self.own.program()
        self.assertNotEqual(0, ended.returncode)
        self.assertIn("namespace", ended.stdout)
        self.assertIn("63", ended.stdout)
    test_one_character_too_many.seconds = 15


class NamesOfOthers(Scenario):
    def test_name_of_another_account(self):
        """What a destroyed application has left on HDFS is its account's: nobody else gets the name."""
        name = self.application()
        owner = self.environment["application_user"]
        self.job(name, "Runs", "--seconds 0")
        self.start(name)
        self.await_state(name, "job", "RUNNING")
        self.stop(name)
        self.assertEqual("NOTCREATED", self.manager.destroy(name)["status"])
        components = {"job": {"main_class": "faults.Runs"}}
        refused = self.manager.create(name, FAULTS, components, user="pnda-other")
        self.assertEqual("NOTCREATED", refused["status"], refused)
        self.assertIn(f"on HDFS is {owner}'s", refused["information"])
        self.assertIn("another name", refused["information"])
        self.job(name, "Runs", "--seconds 0")
    test_name_of_another_account.seconds = 60
