"""A Deployment Manager for the tests of its page: packages, applications, and what the scriptable plugin says of them.

SPDX-License-Identifier: Apache-2.0
"""

import io
import json
import re
import sys
import tarfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

from manager_program import TRUSTING, USER, ManagerProgram  # noqa: E402

HOSTILE = '<img src=x onerror="document.title=\'taken\'"><script>document.title="taken"</script>'


def ago(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() - seconds))


def package(file, components=("stream", "batch"), **properties):
    """<name>-<version>.tar.gz with these components; properties of all of them."""
    name = file.name.removesuffix(".tar.gz")
    with tarfile.open(file, "w:gz") as archive:
        for component in components:
            own = {**properties, **({"flink_job_type": "batch"} if component.startswith("batch") else {})}
            text = json.dumps(own).encode()
            member = tarfile.TarInfo(f"{name}/flink/{component}/properties.json")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text))
    return file


def manager(test, listen=None, **more):
    environment = {"namespace": "demo", "yarn_resource_manager_host": "rm.example", "yarn_resource_manager_port": 8088}
    program = ManagerProgram(test.place / "manager", listen or TRUSTING, **{"environment": environment, "metrics_interval_ms": 500,
                                                                          "status_cache_ms": 200, **more})
    test.addCleanup(program.stop)
    return program.start()


def deployed(program, *names, **properties):
    for name in names:
        file = package(program.place / f"{name}.tar.gz", **properties)
        program.expect(201, "PUT", f"/repository/packages/{file.name}?user.name={USER}", file.read_bytes())
        program.done("PUT", f"/packages/{name}")


def made(program, application, package_name, started=True):
    program.done("PUT", f"/applications/{application}", json.dumps({"package": package_name}))
    if started:
        program.done("POST", f"/applications/{application}/start")


def say_of_component(program, component, **more):
    """What the plugin answers of every component of that name from now on."""
    text = {"component": component, "state": "RUNNING", "summary": "RUNNING", "desired": "RUNNING", "confidence": "confirmed",
            "observed_at": ago(0), "reason": "", "application_id": "application_1700000000000_0042", "job_id": "a" * 32,
            "yarn_state": "RUNNING", "queue": "root.applications.prod", "tracking_url": f"http://rm.example:8088/proxy/application_1700000000000_0042/#/jobs/{'a' * 32}",
            "history_url": f"http://history.example:8082/#/jobs/{'a' * 32}", "since": ago(7200), "job_name": f"{component}-job", **more}
    (program.programs / f"component-{component}.json").write_text(json.dumps(text))


def runs():
    """Incarnations as a plugin tells them, the newest first."""
    return [
        {"epoch": 3, "application_id": "application_1700000000000_0042", "job_id": "a" * 32, "started_at": ago(7200), "restore_point": "hdfs:///state/sp-2",
         "queue_policy": {"requested": "prod", "answer": "queue", "queue": "root.applications.prod"}},
        {"epoch": 2, "application_id": "application_1700000000000_0041", "job_id": "b" * 32, "started_at": ago(60000), "ended_at": ago(7300),
         "outcome": "failed", "cause": "java.lang.IllegalStateException: a record without a key"},
        {"epoch": 1, "application_id": "application_1700000000000_0040", "job_id": "c" * 32, "started_at": ago(90000), "ended_at": ago(61000), "outcome": "stopped"},
    ]


# Answers of routes that need a real job behind them, in the shapes of the contract.


def logs(application):
    return {"application": application, "components": [
        {"type": "flink", "component": "stream", "sources": [
            {"id": "3.jobmanager.log", "kind": "jobmanager", "epoch": 3, "application_id": "application_1700000000000_0042",
             "file": "jobmanager.log", "host": "node-1", "size_bytes": 52000, "state": "living"},
            {"id": "2.guard", "kind": "guard", "epoch": 2, "state": "ended"},
            {"id": "1.taskmanager.log", "kind": "taskmanager", "epoch": 1, "state": "unavailable", "reason": "the node is gone"}], "missing": ["node-2 does not answer"]},
        {"type": "flink", "component": "batch", "error": {"message": "the plugin does not answer"}}]}


def piece(text, **more):
    return {"source": "3.jobmanager.log", "text": text, "offset": 0, "next_offset": len(text), "size_bytes": 52000, "truncated": True,
            "ended": False, "state": "living", **more}


def incidents(application):
    return {"application": application, "components": [{"type": "flink", "component": "stream", "more": False, "incidents": [
        {"id": "2-5f0c1a2b", "at": ago(7300), "epoch": 2, "application_id": "application_1700000000000_0041", "job_id": "b" * 32,
         "class": "java.lang.IllegalStateException", "source": "jobmanager", "message": f"a record without a key {HOSTILE}",
         "frame": "com.example.Counter.processElement(Counter.java:42)", "size_bytes": 81234, "kept": True, "count": 1}]}]}


def incident(application):
    entry = incidents(application)["components"][0]["incidents"][0]
    return {"application": application, "type": "flink", "component": "stream", **entry, "document": {
        "diagnostics": "Application was failed by its JobManager", "exceptions": [{"at": ago(7300), "task": "Counter (1/2)", "text": "java.lang.IllegalStateException\n\tat com.example.Counter"}],
        "checkpoints": {"completed": 412, "failed": 0}, "vertices": [{"name": "Source", "back_pressured_permille": 12}],
        "logs": [{"source": "jobmanager", "text": "INFO switched to FAILED"}]}}


def explain(application):
    return {"application": application, "components": [{"type": "flink", "component": "stream", "state": "RUNNING",
            "sentences": ["It is wanted: ada started it.", "YARN says that its application runs.", "Flink says that all 4 tasks of its job run."],
            "facts": [{"source": "resourcemanager", "observed_at": ago(2), "message": "application_1700000000000_0042 is RUNNING"}], "rules": ["INV-10: silence is no proof"]},
            {"type": "flink", "component": "batch", "error": {"message": "it cannot be told"}}]}


def figures(application):
    names = ["checkpoint_duration_ms", "records_in_per_second", "busy_max_permille", "checkpoint_bytes"]
    begin = int(time.time() * 1000) - 3600_000
    points = [[begin + 30_000 * at, 300 + at % 7 * 20, None if 40 < at < 50 else 1000 + at * 3, at % 100 * 9, 1 << 20] for at in range(120)]
    return {"application": application, "components": [{"type": "flink", "component": "stream", "observed_at": ago(10),
            "figures": {"checkpoint_duration_ms": 340, "records_in_per_second": 1360.5, "busy_max_permille": 171, "checkpoint_bytes": 1048576, "restarts": 1},
            "history": {"interval_ms": 30_000, "names": names, "points": points}}, {"type": "flink", "component": "batch", "error": {"message": "it does not run"}}]}


def leftovers():
    return {"plugins": [{"type": "flink", "withheld": [{"kind": "staging", "because": "the ResourceManager does not answer"}], "entries": [
        {"id": "flink:archive:1", "kind": "archived_job", "what": "archive of a job that ended long ago", "path": f"/pnda/flink/{HOSTILE}", "size_bytes": 52000,
         "modified_at": ago(9_000_000), "why": "older than 90 days", "breaks": "its page at the history server", "cleanable": True},
        {"id": "flink:zombie:1", "kind": "two_live_applications", "what": "two live applications of one component", "why": "one of them is nobody's", "breaks": "the job", "cleanable": False}]}]}


def events(*all_of_them):
    return "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in all_of_them)


def answers(application):
    """For devtools.Page.answer_instead."""
    def as_json(value):
        return lambda _: (200, "application/json", json.dumps(value))

    base = rf"^GET [^?]*/applications/{application}"
    return [
        (re.compile(rf"{base}/logs/[^?]*\?.*follow=true"), lambda _: (200, "text/event-stream", events(
            ("log", {"text": "first followed line\n", "next_offset": 20, "truncated": False}), ("waiting", {"for": "the next run"}),
            ("source", {"source": "4.jobmanager.log", "epoch": 4}), ("log", {"text": f"line of the next run {HOSTILE}\n", "next_offset": 40, "truncated": False}), ("end", {"source": "4.jobmanager.log"})))),
        (re.compile(rf"{base}/logs/2\.guard"), as_json(piece("the guard's words\n", ended=True))),
        (re.compile(rf"{base}/logs/[^?]*\?.*offset="), as_json(piece("another piece\n", ended=True))),
        (re.compile(rf"{base}/logs/"), as_json(piece("".join(f"2026-11-27 line {at} {HOSTILE if at == 7 else ''}\n" for at in range(120))))),
        (re.compile(rf"{base}/logs"), as_json(logs(application))),
        (re.compile(rf"{base}/incidents/"), as_json(incident(application))),
        (re.compile(rf"{base}/incidents"), as_json(incidents(application))),
        (re.compile(rf"{base}/explain"), as_json(explain(application))),
        (re.compile(rf"{base}/figures"), as_json(figures(application))),
        (re.compile(r"^GET [^?]*/housekeeping"), as_json(leftovers())),
        (re.compile(r"^POST [^?]*/housekeeping"), as_json({"plugins": []})),
    ]
