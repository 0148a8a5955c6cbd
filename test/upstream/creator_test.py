"""The creator, by exactly the calls of its contract.

SPDX-License-Identifier: Apache-2.0
"""
import json
import subprocess
import sys
import threading

from support import HERE, INSTALLED, AdapterTest, error, main
from small_host import Refused, SmallHost, component

from exceptiondef import FailedConnection, FailedCreation, FailedValidation
from plugins.flink import FailedDestruction, FailedStart, FailedStop

WRONG = {"status": 3, "reply": {"schema": 1, "error": {
    "code": "INVALID_ARGUMENT", "message": "2 problems",
    "details": [{"path": "$.properties.component_main_jar", "found": "7", "allowed": "a file"},
                {"path": "$.properties.component_flink_queue", "found": "-", "allowed": "a queue"}]}}}
PROBLEMS = "main_jar: found 7, allowed: a file", "flink_queue: found -, allowed: a queue"


class CreatorTest(AdapterTest):
    def setUp(self):
        super().setUp()
        self.host = SmallHost(INSTALLED, self.environment, self.place / "stage")
        self.addCleanup(lambda: [one._session.end(10) for one in self.host.creators.values()])

    def two(self):
        return {"first": component("first", {"main_jar": "a.jar"}), "second": component("second", {"main_jar": "b.jar"})}

    def created(self, application="app", components=None, **more):
        return self.host.create(application, components or self.two(), **more)


class LoadingTest(CreatorTest):
    def test_a_library_that_cannot_be_used_is_a_designed_error_of_every_call(self):
        self.created()
        self.environment["flink_plugin"] = {"library": "/nowhere/flink.so", "settings": {}}
        text = "there is no plugin library /nowhere/flink.so (environment.flink_plugin.library)"
        with self.assertRaisesRegex(FailedCreation, text.replace("(", "\\(").replace(")", "\\)")):
            self.host.deploy(self.two())
        with self.assertRaises(Refused) as caught:
            self.created("other")
        self.assertEqual((500, "first: " + text), (caught.exception.code, caught.exception.text))
        with self.assertRaises(Refused) as caught:
            self.host.detail("app")
        self.assertEqual((503, text), (caught.exception.code, caught.exception.text))
        for failure, verb in ((FailedStart, self.host.start), (FailedStop, self.host.stop), (FailedDestruction, self.host.destroy)):
            with self.assertRaises(failure) as caught:
                verb("app")
            self.assertIn(text, str(caught.exception))

    def test_one_instance_is_of_all_threads(self):
        self.write("create", {"delay_ms": 200})
        failed = []

        def one(number):
            name = "app%d" % number
            try:
                self.created(name)
                self.host.start(name)
                self.host.detail(name)
                self.host.stop(name)
                self.host.destroy(name)
            except Exception as failure:  # whatever it is, the test tells
                failed.append(failure)

        threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([], failed)
        self.assertEqual(16, len([line for line in self.effects() if line.startswith("destroy")]))
        self.assertEqual(1, len(self.host.creators["flink"]._session._users))


class DeploymentTest(CreatorTest):
    def test_a_package_is_asked_for_with_names_and_properties(self):
        self.host.deploy({"main": component("main", {"main_jar": "a.jar"}, files=["a.jar", "lib/b.jar"])})
        request = self.calls("validate")[0][1]
        self.assertEqual(("package", "demo", "main"), (request["scope"], request["namespace"], request["component"]))
        self.assertEqual(["a.jar", "lib/b.jar", "properties.json"], request["files"])
        self.assertEqual("a.jar", request["properties"]["component_main_jar"])
        self.assertEqual("demo", request["properties"]["environment_namespace"])
        self.assertNotIn("environment_flink_plugin", request["properties"])

    def test_every_problem_of_every_component_is_told(self):
        self.write("validate", WRONG)
        with self.assertRaises(FailedValidation) as caught:
            self.host.deploy(self.two())
        self.assertEqual({"flink": {"first": list(PROBLEMS), "second": list(PROBLEMS)}}, caught.exception.msg)

    def test_properties_that_are_no_object(self):
        with self.assertRaises(FailedValidation) as caught:
            self.host.deploy({"main": component("main", [1])})
        self.assertEqual({"flink": {"main": ["properties.json is no JSON object"]}}, caught.exception.msg)

    def test_a_question_that_could_not_be_answered_is_no_problem_of_the_package(self):
        self.write("validate", error(14, "who knows"))
        with self.assertRaisesRegex(FailedCreation, "who knows"):
            self.host.deploy(self.two())


class PropertyCheckTest(CreatorTest):
    def refused(self, overrides, components=None):
        with self.assertRaises(Refused) as caught:
            self.created(components=components, overrides=overrides)
        self.assertEqual(400, caught.exception.code)
        self.assertEqual([], self.effects())
        return caught.exception.text

    def test_the_fast_scope_is_asked_for_with_what_is_to_be(self):
        self.created(overrides={"first": {"main_jar": "c.jar", "rate": 5}})
        requests = [request for _, request in self.calls("validate")]
        self.assertEqual({"properties"}, {request["scope"] for request in requests})
        self.assertFalse(any(request.get("online") for request in requests))
        self.assertEqual(("c.jar", 5), tuple(requests[0]["properties"]["component_" + name] for name in ("main_jar", "rate")))
        self.assertEqual("b.jar", requests[1]["properties"]["component_main_jar"])

    def test_every_problem_is_told_at_once(self):
        self.write("validate", WRONG)
        text = self.refused({"frist": {}, "second": [1]})
        self.assertEqual("frist: there is no such component; known are first, second; first: %s; first: %s; second: no JSON "
                         "object of properties" % PROBLEMS, text)

    def test_overrides_that_are_no_object(self):
        self.assertIn("is no JSON object", self.refused([1]))

    def test_without_overrides(self):
        for overrides in (None, {}, {"first": None}):
            self.created("app", overrides=overrides)

    def test_what_only_the_descriptors_know_is_not_missed(self):
        self.created(overrides={"first": {"application_args": "--to ${hdfspath_data} $hdfspath_more"}})
        properties = self.calls("validate")[0][1]["properties"]
        self.assertEqual({"hdfspath_data", "hdfspath_more"}, {name for name in properties if name.startswith("hdfspath_")})


class CreationTest(CreatorTest):
    def test_an_element_has_the_plugins_data_and_the_four_of_the_contract(self):
        element = self.created()[0]
        self.assertEqual({"plugin_data": {"made": "first"}, "namespace": "demo", "application": "app", "component_name": "first",
                          "application_hdfs_root": "/pnda/system/deployment-manager/applications/pnda/app",
                          "component_job_name": "app-first-job", "descriptors": {}}, element)

    def test_the_request_says_where_the_files_are_and_whose_it_is(self):
        self.created(files={"first": {"a.jar": "jar"}})
        request = self.calls("create")[0][1]
        self.assertTrue(request["staged_path"].startswith(str(self.place)))
        self.assertTrue(request["staged_path"].endswith("/app-1.0.0/flink/first"))
        self.assertEqual(("app-1.0.0", "pnda"), (request["package"], request["user"]))
        self.assertEqual("app-first-job", request["properties"]["component_job_name"])
        self.assertNotIn("environment_flink_plugin", request["properties"])

    def test_a_relative_stage_root(self):
        self.host.config["stage_root"] = "stage"
        self.host.creator().create_components("stage/x", "app", "pnda", {"main": component("main")}, None)
        self.assertTrue(self.calls("create")[0][1]["staged_path"].startswith("/"))

    def test_descriptors_are_the_base_classs_and_see_no_secret(self):
        text = json.dumps([{"name": "data", "path": "/data/${component_application}/${environment_hadoop_manager_password}",
                            "delete_on_undeploy": 0}])
        one = {"main": component("main", files=["hdfs.json"])}
        element = self.created(components=one, files={"main": {"hdfs.json": text}})[0]
        path = "/data/app/${environment_hadoop_manager_password}"
        self.assertEqual(path, element["descriptors"]["hdfs.json"][0]["path"])
        self.assertEqual(path, self.calls("create")[0][1]["properties"]["hdfspath_data"])

    def test_what_was_made_before_a_failure_is_undone(self):
        self.write("create-second", error(9, "no place"))
        with self.assertRaisesRegex(FailedCreation, "^second: no place$"):
            self.created()
        self.assertEqual(["create app first app-1.0.0", "destroy app first"], self.effects())

    def test_what_was_there_before_is_not_undone(self):
        self.write("create-first", {"reply": {"schema": 1, "changed": False, "data": {"made": "first"}}})
        self.write("create-second", error(9, "no place"))
        with self.assertRaises(FailedCreation):
            self.created()
        self.assertEqual([], self.calls("destroy"))

    def test_what_the_failed_one_left_is_destroyed_with_the_data_that_stand_beside_the_error(self):
        self.write("create-second", error(14, "gone in the middle", data={"half": 1}))
        with self.assertRaises(FailedCreation):
            self.created()
        self.assertEqual([{"half": 1}, {"made": "first"}], [request["data"] for _, request in self.calls("destroy")])

    def test_what_cannot_be_undone_is_said(self):
        self.write("create-second", error(9, "no place"))
        self.write("destroy-first", error(14, "supervisord is away"))
        with self.assertRaisesRegex(FailedCreation, "^second: no place; what was made of first stays.*: supervisord is away$"):
            self.created()

    def leftover(self, state):
        self.write("create", dict(error(6, "is there with other files"), once=True))
        self.write("find", {"reply": {"schema": 1, "components": [
            {"namespace": "demo", "application": "app", "component": "main", "data": {"old": 1}}]}})
        self.write("component-main", {"state": state, "confidence": "confirmed"})

    def test_what_a_killed_creation_left_is_removed(self):
        self.leftover("CREATED")
        self.created(components={"main": component("main")})
        self.assertEqual(["validate", "create", "find", "status", "destroy", "create"], self.verbs())
        self.assertEqual({"old": 1}, self.calls("destroy")[0][1]["data"])

    def test_what_was_started_is_never_taken_for_a_leftover(self):
        for state in ("RUNNING", "STOPPED", "UNKNOWN"):
            self.leftover(state)
            with self.assertRaisesRegex(FailedCreation, "is there with other files"):
                self.created(components={"main": component("main")})
        self.assertEqual([], self.calls("destroy"))


class LifeTest(CreatorTest):
    def setUp(self):
        super().setUp()
        self.created()

    def test_the_whole_of_it(self):
        self.assertEqual({"yarn_applications": {}}, self.host.detail("app"))
        self.host.start("app")
        found = self.host.detail("app")["yarn_applications"]
        self.assertEqual({"component": "first", "type": "flink", "yarn-id": "application_1_0001", "yarn-start-time": 1700000000000,
                          "yarn-state": "RUNNING"}, found["flink-first"])
        self.assertEqual({"flink-first", "flink-second"}, set(found))
        self.host.stop("app")
        self.host.destroy("app")
        names = [(verb, request["component"]) for verb, request in self.calls("start", "stop", "destroy")]
        self.assertEqual([(verb, name) for verb in ("start", "stop", "destroy") for name in ("first", "second")], names)

    def test_a_request_of_a_later_verb_has_the_name_and_the_data_of_create(self):
        self.host.stop("app")
        request = self.calls("stop")[0][1]
        self.assertEqual(("demo", "app", "first", {"made": "first"}),
                         tuple(request[name] for name in ("namespace", "application", "component", "data")))

    def test_a_start_that_is_still_awaited_is_a_start(self):
        self.write("start-second", error(4, "not within the time", desired="RUNNING", changed=True))
        self.host.start("app")
        self.assertEqual([], self.calls("stop"))

    def test_a_start_that_failed_starts_nothing(self):
        self.write("start-second", error(9, "its state is lost", desired="STOPPED"))
        with self.assertRaisesRegex(FailedStart, "^second: its state is lost$"):
            self.host.start("app")
        self.assertEqual(["first"], [request["component"] for _, request in self.calls("stop")])

    def test_what_ran_before_is_left_running(self):
        self.write("start-first", {"reply": {"schema": 1, "changed": False, "desired": "RUNNING"}})
        self.write("start-second", error(9, "no", desired="STOPPED"))
        with self.assertRaises(FailedStart):
            self.host.start("app")
        self.assertEqual([], self.calls("stop"))

    def test_what_is_not_up_yet_is_stopped_without_a_savepoint(self):
        self.write("start-second", error(9, "no", desired="STOPPED"))
        self.write("stop", dict(error(9, "not all tasks run", desired="RUNNING"), once=True))
        with self.assertRaisesRegex(FailedStart, "^second: no$"):
            self.host.start("app")
        self.assertEqual([None, False], [request.get("savepoint") for _, request in self.calls("stop")])

    def test_a_failed_stop_is_told_and_the_others_are_stopped(self):
        self.write("stop-first", error(9, "the savepoint failed", desired="RUNNING"))
        with self.assertRaisesRegex(FailedStop, "^first: the savepoint failed$"):
            self.host.stop("app")
        self.assertEqual(2, len(self.calls("stop")))

    def test_jobs_end_before_the_first_path_is_deleted(self):
        text = json.dumps([{"name": "data", "path": "/data/a/b", "delete_on_undeploy": 1}])
        both = {name: component(name, files=["hdfs.json"]) for name in ("first", "second")}
        self.created("paths", both, files={name: {"hdfs.json": text} for name in both})
        hdfs = self.host.creator()._hdfs_client
        ended_before = []
        hdfs.on_remove = lambda path: ended_before.append(len(self.calls("destroy")))
        self.write("destroy-second", dict(error(9, "the savepoint failed"), once=True))
        with self.assertRaisesRegex(FailedDestruction, "second: the savepoint failed"):
            self.host.destroy("paths")
        self.assertEqual([], ended_before, "nothing is deleted under a job that lives")
        self.host.destroy("paths")
        self.assertEqual([4, 4], ended_before)

    def test_a_detail_that_cannot_be_told_is_no_empty_one(self):
        for scripted in ({"state": "UNKNOWN", "confidence": "unknown"},
                         {"state": "RUNNING", "confidence": "stale"},
                         {"state": "RUNNING", "confidence": "stale", "application_id": "application_1_1"}):
            self.write("component-second", dict(scripted, reason="YARN is silent"))
            with self.assertRaises(Refused) as caught:
                self.host.detail("app")
            self.assertEqual((503, "second: it cannot be told what runs: YARN is silent"),
                             (caught.exception.code, caught.exception.text))

    def test_what_was_seen_last_is_shown(self):
        self.write("component-second", {"state": "RUNNING", "confidence": "stale", "application_id": "application_1_1",
                                        "yarn_state": "RUNNING", "yarn_start_time": 5})
        self.assertEqual(["flink-second"], list(self.host.detail("app")["yarn_applications"]))

    def test_a_detail_that_failed_as_a_whole(self):
        self.write("status", error(13, "a defect"))
        with self.assertRaises(Refused) as caught:
            self.host.detail("app")
        self.assertEqual((503, "a defect"), (caught.exception.code, caught.exception.text))
        self.assertIsInstance(caught.exception.__cause__, FailedConnection)


class KilledTest(CreatorTest):
    """The Deployment Manager dies in the middle of a verb; the next one does the same again."""

    def process(self, *words):
        file = self.place / "environment.json"
        file.write_text(json.dumps(self.environment))
        return subprocess.run([sys.executable, str(HERE / "small_host.py"), str(INSTALLED), str(file)] + list(words),
                              stdout=subprocess.PIPE, timeout=60)

    def test_each_verb_killed_before_and_after_its_effect(self):
        data = self.place / "data.json"
        for kill in ("kill_host", "kill_host_after"):
            for verb in ("create", "start", "stop", "destroy"):
                self.write(verb, {kill: True, "once": True})
                words = [verb, "app"] + ([] if verb == "create" else [str(data)])
                self.assertEqual(-9, self.process(*words).returncode, (kill, verb))
                again = self.process(*words)
                self.assertEqual(0, again.returncode, (kill, verb))
                if verb == "create":
                    data.write_bytes(again.stdout)
        self.assertEqual(["create app main app-1.0.0", "destroy app main"] * 2, self.effects())


if __name__ == "__main__":
    main()
