#!/usr/bin/env python3
"""What a start costs, by Flink's own client and as components: time, the edge node, the cluster, what is uploaded.

Brings a cluster up and takes it down. The ways take turns, run after run, so that load from elsewhere meets all alike.

SPDX-License-Identifier: Apache-2.0
"""

import argparse
import json
import signal
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "end_to_end")]

import report  # noqa: E402
from cluster import Cluster, guards  # noqa: E402
from environment import PACKAGES, ROOT, Environment, EnvironmentFailure, wait_until  # noqa: E402
from observation import Failed, Storage, application_of, containers, tasks_run, until_running  # noqa: E402
from own_manager import OwnManager  # noqa: E402
from process_tree import Roots, Watch  # noqa: E402
from scenario import FAULTS  # noqa: E402
from ways import BY_NAME, DEFAULT_WAYS, SMALL_CONTAINERS, Clients, Components, NotSupported, write_configuration  # noqa: E402

LARGEST_SINGLE_MB = 6144
SMALL_MB = 704  # of a JobManager and a TaskManager in small containers, as YARN rounds them


def arguments():
    parser = argparse.ArgumentParser(prog="test/bench/start", description=__doc__.splitlines()[0])
    parser.add_argument("--build", default=str(ROOT / "build" / "release"), help="lib/flink.so and bin/ (build/release)")
    parser.add_argument("--flink", help="Flink of the cluster (the cluster's own default)")
    parser.add_argument("--runs", type=int, default=5, help="of each way (5)")
    parser.add_argument("--ways", default=",".join(DEFAULT_WAYS), help="which, with commas (%(default)s); there are also "
                        + ", ".join(name for name in BY_NAME if name not in DEFAULT_WAYS))  # fmt: skip
    parser.add_argument("--at-once", type=int, default=20, metavar="N", help="so many starts at once (20); 0: none")
    parser.add_argument("--at-once-ways", default="flink-run,per-job,direct", help="which of them (%(default)s)")
    parser.add_argument("--small", action="store_true", help="the single runs in small containers, too")
    parser.add_argument("--bare", action="store_true", help="components, too, find no libraries provided by the administrator")
    parser.add_argument("--no-warm-up", action="store_true", help="no run of each way before those that count")
    parser.add_argument("--timeout", type=int, default=240, metavar="SECONDS", help="of one start (240)")
    parser.add_argument("--json", metavar="FILE", help="write every run, the medians and the goals there")
    given = parser.parse_args()
    for option in ("ways", "at_once_ways"):
        names = [name for name in getattr(given, option).split(",") if name]
        unknown = [name for name in names if name not in BY_NAME]
        if unknown:
            parser.error(f"--{option.replace('_', '-')}: there is no way {unknown[0]}; there are {', '.join(BY_NAME)}")
        setattr(given, option, [BY_NAME[name] for name in names])
    if given.runs < 1 or given.at_once < 0:
        parser.error("--runs is at least 1, --at-once at least 0")
    return given


def say(text):
    print(text, file=sys.stderr, flush=True)


class Bench:
    def __init__(self, given, environment):
        self.given = given
        self.environment = environment
        self.cluster = Cluster(environment)
        self.storage = Storage(self.cluster, environment["hdfs_superuser"])
        self.results = {}
        self.at_once = {}
        self.configuration = SMALL_CONTAINERS if given.small else {}
        self.own = None

    def prepare(self):
        environment = self.environment
        place = environment.directory / "clients"
        place.mkdir()
        place.chmod(0o777)  # the client of the application's user writes its log there
        source, version = environment["flink_conf_dir"], environment["flink_version"]
        configurations = {
            provided: write_configuration(source, version, place / f"conf-{'provided' if provided else 'bare'}", provided)
            for provided in (False, True)
        }
        jar = place / "faults.jar"
        jar.write_bytes((PACKAGES / "faults.jar").read_bytes())
        self.clients = Clients(environment, jar, configurations, place)
        self.own = OwnManager(environment, "bench")
        told = self.own.configuration["plugin_settings"]["flink"]["flink_environment"]
        told.pop("JVM_ARGS", None)
        told["FLINK_CONF_DIR"] = str(configurations[not self.given.bare])
        manager = self.own.start()
        manager.upload(PACKAGES / f"{FAULTS}.tar.gz")
        after = manager.deploy(FAULTS)
        if after["status"] != "DEPLOYED":
            raise EnvironmentFailure(f"{FAULTS} cannot be deployed: {after}")
        self.components = Components(
            environment, manager, FAULTS, "bench", self.own.directory / "opt", configurations[False]
        )

    def begin(self, way, name):
        return self.components.start(name) if way.ours else self.clients.start(way, name, self.configuration)

    def end(self, way, name, start):
        """Nothing of the start is left, whatever became of it."""
        if way.ours:
            self.components.stop(name)
        application = application_of(self.cluster, start)
        if application is None:
            return
        if application["state"] not in ("FINISHED", "FAILED", "KILLED"):
            self.cluster.kill_application(application["id"])
        wait_until("the application ends", lambda: self.cluster.live(start.tag) == [], 60)
        wait_until("its processes end", lambda: containers(application["id"]) == [], 60)

    def known(self, tag):
        return {one["id"] for one in self.cluster.applications(tag)}

    def one_run(self, way, name):
        before = self.storage.bytes_below(self.environment["state_root"].rsplit("/", 1)[0])
        tag_known = self.known("dm-component-" + self.components.manager.component(name, "job")["id"]) if way.ours else set()
        start = self.begin(way, name)
        start.known = tag_known
        run = {}
        try:
            application, accepted, running = until_running(self.cluster, start, self.given.timeout)
            jvms = containers(application["id"])
            start.settle()
            staging = f"/user/{self.environment['application_user']}/.flink/{application['id']}"
            after = self.storage.bytes_below(self.environment["state_root"].rsplit("/", 1)[0])
            run |= {
                "application": application["id"],
                "accepted_seconds": accepted,
                "running_seconds": running,
                "edge_cpu_seconds": start.watch.cpu_seconds,
                "edge_peak_bytes": start.watch.peak_share_bytes,
                "edge_peak_resident_bytes": start.watch.peak_bytes,
                "staged_bytes": self.storage.bytes_below(staging),
                "other_bytes": max(0, after - before),
            }
            run["uploaded_bytes"] = run["staged_bytes"] + run["other_bytes"]
            if way.ours and start.watch.first_seen:
                run["guard_began_seconds"] = start.watch.first_seen - start.began
            for kind in ("jobmanager", "taskmanager"):
                own = [one for one in jvms if one[0] == kind]
                run[f"{kind}_cpu_seconds"] = sum(one[1] for one in own)
                run[f"{kind}_bytes"] = sum(one[2] for one in own)
        except (Failed, AssertionError, OSError) as problem:
            run["problem"] = str(problem)
        finally:
            start.watch.end()
            if getattr(start, "process", None) and start.process.poll() is None:
                start.process.kill()
                start.process.wait()
            self.end(way, name, start)
        return run

    def singles(self):
        usable = []
        for way in self.given.ways:
            result = self.results[way.name] = {"title": way.title, "runs": []}
            try:
                if way.ours:
                    self.components.prepare(way, way.name, self.configuration)
                else:
                    self.clients.command(way, "", {})
                usable.append(way)
            except (NotSupported, AssertionError) as problem:
                result["not_supported"] = str(problem)
                say(f"{way.name}: {problem}")
        # Every way's first run has libraries to bring to HDFS or to the node.
        for number in range(0 if not self.given.no_warm_up else 1, self.given.runs + 1):
            for way in usable:
                run = self.one_run(way, way.name)
                if number == 0:
                    self.results[way.name]["warm_up"] = run
                else:
                    self.results[way.name]["runs"].append(run)
                what = run.get("problem") or (
                    f"ACCEPTED {run['accepted_seconds']:.2f} s, RUNNING {run['running_seconds']:.1f} s, edge"
                    f" {run['edge_cpu_seconds']:.2f} s {run['edge_peak_bytes'] >> 20} MB, containers"
                    f" {run['jobmanager_cpu_seconds']:.1f} + {run['taskmanager_cpu_seconds']:.1f} s,"
                    f" {run['uploaded_bytes'] >> 10} kB")
                say(f"{'warm-up' if number == 0 else f'run {number}'}  {way.name}: {what}")
        for way in usable:
            self.results[way.name]["median"] = report.medians(self.results[way.name]["runs"])
            if way.ours:
                self.components.remove(way.name)
        for result in self.results.values():
            result.setdefault("median", {})

    def many(self, way):
        """All at once: until the last one's tasks run."""
        names = [f"many-{way.name}-{number}" for number in range(self.given.at_once)]
        starts, pending, outcome = [], {}, {}
        if way.ours:
            for name in names:
                self.components.prepare(way, name, SMALL_CONTAINERS)
            specs = {str(self.own.directory / "opt" / "bench" / name / "job" / "guard.json") for name in names}
            watch = Watch(Roots(lambda: [pid for spec in specs for pid in guards(spec)], len(names)), 0.2).start()
            began = time.monotonic()
            for name in names:
                start = self.components.start(name)
                start.watch.end()  # one watch over all of them
                starts.append(start)
        else:
            began = time.monotonic()
            starts = [self.clients.start(way, name, SMALL_CONTAINERS) for name in names]
            for start in starts:
                start.watch.end()
            watch = Watch([start.process.pid for start in starts], 0.2).start()
        pending = dict(zip(names, starts))
        deadline = began + self.given.timeout * 5
        applications = {}
        try:
            while pending:
                for name, start in list(pending.items()):
                    if problem := start.problem():
                        raise Failed(f"{name}: {problem}")
                    if name not in applications and (application := application_of(self.cluster, start)):
                        applications[name] = application["id"]
                    if name in applications and tasks_run(self.cluster.resource_manager, applications[name]):
                        del pending[name]
                if time.monotonic() > deadline:
                    raise Failed(f"{len(pending)} of {len(names)} do not run within the time limit")
                time.sleep(0.3)
            outcome["seconds"] = time.monotonic() - began
        except (Failed, AssertionError, OSError) as problem:
            outcome["problem"] = str(problem)
        finally:
            for start in starts:
                if hasattr(start, "process"):
                    if pending:
                        start.process.kill()
                    start.settle()
            watch.end()
            outcome |= {"running": len(names) - len(pending), "edge_peak_bytes": watch.peak_share_bytes,
                        "edge_peak_resident_bytes": watch.peak_bytes}
            ended = [start.watch.cpu_seconds for start in starts if hasattr(start, "process")]
            outcome["edge_cpu_seconds"] = sum(ended) if ended else watch.cpu_seconds
            for name, start in zip(names, starts):
                self.end(way, name, start)
                if way.ours:
                    self.components.remove(name)
        return outcome

    def all_at_once(self):
        for way in self.given.at_once_ways if self.given.at_once else []:
            try:
                self.at_once[way.name] = self.many(way)
            except (NotSupported, AssertionError, OSError) as problem:
                self.at_once[way.name] = {"problem": str(problem)}
            say(f"{self.given.at_once} at once  {way.name}: {self.at_once[way.name]}")

    def document(self):
        return {
            "flink_version": self.environment["flink_version"],
            "runs": self.given.runs,
            "at_once_count": self.given.at_once,
            "ways": self.results,
            "at_once": self.at_once,
            "goals": report.goals(self.results, self.at_once),
        }


def main():
    given = arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    memory = max(LARGEST_SINGLE_MB, SMALL_MB * given.at_once)
    environment = Environment(given.build, given.flink, ["--memory-mb", str(memory)])
    bench = None
    try:
        say(f"bringing a cluster up in {environment.directory}")
        environment.up()
        bench = Bench(given, environment)
        bench.prepare()
        bench.singles()
        bench.all_at_once()
    except KeyboardInterrupt:
        say("interrupted: everything is taken down")
        return 130
    finally:
        if bench is not None and bench.own is not None:
            bench.own.end()
        environment.down()
    document = bench.document()
    if given.json:
        Path(given.json).write_text(json.dumps(document, indent=2) + "\n")
    print("\n".join(report.lines(document)))
    failed = any("problem" in run for result in document["ways"].values() for run in result["runs"])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
