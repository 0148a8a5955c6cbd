#!/usr/bin/env python3
"""Drives the original Deployment Manager of PNDA, unchanged, with the adapter for flink.so, on the one-machine cluster: the life
of a package and an application, four at once, operations that fail, its summary, a kill in the middle, and the taking over of
an element that its own plugin wrote.

    drive.py --source CHECKOUT --python INTERPRETER --build BUILD --cluster DIRECTORY --packages DIRECTORY [STEP ...]

Needs root, port 9090, and room for a folder in /opt. Nothing of the original is in this project, and no test of it depends on it.
SPDX-License-Identifier: Apache-2.0
"""
import argparse
import io
import json
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from pathlib import Path

from original import ROOT, Original, wait_until
from manager import DIRECT

LIVE = {"NEW", "NEW_SAVING", "SUBMITTED", "ACCEPTED", "RUNNING"}
# One streaming component alone: what the original can run on a Flink of today.
OLD_OVERRIDES = {"flink_config_args": "-yjm 768 -ytm 768"}


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


class Drive:
    def __init__(self, original, cluster_directory):
        self.dm, self.cluster_directory = original, cluster_directory
        self.client = original.client
        self.user = self.client.user

    # The cluster.

    def applications(self, job_name):
        url = "%s/ws/v1/cluster/apps?user.name=%s" % (self.dm.cluster["resource_manager"], self.user)
        with DIRECT.open(url, timeout=10) as answer:
            listed = (json.load(answer)["apps"] or {"app": []})["app"]
        return [one for one in listed if one["name"] == job_name]

    def live(self, job_name):
        return [one["id"] for one in self.applications(job_name) if one["state"] in LIVE]

    def control(self, command, service):
        script = ROOT / "examples" / "cluster" / "cluster.sh"
        subprocess.run([str(script), command, service, "--dir", str(self.cluster_directory)], check=True, stdout=subprocess.DEVNULL)

    def placed(self, application):
        return Path("/opt") / self.dm.namespace / application

    # Asking.

    def settled(self, application, status, seconds=200):
        told = self.client.settled("/applications/" + application, seconds)
        expect(told["status"] == status, "%s is %s where %s was wanted" % (application, told, status))
        return told

    def detail(self, application):
        return self.client.expect(200, "GET", "/applications/%s/detail" % application).json["yarn_applications"]

    def create(self, application, package="single-1.0.0", overrides=None):
        self.client.expect(202, "PUT", "/applications/" + application, {"package": package, "flink": overrides or {}})
        return self.settled(application, "CREATED")

    def summary(self, application, *words):
        """Once its components have these words: what Flink answers is up to three seconds old."""

        def look():
            found = self.dm.summary(application)
            seen = sorted(part["aggregate_status"] for name, part in found.items() if name.startswith("flink-"))
            expect(seen == sorted(words), found)
            return found

        return wait_until("the summary of %s has the words %s" % (application, ", ".join(words)), look, 60)

    def do(self, verb, application, status):
        method, path = ("DELETE", "") if verb == "destroy" else ("POST", "/" + verb)
        self.client.expect(202, method, "/applications/%s%s" % (application, path))
        return self.settled(application, status)

    # Packages.

    def package(self, name, components):
        """Of the counter's components; components: {name: (of the counter, properties besides)}."""
        counter = self.dm.folder / "repository" / "counter-1.0.0.tar.gz"
        with tarfile.open(counter) as old, tarfile.open(self.dm.folder / "repository" / (name + ".tar.gz"), "w:gz") as new:
            folder = tarfile.TarInfo(name)
            folder.type, folder.mode = tarfile.DIRTYPE, 0o755
            new.addfile(folder)
            for component, (source, properties) in components.items():
                for member in old.getmembers():
                    if not member.isfile() or not member.name.startswith("counter-1.0.0/flink/%s/" % source):
                        continue
                    content = old.extractfile(member).read()
                    member.name = "%s/flink/%s/%s" % (name, component, member.name.rsplit("/", 1)[1])
                    if member.name.endswith("/properties.json"):
                        content = json.dumps(dict(json.loads(content), **properties)).encode()
                    member.size = len(content)
                    new.addfile(member, io.BytesIO(content))
                for extra, text in properties.pop("files", {}).items():
                    member = tarfile.TarInfo("%s/flink/%s/%s" % (name, component, extra))
                    member.size = len(text)
                    new.addfile(member, io.BytesIO(text.encode()))

    def deploy(self, package):
        self.client.expect(202, "PUT", "/packages/" + package)
        return self.client.settled("/packages/" + package, 60)

    def put_away(self):
        """What a failed step has left: of the applications that there are, as they are."""
        if self.dm.manager is None or self.dm.manager.poll() is not None:
            self.dm.start()
        for application in self.client.expect(200, "GET", "/applications").json:
            try:
                self.do("destroy", application, "NOTCREATED")
            except AssertionError as problem:
                print("left behind: %s: %s" % (application, problem))

    # Steps.

    def a_installed(self):
        said = self.dm.install()
        expect(said.count("kept as") == 2, said)
        expect("as it should be" in self.dm.install(), "installing twice")
        print(self.dm.install("--check"))

    def b_package(self):
        self.dm.start()
        wrong = {"flink_parallelism": 0, "main_jar": "nowhere.jar", "respawn_type": "never"}
        self.package("broken-1.0.0", {"one": ("stream", wrong)})
        told = self.deploy("broken-1.0.0")
        print(told)
        expect(told["status"] == "NOTDEPLOYED" and "FailedValidation" in told["information"], told)
        expect(all(word in told["information"] for word in ("flink_parallelism", "nowhere.jar", "respawn_type")), told)
        self.package("single-1.0.0", {"stream": ("stream", {})})
        hdfs = json.dumps([{"name": "data", "path": "/data/%s/kept/gone" % self.dm.namespace, "delete_on_undeploy": 1}])
        self.package("paths-1.0.0", {"stream": ("stream", {"files": {"hdfs.json": hdfs}})})
        for package in ("counter-1.0.0", "single-1.0.0", "paths-1.0.0"):
            told = self.deploy(package)
            expect(told["status"] == "DEPLOYED", told)

    def c_refused(self):
        overrides = {"stream": {"flink_parallelism": 0, "respawn_type": "never"}, "strem": {"a": 1}}
        answer = self.client.ask("PUT", "/applications/life", {"package": "counter-1.0.0", "flink": overrides})
        print(answer)
        expect(answer.code == 400, answer)
        expect(all(word in answer.json["information"] for word in ("flink_parallelism", "respawn_type", "strem")), answer)
        expect(self.client.get("/applications/life/status").json["status"] == "NOTCREATED", "nothing is recorded")
        self.client.expect(202, "PUT", "/applications/life",
                           {"package": "counter-1.0.0", "flink": {"stream": {"main_class": "no.such.Class"}}})
        print(self.settled("life", "NOTCREATED"))
        expect(not self.placed("life").exists(), "what was made is undone")

    def d_life(self):
        self.create("life", "counter-1.0.0")
        expect(self.detail("life") == {}, "nothing runs yet")
        expect(self.summary("life", "CREATED", "CREATED")["aggregate_status"] == "CREATED", "of the application")
        placed = self.placed("life") / "stream"
        expect(not any(b"Geheim1" in file.read_bytes() for file in placed.rglob("*") if file.is_file()), "no secret is written")
        expect("Geheim1" not in self.dm.row("applications", "life")["cf:create_data"], "no secret is stored")
        self.do("start", "life", "STARTED")
        found = self.detail("life")
        print(found)
        expect(found["flink-stream"]["yarn-state"] == "RUNNING", found)
        expect(found["flink-stream"]["yarn-id"] in self.live("life-stream-job"), found)
        wait_until("the batch job ends", lambda: self.detail("life")["flink-batch"]["yarn-state"] == "FINISHED", 60)
        summary = self.summary("life", "RUNNING", "FINISHED_SUCCEEDED")
        print(summary)
        expect(all(summary[one]["tracking_url"] == summary[one]["trackingUrl"] != "" for one in ("flink-1", "flink-2")), summary)
        self.do("stop", "life", "CREATED")
        expect(not self.live("life-stream-job"), "the job has ended")
        print(self.summary("life", "SUSPENDED", "FINISHED_SUCCEEDED"))
        self.do("start", "life", "STARTED")
        expect(len(self.live("life-stream-job")) == 1, "one runs")
        self.dm.restart(signal.SIGKILL)
        expect(self.detail("life")["flink-stream"]["yarn-state"] == "RUNNING", "it ran on without its Deployment Manager")
        self.do("destroy", "life", "NOTCREATED")  # from STARTED: it has to end the job itself
        expect(not self.live("life-stream-job"), "no orphan")
        expect(not self.placed("life").exists(), "nothing is left on the node")

    def e_paths(self):
        """The job writes until it ends: its directory must not go before."""
        self.create("paths", "paths-1.0.0")
        self.do("start", "paths", "STARTED")
        self.do("destroy", "paths", "NOTCREATED")
        expect(not self.live("paths-stream-job"), "no orphan")

    def f_four_at_once(self):
        names = ["four-%d" % number for number in range(1, 5)]

        def all_of(verb, status):
            began = time.monotonic()
            problems = []

            def one(name):
                try:
                    self.create(name) if verb == "create" else self.do(verb, name, status)
                except AssertionError as problem:
                    problems.append("%s %s: %s" % (verb, name, problem))

            threads = [threading.Thread(target=one, args=(name,)) for name in names]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            expect(not problems, problems)
            print("%s of four: %.1f s" % (verb, time.monotonic() - began))

        all_of("create", "CREATED")
        all_of("start", "STARTED")
        for name in names:
            expect(len(self.live(name + "-stream-job")) == 1, name)
            expect(self.detail(name)["flink-stream"]["yarn-state"] == "RUNNING", name)
        all_of("stop", "CREATED")
        all_of("destroy", "NOTCREATED")
        for name in names:
            expect(not self.live(name + "-stream-job"), name)

    def g_failing(self):
        self.create("fails", overrides={"stream": {"application_args": "--rate none", "flink_restart_attempts": 0}})
        told = self.do("start", "fails", "CREATED")
        print(told)
        expect("FailedStart" in told["information"], told)
        print(self.summary("fails", "FAILED"))
        self.do("destroy", "fails", "NOTCREATED")
        # A ResourceManager that does not answer is an error, never "nothing runs".
        self.create("silent")
        self.do("start", "silent", "STARTED")
        self.dm.restart()  # a session that has seen nothing yet
        self.control("stop", "resourcemanager")
        try:
            answer = self.client.get("/applications/silent/detail")
            print(answer)
            expect(answer.code == 503, answer)
            summary = self.summary("silent", "RUNNING")
            print(summary)
            expect(summary["flink-1"]["confidence"] == "stale" and summary["flink-1"]["information"]["reason"], summary)
        finally:
            self.control("cont", "resourcemanager")
        wait_until("YARN is back", lambda: self.client.get("/applications/silent/detail").code == 200, 60)
        self.do("destroy", "silent", "NOTCREATED")

    def h_killed(self):
        """Killed in the middle of each verb; the same again carries on."""
        self.client.expect(202, "PUT", "/applications/killed", {"package": "single-1.0.0"})
        time.sleep(0.3)
        self.dm.restart(signal.SIGKILL)
        if self.client.get("/applications/killed/status").json["status"] == "NOTCREATED":
            self.create("killed", overrides={"stream": {"flink_slots": 2}})  # not the same as what may be left
        self.client.expect(202, "POST", "/applications/killed/start")
        time.sleep(3)
        self.dm.restart(signal.SIGKILL)
        self.do("start", "killed", "STARTED")
        expect(len(self.live("killed-stream-job")) == 1, "one runs")
        self.client.expect(202, "POST", "/applications/killed/stop")
        time.sleep(0.3)
        self.dm.restart(signal.SIGKILL)
        self.do("stop", "killed", "CREATED")
        expect(not self.live("killed-stream-job"), "none runs")
        self.do("destroy", "killed", "NOTCREATED")

    def i_taken_over(self):
        job = "old-stream-job"
        print(self.dm.install("--remove"))
        self.dm.restart()
        self.create("old", overrides={"stream": OLD_OVERRIDES})
        element = json.loads(self.dm.row("applications", "old")["cf:create_data"])["flink"][0]
        print(element)
        expect("stop_cmds" in element, "the original's own plugin wrote it")
        self.do("start", "old", "STARTED")
        wait_until("the original's job runs", lambda: [one for one in self.applications(job) if one["state"] == "RUNNING"], 120)
        self.dm.install()
        self.dm.restart()
        found = self.detail("old")
        print(found)
        expect([found["flink-stream"]["yarn-id"]] == self.live(job), found)
        print(self.summary("old", "RUNNING"))
        self.do("stop", "old", "CREATED")
        time.sleep(5)  # a unit that was still up would have begun another by now
        expect(not self.live(job), "no orphan")
        told = self.do("start", "old", "CREATED")
        expect("destroy application old and create it again" in told["information"], told)
        self.do("destroy", "old", "NOTCREATED")
        expect(not self.placed("old").exists(), "the original's folder is gone")
        unit = Path("/usr/lib/systemd/system") / ("%s-old-stream.service" % self.dm.namespace)
        expect(not unit.exists(), "the original's unit is gone")
        self.create("old")
        self.do("start", "old", "STARTED")
        element = json.loads(self.dm.row("applications", "old")["cf:create_data"])["flink"][0]
        expect("plugin_data" in element, element)
        expect(self.detail("old")["flink-stream"]["yarn-id"] in self.live(job), "it is ours")
        self.do("destroy", "old", "NOTCREATED")
        expect(not self.live(job), "no orphan")

    def j_ended(self):
        """By by_hand.py, of which the Deployment Manager is not told."""
        self.create("ended")
        self.do("start", "ended", "STARTED")
        script = ROOT / "examples" / "hosts" / "upstream" / "by_hand.py"
        command = [self.dm.python, str(script), str(self.dm.place), "stop", "ended"]
        print(subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout)
        expect(not self.live("ended-stream-job"), "it has ended")
        self.do("stop", "ended", "CREATED")
        self.do("destroy", "ended", "NOTCREATED")

    def z_undeployed(self):
        for package in ("counter-1.0.0", "single-1.0.0", "paths-1.0.0"):
            self.client.expect(202, "DELETE", "/packages/" + package)
            told = self.client.settled("/packages/" + package, 60)
            expect(told["status"] == "NOTDEPLOYED", told)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--source", required=True, help="checkout of pndaproject/platform-deployment-manager")
    parser.add_argument("--python", required=True, help="interpreter with the original's requirements")
    parser.add_argument("--build", required=True, help="lib/flink.so and bin/flink-guard are in it")
    parser.add_argument("--cluster", required=True, help="directory of a cluster that is up")
    parser.add_argument("--packages", required=True, help="directory with counter-1.0.0.tar.gz")
    parser.add_argument("steps", nargs="*", help="only these, and the first two")
    given = parser.parse_args()
    script = ROOT / "examples" / "cluster" / "cluster.sh"
    told = subprocess.run([str(script), "env", "--json", "--dir", given.cluster], stdout=subprocess.PIPE, check=True).stdout
    folder = Path(tempfile.mkdtemp(prefix="dm-upstream.", dir="/var/tmp"))
    folder.chmod(0o755)
    print("everything of this run is in", folder)
    original = Original(given.source, given.python, json.loads(told), Path(given.build).resolve(), folder)
    shutil.copy(Path(given.packages) / "counter-1.0.0.tar.gz", folder / "repository")
    drive = Drive(original, given.cluster)
    names = [name for name in sorted(dir(Drive)) if name[1:2] == "_" and name[:2] != "__"]
    failed = False
    try:
        for name in names:
            if given.steps and name not in given.steps + names[:2]:
                continue
            began = time.monotonic()
            try:
                getattr(drive, name)()
                print("passed  %s  %.1f s" % (name, time.monotonic() - began), flush=True)
            except (AssertionError, OSError, LookupError, TypeError, subprocess.SubprocessError) as problem:
                failed = True
                print("FAILED  %s  %r" % (name, problem), flush=True)
                if name in names[:2]:
                    break
        if failed:
            drive.put_away()
    finally:
        original.down()
        shutil.rmtree(Path("/opt") / original.namespace / ".slots", ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
