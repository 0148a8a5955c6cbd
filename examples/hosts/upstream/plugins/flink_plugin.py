"""What the Deployment Manager's two processes share: the plugin's session, made from the environment as it is now, and the
names and words of an element of the create data.

SPDX-License-Identifier: Apache-2.0
"""
import atexit
import contextlib
import json
import logging
import os
import stat
import threading
import weakref

from plugins.flink_library import Library, LibraryError, PluginFailure, Session

TYPE = "flink"
KEY = "flink_plugin"  # of the environment: {"library": path, "settings": {…} or the path of a file with them, "original": {…}}
ALLOWED = {"library", "settings", "original"}
DATA = "plugin_data"  # of an element: what the plugin's create returned

_LEVELS = [logging.DEBUG, logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR]


class NotUsable(PluginFailure):
    """The plugin cannot be used as it is installed or configured; the text says what to mend. Nothing was begun."""

    def __init__(self, text):
        super().__init__("open", "FAILED_PRECONDITION", {"error": {"message": text}})


def configuration(environment):
    """The adapter's own part of the environment."""
    value = environment.get(KEY)
    if not isinstance(value, dict) or not isinstance(value.get("library"), str) or not os.path.isabs(value["library"]):
        raise NotUsable("environment.%s is %s; needed is {\"library\": \"/absolute/path/of/flink.so\", \"settings\": {…} or the "
                        "path of a file with them}" % (KEY, "absent" if value is None else "not of that form"))
    unknown = sorted(set(value) - ALLOWED)
    if unknown:
        raise NotUsable("environment.%s has %s; known are %s" % (KEY, ", ".join(unknown), ", ".join(sorted(ALLOWED))))
    return value


def settings(value):
    """The plugin's settings: what GET /environment/endpoints shows, or a file, which may hold a password."""
    if value is None or isinstance(value, dict):
        if "supervisor_password" in (value or {}):
            raise NotUsable("environment.%s.settings has supervisor_password, which GET /environment/endpoints would show: put the "
                            "settings into a file of mode 0600 and its path here" % KEY)
        return value or {}
    if not isinstance(value, str) or not os.path.isabs(value):
        raise NotUsable("environment.%s.settings is neither an object nor an absolute path" % KEY)
    try:
        with open(value, encoding="utf-8") as file:
            others = os.fstat(file.fileno()).st_mode & stat.S_IROTH
            read = json.load(file)
    except (OSError, ValueError) as failure:
        raise NotUsable("the plugin's settings cannot be read from %s: %s" % (value, failure)) from None
    if not isinstance(read, dict):
        raise NotUsable("%s is no JSON object of settings" % value)
    if others and "supervisor_password" in read:
        raise NotUsable("%s has supervisor_password and everybody may read it: chmod 0600" % value)
    return read


def environment_document(environment):
    """What open() takes: the Deployment Manager's environment as it is, and the plugin's settings."""
    given = configuration(environment)
    others = {name: value for name, value in list(environment.items()) if name != KEY}
    return {"schema": 1, "environment": others, "settings": settings(given.get("settings"))}


def _log(level, text):
    logging.log(_LEVELS[level] if 0 <= level < len(_LEVELS) else logging.ERROR, "flink.so: %s", text)


class SharedSession:
    """One session for all threads, as long as the environment stays what it is. When that changes, whoever is inside the old
    session finishes there; it is closed behind the last one. A load that failed is tried again by the next caller.
    """

    def __init__(self, environment):
        self._environment = environment  # live: another thread refreshes it
        self._lock = threading.Lock()
        self._libraries = {}
        self._session, self._document = None, None
        self._users = {}  # sessions that are not closed -> threads inside
        _ALL.add(self)

    def call(self, verb, request, seconds=None):
        with self._borrowed() as session:
            return session.call(verb, request, seconds)

    def warnings(self):
        """What open() found odd in the environment; for whoever installs."""
        with self._borrowed() as session:
            return session.opened.get("warnings") or []

    @contextlib.contextmanager
    def _borrowed(self):
        with self._lock:
            session = self._current()
            self._users[session] += 1
        try:
            yield session
        finally:
            with self._lock:
                self._users[session] -= 1
                retired = session is not self._session and self._users[session] == 0
                if retired:
                    del self._users[session]
            if retired:
                session.close()

    def _current(self):
        document = environment_document(self._environment)
        if self._session is not None and document == self._document:
            return self._session
        path = configuration(self._environment)["library"]
        try:
            if path not in self._libraries:
                self._libraries[path] = Library(path, TYPE)
            session = Session(self._libraries[path], document, _log)
        except LibraryError as failure:
            raise NotUsable("%s (environment.%s.library)" % (failure, KEY)) from None
        except PluginFailure as failure:
            raise NotUsable("the plugin refuses the environment: " + failure.text()) from None
        for warning in session.opened.get("warnings") or []:
            logging.warning("flink.so: %s: %s", warning.get("path"), warning.get("message"))
        before, self._session, self._document = self._session, session, document
        self._users[session] = 0
        if before is not None and self._users[before] == 0:
            del self._users[before]
            before.close()
        return session

    def end(self, seconds):
        with self._lock:
            sessions = list(self._users)
        for session in sessions:
            session.cancel()
        for session in sessions:
            session.close(seconds)


_ALL = weakref.WeakSet()


@atexit.register
def _end():
    """The interpreter must not end under a thread that is inside the plugin and may log from there."""
    for shared in list(_ALL):
        shared.end(10)


def is_own(element):
    return isinstance(element.get(DATA), dict)


def name_of(element):
    """The members by which a request names the component of an own element."""
    return {"namespace": element["namespace"], "application": element["application"], "component": element["component_name"]}


def request_for(element, **more):
    return dict(name_of(element), data=element[DATA], **more)


class Observed:
    """What status says of one element: text members are never absent, whatever the reply leaves out."""

    def __init__(self, entry):
        self.entry = entry

    def __getitem__(self, name):
        value = self.entry.get(name)
        return value if isinstance(value, str) else ""

    @property
    def start_time(self):
        value = self.entry.get("yarn_start_time")
        return int(value) if isinstance(value, (int, float)) else 0


def observe(session, elements, seconds, detail=False):
    """Own elements, in one call; one Observed each, in their order."""
    if not elements:
        return []
    request = {"components": [request_for(element) for element in elements], "detail": detail}
    entries = session.call("status", request, seconds).get("components") or []
    if len(entries) != len(elements):
        raise NotUsable("status was asked for %d components and answers for %d" % (len(elements), len(entries)))
    return [Observed(entry) for entry in entries]
