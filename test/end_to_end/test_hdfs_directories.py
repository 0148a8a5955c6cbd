"""hdfs.json: directories that a component wants on HDFS, made with it and removed with it.

SPDX-License-Identifier: Apache-2.0
"""

from faults_package import faults_package
from savepoint_scenario import SavepointScenario

OUT = {"name": "out", "path": "/data/${component_application}/out", "delete_on_undeploy": 2}
SHARED = {"name": "shared", "path": "/data/shared-by-all", "delete_on_undeploy": 1}


class HdfsDirectories(SavepointScenario):
    def package(self, name, descriptor):
        """The package of faults with an hdfs.json; gone when the test ends."""
        return self.package_of(name, {"job": descriptor})

    def package_of(self, name, descriptors):
        """The same of several components like `job`, each with its hdfs.json; None for one without."""
        return self.upload(name, faults_package(name, descriptors))

    def status_of(self, path):
        """HDFS's FileStatus; None where there is nothing."""
        names = {one: None for one in self.cluster.list_directory(path.rsplit("/", 1)[0] or "/")}
        if path.rsplit("/", 1)[1] not in names:
            return None
        return self.hdfs("GET", path, "GETFILESTATUS").json["FileStatus"]

    def test_hdfs_json(self):
        package = "directories-1.0.0"
        after = self.package(package, [OUT, SHARED])
        self.assertEqual("DEPLOYED", after["status"], after)
        self.addCleanup(self.manager.undeploy, package)
        name = self.application()
        other = self.application("-other")
        override = {"job": {"main_class": "faults.Runs", "application_args": "--seconds 0"}}
        for one in (name, other):
            self.create(one, package, override)
        own, shared = f"/data/{name}/out", "/data/shared-by-all"
        for path in (own, shared):
            status = self.status_of(path)
            self.assertEqual(("DIRECTORY", self.cluster.user), (status["type"], status["owner"]), path)
        properties = self.environment.install_directory(name, "job") / "classpath" / "application.properties"
        self.assertIn(f"hdfspath.out={own}", properties.read_text().splitlines())

        # What the job has written there does not keep the directory from being deleted.
        self.start(name)
        answer = self.hdfs("PUT", f"{own}/result", "MKDIRS")
        self.assertTrue(answer.json["boolean"])
        self.stop(name)
        self.assertIsNotNone(self.status_of(own))
        self.assertEqual("NOTCREATED", self.manager.destroy(name)["status"])
        self.assertIsNone(self.status_of(f"/data/{name}"), "it was to go with the application")
        self.assertIsNotNone(self.status_of(shared), "another application uses it")
        self.assertIsNotNone(self.status_of(f"/data/{other}/out"))
        self.assertEqual("NOTCREATED", self.manager.destroy(other)["status"])
        self.assertIsNone(self.status_of(shared))
        self.assertIsNotNone(self.status_of("/data"), "a top-level directory is never deleted")
    test_hdfs_json.seconds = 60

    def test_directory_of_two_components(self):
        """One application's two components share it: it is there for both, outlives one of them, and goes with the last."""
        shared = {"name": "common", "path": "/data/${component_application}/common"}
        first, second = "sharing-1.0.0", "sharing-1.1.0"
        of_two = {"job": [{**shared, "delete_on_undeploy": 1}], "other": [{**shared, "delete_on_undeploy": 2}]}
        for package, descriptors in ((first, of_two), (second, {"other": of_two["other"]})):
            after = self.package_of(package, descriptors)
            self.assertEqual("DEPLOYED", after["status"], after)
            self.addCleanup(self.manager.undeploy, package)
        name = self.application()
        path = f"/data/{name}/common"
        self.create(name, first)
        self.assertEqual({"job", "other"}, {one["component"] for one in self.manager.detail(name)["components"]})
        status = self.status_of(path)
        self.assertEqual(("DIRECTORY", self.cluster.user), (status["type"], status["owner"]))
        for component in ("job", "other"):
            installed = self.environment.install_directory(name, component) / "classpath" / "application.properties"
            self.assertIn(f"hdfspath.common={path}", installed.read_text().splitlines())
        self.hdfs("PUT", f"{path}/result", "MKDIRS")

        # A version without the first one of them; the other one still uses it.
        after = self.manager.upgrade(name, second)
        self.assertEqual("CREATED", after["status"], after)
        self.assertEqual(["other"], [one["component"] for one in self.manager.detail(name)["components"]])
        self.assertEqual(["result"], self.cluster.list_directory(path))
        # And back: the one that is made anew takes it as it is.
        after = self.manager.upgrade(name, first)
        self.assertEqual("CREATED", after["status"], after)
        self.assertEqual(["result"], self.cluster.list_directory(path))

        self.start(name)
        for component in ("job", "other"):
            self.await_state(name, component, "RUNNING", 240)
        self.assertEqual("NOTCREATED", self.manager.destroy(name)["status"])
        self.assertIsNone(self.status_of(f"/data/{name}"), "both levels were to go with the last component")
        self.assertIsNotNone(self.status_of("/data"))
    test_directory_of_two_components.seconds = 60

    def test_hdfs_json_of_what_is_protected(self):
        """Told at deploy or creation, and nothing is made or deleted."""
        package = "greedy-1.0.0"
        after = self.package(package, [{"name": "all", "path": "/user/${application_user}/x", "delete_on_undeploy": 2}])
        if after["status"] == "DEPLOYED":
            self.addCleanup(self.manager.undeploy, package)
            name = self.application()
            answer = self.manager.ask("PUT", f"/applications/{name}", {"package": package})
            if answer.code == 202:
                after = self.manager.settled(f"/applications/{name}")
                self.assertEqual("NOTCREATED", after["status"], after)
                text = after["information"]
            else:
                self.assertEqual(400, answer.code, answer)
                text = answer.text
        else:
            text = after["information"]
        self.assertIn("delete_on_undeploy", text)
        self.assertIsNotNone(self.status_of(f"/user/{self.cluster.user}"))
        self.assertNotIn("x", self.cluster.list_directory(f"/user/{self.cluster.user}"))
