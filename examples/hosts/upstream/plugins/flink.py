"""Components of type flink for PNDA's Deployment Manager, by the plugin library flink.so. An adapter: from the calls of a
creator to the verbs of dm_plugin.h, and from their outcomes to the Deployment Manager's exceptions.

One instance serves all threads. It keeps nothing about components: what create returned is stored by the Deployment Manager
and comes back with every later call (DM-24), also in another process.

SPDX-License-Identifier: Apache-2.0
"""
import logging
import os
import re

from exceptiondef import DmException, FailedConnection, FailedCreation, FailedValidation

from plugins import flink_original
from plugins.base_creator import Creator
from plugins.flink_library import PluginFailure
from plugins.flink_plugin import DATA, KEY, TYPE, SharedSession, is_own, name_of, observe, request_for

DETAIL_SECONDS = 10  # detail is asked in one of the Deployment Manager's ten request threads
CHECK_SECONDS = 10  # of the property check, which holds its lock; without network it takes milliseconds
# The property check is not told the application's name.
NO_NAME = "application"

# Names that hold a secret, for what the base class substitutes in descriptors. The plugin has its own, longer list.
SECRET = re.compile(r"passw|pwd|passphrase|passcode|secret|token|credential|private|_pass\Z|_key\Z", re.IGNORECASE)
HDFS_PATH = re.compile(r"\$\{?(hdfspath_[A-Za-z0-9_]+)")


# The Deployment Manager shows a class only by its name: "Error starting <app> FailedStart, details: …".
class FailedStart(DmException):
    pass


class FailedStop(DmException):
    pass


class FailedDestruction(DmException):
    pass


class FlinkCreator(Creator):
    def __init__(self, config, environment, namespace):
        super().__init__(config, environment, namespace)
        # The library is loaded at the first use: a constructor that fails says less than a call that does.
        self._session = SharedSession(environment)

    def get_component_type(self):
        return TYPE

    # Deployment

    def validate_component(self, component):
        """Called with names and properties.json only; messages, none if all is well."""
        detail = component["component_detail"]
        properties = detail.get("properties.json") or {}
        if not isinstance(properties, dict):
            return ["properties.json is no JSON object"]
        request = {"namespace": self._namespace, "component": component["component_name"], "scope": "package",
                   "properties": dict(self._environment_properties(), **component_properties(properties)),
                   "files": sorted(detail)}
        try:
            reply = self._call("validate", request, CHECK_SECONDS)
        except PluginFailure as failure:
            if failure.code != "INVALID_ARGUMENT":
                raise FailedCreation(text_of(failure)) from None
            return problems(failure)
        warn(component["component_name"], reply)
        return []

    # Creation

    def assert_application_properties(self, override_properties, default_properties):
        """Called in a request, under the Deployment Manager's lock: no network, no file of the package."""
        overrides = override_properties or {}
        if not isinstance(overrides, dict):
            raise FailedValidation("\"%s\" is no JSON object: {\"<component>\": {\"<property>\": value}}" % TYPE)
        found = ["%s: there is no such component; known are %s" % (name, ", ".join(sorted(default_properties)))
                 for name in sorted(set(overrides) - set(default_properties))]
        for component in default_properties:
            own = overrides.get(component) or {}
            if not isinstance(own, dict):
                found.append("%s: no JSON object of properties" % component)
                continue
            merged = dict(default_properties[component] or {}, **own)
            properties = dict(self._environment_properties(), **component_properties(merged))
            # Where they are says hdfs.json, which is read at creation: a reference to one is none to nothing.
            for value in merged.values():
                properties.update({name: "/" + name for name in HDFS_PATH.findall(str(value))})
            request = {"namespace": self._namespace, "application": NO_NAME, "component": component, "scope": "properties",
                       "properties": properties}
            try:
                self._call("validate", request, CHECK_SECONDS)
            except PluginFailure as failure:
                if failure.code != "INVALID_ARGUMENT":
                    raise FailedCreation("%s: %s" % (component, text_of(failure))) from None
                found += ["%s: %s" % (component, problem) for problem in problems(failure)]
        if found:
            raise FailedValidation("; ".join(found))

    def create_components(self, stage_path, application_name, user_name, components, components_overrides):
        """The base class's, but that no value of the environment is written into application.properties here (the plugin
        does that, without the secrets), and that what was made before a failure is undone: the Deployment Manager
        forgets it.
        """
        elements, made = [], []
        try:
            for name, component in components.items():
                overrides = (components_overrides or {}).get(name) or {}
                element, changed = self._create(stage_path, application_name, user_name, component, overrides)
                elements.append(element)
                made += [element] if changed else []  # what was there before may hold a job
        except Exception as failure:
            left = [problem for problem in map(self._undo, made) if problem]
            if left:
                raise FailedCreation("; ".join([str(failure)] + left)) from None
            raise
        return elements

    def _create(self, stage_path, application, user, component, overrides):
        """The element, and whether anything was made."""
        name = component["component_name"]
        folder = os.path.abspath(os.path.join(stage_path, component["component_path"]))
        properties = self._instantiate_properties(application, user, component, overrides)
        properties.pop("environment_" + KEY, None)
        shown = type(properties)((key, value) for key, value in properties.items() if not SECRET.search(key))
        descriptors = self._create_optional_descriptors(folder, component, shown)
        properties.update((key, value) for key, value in shown.items() if key.startswith("hdfspath_"))
        element = {"namespace": self._namespace, "application": application, "component_name": name,
                   "application_hdfs_root": properties["application_hdfs_root"],
                   "component_job_name": properties["component_job_name"], "descriptors": descriptors}
        request = dict(name_of(element), user=user, package=component["component_path"].split("/")[0], staged_path=folder,
                       properties=properties)
        try:
            reply = self._call("create", request)
        except PluginFailure as failure:
            if failure.code != "ALREADY_EXISTS" or not self._removed_leftover(element):
                raise FailedCreation(self._told(name, failure, element)) from None
            try:
                reply = self._call("create", request)
            except PluginFailure as again:
                raise FailedCreation(self._told(name, again, element)) from None
        warn(name, reply)
        element[DATA] = reply["data"]
        return element, reply.get("changed") is not False

    def _told(self, name, failure, element):
        """Beside an error create may return data of what it could not remove (DM-13)."""
        text = "%s: %s" % (name, text_of(failure))
        if isinstance(failure.reply.get("data"), dict):
            left = self._undo(dict(element, **{DATA: failure.reply["data"]}))
            if left:
                text += "; " + left
        return text

    def _undo(self, element):
        """Empty, or why it stays."""
        try:
            self._call("destroy", request_for(element))
            return ""
        except PluginFailure as failure:
            logging.error("flink: what was made of %s stays: %s", element["component_name"], text_of(failure))
            return "what was made of %s stays, until it is created again under this name: %s" % (element["component_name"],
                                                                                                text_of(failure))

    def _removed_leftover(self, element):
        """The Deployment Manager has no application of that name, so what lies under it is what a creation left that was
        killed or failed. Only what was never started is removed without being asked: anything else may hold a job.
        """
        try:
            found = self._call("find", {key: element[key] for key in ("namespace", "application")}).get("components") or []
            data = [entry["data"] for entry in found
                    if entry.get("component") == element["component_name"] and isinstance(entry.get("data"), dict)]
            if not data:
                return False
            left = dict(element, **{DATA: data[0]})
            status = observe(self._session, [left], DETAIL_SECONDS)[0]
            if status["state"] != "CREATED" or status["confidence"] != "confirmed":
                logging.error("flink: %s/%s exists on this node and is %s: it is left as it is", element["application"],
                              element["component_name"], status["state"])
                return False
            self._call("destroy", request_for(left))
        except PluginFailure as failure:
            logging.error("flink: what is left of %s/%s could not be removed: %s", element["application"],
                          element["component_name"], text_of(failure))
            return False
        logging.info("flink: what an earlier creation left of %s/%s has been removed", element["application"],
                     element["component_name"])
        return True

    # Life

    def start_components(self, application_name, start_data):
        """All or none: where one fails the Deployment Manager says CREATED, so what was started with it is stopped again."""
        begun = []
        try:
            for element in start_data:
                if self._start(application_name, element):
                    begun.append(element)
        except FailedStart as failure:
            texts = [str(failure)] + [problem for problem in map(self._stop_again, begun) if problem]
            raise FailedStart("; ".join(texts)) from None

    def _stop_again(self, element):
        """Empty, or why it runs on. It has run for moments only: if it can take no savepoint, it goes without."""
        try:
            try:
                self._call("stop", request_for(element))
            except PluginFailure as failure:
                if failure.code != "FAILED_PRECONDITION":
                    raise
                self._call("stop", request_for(element, savepoint=False))
            return ""
        except PluginFailure as failure:
            return "%s was started with it and could not be stopped again: %s" % (element["component_name"], text_of(failure))

    def _start(self, application_name, element):
        """Whether this call has begun anything."""
        name = element["component_name"]
        if not is_own(element):
            raise FailedStart("%s: the original plugin made it, and its unit is not started by this one: destroy application %s "
                              "and create it again" % (name, application_name))
        try:
            return bool(self._call("start", request_for(element)).get("changed"))
        except PluginFailure as failure:
            if failure.reply.get("desired") == "RUNNING":
                # It stays wanted and comes up when it can: saying CREATED would be wrong. The summary tells how it is.
                logging.warning("flink: %s/%s is still awaited: %s", application_name, name, text_of(failure))
                return bool(failure.reply.get("changed"))
            raise FailedStart("%s: %s" % (name, text_of(failure))) from None

    def stop_components(self, application_name, stop_data):
        self._each(stop_data, FailedStop, "stop", flink_original.stop)

    def destroy_components(self, application_name, create_data):
        """Jobs end, all of them, before the first path of a descriptor is deleted: they may work on it until then."""
        self._each(create_data, FailedDestruction, "destroy", flink_original.destroy)
        for element in create_data:
            self._destroy_optional_descriptors(element.get("descriptors") or {})

    def _each(self, elements, failed, verb, of_original):
        """Every component is tried; what could not be done is said of each."""
        texts = []
        for element in elements:
            try:
                if is_own(element):
                    self._call(verb, request_for(element))
                else:
                    of_original(self._original(element), self._environment, self._original_options())
            except PluginFailure as failure:
                texts.append("%s: %s" % (element["component_name"], text_of(failure)))
            except (flink_original.CouldNotTell, flink_original.CouldNotEnd) as failure:
                texts.append("%s: %s" % (element.get("component_name"), failure))
        if texts:
            raise failed("; ".join(texts))

    # Observation

    def get_component_runtime_details(self, create_data):
        """An entry for each component that has an application in YARN. What could not be told is an error, never an empty
        answer: that would mean that nothing runs.
        """
        own = [element for element in create_data if is_own(element)]
        found = {}
        try:
            for element, status in zip(own, observe(self._session, own, DETAIL_SECONDS)):
                known = bool(status["application_id"] and status["yarn_state"])
                # Confirmed and without an application: there is none, or YARN has forgotten one that ended long ago.
                if not known and status["confidence"] != "confirmed":
                    raise FailedConnection("%s: it cannot be told what runs: %s" % (element["component_name"], status["reason"]))
                if known:
                    found[element["component_name"]] = (status["application_id"], status.start_time, status["yarn_state"])
            for element in create_data:
                if not is_own(element):
                    application, _ = flink_original.seen(self._original(element), self._environment)
                    if application is not None:
                        found[element["component_name"]] = (application["id"], flink_original.started(application),
                                                            application.get("state"))
        except PluginFailure as failure:
            raise FailedConnection(text_of(failure)) from None
        except flink_original.CouldNotTell as failure:
            raise FailedConnection(str(failure)) from None
        return {"yarn_applications": {
            "%s-%s" % (TYPE, name): {"component": name, "type": TYPE, "yarn-id": application, "yarn-start-time": began,
                                     "yarn-state": state}
            for name, (application, began, state) in found.items()}}

    # Helpers

    def _call(self, verb, request, seconds=None):
        return self._session.call(verb, request, seconds)

    def _original(self, element):
        return flink_original.Element(element, self._namespace)

    def _original_options(self):
        value = self._environment.get(KEY)
        return (value.get("original") or {}) if isinstance(value, dict) else {}

    def _environment_properties(self):
        return {"environment_" + name: value for name, value in list(self._environment.items()) if name != KEY}


def component_properties(properties):
    return {"component_" + name: value for name, value in properties.items()}


def in_senders_spelling(text):
    """Properties stand in a package and in a request without the prefix."""
    return str(text).replace("$.properties.component_", "").replace("$.", "")


def text_of(failure):
    return in_senders_spelling(failure.text())


def problems(failure):
    """Every problem of a descriptor, one text each."""
    texts = []
    for entry in failure.details:
        text = "%s: found %s, allowed: %s" % (in_senders_spelling(entry.get("path")), entry.get("found"), entry.get("allowed"))
        texts.append(text + ("; " + entry["message"] if entry.get("message") else ""))
    return texts or [str(failure)]


def warn(component, reply):
    for warning in reply.get("warnings") or []:
        logging.warning("flink: %s: %s: %s", component, warning.get("path"), warning.get("message"))
