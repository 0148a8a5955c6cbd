"""The summary, as the Deployment Manager's other process asks for it.

SPDX-License-Identifier: Apache-2.0
"""
import json

from support import INSTALLED, error, main
from original_test import OriginalTest
from small_host import SmallHost, component

FIELDS = {"aggregate_status", "yarnId", "tracking_url", "trackingUrl", "information", "name", "componentType"}


class SummaryTest(OriginalTest):
    def setUp(self):
        super().setUp()
        self.addCleanup(lambda: [one._session.end(10) for one in self.host.summaries.values()])

    def one(self, application="app"):
        found = self.host.summary(application)
        self.assertEqual(["flink-1"], list(found))
        self.assertLessEqual(FIELDS, set(found["flink-1"]))
        self.assertEqual(found["flink-1"]["tracking_url"], found["flink-1"]["trackingUrl"])
        return found["flink-1"]


class OwnTest(SummaryTest):
    def setUp(self):
        super().setUp()
        self.host.create("own", {"first": component("first"), "second": component("second")})
        self.host.create("app", {"main": component("main")})

    def scripted(self, **entry):
        self.write("component-main", entry)
        return self.one()

    def test_numbers_are_in_the_order_of_the_elements(self):
        found = self.host.summary("own")
        self.assertEqual([("flink-1", "own-first-job"), ("flink-2", "own-second-job")],
                         [(key, one["name"]) for key, one in found.items()])
        request = self.calls("status")[0][1]
        self.assertTrue(request["detail"])
        self.assertEqual(2, len(request["components"]), "all of them in one call")

    def test_what_runs_has_its_job(self):
        self.host.start("app")
        one = self.one()
        self.assertEqual(("RUNNING", "application_1_0001", "http://rm/proxy/#/jobs/abc", "app-main-job", "Flink"),
                         tuple(one[name] for name in ("aggregate_status", "yarnId", "tracking_url", "name", "componentType")))
        self.assertEqual({"state": "OK", "flinkJid": "abc", "vertices": [{"name": "Source", "status": "RUNNING"}]},
                         one["information"])

    def test_what_has_ended_has_the_page_of_the_history_server(self):
        one = self.scripted(summary="FINISHED_SUCCEEDED", tracking_url="", history_url="http://history/#/jobs/abc", reason="done")
        self.assertEqual(("http://history/#/jobs/abc", "done"), (one["trackingUrl"], one["information"]))

    def test_trouble_is_an_error_with_its_reason(self):
        one = self.scripted(summary="RUNNING_WITH_ERRORS", job_id="abc", reason="restarted 3 times")
        self.assertEqual({"state": "ERROR", "flinkJid": "abc", "reason": "restarted 3 times"}, one["information"])

    def test_words_are_of_the_closed_list(self):
        words = ("CREATED SUBMITTED ACCEPTED STARTING RUNNING RUNNING_WITH_ERRORS SUSPENDED KILLED FINISHED_SUCCEEDED FAILED "
                 "NOT_FOUND")
        for word in words.split():
            self.assertEqual(word, self.scripted(summary=word)["aggregate_status"])
        for word in ("PAUSED", "", None, 7):
            self.assertEqual("NOT_FOUND", self.scripted(summary=word)["aggregate_status"])

    def test_a_plugin_that_fails_is_shown_and_stops_nobody(self):
        self.write("status", error(14, "HDFS is away"))
        self.assertEqual(("NOT_FOUND", "HDFS is away"), (self.one()["aggregate_status"], self.one()["information"]))
        self.environment["flink_plugin"] = {"library": "/nowhere/flink.so"}
        self.assertIn("there is no plugin library", self.one()["information"])


class OfOriginalTest(SummaryTest):
    def jobs(self, number, jobs, job=None):
        proxy = "/proxy/application_1_%04d/jobs" % number
        self.yarn.answers[proxy] = jobs
        self.yarn.answers[proxy + "/abc"] = job or {"jid": "abc", "vertices": [{"name": "Source", "status": "RUNNING"}]}

    def word(self):
        return self.one()["aggregate_status"]

    def test_what_waits(self):
        for state, word in (("NEW", "SUBMITTED"), ("NEW_SAVING", "SUBMITTED"), ("SUBMITTED",) * 2, ("ACCEPTED",) * 2):
            self.application(1, state)
            self.assertEqual(word, self.word())

    def test_what_runs(self):
        self.application(1)
        today = {"jobs": [{"id": "old", "status": "FINISHED"}, {"id": "abc", "status": "RUNNING"}]}
        for jobs in ({"jobs-running": ["abc"]}, today):
            self.jobs(1, jobs)
            one = self.one()
            self.assertEqual(("RUNNING", "http://rm/proxy/application_1_0001/#/jobs/abc", "app-main-job", "Flink"),
                             tuple(one[name] for name in ("aggregate_status", "tracking_url", "name", "componentType")))
            self.assertEqual({"state": "OK", "flinkJid": "abc", "vertices": [{"name": "Source", "status": "RUNNING"}]},
                             one["information"])

    def test_without_a_job(self):
        self.application(1)
        self.jobs(1, {"jobs": []})
        self.assertEqual(("RUNNING", {"state": "OK", "flinkJid": ""}), (self.word(), self.one()["information"]))

    def test_a_job_in_trouble(self):
        self.application(1)
        self.jobs(1, {"jobs-running": ["abc"]}, {"jid": "abc", "vertices": [{"name": "a", "status": "FAILED"}]})
        self.assertEqual(("RUNNING_WITH_ERRORS", "ERROR"), (self.word(), self.one()["information"]["state"]))

    def test_a_job_that_cannot_be_asked(self):
        self.application(1)
        self.assertEqual("RUNNING", self.word(), "YARN says so")
        self.assertIn("cannot be told", self.one()["information"]["reason"])

    def test_what_has_ended(self):
        self.environment["flink_history_server"] = "history:8082"
        for state, final, word in (("FINISHED", "SUCCEEDED", "FINISHED_SUCCEEDED"), ("FINISHED", "FAILED", "FINISHED_FAILED"),
                                   ("FINISHED", "KILLED", "FINISHED_KILLED"), ("FINISHED", "UNDEFINED", "NOT_FOUND"),
                                   ("FAILED", "FAILED", "FAILED"), ("KILLED", "KILLED", "KILLED")):
            self.application(1, state, finalStatus=final, diagnostics="it was so Details : and more")
            one = self.one()
            self.assertEqual((word, "it was so", "http://history:8082/#/completed-jobs"),
                             (one["aggregate_status"], one["information"], one["tracking_url"]))

    def test_none(self):
        self.assertEqual("NOT_FOUND", self.word())
        self.host.status["app"] = "CREATED"
        self.assertEqual("CREATED", self.word())
        self.assertIn("destroy and create it again", self.one()["information"])

    def test_two_that_live(self):
        self.application(1)
        self.application(2)
        self.jobs(2, {"jobs": []})
        self.assertEqual(("RUNNING_WITH_ERRORS", "2 applications of this name live"),
                         (self.word(), self.one()["information"]["reason"]))

    def test_silence(self):
        self.yarn.answers["/ws/v1/cluster/info"] = 503
        self.assertEqual("NOT_FOUND", self.word())
        self.assertIn("it cannot be told: no ResourceManager is active", self.one()["information"])

    def test_beside_one_of_ours(self):
        host = SmallHost(INSTALLED, self.environment, self.place / "stage2")
        self.addCleanup(lambda: [one._session.end(10) for one in list(host.creators.values()) + list(host.summaries.values())])
        own = host.create("app", {"other": component("other")})
        host.applications["app"] = json.dumps([self.element] + own)
        host.status["app"] = "STARTED"
        self.application(1)
        self.assertEqual([("flink-1", "RUNNING"), ("flink-2", "CREATED")],
                         [(key, one["aggregate_status"]) for key, one in host.summary("app").items()])


del OriginalTest, SummaryTest  # or their tests would run here as well

if __name__ == "__main__":
    main()
