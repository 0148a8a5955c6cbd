"""Metrics of a job that runs in YARN: what a real carbon has stored of them, before and after restarts, and what the
Deployment Manager keeps and tells.

SPDX-License-Identifier: Apache-2.0
"""

import http.server
import json
import threading

from carbon import Carbon
from environment import PACKAGES, wait_until
from own_manager import OwnManager
from scenario import COUNTER, Scenario

# Flink has nothing to tell by the scope of a job in a TaskManager but its changelog, and that since 1.15; from 2.0 on a
# component may not have one, since Flink would delete what it is restored from.
CHANGELOG = {
    "state.changelog.enabled": "true",
    "state.changelog.storage": "filesystem",
}


class DataLogger(http.server.ThreadingHTTPServer):
    """Takes what PNDA's data logger takes."""

    def __init__(self):
        told = self.told = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                told.append((len(body), json.loads(body)))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def metrics(self):
        return {item["metric"]: item["value"] for _, body in list(self.told) for item in body["data"]}


class Metrics(Scenario):
    def setUp(self):
        super().setUp()
        self.carbon = Carbon(self.environment.directory / ("carbon-" + self.id().rsplit("_", 1)[-1]))
        self.addCleanup(self.carbon.stop)
        self.carbon.start()
        self.logger = DataLogger()
        self.addCleanup(self.logger.server_close)
        self.addCleanup(self.logger.shutdown)
        own = OwnManager(
            self.environment,
            "metrics-" + self.id().rsplit("_", 1)[-1],
            graphite_host="127.0.0.1",
            graphite_port=str(self.carbon.line),
            metric_logger_url=f"http://127.0.0.1:{self.logger.server_port}/metrics",
        )
        own.configuration["figures_interval_ms"] = 2000
        self.addCleanup(own.end)
        self.manager = own.start()
        self.manager.upload(PACKAGES / f"{COUNTER}.tar.gz")
        self.assertEqual("DEPLOYED", self.manager.deploy(COUNTER)["status"])

    def series(self, application):
        """By scope, the parts behind the prefix."""
        prefix = f"application.kpi.{application}.stream."
        found = {}
        for name in self.carbon.series():
            if name.startswith(prefix):
                found.setdefault(name[len(prefix):].split(".")[0], set()).add(name)
        return found

    def settled_series(self, application, wanted):
        """When all scopes are there, and nothing has come to them for a while."""
        wait_until(
            f"series of {sorted(wanted)}", lambda: wanted <= set(self.series(application)), 240
        )
        last = [None]

        def settled():
            before, last[0] = last[0], self.carbon.series()
            return before == last[0]

        wait_until("no new series", settled, 180, pause=15)
        return self.series(application)

    def run_stream(self, name, **configuration):
        self.counter(name, stream={"flink_restart_attempts": 10, "flink_configuration": {"metrics.reporter.graphite.interval": "2 SECONDS", **configuration}})
        self.start(name)
        self.application_id = self.await_state(name, "stream", "RUNNING")["application_id"]

    def test_series_of_all_scopes(self):
        name = self.application()
        # Below the application's own home on HDFS, which it may write.
        place = f"{self.environment['namenode_rpc']}/user/{self.environment['application_user']}/{name}-changelog"
        version = tuple(int(part) for part in self.environment["flink_version"].split(".")[:2])
        wanted = {"jm", "jm-job", "tm", "task", "operator"}
        changelog = {}
        if (1, 15) <= version < (2, 0):
            wanted |= {"tm-job"}
            changelog = {**CHANGELOG, "dstl.dfs.base-path": place}
        self.run_stream(name, **changelog)
        found = self.settled_series(name, wanted)
        for scope in wanted:
            self.assertTrue(any(value is not None for value in self.carbon.newest(found[scope]).values()), scope)
    test_series_of_all_scopes.seconds = 200

    def test_no_more_series_after_restarts(self):
        """Of several restarts: the first one may bring what is only told by a job that was restored."""
        name = self.application()
        self.run_stream(name)
        wanted = {"jm", "jm-job", "tm", "task", "operator"}
        first = self.settled_series(name, wanted)
        for round in range(4):
            killed = self.application_id
            self.cluster.kill_application(killed)

            def runs_anew():
                self.application_id = self.await_state(name, "stream", "RUNNING", 240)["application_id"]
                return self.application_id != killed

            wait_until("another application runs", runs_anew, 300)
            if round == 0:
                before = self.settled_series(name, wanted)
        after = self.settled_series(name, wanted)
        grown = {scope: before[scope] - first.get(scope, set()) for scope in before}
        for names in grown.values():
            for one in names:
                self.assertNotRegex(one, "container|application_[0-9]|[0-9a-f]{32}_")
        self.assertEqual({}, {scope: names for scope, names in grown.items() if names}, "of the first restart")
        self.assertEqual(before, after)
    test_no_more_series_after_restarts.seconds = 500

    def test_figures_are_kept_and_told(self):
        """Of two applications, in the data logger's format."""
        name = self.application()
        other = self.application("-other")
        for one in (name, other):
            self.counter(one)
            self.start(one)
            self.await_state(one, "stream", "RUNNING")

        def told(one):
            figures = self.logger.metrics()
            prefix = f"application.kpi.{one}.stream."
            return figures.get(prefix + "records_in", 0) > 0 and figures.get(prefix + "state") == "RUNNING"

        wait_until("the data logger is told", lambda: told(name) and told(other), 120)
        for size, body in self.logger.told:
            self.assertLessEqual(size, 102_400)
            self.assertEqual({"data", "timestamp"}, set(body))

        def kept():
            query = {"component": "stream", "history": "true"}
            one = self.manager.expect(200, "GET", f"/applications/{name}/figures", query=query).json["components"][0]
            return "figures" in one and len(one["history"]["points"]) >= 3 and one

        one = wait_until("a history of figures", kept, 120)
        self.assertGreater(one["figures"]["uptime_ms"], 0)
        self.assertEqual(0, one["figures"]["restarts"])
        self.assertEqual(len(one["history"]["names"]) + 1, len(one["history"]["points"][-1]))
    test_figures_are_kept_and_told.seconds = 120
