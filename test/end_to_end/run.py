#!/usr/bin/env python3
"""The end-to-end tests: the Deployment Manager on a real cluster, which this brings up and takes down.

Tests that need the same kind of cluster share one. On it, those that disturb nobody run several at once; those that end
daemons run alone afterwards.

SPDX-License-Identifier: Apache-2.0
"""

import argparse
import concurrent.futures
import fnmatch
import signal
import sys
import threading
import time
import unittest
from pathlib import Path

from cluster import Cluster
from environment import PACKAGES, ROOT, Environment, EnvironmentFailure, python_interpreter
from manager import Manager
from scenario import COUNTER, FAULTS, PYTHON, Scenario

HERE = Path(__file__).resolve().parent


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pattern", nargs="*", help="names of tests, * for anything; all by default")
    parser.add_argument("--build", default=str(ROOT / "build" / "release"), help="lib/flink.so and bin/ (build/release)")
    parser.add_argument("--jobs", type=int, default=4, help="tests at once (4)")
    parser.add_argument("--flink", help="Flink of the cluster (the cluster's own default)")
    parser.add_argument("--list", action="store_true", help="print the names of the tests and end")
    return parser.parse_args()


def all_tests(suite):
    for entry in suite:
        if isinstance(entry, unittest.TestSuite):
            yield from all_tests(entry)
        else:
            yield entry


class Unfit(Exception):
    """What was asked for is not what would run."""


def chosen(patterns, folder=HERE):
    """The tests whose names match a pattern, all by default. Throws Unfit for a pattern that matches none, and for a
    file that cannot be loaded: a run without those tests would pass and say nothing."""
    loader = unittest.TestLoader()
    tests = list(all_tests(loader.discover(str(folder), "test_*.py", str(folder))))
    if loader.errors:
        raise Unfit("\n".join(loader.errors))
    if not tests:
        raise Unfit(f"there are no tests in {folder}")
    if not patterns:
        return tests
    matched = {pattern: [test for test in tests if fnmatch.fnmatch(test.id(), f"*{pattern}*")] for pattern in patterns}
    unmatched = [pattern for pattern, found in matched.items() if not found]
    if unmatched:
        raise Unfit(f"no test matches {', '.join(unmatched)}; --list prints all names")
    wanted = {test.id() for found in matched.values() for test in found}
    return [test for test in tests if test.id() in wanted]


class Runner:
    """Runs tests, prints a line for each, keeps what failed."""

    def __init__(self):
        self.environment = None
        self.passed = 0
        self.failed = []
        self.lock = threading.Lock()

    def run(self, test):
        began = time.monotonic()
        result = unittest.TestResult()
        test.run(result)
        problems = [text for _, text in result.failures + result.errors]
        # No silent skips: a test that cannot run here has failed.
        problems += [f"skipped: {why}" for _, why in result.skipped]
        with self.lock:
            word = "FAILED" if problems else "passed"
            print(f"{word}  {time.monotonic() - began:6.1f} s  {test.id()}", flush=True)
            if not problems:
                self.passed += 1
                return
            self.failed.append(test.id())
            print("\n".join(problems))
            managers = [one for one in self.environment.log_tails() if one[0].endswith("manager.log")]
            for file, lines in [*managers, *getattr(test, "logs", [])]:
                print(f"--- the end of {file}")
                print("\n".join(lines), flush=True)

    def run_all(self, tests, jobs):
        quiet = [test for test in tests if not test.disturbs]
        disturbing = [test for test in tests if test.disturbs]
        # The slowest first, so that none of them is left alone at the end.
        quiet.sort(key=lambda test: -getattr(getattr(test, test._testMethodName), "seconds", 0))
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            try:
                for future in [pool.submit(self.run, test) for test in quiet]:
                    future.result()
            except KeyboardInterrupt:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        for test in disturbing:
            self.run(test)


def prepare(environment, tests):
    manager = Manager(environment["dm"], environment["application_user"])
    packages = [COUNTER, "counter-1.1.0", FAULTS]
    if needs_python(tests):
        packages.append(PYTHON)
    for package in packages:
        manager.upload(PACKAGES / f"{package}.tar.gz")
        if package in manager.get("/packages").json:
            continue
        after = manager.deploy(package)
        if after["status"] != "DEPLOYED":
            raise EnvironmentFailure(f"{package} cannot be deployed: {after}")
    Scenario.environment = environment
    Scenario.manager = manager
    Scenario.cluster = Cluster(environment)


def needs_python(tests):
    return any("--python" in test.options for test in tests)


def kinds_of_cluster(tests):
    """Pairs of demo.sh's options and the tests for that cluster. Python disturbs nobody: one cluster for both."""
    kinds = {}
    for test in tests:
        options = tuple(option for option in test.options if option != "--python")
        kinds.setdefault(options, []).append(test)
    return sorted(kinds.items())


def run_on_cluster(runner, given, options, tests):
    """Brings one cluster up, runs its tests, and takes it down, whatever happens."""
    began = time.monotonic()
    if needs_python(tests):
        options = [*options, "--python", python_interpreter(given.flink)]
    environment = Environment(given.build, given.flink, options)
    runner.environment = environment
    try:
        what = " ".join(["cluster", *options, "and Deployment Manager in", str(environment.directory)])
        print(f"bringing up {what}", flush=True)
        environment.up()
        prepare(environment, tests)
        print(f"up after {time.monotonic() - began:.0f} s; {len(tests)} tests", flush=True)
        runner.run_all(tests, given.jobs)
    finally:
        environment.down()


def main():
    given = arguments()
    try:
        tests = chosen(given.pattern)
    except Unfit as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 2
    if given.list:
        print("\n".join(test.id() for test in tests))
        return 0
    # A SIGTERM takes everything down, like ^C: the one exception that unittest does not take for a failed test.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    began = time.monotonic()
    runner = Runner()
    try:
        for options, of_kind in kinds_of_cluster(tests):
            try:
                run_on_cluster(runner, given, options, of_kind)
            except (EnvironmentFailure, AssertionError, OSError) as problem:
                print(f"error: {problem}", flush=True)
                runner.failed.append(" ".join(["environment", *options]))
    except KeyboardInterrupt:
        print("interrupted: everything is taken down", flush=True)
        runner.failed.append("interrupted")
    print(f"{time.monotonic() - began:.0f} s in all")
    for name in runner.failed:
        print(f"failed: {name}")
    print(f"{runner.passed} passed, {len(runner.failed)} failed", flush=True)
    return 1 if runner.failed else 0


if __name__ == "__main__":
    sys.exit(main())
