"""Submission without Flink's client: what YARN is given, that it is given once, and what becomes of trouble on the way.

SPDX-License-Identifier: Apache-2.0
"""

import json
import os
import re
import signal
import time
from pathlib import Path

from cluster import processes
from environment import wait_until
from interposer import Interposer
from savepoint_scenario import FAST, SavepointScenario
from scenario import COUNTER

# Not ours to give, or different for each application.
OF_THE_CONTAINER = {"APP_SUBMIT_TIME_ENV", "LOCALIZATION_COUNTERS", "CONTAINER_ID", "LOG_DIRS", "LOCAL_DIRS", "NM_PORT", "PWD",
                    "HADOOP_TOKEN_FILE_LOCATION", "LOCAL_USER_DIRS", "APPLICATION_WEB_PROXY_BASE", "MALLOC_ARENA_MAX"}
# Keys that the client alone writes, and what Flink takes without them.
OF_THE_CLIENT = {
    "$internal.deployment.config-dir": None,  # read by the client alone
    "execution.savepoint-restore-mode": "NO_CLAIM",
    "execution.state-recovery.claim-mode": "NO_CLAIM",
    "execution.savepoint.ignore-unclaimed-state": "false",
    "execution.state-recovery.ignore-unclaimed-state": "false",
    "pipeline.classpaths": "",
}
# Keys whose values differ: names of files, of which the containers read the last part alone.
BY_LAST_PART = {"$internal.yarn.log-config-file", "pipeline.jars"}


class DirectScenario(SavepointScenario):
    def direct(self, application, arguments=FAST, **more):
        self.stream(application, arguments, flink_submission="direct", **more)

    def version(self):
        return tuple(int(part) for part in self.environment["flink_version"].split(".")[:2])

    def record(self, application, component, epoch):
        """The incarnation's record in the component's log on HDFS."""
        path = f"{self.environment['state_root']}/{self.environment['namespace']}/{application}/{component}/log/{epoch}.json"
        return self.hdfs("GET", path, "OPEN").json

    def container(self, application_id):
        """Where the JobManager's container of a live application writes: its script, its outputs."""
        found = (self.environment.place / "cluster" / "yarn" / "containers" / application_id).glob("container_*_000001")
        return next(iter(found))

    def stop_settled(self, name):
        """Whatever the start is at, it is ended."""
        self.manager.expect(202, "POST", f"/applications/{name}/stop")
        self.assertEqual("CREATED", self.manager.settled(f"/applications/{name}", 120)["status"])

    def clients(self, application):
        """Processes of flink clients of the application's components."""
        jar = str(self.environment.install_directory(application, "stream").parent)
        return processes(lambda words: words and os.path.basename(words[0]) == "java" and any(jar in word for word in words))


class Direct(DirectScenario):
    def test_direct_lifecycle(self):
        """Start, savepoint, stop, start from it, upgrade, loss of the JobManager; never a client's JVM."""
        name = self.application()
        self.direct(name)
        self.start(name)
        first = self.running(name)
        self.assertEqual(first["application_id"], self.record(name, "stream", first["incarnations"][0]["epoch"])["direct"]["application_id"])
        self.assertEqual([], self.clients(name))
        point = self.trigger(name)
        self.await_checkpoint(first)
        self.stop(name)
        self.assertEqual([], self.cluster.live(self.tag(name, "stream")))
        self.assertEqual(set(), {first["application_id"]} & self.cluster.staging_directories())
        newest = self.of_kind(name)[0]
        self.assertNotEqual(point["id"], newest["id"])
        self.start(name)
        second = self.running(name)
        self.assertEqual(self.path(newest), self.restored(second))

        self.await_checkpoint(second)
        jobmanagers = processes(lambda words: any(second["application_id"] in word and "jobmanager.log" in word for word in words))
        self.assertTrue(jobmanagers)
        for pid in jobmanagers:
            os.kill(pid, signal.SIGKILL)

        def third():
            entry = self.component(name, "stream")
            if entry["state"] == "RUNNING" and entry["application_id"] != second["application_id"]:
                return entry
            raise AssertionError(f"{entry['state']} {entry['application_id']}: {entry.get('reason')}")

        after = wait_until("a third application runs", third, 120)
        self.assertIn("/checkpoints/", self.restored(after))
        self.assertEqual([after["application_id"]], self.cluster.live(self.tag(name, "stream")))
        upgraded = self.manager.upgrade(name, "counter-1.1.0", {"stream": {"application_args": FAST, "flink_submission": "direct"}})
        self.assertEqual("STARTED", upgraded["status"], upgraded)
        last = self.running(name)
        self.assertEqual(self.path(self.of_kind(name)[0]), self.restored(last))
        self.assertEqual(last["application_id"], self.record(name, "stream", last["incarnations"][0]["epoch"])["direct"]["application_id"])
        self.assertEqual([], self.clients(name))
    test_direct_lifecycle.seconds = 150

    def test_direct_as_the_client(self):
        """The JobManager's script and configuration, beside those that Flink's own client causes."""
        ours, theirs = self.application("-ours"), self.application("-theirs")
        self.direct(ours)
        self.stream(theirs, FAST, flink_submission="application")
        told = {}
        for name in (ours, theirs):
            self.start(name)
            told[name] = self.running(name)["application_id"]
        scripts = {name: self.script(told[name], name) for name in told}
        files = {name: self.configuration(told[name], name) for name in told}
        self.assertEqual(scripts[theirs]["command"], scripts[ours]["command"])
        ours_environment, theirs_environment = scripts[ours]["environment"], scripts[theirs]["environment"]
        self.assertEqual(sorted(theirs_environment), sorted(ours_environment))
        for key, value in theirs_environment.items():
            self.assertEqual(value, ours_environment[key], key)
        for key, value in files[theirs].items():
            if key not in files[ours]:
                self.assertIn(key, OF_THE_CLIENT)
                self.assertIn(OF_THE_CLIENT[key], (None, value), key)
            else:
                self.assertEqual(value, files[ours][key], key)
        self.assertEqual(set(), set(files[ours]) - set(files[theirs]), "keys that the client does not write")
    test_direct_as_the_client.seconds = 60

    def plain(self, text, application_id, application):
        """Without what names the application, its component, or a file that the client names by chance."""
        text = text.replace(application_id, "APPLICATION").replace(application_id.split("_", 1)[1], "NUMBER")
        text = re.sub(r"dm-(component|epoch)-[0-9a-f]{16}", r"dm-\1-ID", text)
        return text.replace(f"/{application}/", "/NAME/").replace(f"{application}-", "NAME-")

    def script(self, application_id, application):
        text = self.plain((self.container(application_id) / "launch_container.sh").read_text(), application_id, application)
        environment = dict(re.findall(r"(?m)^export (\w+)=(.*)$", text))
        for key in OF_THE_CONTAINER:
            environment.pop(key, None)
        # The client of 1.19 and 1.20 gives the file the name that it has on the node.
        environment = {key: re.sub(r"\b(flink-conf|config)\.yaml:", "CONFIGURATION:", value) for key, value in environment.items()}
        for key in ("_CLIENT_SHIP_FILES", "_FLINK_DIST_JAR"):
            environment[key] = sorted(self.resource(one) for one in environment[key].strip('"').split(";"))
        command = next(line for line in text.splitlines() if line.startswith("exec /bin/bash -c"))
        return {"environment": environment, "command": command.split()}

    @staticmethod
    def resource(descriptor):
        """(form, name, size, visibility) of one; the place and the time of a file of one application's own are its own."""
        old = re.fullmatch(r"YarnLocalResourceDescriptor\{key=(.*), path=(.*), size=(\d+), modificationTime=(\d+), visibility=(\w+), type=(\w+)\}", descriptor)
        new = re.fullmatch(r"\{'resourceKey':'(.*)','path':'(.*)','size':(\d+),'modificationTime':(\d+),'visibility':'(\w+)','resourceType':'(\w+)'\}", descriptor)
        name, path, size, time, visibility, kind = (old or new).groups()
        form = "text" if old else "json"
        if visibility == "PUBLIC":
            return (form, name, path, size, time, visibility, kind)
        name = re.sub(r"^(flink-conf|config)\.yaml$", "CONFIGURATION", name)
        return (form, name, visibility, kind)

    def configuration(self, application_id, application):
        """Keys and values that the JobManager's container reads."""
        links = re.findall(r'(?m)^ln -sf -- "(.*)" "((?:flink-conf|config)\.yaml)"$', (self.container(application_id) / "launch_container.sh").read_text())
        found, above = {}, []
        for line in self.plain(Path(links[0][0]).read_text(), application_id, application).splitlines():
            indent = len(line) - len(line.lstrip())
            entry = line.lstrip().startswith("- ")  # of a list, which may stand as far left as its key
            above = [one for one in above if one[0] < indent or entry and one[0] == indent]
            if entry:
                found[above[-1][1]].append(line.lstrip()[2:].strip("'\""))
                continue
            key, value = re.fullmatch(r'\s*[\'"]?([^"\':]+(?::[^"\' ]+)*)[\'"]?: ?(.*)', line).groups()
            key = (above[-1][1] + "." if above else "") + key
            # A mapping, or a list, in the lines below it.
            found[key] = value or []
            above.append((indent, key))
        parents = {key for key, value in found.items() if value == [] and any(one.startswith(key + ".") for one in found)}
        told = {key: self.value(value) for key, value in found.items() if key not in parents}
        return {key: os.path.basename(value) if key in BY_LAST_PART else value for key, value in told.items()}

    @staticmethod
    def value(text):
        """A list as Flink's older file has it; without the quotes around texts and elements."""
        if isinstance(text, str):
            try:
                told = json.loads(text)
            except ValueError:
                told = text
            text = told if isinstance(told, list) else told if isinstance(told, str) else text
        return (";".join(text) if isinstance(text, list) else text).replace("'", "")

    def test_direct_arguments(self):
        """Byte for byte in main(), on a node whose locale knows ASCII alone; what an older file cannot carry is refused."""
        name = self.application()
        nasty = ["#", "a # b", "'", "\"", "it's \"so\"", "$HOME", "$${HOME}", "`id`", "$(id)", "", ";", "a;b", "[1, 2]", "{a: b}", " ends ",
                 "\\", "\\n", "%s %(x)s", "--", "-D", "key: value", "x" * 60_000]
        newer = ["two\nlines", "a\tb", "äöü€𝄞", "\r\n", "\u2028", "\x01"]
        plain = [one for one in nasty if "#" not in one]
        carried = nasty + newer if self.version() >= (1, 19) else plain
        more = {"flink_submission": "direct",
                "flink_configuration": {"containerized.master.env.LC_ALL": "C", "containerized.master.env.LANG": "C"}}
        if self.version() < (1, 19):
            with self.assertRaises(AssertionError) as refused:  # 400
                self.job(name, "Arguments", ["a#b", "ä", "c\nd"], **more)
            for word in ("#", "ASCII", "control character"):
                self.assertIn(word, str(refused.exception))
        self.job(name, "Arguments", carried, **more)
        self.start(name)
        application_id = self.await_state(name, "job", "RUNNING")["application_id"]
        lines = (self.container(application_id) / "jobmanager.out").read_text().splitlines()
        arrived = [bytes.fromhex(line.removeprefix("argument").strip()).decode() for line in lines if line.startswith("argument")]
        self.assertEqual([one.replace("$${", "${") for one in carried], arrived)
    test_direct_arguments.seconds = 40

    def test_direct_refused_in_advance(self):
        """What YARN would take and fail with later is told before anything is submitted."""
        name = self.application()
        self.job(name, "Runs", "--seconds 0", flink_submission="direct", flink_configuration={"yarn.application.queue": "nowhere"})
        self.manager.expect(202, "POST", f"/applications/{name}/start")
        entry = self.await_state(name, "job", "BACKOFF", 60)
        self.assertIn("nowhere", entry["reason"])
        self.assertEqual([], self.cluster.applications(self.tag(name, "job")))
        self.stop_settled(name)

    def test_direct_auto(self):
        """Direct where that can be, else the client, and the reason is told."""
        name, other = self.application(), self.application("-other")
        self.stream(name, flink_submission="auto")
        self.assertEqual("direct", json.loads(self.spec(name, "stream").read_text())["submission"])
        self.stream(other, flink_submission="auto", flink_configuration={"yarn.file-replication": "1"})
        spec = json.loads(self.spec(other, "stream").read_text())
        self.assertEqual("application", spec["submission"])
        self.assertIn("yarn.file-replication", spec["submission_reason"])
        wanted = {"stream": {"flink_submission": "auto", "flink_configuration": {"yarn.file-replication": "1"}}}
        self.assertIn("yarn.file-replication", str(self.manager.plan(other, COUNTER, wanted)))
        self.start(other)
        self.assertIn("yarn.file-replication", self.guard_log(other, "stream").read_text())
    test_direct_auto.seconds = 40


class TroubledScenario(DirectScenario):
    disturbs = True

    def interposed(self, name):
        """An interposer between the guard of a component that was just created and its services."""
        between = Interposer()
        self.addCleanup(between.stop)
        file = self.spec(name, "job")
        spec = json.loads(file.read_text())
        for member in ("resource_managers", "name_nodes"):
            spec[member] = [between.stand_before(address) for address in spec[member]]
        file.write_text(json.dumps(spec))
        return between

    def small(self, name):
        self.job(name, "Runs", "--seconds 0", flink_submission="direct")

    def round_of(self, name, between, how):
        """One start with trouble at an effect; then one application, with the id that was recorded. how(effect): called once."""
        between.again()
        self.manager.expect(202, "POST", f"/applications/{name}/start")

        def accepted():
            try:
                known = self.cluster.applications(self.tag(name, "job"))
            except OSError as problem:  # on purpose, perhaps
                raise AssertionError(f"YARN: {problem}") from problem
            return [one for one in known if one["id"] not in self.seen]

        new = wait_until("an application is submitted", accepted, 120)
        entry = self.await_state(name, "job", "RUNNING", 180)
        self.manager.settled(f"/applications/{name}", 240)
        new = wait_until("YARN tells", accepted, 60)
        self.assertEqual(1, len(new), f"{how}: {new}")
        self.assertEqual(entry["application_id"], new[0]["id"], how)
        epoch = entry["incarnations"][0]["epoch"]
        self.assertEqual(new[0]["id"], self.record(name, "job", epoch)["direct"]["application_id"], how)
        self.seen.add(new[0]["id"])
        self.manager.expect(202, "POST", f"/applications/{name}/stop", json.dumps({"savepoint": False}).encode())
        self.assertEqual("CREATED", self.manager.settled(f"/applications/{name}", 240)["status"])

    def effects(self, name, between):
        """What a start without trouble does, as text; its application is stopped again."""
        self.round_of(name, between, "no trouble")
        texts = [effect.text for effect in between.effects]
        post = texts.index("POST /ws/v1/cluster/apps")
        return texts[: post + 3]

    def strike(self, between, number, when, blow):
        """blow() once, before or after the effect of that number, which is not answered then."""
        struck = []

        def hook(effect):
            if effect.number != number or struck:
                return False
            struck.append(effect)
            blow()
            return True

        between.before = hook if when == "before" else lambda effect: False
        between.after = hook if when == "after" else lambda effect: False
        return struck


class DirectTrouble(TroubledScenario):
    def test_direct_guard_killed_at_each_effect(self):
        """kill -9 before and after each request that changes something, 50 rounds in all."""
        name = self.application()
        self.small(name)
        self.seen = set()
        between = self.interposed(name)
        effects = self.effects(name, between)

        def kill():
            for pid in self.guards(name, "job"):
                os.kill(pid, signal.SIGKILL)

        every = [(number, when) for number in range(1, len(effects) + 1) for when in ("before", "after")]
        for number, when in [every[i % len(every)] for i in range(50)]:
            struck = self.strike(between, number, when, kill)
            self.round_of(name, between, f"killed {when} {number}: {effects[number - 1]}")
            self.assertTrue(struck, effects[number - 1])
    test_direct_guard_killed_at_each_effect.seconds = 900

    def test_direct_resource_manager_restarted_at_each_step(self):
        """It ends without a warning before and after each thing that it is asked for, and comes back."""
        name = self.application()
        self.small(name)
        self.seen = set()
        between = self.interposed(name)
        effects = self.effects(name, between)

        def restart():
            self.cluster.kill("resourcemanager")
            self.cluster.start("resourcemanager", "--no-wait")

        post = effects.index("POST /ws/v1/cluster/apps")
        for number in (1, post, post + 1):  # the id, the claim, the submission
            for when in ("before", "after"):
                struck = self.strike(between, number, when, restart)
                self.round_of(name, between, f"restarted {when} {number}: {effects[number - 1]}")
                self.assertTrue(struck)
    test_direct_resource_manager_restarted_at_each_step.seconds = 400

    def test_direct_library_changed_on_the_way(self):
        """A library of Flink's is touched between the look at it and the container: YARN refuses that container, and the next
        submission has looked again."""
        name = self.application()
        self.small(name)
        self.seen = set()
        between = self.interposed(name)
        libraries = self.libraries()

        def touch():
            jar = next(one for one in self.cluster.list_directory(libraries) if one.startswith("flink-csv"))
            self.hdfs("PUT", f"{libraries}/{jar}", "SETTIMES", user=self.environment["hdfs_superuser"], modificationtime=int(time.time() * 1000))

        def hook(effect):
            if effect.text == "POST /ws/v1/cluster/apps" and not touched:
                touched.append(effect)
                touch()
            return False

        touched = []
        between.before = hook
        touch()  # else the node has it already, and does not look again
        self.manager.expect(202, "POST", f"/applications/{name}/start")
        entry = self.await_state(name, "job", "RUNNING", 180)
        self.manager.settled(f"/applications/{name}", 240)
        self.assertEqual([touched[0]], touched)
        self.assertEqual(2, len(self.cluster.applications(self.tag(name, "job"))))
        self.assertIn("flink-csv", json.dumps(entry["incarnations"]))
    test_direct_library_changed_on_the_way.seconds = 90

    def libraries(self):
        """The directory on HDFS that the submissions of this cluster name."""
        return f"/flink/{self.environment['flink_version']}/lib"

    def test_direct_switched_off(self):
        """A ResourceManager that takes no applications by REST says so, and so does the component."""
        name = self.application()
        self.small(name)
        file = self.environment.place / "cluster" / "hadoop-conf" / "yarn-site.xml"
        text = file.read_text()

        def restart():
            self.cluster.kill("resourcemanager")
            self.cluster.start("resourcemanager")

        self.addCleanup(restart)
        self.addCleanup(file.write_text, text)
        off = "<property><name>yarn.webapp.enable-rest-app-submissions</name><value>false</value></property></configuration>"
        file.write_text(text.replace("</configuration>", off))
        restart()
        self.manager.expect(202, "POST", f"/applications/{name}/start")
        entry = self.await_state(name, "job", ["BACKOFF", "FAILED"], 120)
        self.assertIn("enable-rest-app-submissions", json.dumps(entry))
        self.assertEqual([], self.cluster.applications(self.tag(name, "job")))
        self.stop_settled(name)
    test_direct_switched_off.seconds = 90


class DirectFailover(TroubledScenario):
    options = ("--ha",)

    def test_direct_failover_at_each_step(self):
        """The active ResourceManager dies between id and submission, and between submission and its answer."""
        name = self.application()
        self.small(name)
        self.seen = set()
        between = self.interposed(name)
        effects = self.effects(name, between)

        def fail_over():
            dying = self.cluster.active_service("resourcemanager")
            self.cluster.kill(dying)
            fallen.append(dying)

        post = effects.index("POST /ws/v1/cluster/apps") + 1
        for number, when in ((post - 1, "before"), (post, "before"), (post, "after")):
            fallen = []
            struck = self.strike(between, number, when, fail_over)
            self.round_of(name, between, f"failed over {when} {number}: {effects[number - 1]}")
            self.assertTrue(struck)
            for service in fallen:
                self.cluster.start(service)
    test_direct_failover_at_each_step.seconds = 400
