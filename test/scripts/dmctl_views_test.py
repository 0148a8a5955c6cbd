#!/usr/bin/env python3
"""What dmctl shows: tables that are not cut, figures, incidents and explanations.

Environment: DM_PROGRAM, the Deployment Manager; DMCTL_PROGRAM, its client; DM_FLINK_PLUGIN, the scriptable plugin for components
of type flink.

SPDX-License-Identifier: Apache-2.0
"""

import json
import re

from dmctl_client import DONE, FAILED, USAGE, UNREACHABLE, NOT_FOUND, CONFLICT, package, ClientTest
from pseudo_terminal import columns
from support import main


class Columns(ClientTest):
    """At 80 columns what an operator pastes into the next command is whole, on one line."""

    def test_nothing_that_is_pasted_is_cut(self):
        application, job, operation = "application_1795438290778_00042", "7" * 32, "0123456789abcdef" * 2
        path = "hdfs:///pnda/flink/state/production/counting/stream/savepoints/dmctl-20261127-172509-0a1b2c3d/savepoint-79027c-0a1b2c3d4e5f"
        source, name = "12.container_1795438290778_00042_01_000002.taskmanager.log.1", "counting-the-clicks-of-all-shops"
        point = "dmctl-20261127-172509-0a1b2c3d"
        reason = "java.lang.IllegalStateException: a long tale of what went wrong and why"
        at = "2026-11-27T17:25:09.123Z"
        component = {"type": "flink", "component": "stream-of-clicks", "state": "BACKOFF", "confidence": "confirmed", "since": at,
                     "application_id": application, "reason": reason, "job_id": job, "tracking_url": f"http://node:8088/proxy/{application}/",
                     "incarnations": [{"epoch": 12, "application_id": application, "started_at": at, "ended_at": at,
                                       "outcome": "failed", "cause": reason, "restore_point": path}]}
        self.play({
            "GET /applications": {name: {"status": "STARTED", "package_name": "counter-of-clicks-1.0.0", "user": "somebody", "information": reason}},
            f"GET /applications/{name}/status": {"status": "STARTED", "information": reason},
            f"GET /applications/{name}/detail": {"name": name, "status": "STARTED", "components": [component]},
            f"GET /applications/{name}/logs": {"application": name, "components": [{"type": "flink", "component": "stream-of-clicks", "sources": [
                {"id": source, "kind": "taskmanager", "state": "ended", "epoch": 12, "size_bytes": 123456, "modified_at": at,
                 "host": "node-17.cluster.example.com", "reason": reason}]}]},
            f"GET /applications/{name}/savepoints": {"savepoints": [
                {"id": point, "component": "stream-of-clicks", "kind": "savepoint", "state": "COMPLETED", "operation": "trigger", "epoch": 12,
                 "size_bytes": 123456, "duration_ms": 1234, "completed_at": at, "pinned": True, "pin_reason": reason}]},
            f"GET /applications/{name}/savepoints/{point}": {"id": point, "path": path, "state": "COMPLETED"},
            f"GET /applications/{name}/incidents": {"components": [{"component": "stream-of-clicks", "incidents": [
                {"id": "12-5f0c1a2b", "at": at, "count": 1, "epoch": 12, "class": "java.lang.IllegalStateException", "source": "jobmanager",
                 "message": reason}]}]},
            "GET /operations": {"operations": [{"id": operation, "verb": "upgrade", "object": name, "status": "SUCCEEDED", "user": "somebody",
                                                "accepted_at": at, "information": reason}]},
            "GET /packages": {"counter-of-clicks-1.0.0": {"status": "DEPLOYED", "user": "somebody", "information": reason}},
            "GET /repository/packages": [{"name": "counter-of-clicks", "latest_versions": [
                {"version": "1.0.0+20261127", "file": "counter-of-clicks-1.0.0+20261127.tar.gz", "sha256": "a" * 64}]}],
            "GET /packages/p/contents": {"files": [{"path": "flink/stream/lib/" + "a" * 70 + ".jar", "size": 5, "mode": "644", "sha256": "b" * 64}]},
        })
        for words, pasted in ((("list", "applications"), [name, "counter-of-clicks-1.0.0", "STARTED"]),
                              (("status", name), [application]), (("show", "application", name), [application, job, path]),
                              (("list", "logs", name), [source, "node-17.cluster.example.com"]),
                              (("list", "savepoints", name), [point, "stream-of-clicks"]),
                              (("show", "savepoint", name, point), [point, path]),
                              (("incidents", name), ["12-5f0c1a2b", "stream-of-clicks"]),
                              (("list", "operations"), [operation, name]), (("list", "packages"), ["counter-of-clicks-1.0.0"]),
                              (("list", "repository"), ["counter-of-clicks-1.0.0+20261127.tar.gz"]),
                              (("contents", "p"), ["flink/stream/lib/" + "a" * 70 + ".jar"])):
            for width in (80, 40):
                with self.subTest(words=words, width=width):
                    shown = self.terminal(*words, width=width, environment={"NO_COLOR": "1"})
                    self.assertEqual(DONE, shown.ended(), shown.text)
                    text = shown.shown.decode().replace("\r", "")
                    for one in pasted:
                        self.assertRegex(text, rf"(?m)(^|\s){re.escape(one)}(\s|$)")
                    for line in text.splitlines():  # longer than the terminal is only one long word, of a fact behind its name
                        if columns(line) > width:
                            self.assertRegex(line, r"^(.{16}| *)\S+$", text)

    def test_the_queue_and_what_the_policy_answered_are_told(self):
        policies = {"a": {"requested": "prod", "answer": "queue", "queue": "root.prod"}, "b": {"answer": "no_map", "text": "no map here"}}
        runs = {name: [{"epoch": 3, "queue_policy": policy}, {"epoch": 2, "queue_policy": {"answer": "no_rule"}}] for name, policy in policies.items()}
        self.play({f"GET /applications/{name}/detail": {"name": name, "status": "STARTED", "components": [
            {"type": "flink", "component": "stream", "state": "RUNNING", "queue": "root.prod", "incarnations": runs[name]}]} for name in policies})
        told = {name: re.sub(" +", " ", self.dmctl("show", "application", name).out) for name in policies}
        self.assertIn("queue root.prod\n", told["a"])
        self.assertIn("queue policy it names the queue; prod was asked for\n", told["a"])
        self.assertIn("queue policy it has no map; no queue was asked for: no map here\n", told["b"])

    def test_errors_name_options_and_commands(self):
        self.play({
            "POST /applications/a/savepoints": (400, {"information": "Invalid body", "details": [
                {"path": "$.directory", "found": "x", "allowed": "an absolute path"}]}),
            "GET /operations": (400, {"information": "Invalid query", "details": [{"path": "user", "found": "?", "allowed": "a name"}]}),
            "POST /applications/a/start": (409, {"information": "it is started already: stop it first (POST /applications/a/stop)"}),
        })
        self.assertIn("--directory", self.dmctl("trigger", "a", "--directory", "x", code=USAGE).err)
        self.assertIn("--by", self.dmctl("list", "operations", "--by", "?", code=USAGE).err)
        told = self.dmctl("start", "a", code=CONFLICT).err
        self.assertIn("stop it first (dmctl stop a)", told)
        self.assertNotIn("POST", told)

    def test_a_name_that_would_be_refused_is_not_sent(self):
        server = self.play({})
        for name in ("counter.tar.gz", "counter-1.0.tar.gz", "counter-1.0.0.zip"):
            (self.place / name).write_bytes(b"x")
        package(self.place / "counter-1.0.0.tar.gz")
        told = self.dmctl("upload", "counter-1.0.0.tar.gz", "counter.tar.gz", "counter-1.0.0.zip", code=USAGE).err
        for name in ("counter.tar.gz", "counter-1.0.0.zip", "allowed: <package>.tar.gz"):
            self.assertIn(name, told)
        self.assertNotIn("counter-1.0.0.tar.gz", told)
        self.assertEqual([], server.heard)


class Diagnosis(ClientTest):
    def test_incidents_explain_and_figures(self):
        incident = {"id": "7-0a1b2c3d", "at": "2026-11-23T12:51:07.442Z", "last_at": "2026-11-23T12:59:07.442Z", "count": 3,
                    "epoch": 7, "class": "java.lang.OutOfMemoryError", "source": "taskmanager", "message": "heap \x1b[2J",
                    "size_bytes": 1000, "kept": True}
        whole = {"application": "a", "type": "flink", "component": "stream", **incident,
                 "document": {"diagnostics": "line\nother", "exceptions": [{"name": "x", "stack": "a\n\tat b"}],
                              "logs": [{"source": "jobmanager", "text": "last\nwords"}]}}
        self.play({
            "GET /applications/a/incidents": {"application": "a", "components": [
                {"type": "flink", "component": "stream", "incidents": [incident], "more": False},
                {"type": "flink", "component": "batch", "error": "could not be asked"}]},
            "GET /applications/a/incidents/7-0a1b2c3d": whole,
            "GET /applications/a/explain": {"application": "a", "components": [
                {"type": "flink", "component": "stream", "state": "BACKOFF", "sentences": ["It failed three times."],
                 "facts": [{"source": "yarn", "message": "FAILED", "observed_at": "2026-11-23T12:51:07.442Z"}],
                 "rules": ["INV-4"]}]},
            "GET /applications/a/figures": {"application": "a", "components": [
                {"type": "flink", "component": "stream", "observed_at": "2026-11-23T12:51:07.442Z",
                 "figures": {"uptime_ms": 185000, "records_in_per_second": 4500000.5, "checkpoint_bytes": 1200000},
                 "history": {"interval_ms": 30000, "names": ["uptime_ms"], "points": [[1, 2], [2, None], [3, 9]]}}]},
        })
        told = self.dmctl("incidents", "a")
        self.assertRegex(told.out, r"7-0a1b2c3d +stream +2026-11-23 12:51:07 +3 +7 +java.lang.OutOfMemoryError")
        self.assertIn("batch: could not be asked", told.err)
        self.told("incidents", "incidents", "a")
        self.told("incidents", "list", "incidents", "a")
        self.assertIn("last\n", self.dmctl("show", "incident", "a", "7-0a1b2c3d").out)
        self.told("incident", "show", "incident", "a", "7-0a1b2c3d")
        explained = self.dmctl("explain", "a").out
        self.assertRegex(explained, r"flink/stream is BACKOFF\n  It failed three times.\n\n  Who said what\n  - yarn: FAILED\n\n  Rules by which the state follows\n  - INV-4")
        self.told("explanation", "explain", "a")
        self.assertRegex(self.dmctl("figures", "a", "--history").out, r"uptime_ms +3 min 5 s +▁ █")
        self.told("figures", "figures", "a")

    def test_doctor(self):
        leftovers = {"plugins": [{"type": "flink", "withheld": [{"kind": "orphans", "because": "YARN does not answer"}], "entries": [
            {"id": "e1", "kind": "staging", "what": "/user/x/.flink/app", "size_bytes": 5000, "why": "its job has ended",
             "breaks": "nothing", "cleanable": True}]}]}
        operation = {"id": "a" * 32, "verb": "clean", "kind": "housekeeping", "object": "all", "status": "SUCCEEDED",
                     "state": "IDLE", "ended_at": "2026-11-23T12:51:07.442Z", "information": "1 entry would go"}
        answers = {
            "GET /healthz": {"status": "ok"}, "GET /readyz": {"status": "ready", "checks": {"registry": "ok"}},
            "GET /plugins": [{"type": "flink", "name": "flink", "version": "1", "open": True, "calls": 0, "stuck": 0,
                              "circuit": "closed"}],
            "GET /housekeeping": leftovers,
            "GET /operations/" + "a" * 32: operation,
            "POST /housekeeping": lambda _, client: client.say(202, b"", f"Location: /operations/{'a' * 32}\r\n"),
            "GET /whoami": {"user": "ada", "by": None, "proof": "peer_credentials", "roles": ["read", "deploy"], "account": True},
        }
        server = self.play(answers)
        told = self.dmctl("doctor", "--kind", "staging", "--kind", "logs", "--older-than", "3").out
        self.assertRegex(told, r"e1 +staging +5\.0 kB +/user/x/.flink/app +its job has ended +nothing")
        self.assertIn("orphans was not looked at: YARN does not answer", told)
        self.assertIn({"kinds": "staging,logs", "older_than_days": "3"}, [query for *_, query, _ in server.heard])
        self.told("examination", "doctor")
        cleaned = self.dmctl("doctor", "--clean").out
        self.assertIn("1 entry would go", cleaned)
        # The operation's object is the namespace: its state is nothing that was asked for.
        self.assertNotIn("IDLE", cleaned)
        self.assertRegex(cleaned, r"housekeeping, dry run.*: SUCCEEDED")
        self.assertEqual({"all": True, "dry_run": True}, json.loads([b for m, *_, b in server.heard if m == "POST"][-1]))
        # One that is not among the findings is an error before anything is removed.
        asked = len([b for m, *_, b in server.heard if m == "POST"])
        unsure = self.dmctl("doctor", "--clean", "--yes", "--entry", "e1", "--entry", "nosuch", code=UNREACHABLE).err
        self.assertIn("nosuch is not among the findings, and not everything could be looked at", unsure)
        leftovers["plugins"][0]["withheld"] = []
        self.assertIn("nosuch is not among the findings; nothing was removed",
                      self.dmctl("doctor", "--clean", "--entry", "nosuch", code=NOT_FOUND).err)
        self.assertEqual(asked, len([b for m, *_, b in server.heard if m == "POST"]))
        leftovers["plugins"][0]["entries"].append({"id": "e2", "kind": "staging", "what": "/user/x/.flink/b", "cleanable": True})
        self.told("operation", "doctor", "--clean", "--yes", "--entry", "e1", "--entry", "e2", "--older-than", "3")
        self.assertEqual({"entries": ["e1", "e2"], "older_than_days": 3, "dry_run": False}, json.loads([b for m, *_, b in server.heard if m == "POST"][-1]))
        self.dmctl("doctor", "--yes", code=USAGE)
        self.assertRegex(self.dmctl("whoami").out, r"user +ada\nknown by +peer_credentials\nmay +read, deploy")
        self.told("who", "whoami")
        # What could not be looked at is not called none, nor in order.
        answers["GET /housekeeping"] = {"plugins": [{"type": "flink", "error": {"code": "UNAVAILABLE", "message": "YARN is away"}}]}
        unknown = self.dmctl("doctor", code=FAILED).out
        self.assertIn("could not be asked", unknown)
        self.assertNotIn("none", unknown)
        answers["GET /housekeeping"] = {"plugins": [{"type": "flink", "entries": [], "withheld": [], "more": ["staging"]}]}
        found = self.dmctl("doctor").out
        self.assertIn("none", found)
        self.assertIn("there are more of staging than are told at once", found)
        answers["GET /housekeeping"] = (403, {"information": "administrators only"})
        self.assertIn("administrators only", self.dmctl("doctor").out)
        answers["GET /readyz"] = (503, {"status": "not ready", "checks": {"registry": "it is gone"}})
        self.assertIn("it is gone", self.dmctl("doctor", code=FAILED).out)


if __name__ == "__main__":
    main()
