"""Operations on one application that are asked for in the same moment: one is carried out, the others are told of it.

SPDX-License-Identifier: Apache-2.0
"""

import collections
import threading

from environment import wait_until
from own_scenario import RUNS
from scenario import FAULTS
from savepoint_scenario import SavepointScenario

MANY = 8


class Rivals(SavepointScenario):
    def at_once(self, *calls):
        """Answers of functions that are called in one moment, in their order."""
        ready = threading.Barrier(len(calls))
        answers = [None] * len(calls)

        def one(number, call):
            ready.wait()
            answers[number] = call()

        threads = [threading.Thread(target=one, args=numbered) for numbered in enumerate(calls)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers

    def asks(self, method, path, body=None):
        return lambda: self.manager.ask(method, path, body)

    def one_wins(self, answers, verb):
        """One of them is accepted and succeeds; the others are refused and name it while it is under way."""
        codes = collections.Counter(answer.code for answer in answers)
        self.assertEqual(1, codes[202], answers)
        self.assertLessEqual(set(codes), {202, 404, 409}, answers)
        (winner,) = [answer.headers["Location"] for answer in answers if answer.code == 202]
        for answer in answers:
            if answer.code == 409 and "under_way" in answer.json:
                self.assertEqual(winner, f"/operations/{answer.json['under_way']['id']}")
        operation = self.settled(winner)
        self.assertEqual((verb, "SUCCEEDED"), (operation["verb"], operation["status"]), operation)

    def settled(self, location):
        """The operation when it has ended."""

        def look():
            operation = self.manager.expect(200, "GET", location, query={"wait": 30}).json
            self.assertNotIn(operation["status"], ("QUEUED", "RUNNING", "CANCELLING"))
            return operation

        return wait_until(f"{location} ends", look, 400)

    def live(self, tag):
        """Applications of the component that live; never more than one."""
        live = self.cluster.live(tag)
        self.assertLessEqual(len(live), 1, live)
        return live

    def test_the_same_by_many(self):
        name = self.application()
        path = f"/applications/{name}"
        self.one_wins(self.at_once(*[self.asks("PUT", path, {"package": FAULTS, "flink": RUNS})] * MANY), "create")
        tag = self.tag(name, "job")
        self.one_wins(self.at_once(*[self.asks("POST", path + "/start")] * MANY), "start")
        self.await_state(name, "job", "RUNNING", 240)
        self.assertEqual(1, len(self.cluster.applications(tag)))
        self.one_wins(self.at_once(*[self.asks("POST", path + "/stop")] * MANY), "stop")
        self.assertEqual([], self.live(tag))
        points = self.manager.savepoints(name, component="job", kind="savepoint")["savepoints"]
        self.assertEqual(["COMPLETED"], [one["state"] for one in points])
        self.one_wins(self.at_once(*[self.asks("DELETE", path)] * MANY), "destroy")
        self.assertEqual("NOTCREATED", self.manager.status(name)["status"])
        self.assertEqual(1, len(self.cluster.applications(tag)), "nobody has started another one")
    test_the_same_by_many.seconds = 60

    def test_different_ones(self):
        """Whoever comes first: every answer is clear, one job at a time, and record and cluster agree at the end."""
        name = self.application()
        path = f"/applications/{name}"
        self.job(name, "Runs", "--seconds 0")
        tag = self.tag(name, "job")
        self.start(name)
        self.await_state(name, "job", "RUNNING", 240)
        upgrade = {"package": FAULTS, "flink": {"job": {"flink_parallelism": 2}}}
        start, stop, upgraded, destroyed = (
            self.asks("POST", path + "/start"),
            self.asks("POST", path + "/stop"),
            self.asks("POST", path + "/upgrade", upgrade),
            self.asks("DELETE", path),
        )
        rounds = (
            (upgraded, stop),
            (start, stop, upgraded),
            (self.asks("POST", path + "/savepoints", {"operation": "rival"}), stop),
        )
        for number, calls in enumerate(rounds):
            with self.subTest(f"round {number}"):
                answers = self.at_once(*calls)
                self.assertLessEqual({answer.code for answer in answers}, {202, 404, 409}, answers)
                self.assertIn(202, {answer.code for answer in answers}, answers)
                for answer in answers:
                    if answer.code == 202:
                        self.settled(answer.headers["Location"])
                after = self.manager.settled(path, 400)
                self.agrees(name, tag, after["status"])
        answers = self.at_once(stop, destroyed, start)
        self.assertIn(202, {answer.code for answer in answers}, answers)
        after = self.manager.settled(path, 400)
        if after["status"] == "NOTCREATED":
            self.assertEqual([], self.live(tag))
            self.assertFalse(self.cluster.program_file(name, "job").exists())
        else:
            self.agrees(name, tag, after["status"])
    test_different_ones.seconds = 150

    def agrees(self, name, tag, status):
        """The record says what the cluster does."""
        self.assertIn(status, ("CREATED", "STARTED"))
        if status == "STARTED":
            entry = self.await_state(name, "job", "RUNNING", 240)
            self.assertEqual([entry["application_id"]], self.live(tag))
        else:
            self.assertEqual([], self.live(tag))
