"""A small host that makes exactly the calls of the contract between the Deployment Manager and a creator: which arguments, in
which order, from which thread, and what becomes of each exception.

    small_host.py FOLDER ENVIRONMENT.json VERB APPLICATION [CREATE-DATA.json]     one verb in a process of its own, to be killed

SPDX-License-Identifier: Apache-2.0
"""
import importlib
import json
import os
import shutil
import sys
import threading
import uuid

CODES = {"NotFound": 404, "ConflictingState": 409, "FailedValidation": 400, "Forbidden": 403, "FailedCreation": 500,
         "FailedConnection": 503}
USER = "pnda"


class Refused(Exception):
    """What a client of the Deployment Manager sees: a code and a text."""

    def __init__(self, failure):
        super().__init__(str(failure))
        self.code = CODES.get(type(failure).__name__, 500)
        self.text = str(failure)


class SmallHost:
    """folder: what install.py was run on; environment: live, as the Deployment Manager's."""

    def __init__(self, folder, environment, stage):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
        self.environment, self.stage = environment, str(stage)
        self.config = {"stage_root": self.stage, "plugins_path": "plugins", "log_level": "INFO", "deployer_thread_limit": 10}
        self.creators, self.summaries = {}, {}
        self.lock = threading.RLock()
        self.applications = {}  # name -> its create data, as text: what a database gives back
        self.status = {}

    def creator(self, component_type="flink"):
        if component_type not in self.creators:
            module = importlib.import_module("plugins." + component_type)
            made = getattr(module, component_type[0].upper() + component_type[1:] + "Creator")
            self.creators[component_type] = made(self.config, self.environment, self.environment["namespace"])
        return self.creators[component_type]

    # In a worker.

    def deploy(self, components):
        found = self.creator().validate_components(components)
        if found:
            raise self.creator_exception("FailedValidation")({"flink": found})

    @staticmethod
    def creator_exception(name):
        return getattr(importlib.import_module("exceptiondef"), name)

    def create(self, application, components, overrides=None, files=None, user=USER):
        """files: {component: {name: text}} of the package. overrides: {component: {…}} or None."""
        with self.lock:
            defaults = {name: one["component_detail"].get("properties.json", {}) for name, one in components.items()}
            try:
                self.creator().assert_application_properties(overrides if overrides is not None else {}, defaults)
            except Exception as failure:
                raise Refused(failure) from failure
        stage = "%s/%s" % (self.stage, uuid.uuid4())
        for name, component in components.items():
            os.makedirs(os.path.join(stage, component["component_path"]))
            for file, text in (files or {}).get(name, {}).items():
                with open(os.path.join(stage, component["component_path"], file), "w", encoding="utf-8") as stream:
                    stream.write(text)
        try:
            created = self.creator().create_components(stage, application, user, components, overrides)
        finally:
            shutil.rmtree(stage)
        self.applications[application] = json.dumps(created)
        self.status[application] = "CREATED"
        return created

    def elements(self, application):
        return json.loads(self.applications[application])

    def start(self, application):
        self.creator().start_components(application, self.elements(application))
        self.status[application] = "STARTED"

    def stop(self, application):
        self.creator().stop_components(application, self.elements(application))
        self.status[application] = "CREATED"

    def destroy(self, application):
        try:
            self.creator().destroy_components(application, self.elements(application))
        except Exception:
            self.status[application] = "STARTED"
            raise
        del self.applications[application]
        self.status.pop(application, None)

    # In a request's thread.

    def detail(self, application):
        try:
            return self.creator().get_component_runtime_details(self.elements(application))
        except Exception as failure:
            raise Refused(failure) from failure

    # In the other process.

    def summary(self, application):
        if "flink" not in self.summaries:
            module = importlib.import_module("plugins_summary.flink")
            self.environment["rest_api_req_timeout"] = 5
            self.summaries["flink"] = module.FlinkComponentSummary(self.environment, None, self)
        return self.summaries["flink"].get_components_summary(application, self.elements(application))

    def get_dm_status(self, application):
        return self.status[application]


def component(name, properties=None, package="app-1.0.0", files=()):
    detail = {file: {} for file in files}
    detail["properties.json"] = properties or {}
    return {"component_name": name, "component_path": "%s/flink/%s" % (package, name), "component_detail": detail}


def main(folder, environment, verb, application, data=None):
    with open(environment, encoding="utf-8") as file:
        host = SmallHost(folder, json.load(file), os.path.join(os.path.dirname(environment), "stage"))
    if verb == "create":
        host.create(application, {"main": component("main", {"main_jar": "a.jar"}, files=["a.jar"])}, files={"main": {"a.jar": ""}})
        print(host.applications[application])
        return
    with open(data, encoding="utf-8") as file:
        host.applications[application] = file.read()
    getattr(host, verb)(application)


if __name__ == "__main__":
    main(*sys.argv[1:])
