"""Callbacks: a receiver that refuses, hangs and breaks off is told everything, in order, under a signature.

SPDX-License-Identifier: Apache-2.0
"""

import collections
import hashlib
import hmac
import itertools
import json

from environment import wait_until
from http_service import CUT, HANG, HttpService, Reply
from own_scenario import RUNS, OwnScenario
from scenario import FAULTS

SECRET = "a secret of thirty-two characters"
NEXT_SECRET = "another secret, since that one leaked"
TROUBLE = (503, CUT, 500, HANG, 429, 400)
PACKAGES_PATH, APPLICATIONS_PATH = "/told/packages", "/told/applications"
LIFE = ["CREATING", "CREATED", "STARTING", "STARTED", "STOPPING", "CREATED", "DESTROYING", "NOTCREATED"]

Delivery = collections.namedtuple("Delivery", "path body entry signature reply")


def signature(secret, body):
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class Receiver(HttpService):
    """behaviour(entry, attempt): a code, CUT or HANG; deliveries: all that came, in order."""

    def __init__(self, behaviour):
        super().__init__(self.receive)
        self.behaviour = behaviour
        self.deliveries = []

    def receive(self, asked):
        document = json.loads(asked.body)
        (entry,) = document["data"]
        attempt = sum(1 for one in self.deliveries if one.body == asked.body and one.path == asked.path)
        reply = self.behaviour(entry, attempt)
        signed = asked.headers.get("X-Signature-256")
        self.deliveries.append(Delivery(asked.path, asked.body, entry, signed, reply))
        return Reply(reply, b"{}") if isinstance(reply, int) else reply

    def taken(self, name):
        """What it has taken of one object, in order."""
        return [one.entry for one in list(self.deliveries) if one.reply == 200 and one.entry["id"] == name]

    def states(self, name):
        return [entry["state"] for entry in self.taken(name)]


class Callbacks(OwnScenario):
    def receiver(self, behaviour):
        receiver = Receiver(behaviour)
        receiver.start()
        self.addCleanup(receiver.stop)
        return receiver

    def told_manager(self, namespace, receiver):
        own = self.own_manager(
            namespace,
            package_callback=f"http://{receiver.address}{PACKAGES_PATH}",
            application_callback=f"http://{receiver.address}{APPLICATIONS_PATH}",
            callback_timeout_ms=3000,
            callback_secret_file="callback-secret",
        )
        self.write_secret(SECRET)
        own.start()

    def write_secret(self, secret):
        file = self.own.directory / "callback-secret"
        file.touch(mode=0o600)
        file.write_text(secret + "\n")

    def await_told(self, receiver, name, states):
        wait_until(
            f"the receiver has taken the states of {name}",
            lambda: len(receiver.states(name)) >= len(states),
            300,
        )
        self.assertEqual(states, receiver.states(name))

    def assert_signed(self, deliveries, secret):
        for one in deliveries:
            self.assertEqual(signature(secret, one.body), one.signature, one)

    def test_callbacks_of_a_whole_life(self):
        """Each message is met with trouble first; one is refused for good, and holds back nothing else."""
        trouble = itertools.cycle(TROUBLE)
        unwanted = ("absent-1.0.0", "DEPLOYING")

        def behaviour(entry, attempt):
            if (entry["id"], entry["state"]) == unwanted:
                return 422
            return 200 if attempt else next(trouble)

        receiver = self.receiver(behaviour)
        self.told_manager("callbacks", receiver)
        self.deploy(FAULTS)
        after = self.manager.deploy("absent-1.0.0")
        self.assertEqual("NOTDEPLOYED", after["status"], after)
        name = self.application()
        self.create(name, FAULTS, RUNS)
        self.start(name)
        self.await_state(name, "job", "RUNNING", 240)
        self.stop(name)
        self.assertEqual("NOTCREATED", self.manager.destroy(name)["status"])
        self.assertEqual("NOTDEPLOYED", self.manager.undeploy(FAULTS)["status"])

        self.await_told(receiver, name, LIFE)
        self.await_told(receiver, FAULTS, ["DEPLOYING", "DEPLOYED", "UNDEPLOYING", "NOTDEPLOYED"])
        self.await_told(receiver, "absent-1.0.0", ["NOTDEPLOYED"])
        (failed,) = receiver.taken("absent-1.0.0")
        self.assertEqual(after["information"], failed["information"])
        refused = [one for one in receiver.deliveries if (one.entry["id"], one.entry["state"]) == unwanted]
        self.assertEqual(3, len(refused), refused)
        self.assertIn("event=callback_dropped receiver=package object=absent-1.0.0", self.log())

        deliveries = list(receiver.deliveries)
        self.assertEqual({200, 422, *TROUBLE}, {one.reply for one in deliveries})
        self.assert_signed(deliveries, SECRET)
        paths = {one.entry["id"]: one.path for one in deliveries}
        self.assertEqual(
            {FAULTS: PACKAGES_PATH, "absent-1.0.0": PACKAGES_PATH, name: APPLICATIONS_PATH}, paths
        )
        for one in deliveries:
            document = json.loads(one.body)
            self.assertEqual({"data", "timestamp"}, set(document))
            self.assertEqual(document["timestamp"], one.entry["timestamp"])
        # Nobody else is told of the secret.
        self.assertNotIn(SECRET, self.log())
        for path in ("/environment/endpoints", "/selftest/all"):
            self.assertNotIn(SECRET, self.manager.expect(200, "GET", path).text)
    test_callbacks_of_a_whole_life.seconds = 90

    def test_callbacks_survive_a_kill(self):
        """The receiver hangs: nothing waits for it. What it was not told it learns from the next process, with the secret
        of then."""
        hangs = True
        receiver = self.receiver(lambda entry, attempt: HANG if hangs else 200)
        self.told_manager("callbacks-killed", receiver)
        self.deploy(FAULTS)
        name = self.application()
        self.create(name, FAULTS, RUNS)
        wait_until("the receiver is told of both", lambda: len({one.path for one in list(receiver.deliveries)}) == 2)
        self.kill()
        self.assertEqual([], receiver.states(name))
        before = list(receiver.deliveries)
        self.assert_signed(before, SECRET)

        hangs = False
        self.write_secret(NEXT_SECRET)
        self.own.start()
        self.await_told(receiver, name, LIFE[:2])
        self.await_told(receiver, FAULTS, ["DEPLOYING", "DEPLOYED"])
        after = receiver.deliveries[len(before):]
        self.assert_signed(after, NEXT_SECRET)
        # The very same bytes, and nothing twice.
        self.assertLessEqual({one.body for one in before}, {one.body for one in after})
        self.assertEqual(4, len(after))
    test_callbacks_survive_a_kill.seconds = 30
